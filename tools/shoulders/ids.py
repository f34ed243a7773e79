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

MAX_KEY = 100
MAX_URL = 2000

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*-(?:1[89]|20)[0-9]{2}-[a-z0-9]+(?:-[a-z0-9]+)*")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ARXIV_NEW = re.compile(r"([0-9]{2})(0[1-9]|1[0-2])\.([0-9]{4,5})")
_ARXIV_OLD = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Z]{2})?/([0-9]{2})(0[1-9]|1[0-2])[0-9]{3}")
_ARXIV_CLASS = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.(?:[A-Z]{2}|[a-z]+(?:-[a-z]+)*))?")
_DOI = re.compile(r"10\.[0-9]{4,9}/(?:(?![\"<>\\^`{|}])[!-~])+")
_ACL_OLD = re.compile(r"[A-Z]([0-9]{2})-[0-9]{4}")
_ACL_NEW = re.compile(r"((?:19|20)[0-9]{2})\.[a-z0-9_]+-[a-z0-9_]+\.[0-9]+")
_OPENREVIEW = re.compile(r"[A-Za-z0-9_-]{6,20}")
_ORCID = re.compile(r"[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]")
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_PAGES = re.compile(r"([A-Za-z]?)([0-9]{1,9})(?:[:.]([0-9]{1,9}))?(?:-([A-Za-z]?)([0-9]{1,9})(?:[:.]([0-9]{1,9}))?)?")


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
    slugs = (slugify(name).replace("-", "")[:30] for name in family_names)
    names = [slug for slug in slugs if slug] or ["anonymous"]
    who = "-".join(names) if len(names) <= 2 else f"{names[0]}-etal"
    every = [word[:30] for word in slugify(title).split("-") if word] or ["untitled"]
    words = [word for word in every if word not in STOP_WORDS] or every
    used = {key.casefold() for key in taken}
    first = f"{who}-{year}-{words[0]}"
    longer = (f"{who}-{year}-{'-'.join(words[:count])}" for count in range(1, len(words) + 1))
    numbered = (f"{first}-{number}" for number in range(2, len(used) + 3))
    return next(key for key in (*longer, *numbered) if key not in used and len(key) <= MAX_KEY)


def check_key(value: str) -> str:
    """A citation key: lower-case words joined by hyphens, with a year among them."""
    if len(value) > MAX_KEY:  # before the pattern, whose time grows with the square of the length
        raise ValueError(f"a key of at most {MAX_KEY} characters")
    if not _KEY.fullmatch(value):
        raise ValueError("a key like 'vaswani-etal-2017-attention' (a-z, 0-9 and hyphens: name, year, word)")
    return value


def check_slug(value: str) -> str:
    """An identifier in addresses: lower-case ASCII words joined by hyphens."""
    if len(value) > MAX_KEY or not _SLUG.fullmatch(value):
        raise ValueError(f"an identifier of a-z, 0-9 and hyphens between them, at most {MAX_KEY} characters")
    return value


def check_arxiv(value: str) -> str:
    """An arXiv identifier without version, new style (`1706.03762`) or old (`cs/0112017`)."""
    new = _ARXIV_NEW.fullmatch(value)
    if new:
        month, digits = new[1] + new[2], new[3]
        if "0704" <= month < "9100" and len(digits) == (5 if month >= "1501" else 4) and int(digits):
            return value
    old = _ARXIV_OLD.fullmatch(value)
    if old and (old[1] >= "91" or old[1] + old[2] <= "0703") and not value.endswith("000"):
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
    if not re.fullmatch(r"97[89](-?[0-9]){10}|[0-9](-?[0-9]){8}-?[0-9X]", value):
        raise ValueError("an ISBN of 13 digits, like '978-7-111-59373-7'")
    right = isbn_check_digit(digits[:-1])
    if digits[-1] != right:
        raise ValueError(f"an ISBN whose check digit is {right}")
    return value


