"""The hand-written pages as sources: their citations with file and line, and the concept pages among them."""

from __future__ import annotations

from pathlib import Path

from shoulders import handwritten
from shoulders.handwritten import Concept


def write_page(root: Path, path: str, text: str) -> None:
    """A page under `docs/`."""
    target = root / "docs" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, "utf-8")


def test_cited_tells_the_lines():
    text = "[@a-2001-b]\n\n```\n[@no-2001-b]\n```\ntext [@c-2002-d; @e-2003-f]\n[@g-2004-h]"
    assert list(handwritten.cited(text)) == [(1, "a-2001-b"), (6, "c-2002-d"), (6, "e-2003-f"), (7, "g-2004-h")]


def test_check_names_file_line_and_what_was_meant(tmp_path):
    write_page(tmp_path, "en/deep/page.md", "# A\n\n[@ashdown-2010-drak]\n")
    write_page(tmp_path, "zh/deep/page.md", "[@lowe-2011-old]")
    keys = frozenset(["ashdown-2010-dark", "lowe-2011-old"])
    assert [str(problem) for problem in handwritten.check_pages(tmp_path, keys)] == [
        "docs/en/deep/page.md:3: citation: expected the key of a work, got 'ashdown-2010-drak' "
        "(did you mean 'ashdown-2010-dark'?)"
    ]


def test_a_page_that_is_no_utf_8_is_a_problem(tmp_path):
    write_page(tmp_path, "en/page.md", "")
    (tmp_path / "docs/en/page.md").write_bytes(b"\xff\xfe [@a-2001-b]")
    (problem,) = handwritten.check_pages(tmp_path, frozenset())
    assert str(problem).startswith("docs/en/page.md:1: expected a readable UTF-8 text")


def test_concept_pages_are_known_by_their_titles_and_by_what_they_cite_in_either_language(tmp_path):
    write_page(tmp_path, "en/concepts/doors.md", '---\ntitle: "Doors: half-open"\n---\n[@a-2001-b; @c-2002-d]\n')
    write_page(tmp_path, "zh/concepts/doors.md", "---\ndescription: 门\ntitle: 半开的门\n---\n[@e-2003-f]\n")
    write_page(tmp_path, "zh/concepts/night.md", "没有标题")
    write_page(tmp_path, "en/concepts/index.md", "---\ntitle: Concepts\n---\n[@g-2004-h]\n")
    write_page(tmp_path, "en/about.md", "[@g-2004-h]")
    (tmp_path / "docs/en/concepts/broken.md").write_bytes(b"\xff")
    doors = Concept(
        "doors", {"en": "Doors: half-open", "zh": "半开的门"}, frozenset(["a-2001-b", "c-2002-d", "e-2003-f"])
    )
    night = Concept("night", {"zh": "night"}, frozenset())
    assert handwritten.read_concepts(tmp_path) == {"doors": doors, "night": night}
    assert (doors.title("zh"), night.title("en")) == ("半开的门", "night")
    assert handwritten.read_concepts(tmp_path / "nowhere") == {}
