"""Fill the built shells and placeholders with the catalog: the only writer of the site.

Takes what a builder (MkDocs or Zensical) left in a folder and makes the catalog's pages, exports, feeds and sitemap
of it. Knows no builder.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

from shoulders import addresses, citing, pages, search
from shoulders.addresses import Place
from shoulders.heads import head, missing_head
from shoulders.model import LANGUAGES, Language
from shoulders.problems import expected
from shoulders.view import View

SHELL_ID = "__id__"
HEAD, CONTENT = "<!-- shoulders: head -->", "<!-- shoulders: content -->"
_TOKENS = re.compile(r"(@@TITLE@@|@@DESCRIPTION@@|__id__|<!-- shoulders: (?:head|content) -->)")
_FRAGMENT = re.compile(r"<!-- shoulders: ([a-z-]+) -->")
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)">')
_CONTENT = re.compile(r'<div id="content">(.*)</div>\s*</article>', re.DOTALL)


Exports = Mapping[str, str]
"""A work by itself in each format, by the name of the format."""
Shells = Mapping[str, Sequence[str]]
"""The shells by kind, cut at their tokens."""


class StampError(Exception):
    """What a builder left is not what we can fill."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a task made: the addresses of pages in each language; of works by their keys, what each format says."""

    pages: Mapping[Language, Sequence[str]] = field(default_factory=dict)
    exports: Mapping[str, Exports] = field(default_factory=dict)


Task = Callable[[], Made]
"""A part of what there is to do; parts of a kind take about as long as each other."""


def together(parts: Iterable[Made], languages: Iterable[Language]) -> dict[Language, list[str]]:
    """The addresses of all pages, by language."""
    made: dict[Language, list[str]] = {language: [] for language in languages}
    for part in parts:
        for language, paths in part.pages.items():
            made[language] += paths
    return {language: sorted(paths) for language, paths in made.items()}


def language_folders(site: Path) -> dict[Language, Path]:
    """Where the rendered pages of each language stand in a site: those that were built.

    Raises:
        StampError: when there are none.
    """
    folders = {language: site / addresses.of_language(language) for language in LANGUAGES}
    built = {language: folder for language, folder in folders.items() if any(folder.glob(f"*/{SHELL_ID}/index.html"))}
    if not built:
        raise StampError(f"expected a freshly built site with its shells in {site}, got none")
    return built


def take_shells(folder: Path) -> Shells:
    """The shells cut at their tokens, by kind; their own pages are taken away."""
    shells = {}
    for file in sorted(folder.glob(f"*/{SHELL_ID}/index.html")):
        html = _tidy(file.read_text("utf-8"))
        kind = file.parent.parent.name
        for token in (HEAD, CONTENT, "@@TITLE@@"):
            if token not in html:
                raise StampError(f"{file}: expected {token} in the shell, got none")
        shells[kind] = _TOKENS.split(html)
        shutil.rmtree(file.parent)
    return shells


def written_files(folder: Path, language: Language) -> list[Path]:
    """The pages that a builder has left in the folder of a language, once the shells are taken."""
    others = tuple(f"{folder}/{other}/" for other in LANGUAGES if language == "en")
    return [path for path in sorted(folder.rglob("*.html")) if not str(path).startswith(others)]


def fill_written(view: View, folder: Path, files: Iterable[Path]) -> Iterator[search.Written]:
    """Fill what hand-written pages leave open: head, fragments, citations. Gives what the search finds in them."""
    for file in files:
        relative = file.relative_to(folder).as_posix()
        html = file.read_text("utf-8")
        if HEAD not in html:
            continue
        html = _tidy(html)
        path = relative.removesuffix("index.html")
        has_address = path.endswith("/") or not path  # the 404 page stands at any
        at = Place(view.language, path if has_address else "")
        title = _first(_TITLE, html) or view.site_name
        said = head(view, at, title, _first(_DESCRIPTION, html)) if has_address else missing_head(view)
        html = html.replace(HEAD, said, 1)
        written = search.read_written(
            path, title.split(" · ")[0], _FRAGMENT.sub(" ", _first(_CONTENT, html, keep=True))
        )
        unknown = [name for name in _FRAGMENT.findall(html) if name not in (*pages.FRAGMENTS, "timeline")]
        if unknown:
            raise StampError(f"{relative}: " + expected("a fragment", unknown[0], (*pages.FRAGMENTS, "timeline")))
        html = _FRAGMENT.sub(lambda match, at=at: pages.fragment(view, match[1], at), html)  # type: ignore[misc]  # a default in a lambda
        html = citing.fill(html, view, at)
        if left := citing.PLACEHOLDER.search(html):
            raise StampError(f"{relative}: expected the keys of works, got '{left[1]}'")
        write(file, html)
        if has_address:
            yield written


def _first(pattern: re.Pattern[str], html: str, *, keep: bool = False) -> str:
    match = pattern.search(html)
    return "" if not match else match[1] if keep else unescape(match[1]).strip()


_FINDINGS: Sequence[tuple[re.Pattern[str], str]] = (
    # What the HTML checker finds in the theme's own markup: a checkbox completes nothing, tabindex is a number.
    (re.compile(r'(<input class="md-toggle"[^>]*?) autocomplete="off"'), r"\1"),
    (re.compile(r'(<label class="md-nav__link"[^>]*?) tabindex=""'), r'\1 tabindex="0"'),
)


_BLANK = re.compile(r"(<(pre|textarea|script|style)\b.*?</\2>)|[ \t\r\f]*\n[ \t\r\n\f]*", re.DOTALL | re.IGNORECASE)


def _tidy(html: str) -> str:
    """The builder's HTML without findings of the checker and without blank lines, which are a quarter of a page."""
    for pattern, replacement in _FINDINGS:
        html = pattern.sub(replacement, html)
    return _BLANK.sub(lambda match: match[1] or "\n", html)


def write(path: Path, content: str | bytes) -> None:
    """Write a file, only when its content changes, so that watchers and caches stay calm."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    name = str(path)
    try:
        _create(name, data)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        _create(name, data)
    except FileExistsError:
        if path.read_bytes() != data:
            path.write_bytes(data)


def _create(name: str, data: bytes) -> None:
    """Write a file that is not there: most of a site's are not, and asking first takes as long again."""
    with open(name, "xb", buffering=0) as stream:  # noqa: PTH123 - Path.open asks the disk once more
        if stream.write(data) != len(data):  # the last that a full disk took
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), name)
