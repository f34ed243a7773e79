"""Citations and formulas in hand-written Markdown, as any builder that speaks Python-Markdown makes them."""

from __future__ import annotations

import re

import markdown
import pytest

from shoulders import mathml
from shoulders.handwritten import cited

CITE = re.compile(r'<cite data-keys="([^"]*)">')


def convert(text: str) -> str:
    """The HTML of a page, with the extensions of `mkdocs.yml` that matter here."""
    extensions = ["attr_list", "footnotes", "tables", "pymdownx.superfences", "shoulders", "pymdownx.arithmatex"]
    return markdown.markdown(text, extensions=extensions, extension_configs={"pymdownx.arithmatex": {"generic": True}})


def test_a_citation_becomes_a_placeholder():
    html = convert("So it began [@ashdown-2010-dark].")
    assert html == '<p>So it began <cite data-keys="ashdown-2010-dark">[@ashdown-2010-dark]</cite>.</p>'


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("[@a-2001-b; @c-2002-d]", ["a-2001-b", "c-2002-d"]),
        ("[@a-2001-b;@c-2002-d ; @e-2003-f]", ["a-2001-b", "c-2002-d", "e-2003-f"]),
        ("[@a-2001-b][@c-2002-d]", ["a-2001-b", "c-2002-d"]),
        ("（见 [@a-2001-b]）", ["a-2001-b"]),
        ("| a |\n|---|\n| [@a-2001-b] |", ["a-2001-b"]),
        ("- one\n    - two [@a-2001-b]", ["a-2001-b"]),
        ("> quoted [@a-2001-b]", ["a-2001-b"]),
        ("**[@a-2001-b]** and *[@c-2002-d]*", ["a-2001-b", "c-2002-d"]),
        ("# Heading [@a-2001-b]", ["a-2001-b"]),
        ("`[@a-2001-b]`", []),
        ("`` ` [@a-2001-b] ``", []),
        ("a ` b [@a-2001-b]", ["a-2001-b"]),
        ("`x` [@a-2001-b] `y`", ["a-2001-b"]),
        (r"\[@a-2001-b]", []),
        (r"\\[@a-2001-b]", ["a-2001-b"]),
        (r"\`[@a-2001-b]\`", ["a-2001-b"]),
        ("```\n[@a-2001-b]\n```\n\n[@c-2002-d]", ["c-2002-d"]),
        ("~~~ text\n[@a-2001-b]\n~~~\n\n[@c-2002-d]", ["c-2002-d"]),
        ("````\n```\n[@a-2001-b]\n```\n````\n\n[@c-2002-d]", ["c-2002-d"]),
        ("```python\n```x\n[@a-2001-b]\n```\n\n[@c-2002-d]", ["c-2002-d"]),
        ("- one\n\n    ```\n    [@a-2001-b]\n    ```\n\n[@c-2002-d]", ["c-2002-d"]),
        ("> ```\n> [@a-2001-b]\n> ```\n\n[@c-2002-d]", ["c-2002-d"]),
        ("[@]", []),
        ("[@ a-2001-b]", []),
        ("[a-2001-b]", []),
        ("[@a_b]", []),
        ('[@a-2001-b" onmouseover="x]', []),
        ("[@a-2001-b; c-2002-d]", []),
        ("me@example.org [text](https://example.org/@x)", []),
    ],
)
def test_what_is_a_citation_for_the_page_is_one_for_the_check(text, keys):
    assert [key for group in CITE.findall(convert(text)) for key in group.split()] == keys
    assert [key for _, key in cited(text)] == keys


def test_a_formula_becomes_mathml_in_line_and_on_its_own():
    html = convert("Of size $d_k$.\n\n$$\n\\frac{a}{b} < c\n$$\n")
    assert html.count("<math") == 2
    assert html.count('<math display="block">') == 1
    assert "\\(" not in html
    assert "\\[" not in html
    assert '<annotation encoding="application/x-tex">\\frac{a}{b} &lt; c</annotation>' in html


def test_a_formula_on_its_own_is_reached_with_the_keyboard():
    html = convert("Of $d_k$.\n\n$$\na <\nb\n$$\n")
    assert re.findall(r"<div[^>]*>", html) == [
        '<div aria-label="a &lt; b" class="arithmatex" role="group" tabindex="0">'
    ]
    assert html.count("tabindex") == 1


def test_signs_that_html_knows_are_those_of_the_formula():
    html = convert("$a < b$ and\n\n$$\n\\begin{aligned} a &= b \\\\ c &> d \\end{aligned}\n$$\n")
    assert "<mo>&lt;</mo>" in html
    assert '<annotation encoding="application/x-tex">a &lt; b</annotation>' in html
    assert html.count("<mtd") == 4
    assert "&amp;amp;" not in html
    assert "<script" not in convert(r"$\text{<script>alert(1)</script>}$")


@pytest.mark.parametrize("text", ["`$x^2$`", "```\n$x^2$\n```", "costs 5$ or 6$", r"\$x\$"])
def test_code_and_dollars_are_no_formulas(text):
    assert "<math" not in convert(text)


def test_a_wrong_formula_stops_the_page_and_names_itself():
    with pytest.raises(mathml.MathError, match=r"expected LaTeX that becomes MathML, got '.frac\{1': .*closing token"):
        convert(r"Bad $\frac{1$ formula.")
