"""A demo's file as a page shows it: sections of prose with formulas beside highlighted code.

Reads the `# %%` cells; never runs or imports the demo. Its text is untrusted: of Markdown only paragraphs, lists,
emphasis, code and formulas are known, and no HTML passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from shoulders import mathml

_CELL = re.compile(r"^# %%(?P<markdown> \[markdown\])?[ \t]*$", re.MULTILINE)
_DISPLAY = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)
_HEADING = re.compile(r"^#+\s+(.+)$")
_UNKNOWN = (
    "reference link image_link image_reference short_reference short_image_ref autolink automail html entity".split()
)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its prose, and the code that follows it."""

    heading: str
    prose: Markup
    code: str
    line: int  # where the code begins in the file, counted from 1


class ListingError(ValueError):
    """A cell that cannot be shown, with its line."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def sections(text: str) -> list[Section]:
    """The sections of a demo: what stands before its first cell, then each piece of prose with its code.

    Raises:
        ListingError: when a formula cannot be converted.
    """
    found: list[Section] = []
    heading, prose = "", Markup("")
    for markdown, body, line in _cells(text):
        if markdown:
            if heading or prose:  # prose that no code follows
                found.append(Section(heading, prose, "", line))
            try:
                heading, prose = _prose(body)
            except mathml.MathError as error:
                raise ListingError(line, f"expected LaTeX that becomes MathML: {error}") from None
        elif body.strip():
            blank = len(body) - len(body.lstrip("\n"))
            found.append(Section(heading, prose, body.strip("\n") + "\n", line + blank))
            heading, prose = "", Markup("")
    return [*found, Section(heading, prose, "", text.count("\n") + 1)] if heading or prose else found


def _cells(text: str) -> Iterator[tuple[bool, str, int]]:
    """Whether it is Markdown, the text without comment signs, and the line where it begins, of each cell."""
    marks = list(_CELL.finditer(text))
    begins = [(False, 0), *((bool(mark["markdown"]), mark.end() + 1) for mark in marks)]
    ends = [*(mark.start() for mark in marks), len(text)]
    for (markdown, begin), end in zip(begins, ends, strict=True):
        body = text[begin:end]
        if markdown:
            body = "\n".join(re.sub(r"^# ?", "", line) for line in body.split("\n"))
        yield markdown, body, text.count("\n", 0, begin) + 1


def _prose(text: str) -> tuple[str, Markup]:
    """The heading in the first line, and the rest as HTML."""
    first, _, rest = text.strip().partition("\n")
    match = _HEADING.match(first)
    heading, body = (match[1], rest) if match else ("", text)
    displays: list[Markup] = []

    def keep(found: re.Match[str]) -> str:
        displays.append(mathml.display(found[1]))
        return f"\n\nDISPLAY{len(displays) - 1}FORMULA\n\n"

    html = _markdown().reset().convert(_DISPLAY.sub(keep, body))
    for number, formula in enumerate(displays):
        box = f'<div class="sh-equation__math" tabindex="0" role="group" aria-label="{escape(heading)}">{formula}</div>'
        html = html.replace(f"<p>DISPLAY{number}FORMULA</p>", box)
    return heading, Markup(html)  # noqa: S704 - Markdown without HTML, and MathML of ours


class _Formula(InlineProcessor):
    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]  # noqa: ARG002
        return self.md.htmlStash.store(str(mathml.inline(m[1]))), m.start(0), m.end(0)


@cache
def _markdown() -> Markdown:
    """Markdown that knows no HTML, no links and no pictures."""
    markdown = Markdown()
    markdown.preprocessors.deregister("html_block")
    markdown.parser.blockprocessors.deregister("reference")
    for name in _UNKNOWN:
        markdown.inlinePatterns.deregister(name)
    markdown.inlinePatterns.register(_Formula(r"\$([^$\n]+)\$", markdown), "formula", 185)
    return markdown


@lru_cache(maxsize=4096)  # the pages of both languages show the same
def code(name: str, section: Section) -> Markup:
    """The highlighted code of a section; each line has an address, and its number does not get into copies."""
    lines = highlight(section.code, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)).rstrip("\n").split("\n")
    numbered = (
        f'<a class="sh-lineno" id="{escape(name)}-L{number}" href="#{escape(name)}-L{number}" tabindex="-1"'
        f' aria-label="{number}" data-line="{number}"></a>{line}'
        for number, line in enumerate(lines, start=section.line)
    )
    return Markup("\n".join(numbered))  # noqa: S704 - Pygments escapes
