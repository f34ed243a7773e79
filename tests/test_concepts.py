"""The concept pages: of the right length, with formulas, a drawing, sources and questions, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from shoulders.handwritten import CONCEPTS, cited, read_concepts
from shoulders.model import LANGUAGES

ROOT = Path(__file__).parent.parent
PAGES = sorted(read_concepts(ROOT))
LENGTH = {"en": range(600, 1201), "zh": range(1000, 2001)}  # words, characters
NEXT = {"en": "## What to read next", "zh": "## 接下来读什么"}
TEST = {"en": "## Check yourself", "zh": "## 自测"}
CLASSES = {"a", "b", "c", "d", "box", "line", "dash", "solid", "small", "faint", "math", "mid", "end"}
WIDTH = 360
DEMO = re.compile(r"\]\(\.\./\.\./papers/([a-z0-9-]+)/#demo-([a-z0-9_]+)\)")


@pytest.fixture(params=[(language, page) for language in LANGUAGES for page in PAGES], ids=lambda pair: "-".join(pair))
def page(request) -> tuple[str, str]:
    language, name = request.param
    return language, (ROOT / "docs" / language / CONCEPTS / f"{name}.md").read_text("utf-8")


def prose(text: str) -> str:
    """What is read in a row: no front matter, drawing, displayed formula, question or answer."""
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    text = re.sub(r"<figure.*?</figure>|^\$\$.*?^\$\$$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^\?\?\? question.*\n(?:    .*\n|\n(?=    ))*", "", text, flags=re.MULTILINE)
    return re.sub(r"\[@[^\]]*\]", "", text)


def drawing(text: str) -> etree._Element:
    """The one drawing of a page."""
    (found,) = re.findall(
        r'<figure class="sh-drawing">\n(<svg.*?</svg>)\n<figcaption>.+?</figcaption>\n</figure>', text, re.DOTALL
    )
    return etree.fromstring(found.encode())


def test_the_thirteen_pages_are_there_in_both_languages_and_in_the_navigation():
    assert len(PAGES) == 13
    for language, config in (("en", "mkdocs.yml"), ("zh", "mkdocs.zh.yml")):
        folder = ROOT / "docs" / language / CONCEPTS
        assert sorted(path.stem for path in folder.glob("*.md")) == sorted([*PAGES, "index"])
        named = re.findall(r"- concepts/([a-z-]+)\.md", (ROOT / config).read_text("utf-8"))
        assert sorted(named) == sorted([*PAGES, "index"])
        listed = re.findall(r"\]\(([a-z-]+)\.md\)", (folder / "index.md").read_text("utf-8"))
        assert listed == [name for name in named if name != "index"], "the overview and the navigation in one order"


def test_its_prose_is_neither_a_note_nor_a_chapter(page):
    language, text = page
    count = len(re.findall(r"[一-鿿]", prose(text))) if language == "zh" else len(prose(text).split())
    assert count in LENGTH[language]


def test_it_has_formulas_sources_what_comes_next_and_three_questions(page):
    language, text = page
    assert len(re.findall(r"^\$\$\n.+?\n\$\$$", text, re.DOTALL | re.MULTILINE)) >= 2
    assert len({key for _, key in cited(text)}) >= 8
    assert f"\n{NEXT[language]}\n" in text
    questions = text.partition(f"\n{TEST[language]}\n")[2]
    answers = re.findall(r'^\?\?\? question ".+"\n\n?    \S.{40}', questions, re.MULTILINE)
    assert len(answers) == text.count("??? question") == 3


def test_its_description_fits_a_search_result(page):
    _, text = page
    (description,) = re.findall(r"^description: (.+)$", text, re.MULTILINE)
    assert 20 <= len(description) <= 160


def test_its_drawing_can_be_read_on_a_phone_and_takes_its_colours_from_the_site(page):
    _, text = page
    svg = drawing(text)
    assert svg.get("role") == "img"
    assert len(svg.get("aria-label")) > 20
    left, top, width, height = map(float, svg.get("viewBox").split())
    assert (left, top, width) == (0, 0, WIDTH)
    assert height <= WIDTH * 1.6
    for element in svg.iter():
        assert not {"style", "fill", "stroke", "font-size", "font-family"} & {*element.keys()}, element.tag
        assert {*(element.get("class") or "").split()} <= CLASSES
        assert element.tag in (
            "svg",
            "g",
            "rect",
            "line",
            "path",
            "circle",
            "text",
            "tspan",
            "polyline",
            "ellipse",
            "title",
        )


def test_links_to_demos_lead_to_demos():
    demos = {path.stem for path in (ROOT / "demos").glob("*.py")}
    found = 0
    for language in LANGUAGES:
        for path in (ROOT / "docs" / language / CONCEPTS).glob("*.md"):
            for key, demo in re.findall(
                r"\]\(\.\./\.\./papers/([a-z0-9-]+)/#demo-([a-z0-9_]+)\)", path.read_text("utf-8")
            ):
                assert demo in demos
                assert f"Entry: {key}\n" in (ROOT / f"demos/{demo}.py").read_text("utf-8")
                found += 1
    assert found >= 13
