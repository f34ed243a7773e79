"""The addresses and identifiers of an entry: whether they are well formed, and whether they are known to be dead.

Asks nobody: what is dead is what the catalog's record of links says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from shoulders.cite.blocks import Block, value
from shoulders.exports.latex import raw
from shoulders.ids import check_arxiv, check_doi, check_url
from shoulders.links.record import Link
from shoulders.problems import expected, quoted
from shoulders.readers import find_arxiv, find_doi

_URL = re.compile(r"\\url\s*\{(.*)\}")
_VERSION = re.compile(r"v[0-9]+$")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field, and what it should say where that is certain."""

    field: str
    message: str
    instead: str | None = None


def faults(text: str, block: Block, dead: Mapping[str, Link], address: str | None) -> Iterator[Fault]:
    """What is wrong with the url, the DOI and the eprint of an entry; `address` is where its work can be read."""
    url = _plain(value(text, block.field("url")))
    doi = _plain(value(text, block.field("doi")))
    eprint = _plain(value(text, block.field("eprint")))
    archive = value(text, block.field("archiveprefix", "eprinttype")).casefold()
    malformed: Fault | None = None
    if url and (malformed := _url(url)):
        yield malformed
    elif url and (link := _known(dead, url)):
        live = address and not _known(dead, address)
        yield Fault("url", _dead(url, link), raw(address) if address and live else None)
    if doi and (malformed := _doi(doi)):
        yield malformed
    elif doi and (link := _known(dead, f"https://doi.org/{doi}")):
        yield Fault("doi", _dead(doi, link))
    if eprint and (archive == "arxiv" or "arxiv" in eprint.casefold()):
        if malformed := _eprint(eprint):
            yield malformed
        elif link := _known(dead, f"https://arxiv.org/abs/{_VERSION.sub('', eprint)}"):
            yield Fault("eprint", _dead(eprint, link))


def _plain(text: str) -> str:
    """What LaTeX reads where an address was escaped for it."""
    return re.sub(r"\{?\\([_%&#~$])\}?", r"\1", text)


def _url(url: str) -> Fault | None:
    inner = _URL.fullmatch(url)
    bare = _plain(inner[1]).strip() if inner else url
    try:
        if not bare.startswith("ftp://"):
            check_url(quote(bare, safe="".join(map(chr, range(128)))))
    except ValueError as error:
        return Fault("url", expected(str(error), url))
    return Fault("url", expected("a bare address", url), raw(bare)) if inner else None


def _doi(doi: str) -> Fault | None:
    try:
        check_doi(doi)
    except ValueError as error:
        bare = find_doi(doi)
        return Fault("doi", expected(str(error), doi), raw(bare) if bare else None)
    return None


def _eprint(eprint: str) -> Fault | None:
    try:
        check_arxiv(_VERSION.sub("", eprint))
    except ValueError as error:
        bare = find_arxiv(eprint)
        return Fault("eprint", expected(str(error), eprint), bare or None)
    return None


def _known(dead: Mapping[str, Link], address: str) -> Link | None:
    """The record of a dead address, with or without a slash at its end."""
    return dead.get(address) or dead.get(address.removesuffix("/")) or dead.get(f"{address}/")


def _dead(got: str, link: Link) -> str:
    copy = f"; archived copy: {link.archived}" if link.archived else ""
    return f"expected an address that answers, got {quoted(got)}, dead since {link.since}{copy}"
