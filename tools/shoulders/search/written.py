"""The hand-written pages as the search reads them: their sections, as plain text, from rendered HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

_TAGS = re.compile(r"<(script|style|svg|math|cite)\b.*?</\1>|<[^>]+>", re.DOTALL)
_HEADING = re.compile(r'<h[23] id="([^"]+)"[^>]*>(.*?)</h[23]>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Written:
    """A hand-written page: its path, its title, and anchor, heading and text of each of its sections.

    The first section is what stands before any heading: it has neither anchor nor heading.
    """

    path: str
    title: str
    sections: tuple[tuple[str, str, str], ...]


def read_written(path: str, title: str, html: str) -> Written:
    """A page from the HTML of its content."""
    first, *rest = _HEADING.split(re.sub(r"<h1\b.*?</h1>", " ", html, flags=re.DOTALL))
    sections = [("", "", plain_text(first))]
    for anchor, heading, text in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        sections.append((unescape(anchor), plain_text(heading), plain_text(text)))
    return Written(path, title, tuple(sections))


def plain_text(html: str) -> str:
    """The words of a page's content.

    >>> plain_text("<p>Keys &amp; values<script>no()</script></p>")
    'Keys & values'
    """
    return " ".join(unescape(_TAGS.sub(" ", html)).replace("¶", " ").split())
