"""What a person types to name a work: an identifier with its kind before it, bare, or as an address.

Looks nothing up.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import unquote

from shoulders import ids
from shoulders.problems import expected
from shoulders.readers import Entry, find

Kind = Literal["arxiv", "doi", "acl", "openreview", "isbn", "github", "url"]
EXAMPLES: dict[Kind, str] = {
    "arxiv": "arxiv:1706.03762",
    "doi": "doi:10.18653/v1/N19-1423",
    "acl": "acl:N19-1423",
    "openreview": "openreview:H1eA7AEtvS",
    "isbn": "isbn:978-7-111-59373-7",
    "github": "github:owner/repository",
    "url": "https://…",
}


@dataclass(frozen=True, slots=True)
class Identifier:
    """A kind of identifier and its value in canonical form."""

    kind: Kind
    value: str

    def __str__(self) -> str:
        return self.value if self.kind == "url" else f"{self.kind}:{self.value}"


def parse_identifier(text: str) -> Identifier:
    """The identifier that a text is or links to.

    >>> str(parse_identifier("https://arxiv.org/pdf/1706.03762v5"))
    'arxiv:1706.03762'

    Raises:
        ValueError: when it is none; the message says what was expected.
    """
    text = text.strip()
    prefix, colon, value = text.partition(":")
    kind = prefix.strip().casefold()
    if colon and kind in CHECKS:
        return _checked(kind, value.strip())
    known = f"an identifier ({', '.join(EXAMPLES.values())})"
    if colon and not text.startswith(("http://", "https://")):
        raise ValueError(expected(known, text, [f"{name}:{value}" for name in CHECKS]))
    for name, finder in FINDERS.items():
        if found := finder(unquote(text)):
            return Identifier(name, found)
    if match := _REPOSITORY.match(text):
        return Identifier("github", match[1].removesuffix(".git"))
    try:
        return Identifier("url", ids.check_url(text))
    except ValueError:
        raise ValueError(expected(known, text)) from None


def as_entry(identifier: Identifier) -> Entry:
    """What an identifier alone says of a work, to find it by."""
    entry = Entry(line=0, key="", type="book" if identifier.kind == "isbn" else "")
    if identifier.kind == "github":
        return replace(entry, url=f"https://github.com/{identifier.value}")
    said: dict[str, Any] = {identifier.kind: identifier.value}
    return replace(entry, **said)


def _checked(kind: str, value: str) -> Identifier:
    if kind == "doi" and (arxiv := find.arxiv(value)):  # arXiv's own DOIs say less than its ids
        return Identifier("arxiv", arxiv)
    for name, check in CHECKS.items():
        if name == kind:
            try:
                return Identifier(name, check(value))
            except ValueError as error:
                raise ValueError(expected(str(error), value)) from None
    raise AssertionError(kind)


_REPOSITORY = re.compile(r"https?://(?:www\.)?github\.com/([A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100})/?(?:[?#].*)?$")


def _bare_arxiv(value: str) -> str:
    return ids.check_arxiv(re.sub(r"v[0-9]{1,3}$", "", value))


def _repository(value: str) -> str:
    """A repository on GitHub, like `owner/repository`."""
    match = _REPOSITORY.match(value if value.startswith("http") else f"https://github.com/{value}")
    if not match:
        raise ValueError("a repository like 'owner/repository'")
    return match[1].removesuffix(".git")


def _loose(finder: Callable[..., str], check: Callable[[str], str]) -> Callable[[str], str]:
    """The value itself, or the one in an address that was pasted after the kind."""
    return lambda value: check((finder(unquote(value)) if value.startswith("http") else "") or value)


CHECKS: dict[Kind, Callable[[str], str]] = {
    "arxiv": _loose(find.arxiv, _bare_arxiv),
    "doi": _loose(find.doi, ids.check_doi),
    "acl": _loose(find.acl, lambda value: ids.check_acl(find.acl_case(value))),
    "openreview": _loose(find.openreview, ids.check_openreview),
    "isbn": lambda value: ids.check_isbn(value.replace(" ", "-")),
    "github": _repository,
}


def _arxiv(text: str) -> str:
    try:
        return find.arxiv(text) or _bare_arxiv(text)
    except ValueError:
        return ""


def _acl(text: str) -> str:
    try:
        return find.acl(text) or ids.check_acl(find.acl_case(text))
    except ValueError:
        return ""


FINDERS: dict[Kind, Callable[[str], str]] = {
    "arxiv": _arxiv,
    "acl": _acl,
    "openreview": find.openreview,
    "doi": find.doi,
    "isbn": lambda text: find.isbn(text.replace(" ", "-")) if re.fullmatch(r"[0-9X -]{10,17}", text) else "",
}
"""In this order: the Anthology's DOI says less than its id, and an ISBN is but digits."""
