"""Plain text out of what bibliographies put into their fields: HTML, entities and broken accents undone.

Knows neither LaTeX (`latex` does) nor Markdown, and nothing of what a field means.
"""

from __future__ import annotations

import html
import re
import unicodedata

MAX_FIELD = 20_000  # characters; an abstract has some thousands
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,31}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_ATTRIBUTE = r"""\s+[\w:-]+=(?:"[^"]*"|'[^']*')"""
_NAMES = "i|b|u|em|strong|sub|sup|sc|scp|small|tt|font|span|inf|italic|bold|p|jats:[a-z-]+|mml:[a-z]+|math|m[a-z]+"
_TAG = re.compile(rf"</?(?:{_NAMES})(?:{_ATTRIBUTE})*\s*/?>", re.IGNORECASE)
_BYTES = {bytes([code]).decode("cp1252", "ignore") or chr(code): code for code in range(0x100)}
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def clean(text: str) -> str:
    """The text on one line, without HTML, its letters composed (NFC) and nothing hidden in it.

    >>> clean("<i>H<sub>2</sub>O</i>\\n &amp;amp; caf&eacute;s"), clean("in MÃ¼nchen")
    ('H2O & cafés', 'in München')
    """
    text = text[:MAX_FIELD]
    if "&" in text:
        text = unescape(unescape(text))  # publishers escape what was escaped before
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub(" ", text))
    return " ".join(_shown(unicodedata.normalize("NFC", _undoubled(text))).split())


def unescape(text: str) -> str:
    """The text with its entities replaced; an `&` without the semicolon behind it stays.

    >>> unescape("AT&T &lt; &#8220;R&amp;D")
    'AT&T < “R&D'
    """
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text)


def _undoubled(text: str) -> str:
    """The text as it was before its UTF-8 was taken for Windows-1252, where that happened to the whole of it."""
    if text.isascii():
        return text
    try:
        return bytes(_BYTES[character] for character in text).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return text


def _shown(text: str) -> str:
    """The text without characters of no width; others that do not show become spaces."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "" if unicodedata.category(c) == "Cf" else " " for c in text)


def language(value: str) -> str:
    """`zh` or `en`, where a field names one of the two.

    >>> language("zh-CN"), language("American English"), language("fr")
    ('zh', 'en', '')
    """
    word = value.strip().casefold()
    if word.startswith(("zh", "chi", "中文", "汉语")):
        return "zh"
    return "en" if re.match(r"en|american|british|usenglish|ukenglish", word) else ""


def plain_pages(text: str) -> str:
    """Pages with one hyphen and without `pp.`.

    >>> plain_pages("pp. 5998--6008"), plain_pages("5998–6008")
    ('5998-6008', '5998-6008')
    """
    return re.sub(r"\s*[-‐-―−]+\s*", "-", re.sub(r"^pp?\.\s*", "", text.strip()))
