"""What an answer holds: JSON, XML, text or a page, believed only as far as it can be read.

Asks nobody, and does not know what the contents mean.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from shoulders.fetch.errors import FetchError
from shoulders.fetch.guard import host_of
from shoulders.problems import shortened

WEB_PAGES = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: where it came from in the end, its status and type, and what was read of it."""

    url: str
    status: int
    type: str
    body: bytes


def read_json(answer: Answer) -> Any:
    """The JSON of an answer, which can be written again: no NaN, and '?' for half a surrogate pair.

    Raises:
        FetchError: when it is none.
    """
    _refuse_web_page(answer)
    try:
        found = json.loads(answer.body.decode("utf-8-sig"))
        return json.loads(json.dumps(found, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise _unreadable(answer, "JSON") from None


def read_xml(answer: Answer) -> Element:
    """The XML of an answer; one with a DTD, which could declare entities, is refused. Raises `FetchError`."""
    _refuse_web_page(answer)
    try:
        root: Element = defusedxml.ElementTree.fromstring(answer.body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise _unreadable(answer, "XML") from None
    return root


def read_text(answer: Answer) -> str:
    """The text of an answer. Raises `FetchError`."""
    _refuse_web_page(answer)
    try:
        return answer.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable(answer, "text in UTF-8") from None


def read_page(answer: Answer) -> str:
    """The HTML of a page. Raises `FetchError`."""
    if answer.type not in WEB_PAGES:
        raise FetchError(
            f"{host_of(answer.url)} sent no web page but {shortened(answer.type) or 'something without a type'}; "
            "give the address of the page that describes the work"
        )
    try:
        return answer.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return answer.body.decode(_declared_encoding(answer.body), "replace")


# Others are rare by now, and some of those that Python knows take very long.
_ENCODINGS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5",
    "shift_jis": "cp932",
    "iso-8859-1": "cp1252",
    "windows-1252": "cp1252",
}


def _declared_encoding(page: bytes) -> str:
    """The encoding that the head of a page declares, where it is one of those that pages still use."""
    found = re.search(rb"""<meta[^>]{0,200}charset=["']?([A-Za-z0-9_-]{1,40})""", page[:4096], re.IGNORECASE)
    return _ENCODINGS.get(found[1].decode("ascii").casefold() if found else "", "utf-8")


def _refuse_web_page(answer: Answer) -> None:
    """A page where data was asked for is a check for robots, or a network that wants a login first."""
    begin = answer.body[:100].lstrip().lower()
    if answer.type in WEB_PAGES or begin.startswith((b"<!doctype html", b"<html")):
        raise FetchError(
            f"{host_of(answer.url)} sent a web page instead of data (a check for robots, or a login of your network); "
            "try again later"
        )


def _unreadable(answer: Answer, what: str) -> FetchError:
    return FetchError(f"{host_of(answer.url)} sent what is no {what}; try again later")
