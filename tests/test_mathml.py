"""Formulas: what becomes MathML, what is escaped, what is refused (limits are in `test_mathml_limits.py`)."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from markupsafe import Markup

from shoulders import mathml

MATH = "{http://www.w3.org/1998/Math/MathML}"


def tree(markup: str) -> ET.Element:
    """The MathML parsed, which it has to be able to be."""
    return ET.fromstring(markup)  # noqa: S314 - our own text


def test_a_formula_on_its_own_is_a_block_and_one_in_a_line_is_not():
    assert tree(mathml.display("x^2")).get("display") == "block"
    assert tree(mathml.inline("x^2")).get("display") in (None, "inline")
    assert mathml.display("  x^2 \n") == mathml.display("x^2")


def test_the_latex_rides_along_for_those_who_copy():
    tex = r"a < b \quad \text{if } \frac{1}{2} > 0"
    annotations = [e for e in tree(mathml.display(tex)).iter() if e.tag.endswith("annotation")]
    assert [(e.get("encoding"), e.text) for e in annotations] == [("application/x-tex", tex)]


@pytest.mark.parametrize(
    "tex",
    [
        *(r"\frac{QK^\top}{\sqrt{d_k}}", r"\mathrm{softmax}(x)_i", r"\sum_{i=1}^{n} \alpha_i h_i", r"\mathbb{E}[x]"),
        *(r"\begin{aligned} a &= b \\ c &= d \end{aligned}", r"\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}"),
        *(r"\text{<img src=x onerror=alert(1)>}", r"\operatorname{<b>}", r"a < b > c", r"\text{a & b}", r"\text{“”}"),
        r"\frac{\frac{1}{\frac{2}{3}}}{4}",
    ],
)
def test_formulas_are_well_formed_and_hold_nothing_but_mathml(tex):
    try:
        markup = mathml.display(tex)
    except mathml.MathError:
        assert "&" in tex, "an ampersand in a text is a mistake of LaTeX"
        return
    names = {element.tag.removeprefix(MATH) for element in tree(markup).iter()}
    assert all(re.fullmatch(r"math|semantics|annotation|m[a-z]+", name) for name in names), names
    assert not [name for element in tree(markup).iter() for name in element.attrib if name.startswith("on")]
    assert ' scriptlevel="' not in re.sub(r"<mstyle[^>]*>", "", markup)


@pytest.mark.parametrize(
    ("tex", "why"),
    [
        (r"\frac{1", "closing token"),
        (r"\nosuchcommand", "Unknown command"),
        (r"\text{a_b}", "text mode"),
        (r"\href{javascript:alert(1)}{x}", "Unknown command"),
        (r'\hspace{1em" onmouseover="x}', "non-special ASCII"),
        (r"\begin{equation}\label{content}x\end{equation}", r"\\label and \\eqref have no place"),
        (r"\eqref{content}", r"\\label and \\eqref have no place"),
        (r"\def\x{\x\x}\x", "Too many expansions"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_a_reason_on_one_line(tex, why):
    with pytest.raises(mathml.MathError, match=why) as caught:
        mathml.display(tex)
    assert "\n" not in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_a_command_that_one_formula_defines_is_unknown_to_the_next():
    assert "<mi>z</mi>" in mathml.display(r"\newcommand{\mine}{z}\mine")
    with pytest.raises(mathml.MathError, match="Unknown command"):
        mathml.display(r"\mine")


def test_prose_escapes_all_but_its_formulas():
    shown = mathml.prose('Keys of <b> & "size" $d_k$, values of $d_v$.')
    assert isinstance(shown, Markup)
    assert shown.startswith("Keys of &lt;b&gt; &amp; &#34;size&#34; <math")
    assert shown.count("<math") == 2
    assert shown.endswith("</math>.")
    assert mathml.prose("<no formula>") == "&lt;no formula&gt;"


@pytest.mark.parametrize("text", ["it costs 5$", "a $ b", "from $1\nto $2", "$$", ""])
def test_a_lone_dollar_sign_is_a_dollar_sign(text):
    assert mathml.prose(text) == Markup.escape(text)
    assert mathml.formulas(text) == []
    assert mathml.plain(text) == text


def test_prose_with_a_wrong_formula_is_refused():
    with pytest.raises(mathml.MathError):
        mathml.prose(r"before $\frac{1$ after")


def test_formulas_and_plain_agree_about_where_formulas_are():
    text = r"$a$ and $\frac{b}{c}$$d$"
    assert mathml.formulas(text) == ["a", r"\frac{b}{c}", "d"]
    assert mathml.plain(text) == r"a and \frac{b}{c}d"
