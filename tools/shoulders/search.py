"""The search index: one small stub page per page of the site, indexed by Pagefind's extended binary.

Stubs stand in a folder of their own and never reach the site; their paths are the addresses that results lead to.
They carry no Pagefind filters: an index with filters comes out in another order each time (1.5.2), and two builds of
the same input would differ.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from html import escape
from pathlib import Path

from shoulders import addresses, mathml
from shoulders.catalog import Catalog
from shoulders.model import LANGUAGES, Language, Work


class SearchError(Exception):
    """The index could not be made."""


def write_index(site: Path, catalog: Catalog, written: dict[Language, Iterable[tuple[str, str, str]]]) -> None:
    """Index the catalog and the hand-written pages of both languages into `site/pagefind`.

    `written` holds the path, title and text of each hand-written page.

    Raises:
        SearchError: when Pagefind is missing or fails.
    """
    with tempfile.TemporaryDirectory(prefix="shoulders-search-") as folder:
        stubs = Path(folder)
        for language in LANGUAGES:
            for path, stub in _stubs(catalog, language, written.get(language, ())):
                file = stubs / addresses.of_language(language) / path / "index.html"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(stub, encoding="utf-8")
        command = [sys.executable, "-m", "pagefind_bin_extended", "--site", folder, "--silent"]
        command += ["--output-path", str(site / "pagefind")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SearchError(f"Pagefind failed: {done.stderr.strip() or done.stdout.strip()}")
    _tidy(site / "pagefind")


def _tidy(folder: Path) -> None:
    """Drop the interfaces we do not use, and order the languages, which Pagefind writes as they come."""
    for pattern in ("pagefind-*ui*", "pagefind-highlight*"):
        for extra in folder.glob(pattern):
            extra.unlink()
    entry = folder / "pagefind-entry.json"
    entry.write_text(json.dumps(json.loads(entry.read_text("utf-8")), sort_keys=True), encoding="utf-8")


def _stubs(
    catalog: Catalog, language: Language, written: Iterable[tuple[str, str, str]]
) -> Iterable[tuple[str, str]]:
    for work in catalog.works:
        yield addresses.work(work.key), _work_stub(catalog, work, language)
    for slug, works in catalog.works_of_person.items():
        name = catalog.person_names[slug]
        text = f"{name.display} {name.native} " + " · ".join(work.short for work in works)
        title = name.native if language == "zh" and name.native else name.display
        yield addresses.person(slug), _stub(language, title, "author", text, weight=4)
    for topic in catalog.topics:
        text = f"{topic.name.en} {topic.name.zh} {topic.summary.get(language)}"
        yield addresses.topic(topic.id), _stub(language, topic.name.get(language), "topic", text, weight=5)
    for found in catalog.lists:
        text = found.summary.get(language)
        yield addresses.reading_list(found.id), _stub(language, found.title.get(language), "list", text, weight=5)
    for path, title, text in written:
        yield path, _stub(language, title, "page", text, weight=3)


def _work_stub(catalog: Catalog, work: Work, language: Language) -> str:
    people = catalog.credits[work.key]
    names = " ".join(f"{credit.name.display} {credit.name.native}".strip() for credit in people)
    venue = catalog.venue.get(work.venue or "")
    head = [work.title, work.nickname, work.romanised, work.translated.get(language) if work.translated else ""]
    ids = [work.key, work.key.replace("-", " "), work.arxiv, work.doi, work.acl, str(work.year), work.first_public[:4]]
    places = [venue.short or venue.name if venue else "", work.booktitle]
    topics = [catalog.topic[name].name.get(language) for name in work.topics if name in catalog.topic]
    text = " ".join(part for part in [names, *ids, *places, *topics] if part)
    byline = ", ".join(credit.name.display for credit in people[:3]) + (" …" if len(people) > 3 else "")
    summary = work.summary.get(language)
    body = (
        f'<h1 data-pagefind-weight="8">{escape(" ".join(part for part in head if part))}</h1>'
        f'<p data-pagefind-weight="3">{escape(text)}</p><p>{escape(mathml.plain(summary))}</p>'
    )
    return _document(language, work.title, work.kind, body, {"by": byline, "year": work.first_public[:4]})


def _stub(language: Language, title: str, kind: str, text: str, weight: int) -> str:
    body = f'<h1 data-pagefind-weight="{weight}">{escape(title)}</h1><p>{escape(text)}</p>'
    return _document(language, title, kind, body, {})


def _document(language: Language, title: str, kind: str, body: str, meta: dict[str, str]) -> str:
    metas = "".join(
        f'<meta data-pagefind-meta="{name}[content]" content="{escape(value)}">' for name, value in meta.items()
    )
    return (
        f'<!doctype html><html lang="{language}"><head><title>{escape(title)}</title>{metas}'
        f'<meta data-pagefind-meta="title[content]" content="{escape(title)}">'
        f'<meta data-pagefind-meta="kind[content]" content="{kind}">'
        "</head>"
        f"<body data-pagefind-body>{body}</body></html>"
    )


_TAGS = re.compile(r"<(script|style|svg|math)\b.*?</\1>|<[^>]+>", re.DOTALL)


def plain_text(html: str) -> str:
    """The words of a page's content."""
    return " ".join(_TAGS.sub(" ", html).replace("¶", " ").split())