def isbn_check_digit(digits: str) -> str:
    """The last digit of the ISBN that begins with these 12 or 9 digits.

    >>> isbn_check_digit("978711159373")
    '7'
    """
    if len(digits) == 12:
        return str(-sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10)
    rest = -sum((10 - i) * int(d) for i, d in enumerate(digits)) % 11
    return "X" if rest == 10 else str(rest)


def isbn_13(value: str) -> str:
    """The 13 digits of an ISBN, by which two spellings of one are the same.

    >>> isbn_13("7-111-59373-X"), isbn_13("978-7-111-59373-7")
    ('9787111593737', '9787111593737')
    """
    digits = value.replace("-", "")
    if len(digits) == 10:
        digits = f"978{digits[:-1]}"
        digits += isbn_check_digit(digits)
    return digits


def check_acl(value: str) -> str:
    """An ACL Anthology identifier, old style (`N19-1423`) or new (`2020.acl-main.703`)."""
    if not (_ACL_OLD.fullmatch(value) or _ACL_NEW.fullmatch(value)):
        raise ValueError("an ACL Anthology id like 'N19-1423' or '2020.acl-main.703'")
    return value


def acl_year(value: str) -> int:
    """The year of publication that an ACL Anthology identifier tells.

    >>> acl_year("N19-1423"), acl_year("2020.acl-main.703")
    (2019, 2020)
    """
    match = _ACL_OLD.fullmatch(value) or _ACL_NEW.fullmatch(value)
    if not match:
        raise ValueError(f"not an ACL Anthology id: {value!r}")
    if len(match[1]) == 4:
        return int(match[1])
    return int(match[1]) + (1900 if match[1] >= "65" else 2000)


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
    """An absolute http or https address in ASCII, without credentials, spaces or control characters."""
    what = "an http or https address"
    if len(value) > MAX_URL:
        raise ValueError(f"{what} of at most {MAX_URL} characters")
    if not value.isascii():
        raise ValueError(f"{what} in ASCII (percent-encode the rest)")
    if not value.isprintable() or any(c in value for c in ' <>"\\^`{|}'):
        raise ValueError(f'{what} without spaces and any of < > " \\ ^ ` {{ | }}')
    try:
        parts = urlsplit(value)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        raise ValueError(what) from None
    host_is_fine = bool(_HOST.fullmatch(parts.hostname or ""))
    if not value.startswith(("http://", "https://")) or "@" in parts.netloc or not (host_is_fine and port_is_fine):
        raise ValueError(what)
    return value


def check_date(value: str) -> str:
    """A real date, `YYYY-MM-DD`, or only its year or month where no more is known."""
    what = "a date like '2017-06-12' (or '2017-06', or '2017')"
    match = _DATE.fullmatch(value)
    if not match:
        raise ValueError(what)
    try:
        day = datetime.date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        raise ValueError("a date that the calendar has") from None
    if not 1800 <= day.year <= 2100:
        raise ValueError("a date from 1800 to 2100")
    return value


def check_day(value: str) -> str:
    """A real date with its day."""
    if len(check_date(value)) < 10:
        raise ValueError("a date with its day, like '2017-06-12'")
    return value


def is_later(date: str, than: str) -> bool:
    """Whether `date` is later `than` the other, as far as both are known.

    >>> is_later("2017-06", "2017"), is_later("2018", "2017-06-12")
    (False, True)
    """
    known = min(len(date), len(than))
    return date[:known] > than[:known]


def check_pages(value: str) -> str:
    """Pages: `5998-6008`, one page, or an article number; one hyphen, no dash; the last written out."""
    match = _PAGES.fullmatch(value)
    if not match:
        raise ValueError("pages like '5998-6008', with one hyphen")
    prefix, first, first_part, last_prefix, last, last_part = match.groups(default="")
    if last and prefix == last_prefix and (int(last), int(last_part or 0)) < (int(first), int(first_part or 0)):
        raise ValueError("pages that ascend, the last written out")
    return value
