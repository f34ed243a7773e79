"""The search index: one small stub page per page of the site, indexed by Pagefind's extended binary.

Stubs stand in a folder of their own and never reach the site; their paths are the addresses that results lead to.
They carry no Pagefind filters: an index with filters comes out in another order each time (1.5.2), and two builds of
the same input would differ.
"""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path

from shoulders import addresses, mathml
from shoulders.catalog import Catalog
from shoulders.model import Language, Work


class SearchError(Exception):
    """The index could not be made."""


def write_index(
    site: Path, catalog: Catalog, written: Mapping[Language, tuple[Path, Iterable[tuple[str, str, str]]]]
) -> None:
    """Index the catalog and the hand-written pages of both languages into `site/pagefind`.

    `written` holds the path, title and text of each hand-written page.

    Raises:
        SearchError: when Pagefind is missing or fails.
    """
    with tempfile.TemporaryDirectory(prefix="shoulders-search-") as folder:
        stubs = Path(folder)
        for language, (folder_of_language, pages) in written.items():
            for path, stub in _stubs(catalog, language, pages):
                file = stubs / folder_of_language / path / "index.html"
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


def _stubs(catalog: Catalog, language: Language, written: Iterable[tuple[str, str, str]]) -> Iterable[tuple[str, str]]:
    for work in catalog.works:
        yield addresses.work(work.key), _work_stub(catalog, work, language)
    for slug in catalog.works_of_person:
        name = catalog.person_names[slug]
        title = name.native if language == "zh" and name.native else name.display
        parts: list[tuple[float, str]] = [(8, f"{name.display} {name.native}")]
        yield addresses.person(slug), _stub(language, "author", title, parts)
    for topic in catalog.topics:
        parts = [(8, f"{topic.name.en} {topic.name.zh}"), (1, topic.summary.get(language))]
        yield addresses.topic(topic.id), _stub(language, "topic", topic.name.get(language), parts)
    for found in catalog.lists:
        parts = [(8, f"{found.title.en} {found.title.zh}"), (1, found.summary.get(language))]
        yield addresses.reading_list(found.id), _stub(language, "list", found.title.get(language), parts)
    for path, title, text in written:
        yield path, _stub(language, "page", title, [(4, title), (1, text)])


def _work_stub(catalog: Catalog, work: Work, language: Language) -> str:
    people = catalog.credits[work.key]
    names = " ".join(f"{credit.name.display} {credit.name.native}".strip() for credit in people)
    venue = catalog.venue.get(work.venue or "")
    head = [work.title, work.nickname, work.romanised]
    head += [work.translated.en, work.translated.zh] if work.translated else []
    ids = [work.key, work.key.replace("-", " "), work.arxiv, work.doi, work.acl, str(work.year), work.first_public[:4]]
    places = [venue.short or venue.name if venue else "", work.booktitle]
    topics = [catalog.topic[name].name.get(language) for name in work.topics if name in catalog.topic]
    byline = ", ".join(credit.name.display for credit in people[:3]) + (" …" if len(people) > 3 else "")
    # Works on whose shoulders many stand come first where the words fit alike: about twice the weight with 30 of them.
    boost = 1 + math.log2(1 + len(catalog.led_to.get(work.key, ()))) / 5
    parts = [
        (10, " ".join([work.nickname or ""] * 3 + [f"{credit.name.family_full} {work.year}" for credit in people[:1]])),
        (4 * boost, " ".join(part for part in head if part)),
        (2 * boost, " ".join(part for part in [names, *ids, *places, *topics] if part)),
        (boost, work.summary.get(language)),
    ]
    return _stub(language, work.kind, work.title, parts, {"by": byline, "year": work.first_public[:4]})


def _stub(
    language: Language, kind: str, title: str, parts: list[tuple[float, str]], meta: dict[str, str] | None = None
) -> str:
    """A page that only Pagefind reads: weighted texts, and what a result shows."""
    shown = {"title": title, "kind": kind, "text": mathml.plain(" ".join(parts[-1][1].split())), **(meta or {})}
    metas = "".join(f'<meta data-pagefind-meta="{n}[content]" content="{escape(v)}">' for n, v in shown.items())
    body = "".join(
        f'<p data-pagefind-weight="{min(weight, 10):.3g}">{escape(index_text(text))}</p>' for weight, text in parts
    )
    return (
        f'<!doctype html><html lang="{language}"><head><title>{escape(title)}</title>{metas}</head>'
        f"<body data-pagefind-body>{body}</body></html>"
    )


_CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_HYPHEN = re.compile(r"(?<=\w)[-‐‑–/_](?=\w)")
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_BARE = {"Ł": "L", "ł": "l", "Ø": "O", "ø": "o", "Đ": "D", "đ": "d", "ı": "i"}
_BARE |= {"ß": "ss", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe"}


def index_text(text: str) -> str:
    """The text as it is indexed: Chinese as pairs of neighbouring characters in Latin letters, no hyphens, no accents.

    Pagefind divides Chinese into words by one dictionary when it indexes and by the browser's when it searches, so
    that 注意力 finds nothing. Pairs need no dictionary; a prefix of a pair finds a single character. A word with
    hyphens it counts for many times a whole one, so that "bert" found BERT-based things before BERT. `search.js`
    writes queries in the same way.

    >>> index_text("词向量 BERT-based")
    ' qzilmnfebb qzfebbjbmp qzjbmp  BERT based'
    >>> index_text("Łukasz Kaiser")
    'Lukasz Kaiser'
    """
    parts = unicodedata.normalize("NFD", mathml.plain(text))
    bare = "".join(_BARE.get(letter, letter) for letter in parts if not unicodedata.combining(letter))
    bare = unicodedata.normalize("NFC", bare)
    return _CJK.sub(lambda run: f" {' '.join(_pairs(run[0]))} ", _HYPHEN.sub(" ", bare))


def _pairs(run: str) -> list[str]:
    codes = [f"{ord(character):04x}".translate(_LETTERS) for character in run]
    return ["qz" + "".join(codes[i : i + 2]) for i in range(len(codes))]


_TAGS = re.compile(r"<(script|style|svg|math|cite)\b.*?</\1>|<[^>]+>", re.DOTALL)


def plain_text(html: str) -> str:
    """The words of a page's content."""
    return " ".join(_TAGS.sub(" ", html).replace("¶", " ").split())
