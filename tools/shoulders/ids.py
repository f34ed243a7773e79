"""The grammar of every identifier: citation keys, slugs, arXiv, DOI, ISBN, ACL, ORCID and addresses.

The only place that knows them; it looks nothing up. Each `check_*` returns its argument in canonical
form or raises `ValueError` with what was expected.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from anyascii import anyascii

STOP_WORDS = frozenset(
    "a an and are as at be by can do does for from how in is of on or the to what when where why with".split(" ")
)

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*-(?:1[89]|20)[0-9]{2}-[a-z0-9]+(?:-[a-z0-9]+)*")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ARXIV_NEW = re.compile(r"([0-9]{2})(0[1-9]|1[0-2])\.([0-9]{4,5})")
_ARXIV_OLD = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Z]{2})?/([0-9]{2})(0[1-9]|1[0-2])[0-9]{3}")
_ARXIV_CLASS = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]{2}(?:-[a-z]+)?)?")
_DOI = re.compile(r"10\.[0-9]{4,9}/[^\s\"<>\\^`{|}]+")
_ACL_OLD = re.compile(r"[A-Z][0-9]{2}-[0-9]{4,5}")
_ACL_NEW = re.compile(r"[0-9]{4}\.[a-z0-9_]+-[a-z0-9_]+\.[0-9]+")
_OPENREVIEW = re.compile(r"[A-Za-z0-9_-]{6,20}")
_ORCID = re.compile(r"[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_PAGES = re.compile(r"[A-Za-z]?[0-9]+(?:[:.][0-9]+)?(?:-[A-Za-z]?[0-9]+(?:[:.][0-9]+)?)?")


def slugify(text: str) -> str:
    """Lower-case ASCII words joined by hyphens.

    >>> slugify("Łukasz Kaiser")
    'lukasz-kaiser'
    """
    return "-".join(re.findall(r"[a-z0-9]+", anyascii(text).lower().replace("'", "")))


def propose_key(family_names: Sequence[str], year: int, title: str, taken: Iterable[str] = ()) -> str:
    """The citation key of a new work: `last[-last2|-etal]-year-word`, further title words on a tie.

    `family_names` are the authors' in order (or one organisation), `title` is romanised already.

    >>> propose_key(["Gehring", "Auli", "Grangier"], 2017, "Convolutional Sequence to Sequence Learning",
    ...             ["gehring-etal-2017-convolutional"])
    'gehring-etal-2017-convolutional-sequence'
    """
    names = ["".join(slugify(name).split("-")) for name in family_names] or ["anonymous"]
    who = "-".join(names) if len(names) <= 2 else f"{names[0]}-etal"
    words = [w for w in slugify(title).split("-") if w and w not in STOP_WORDS] or ["untitled"]
    used = {key.casefold() for key in taken}
    for count in range(1, len(words) + 1):
        key = f"{who}-{year}-{'-'.join(words[:count])}"
        if key not in used:
            return key
    number = 2
    while f"{key}-{number}" in used:
        number += 1
    return f"{key}-{number}"


def check_key(value: str) -> str:
    """A citation key: lower-case words joined by hyphens, with a year among them."""
    if not _KEY.fullmatch(value):
        raise ValueError("a key like 'vaswani-etal-2017-attention' (a-z, 0-9 and hyphens: name, year, word)")
    return value


def check_slug(value: str) -> str:
    """An identifier in addresses: lower-case ASCII words joined by hyphens."""
    if not _SLUG.fullmatch(value):
        raise ValueError("an identifier of a-z, 0-9 and hyphens")
    return value


def check_arxiv(value: str) -> str:
    """An arXiv identifier without version, new style (`1706.03762`) or old (`cs/0112017`)."""
    new = _ARXIV_NEW.fullmatch(value)
    if new and len(new[3]) == (5 if new[1] >= "15" else 4) and "07" <= new[1] <= "89":
        return value
    if _ARXIV_OLD.fullmatch(value):
        return value
    raise ValueError("an arXiv id without version, like '1706.03762' or 'cs/0112017'")


def arxiv_month(value: str) -> str:
    """The month an arXiv identifier was given out, as `YYYY-MM`.

    >>> arxiv_month("1410.3916")
    '2014-10'
    """
    match = _ARXIV_NEW.fullmatch(value) or _ARXIV_OLD.fullmatch(value)
    if not match:
        raise ValueError(f"not an arXiv id: {value!r}")
    century = "19" if int(match[1]) >= 91 else "20"
    return f"{century}{match[1]}-{match[2]}"


def check_arxiv_class(value: str) -> str:
    """A primary class of arXiv, like `cs.CL`."""
    if not _ARXIV_CLASS.fullmatch(value):
        raise ValueError("an arXiv class like 'cs.CL'")
    return value


def check_doi(value: str) -> str:
    """A bare DOI (no `https://doi.org/` before it)."""
    if not _DOI.fullmatch(value):
        raise ValueError("a bare DOI like '10.18653/v1/N19-1423'")
    return value


def check_isbn(value: str) -> str:
    """An ISBN of 10 or 13 digits whose check digit is right; hyphens stay as they are."""
    digits = value.replace("-", "")
    if re.fullmatch(r"97[89][0-9]{10}", digits):
        total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits))
        if total % 10 == 0:
            return value
        raise ValueError(f"an ISBN whose check digit is {(int(digits[-1]) - total) % 10}")
    if re.fullmatch(r"[0-9]{9}[0-9X]", digits):
        total = sum((10 - i) * (10 if d == "X" else int(d)) for i, d in enumerate(digits))
        if total % 11 == 0:
            return value
        raise ValueError("an ISBN-10 whose check digit is right")
    raise ValueError("an ISBN of 13 digits, like '978-7-111-59373-7'")


def check_acl(value: str) -> str:
    """An ACL Anthology identifier, old style (`N19-1423`) or new (`2020.acl-main.703`)."""
    if not (_ACL_OLD.fullmatch(value) or _ACL_NEW.fullmatch(value)):
        raise ValueError("an ACL Anthology id like 'N19-1423' or '2020.acl-main.703'")
    return value


def check_openreview(value: str) -> str:
    """The `id=` of an OpenReview forum."""
    if not _OPENREVIEW.fullmatch(value):
        raise ValueError("an OpenReview forum id like 'H1eA7AEtvS'")
    return value


def check_orcid(value: str) -> str:
    """A bare ORCID whose check character is right (ISO 7064, mod 11-2)."""
    if not _ORCID.fullmatch(value):
        raise ValueError("an ORCID like '0000-0002-1825-0097'")
    total = 0
    for digit in value.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    if value[-1] != ("X" if check == 10 else str(check)):
        raise ValueError("an ORCID whose check character is right")
    return value


def check_url(value: str) -> str:
    """An absolute http or https address without credentials, spaces or control characters."""
    what = "an http or https address"
    if not value.isprintable() or any(c in value for c in ' <>"\\^`{|}'):
        raise ValueError(what)
    try:
        parts = urlsplit(value)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        raise ValueError(what) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or not port_is_fine:
        raise ValueError(what)
    return value


def check_date(value: str) -> str:
    """A real date, `YYYY-MM-DD`, or only its year or month where no more is known."""
    match = _DATE.fullmatch(value)
    if match:
        try:
            datetime.date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
        except ValueError:
            match = None
    if not match:
        raise ValueError("a date like '2017-06-12' (or '2017-06', or '2017')")
    return value


def is_later(date: str, than: str) -> bool:
    """Whether `date` is later `than` the other, as far as both are known.

    >>> is_later("2017-06", "2017"), is_later("2018", "2017-06-12")
    (False, True)
    """
    known = min(len(date), len(than))
    return date[:known] > than[:known]


def check_pages(value: str) -> str:
    """Pages: `5998-6008`, one page, or an article number; one hyphen, no dash."""
    if not _PAGES.fullmatch(value):
        raise ValueError("pages like '5998-6008', with one hyphen")
    return value
