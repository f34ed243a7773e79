"""Formulas in LaTeX become MathML at build, so that pages need no JavaScript and no math font to download."""

from __future__ import annotations

import re
from functools import lru_cache

from markupsafe import Markup, escape
from math_core import LatexError, LatexToMathML

_converter = LatexToMathML()
# math-core writes the scriptlevel of nested fractions as an attribute that HTML's validators do not know on <mtd>.
_SCRIPTLEVEL = re.compile(r'(<mt(?:d|r|able)[^>]*?) scriptlevel="[^"]*"')
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_OPENING = re.compile(r"<math[^>]*>")


_IN_TEXT = re.compile(r"\$([^$\n]+)\$")


class MathError(ValueError):
    """LaTeX that cannot be converted."""


def display(tex: str) -> Markup:
    """A formula on a line of its own.

    Raises:
        MathError: when the LaTeX cannot be converted.
    """
    return _convert(tex.strip(), True)


def inline(tex: str) -> Markup:
    """A formula within a line of text.

    Raises:
        MathError: when the LaTeX cannot be converted.
    """
    return _convert(tex.strip(), False)


def formulas(text: str) -> list[str]:
    """The LaTeX between dollar signs in a text.

    >>> formulas("keys of size $d_k$ and values of size $d_v$")
    ['d_k', 'd_v']
    """
    return _IN_TEXT.findall(text)


def prose(text: str) -> Markup:
    """A text with the LaTeX between dollar signs as MathML and all else escaped.

    Raises:
        MathError: when a formula cannot be converted.
    """
    if "$" not in text:
        return escape(text)
    parts = _IN_TEXT.split(text)
    return Markup("").join(inline(part) if number % 2 else part for number, part in enumerate(parts))


def plain(text: str) -> str:
    """A text without the dollar signs around its formulas, for places that take no markup.

    >>> plain("of size $d_k$")
    'of size d_k'
    """
    return _IN_TEXT.sub(r"\1", text)


@lru_cache(maxsize=4096)
def _convert(tex: str, displaystyle: bool) -> Markup:
    try:
        text = _converter.convert_with_local_state(tex, displaystyle=displaystyle)
    except LatexError as error:
        lines = _ANSI.sub("", str(error)).strip().splitlines()
        raise MathError(lines[0].removeprefix("Error: ") if lines else "it cannot be read") from None
    opening = _OPENING.match(text)
    if not opening:
        raise MathError("it cannot be read")
    content = _SCRIPTLEVEL.sub(r"\1", text[opening.end() :].removesuffix("</math>"))
    # The LaTeX rides along for those who copy the formula.
    annotation = f'<annotation encoding="application/x-tex">{escape(tex)}</annotation>'
    mathml = f"{opening[0]}<semantics><mrow>{content}</mrow>{annotation}</semantics></math>"
    return Markup(mathml)  # noqa: S704 - math-core escapes its text, the annotation is escaped here
