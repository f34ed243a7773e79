"""Formulas in LaTeX become MathML at build, so that pages need no JavaScript and no math font to download."""

from __future__ import annotations

import re
from functools import lru_cache
from html.parser import HTMLParser

from markupsafe import Markup, escape
from math_core import LatexError, LatexToMathML

_converter = LatexToMathML()
# math-core writes the scriptlevel of nested fractions as an attribute that HTML's validators do not know on <mtd>.
_SCRIPTLEVEL = re.compile(r'(<mt(?:d|r|able)[^>]*?) scriptlevel="[^"]*"')
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_OPENING = re.compile(r"<math[^>]*>")
_ANCHOR = re.compile(r'<[^>]* id="|<a\b')


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
    return _IN_TEXT.findall(text) if "$" in text else []


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
    return _IN_TEXT.sub(r"\1", text) if "$" in text else text


Tree = list["str | dict[str, str] | Tree"]


class _TreeBuilder(HTMLParser):
    """Reads MathML as nested lists: name, attributes, children."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[Tree] = [[]]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append([tag, {name: value or "" for name, value in attrs}])

    def handle_endtag(self, _: str) -> None:  # what the converter writes is balanced
        element = self.open.pop()
        self.open[-1].append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        self.open[-1].append(data)


def parts(text: str) -> Tree:
    """A text for a script that makes elements: words as they are, and each formula as a tree.

    >>> words, formula = parts("of size $d$")
    >>> words, formula[0], formula[2][2][2]
    ('of size ', 'math', ['mi', {}, 'd'])

    Raises:
        MathError: when a formula cannot be converted.
    """
    found: Tree = []
    for number, part in enumerate(_IN_TEXT.split(text)):
        if number % 2:
            builder = _TreeBuilder()
            builder.feed(str(inline(part)))
            builder.close()
            found += builder.open[0]
        elif part:
            found.append(part)
    return found


MAX_TEX = 2000
MAX_UNCLOSED = 8
_BRACKET = re.compile(r"\\[A-Za-z]+|\\.|[{}()\[\]&⟨⟩⌊⌋⌈⌉⟦⟧]", re.DOTALL)
_PAIRS = r"( ) [ ] \{ \} \lbrace \rbrace \lbrack \rbrack \langle \rangle \lfloor \rfloor \lceil \rceil \lgroup \rgroup"
_PAIRS += (
    r" \lmoustache \rmoustache \lvert \rvert \lVert \rVert \ulcorner \urcorner \llcorner \lrcorner ⟨ ⟩ ⌊ ⌋ ⌈ ⌉ ⟦ ⟧"
)
_OPEN = frozenset(_PAIRS.split()[::2])
_CLOSE = frozenset(_PAIRS.split()[1::2])


def _unclosed(tex: str) -> int:
    """How many brackets are never closed within their group."""
    groups, lost = [0], 0
    for match in _BRACKET.finditer(tex):
        mark = match[0]
        if mark == "{":
            groups.append(0)
        elif mark == "}" and len(groups) > 1:
            lost += groups.pop()
        elif mark in ("&", r"\\"):
            lost, groups[-1] = lost + groups[-1], 0
        elif mark in _OPEN:
            groups[-1] += 1
        elif mark in _CLOSE:
            groups[-1] = max(0, groups[-1] - 1)
    return lost + sum(groups)


@lru_cache(maxsize=4096)
def _convert(tex: str, displaystyle: bool) -> Markup:
    # math-core recurses (10,000 braces end the process) and tries each unclosed bracket twice (50 take for ever).
    if len(tex) > MAX_TEX:
        raise MathError(f"it is longer than {MAX_TEX} characters")
    if _unclosed(tex) > MAX_UNCLOSED:
        raise MathError(f"more than {MAX_UNCLOSED} brackets are never closed")
    try:
        text = _converter.convert_with_local_state(tex, displaystyle=displaystyle)
    except LatexError as error:
        lines = _ANSI.sub("", str(error)).strip().splitlines()
        raise MathError(lines[0].removeprefix("Error: ") if lines else "it cannot be read") from None
    opening = _OPENING.match(text)
    if not opening:
        raise MathError("it cannot be read")
    content = _SCRIPTLEVEL.sub(r"\1", text[opening.end() :].removesuffix("</math>"))
    if _ANCHOR.search(content):  # an id may clash with one of the page, a reference leads nowhere
        raise MathError("\\label and \\eqref have no place here")
    # The LaTeX rides along for those who copy the formula.
    annotation = f'<annotation encoding="application/x-tex">{escape(tex)}</annotation>'
    mathml = f"{opening[0]}<semantics><mrow>{content}</mrow>{annotation}</semantics></math>"
    return Markup(mathml)  # noqa: S704 - math-core escapes its text, the annotation is escaped here
