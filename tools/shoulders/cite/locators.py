"""The addresses and identifiers of an entry: whether they are well formed, and whether they are known to be dead.

Asks nobody: what is dead is what the catalog's record of links says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from shoulders.exports.latex import raw
from shoulders.ids import check_arxiv, check_doi, check_url
from shoulders.links.record import Link
from shoulders.problems import expected, quoted
from shoulders.readers import find
from shoulders.readers.bibtex_syntax import Block

_URL = re.compile(r"\\url\s*\{(.*)\}")
_RESOLVER = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_VERSION = re.compile(r"v[0-9]+$")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field, and what it should say where that is certain."""

    field: str
    message: str
    instead: str | None = None


def faults(block: Block, dead: Mapping[str, Link], address: str | None) -> tuple[Fault, ...]:
    """What is wrong with the url, the DOI and the eprint of an entry; `address` is where its work can be read."""
    url, doi, eprint = (_plain(block.says(name)) for name in ("url", "doi", "eprint"))
    archive = block.says("archiveprefix", "eprinttype").casefold()
    found = (
        _url(url, dead, address) if url else None,
        _doi(doi, dead) if doi else None,
        _eprint(eprint, dead) if eprint and (archive == "arxiv" or "arxiv" in eprint.casefold()) else None,
    )
    return tuple(filter(None, found))


def _plain(text: str) -> str:
    """What LaTeX reads where an address was escaped for it."""
    return re.sub(r"\{?\\([_%&#~$])\}?", r"\1", text)


def _url(url: str, dead: Mapping[str, Link], address: str | None) -> Fault | None:
    command = _URL.fullmatch(url)
    bare = _plain(command[1]).strip() if command else url
    try:
        if not bare.startswith("ftp://"):
            check_url(quote(bare, safe="".join(map(chr, range(128)))))
    except ValueError as error:
        return Fault("url", expected(str(error), url))
    if command:
        return Fault("url", expected("a bare address", url), raw(bare))
    link = _known(dead, url)
    live = raw(address) if address and not _known(dead, address) else None
    return Fault("url", _dead(url, link), live) if link else None


def _doi(doi: str, dead: Mapping[str, Link]) -> Fault | None:
    bare = _RESOLVER.sub("", doi)
    try:
        check_doi(bare)
    except ValueError as error:
        return Fault("doi", expected(str(error), doi))
    if bare != doi:
        return Fault("doi", expected("a DOI without its resolver", doi), raw(bare))
    link = _known(dead, f"https://doi.org/{doi}")
    return Fault("doi", _dead(doi, link)) if link else None


def _eprint(eprint: str, dead: Mapping[str, Link]) -> Fault | None:
    plain = _VERSION.sub("", eprint)
    try:
        check_arxiv(plain)
    except ValueError as error:
        return Fault("eprint", expected(str(error), eprint), find.arxiv(eprint) or None)
    link = _known(dead, f"https://arxiv.org/abs/{plain}")
    return Fault("eprint", _dead(eprint, link)) if link else None


def _known(dead: Mapping[str, Link], address: str) -> Link | None:
    """The record of a dead address, with or without a slash at its end."""
    return dead.get(address) or dead.get(address.removesuffix("/")) or dead.get(f"{address}/")


def _dead(got: str, link: Link) -> str:
    copy = f"; archived copy: {link.archived}" if link.archived else ""
    return f"expected an address that answers, got {quoted(got)}, dead since {link.since}{copy}"
