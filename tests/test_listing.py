"""A demo's file in sections: prose with formulas, highlighted code with the lines of the file, no HTML of its own."""

from __future__ import annotations

import pytest
from lxml import html
from tests.demo_builder import DEMO

from shoulders import listing

TEXT = DEMO.format(key="ashdown-2010-dark", imports="")


def prose(*lines: str) -> html.HtmlElement:
    """The prose of a cell with these lines."""
    cell = "".join(f"# {line}\n" if line else "#\n" for line in lines)
    (section,) = [s for s in listing.sections(f'"""Card."""\n\n# %% [markdown]\n{cell}\n# %%\nx = 1\n') if s.heading]
    return html.fragment_fromstring(section.prose, create_parent="div")


def test_each_piece_of_code_follows_its_prose_and_keeps_its_line():
    lines = TEXT.split("\n")
    found = listing.sections(TEXT)
    assert [section.heading for section in found] == ["", "The sum (§2, eq. 1)", "The experiment"]
    for section in found:
        code = section.code.rstrip("\n").split("\n")
        assert lines[section.line - 1 : section.line - 1 + len(code)] == code
        assert code[0].strip()
    assert sum(section.code.count("\n") for section in found) < len(lines)


def test_cells_without_prose_and_prose_without_code_are_sections_too():
    cell = "# %% [markdown]\n# ## "
    text = f"a = 1\n\n# %%\nb = 2\n\n{cell}Alone\n\n{cell}With code\n# words\n\n# %%\nc = 3\n"
    found = listing.sections(text)
    assert [(s.heading, s.code.strip()) for s in found] == [
        ("", "a = 1"), ("", "b = 2"), ("Alone", ""), ("With code", "c = 3"),
    ]  # fmt: skip
    ends = listing.sections("a = 1\n# %% [markdown]\n# ## Last words\n# said\n")
    assert [(s.heading, s.code.strip()) for s in ends] == [("", "a = 1"), ("Last words", "")]


def test_prose_knows_paragraphs_lists_emphasis_code_and_formulas():
    found = prose(
        "## H", "One *two* **three** `four_five`, $d_k$.", "", "- six", "- seven $x^2$", "", "$$a_1", "= b$$", "end"
    )
    assert [p.text_content().strip() for p in found.findall("p")] == ["One two three four_five, dkd_k.", "end"]
    assert found.findtext(".//em") == "two"
    assert found.findtext(".//strong") == "three"
    assert found.findtext(".//code") == "four_five"
    assert len(found.findall(".//li")) == 2
    assert [a.text for a in found.iter("annotation")] == ["d_k", "x^2", "a_1\n= b"]
    (display,) = found.find_class("sh-equation__math")
    assert display.getparent().tag == "div", "a formula on its own line stands in no paragraph"
    assert display.get("aria-label") == "H"


@pytest.mark.parametrize(
    "evil",
    [
        "<img src=x onerror=alert(1)>",
        "</div><script>alert(1)</script>",
        "[a](javascript:alert(1)) ![b](x) <javascript:alert(1)>",
        "[a][b]",
    ],
)
def test_no_html_and_no_link_passes(evil):
    found = prose("## H", evil, "", f"`{evil}`", "", "[b]: javascript:alert(1)")
    assert {element.tag for element in found.iter()} <= {"div", "p", "code"}
    assert found.text_content().count(evil) == 2
    heading = listing.sections(f"# %% [markdown]\n# ## {evil}\n# x\n")[0].heading
    assert heading == evil, "escaped where it is shown"


def test_code_is_escaped_and_each_line_can_be_named():
    section = listing.Section("H", prose("## H", "x").text_content(), "a = '<b>'  # </pre>\n\n\nb = 1\n", 7)
    found = html.fragment_fromstring(listing.code("d", section), create_parent="pre")
    assert found.text_content() == "a = '<b>'  # </pre>\n\n\nb = 1"
    assert [a.get("id") for a in found.iter("a")] == ["d-L7", "d-L8", "d-L9", "d-L10"]
    assert {a.get("tabindex") for a in found.iter("a")} == {"-1"}, "hundreds of lines are no stops for the keyboard"


def test_a_formula_that_cannot_be_read_is_told_with_the_line_of_its_cell():
    with pytest.raises(listing.ListingError) as caught:
        listing.sections(TEXT.replace(r"\sum_", r"\sommes_"))
    assert str(caught.value).startswith("expected LaTeX that becomes MathML: ")
    assert TEXT.split("\n")[caught.value.line - 2] == "# %% [markdown]"
