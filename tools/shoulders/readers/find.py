"""The identifiers and addresses that texts name, well formed or none."""

from __future__ import annotations

import re
from collections.abc import Callable

from shoulders import ids

_ARXIV = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf|html|format)/|10\.48550/arxiv\.|\barxiv:\s*|\babs/)"
    r"([0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[a-z]{2})?/[0-9]{7})(?![0-9])",
    re.IGNORECASE,
)
_ACL = re.compile(
    r"(?:aclanthology\.org/|aclweb\.org/anthology/(?:papers/)?(?:[A-Z]/[A-Z]\d\d/)?|10\.18653/v1/)"
    r"([A-Z]\d\d-\d{4}|20\d\d\.[a-z0-9_]+-[a-z0-9_]+\.\d+)",
    re.IGNORECASE,
)
_DOI = re.compile(
    r"(?:doi\.org/|^doi:\s*|^)(10\.[0-9]{4,9}/\S+)|/doi/(?:abs/|pdf/|full/)?(10\.[0-9]{4,9}/[^\s?#]+)", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?://[^\s<>\"\\^`{|}]+", re.IGNORECASE)
_OPENREVIEW = re.compile(r"openreview\.net/(?:forum|pdf|attachment)\?(?:[^\s#]*&)?id=([A-Za-z0-9_-]+)")


def sound(check: Callable[[str], str], value: str) -> str:
    """The value when it is well formed, else nothing."""
    try:
        return check(value)
    except ValueError:
        return ""


def arxiv(*texts: str) -> str:
    """The first arXiv id that one of the texts names, without version.

    >>> arxiv("arXiv preprint arXiv:1706.03762v7")
    '1706.03762'
    """
    found = (match[1] for text in texts for match in _ARXIV.finditer(text))
    return next((good for value in found if (good := sound(ids.check_arxiv, value))), "")


def acl(*texts: str) -> str:
    """The first id of the ACL Anthology that one of the texts names.

    >>> acl("https://aclanthology.org/N19-1423.pdf"), acl("10.18653/V1/2020.ACL-MAIN.1")
    ('N19-1423', '2020.acl-main.1')
    """
    found = (acl_case(match[1]) for text in texts for match in _ACL.finditer(text))
    return next((good for value in found if (good := sound(ids.check_acl, value))), "")


def acl_case(value: str) -> str:
    """An id as the Anthology writes it: old ones in capitals, those since 2020 without."""
    return value.lower() if "." in value else value.upper()


def doi(*texts: str) -> str:
    """The first DOI that one of the texts is or links to; arXiv's own are arXiv ids and not counted.

    >>> doi("", "https://doi.org/10.18653/v1/N19-1423")
    '10.18653/v1/N19-1423'
    """
    found = ((match[1] or match[2]).rstrip(".,;") for text in texts for match in _DOI.finditer(text.strip()))
    dois = (good for value in found if (good := sound(ids.check_doi, value)))
    return next((value for value in dois if not value.casefold().startswith("10.48550/")), "")


def isbn(text: str) -> str:
    """The first ISBN of a text whose check digit is right.

    >>> isbn("978-7-111-59373-7 (print), 0")
    '978-7-111-59373-7'
    """
    found = (good for value in re.findall(r"[0-9][0-9-]{8,15}[0-9X]", text) if (good := sound(ids.check_isbn, value)))
    return next(found, "")


def openreview(*texts: str) -> str:
    """The first forum of OpenReview to which one of the texts links.

    >>> openreview("https://openreview.net/forum?id=H1eA7AEtvS")
    'H1eA7AEtvS'
    """
    found = (match[1] for text in texts for match in _OPENREVIEW.finditer(text))
    return next((good for value in found if (good := sound(ids.check_openreview, value))), "")


def address(*texts: str) -> str:
    """The first http or https address in one of the texts.

    >>> address("Available at <https://example.org/a_(b)>.")
    'https://example.org/a_(b)'
    """
    found = (match[0] for text in texts for match in _ADDRESS.finditer(text))
    return next((good for value in found if (good := sound(ids.check_url, _without_points(value)))), "")


def _without_points(url: str) -> str:
    """The address without the points of the sentence in which it stands, and without a bracket it does not open."""
    url = url.rstrip(".,;:!?")
    unopened = url.count(")") - url.count("(")
    last = len(url) - len(url.rstrip(")"))
    return url[: len(url) - max(0, min(unopened, last))].rstrip(".,;:!?")
