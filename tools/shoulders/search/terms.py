"""Texts become terms: what is indexed of a text, and what a query asks for.

`search-text.js` divides queries by the same rules; a test compares the two. Plurals and spellings are no matter of the
index: the query asks for their forms.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

# Chinese characters, and kana, which no spaces divide either.
CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
HYPHENS = "\\-\u2010\u2011\u2013"
# Words that say nothing by themselves and stand in half of all texts.
STOP = frozenset(
    """a an and are as at be been but by can do does etal for from had has have how if in into is it its not of on or
    that the their them then there these they this those to was we were what when where which while who why will with
    """.split()
)


class _Bare(dict[int, str]):
    """What is left of each character without its accents; reckoned once for each."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        self[code] = "" if unicodedata.category(letter)[0] == "M" else letter
        return self[code]


_WORD = re.compile(rf"[{CJK}]+|[^\W_{CJK}]+")
_ASCII_WORD = re.compile("[a-z0-9]+")  # what the other finds in plain English, in half the time
_BARE = _Bare(str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe"}))
_COMPOUND = re.compile(rf"[^\W_{CJK}]+(?:[{HYPHENS}][^\W_{CJK}]+){{1,2}}(?![{HYPHENS}\w])")
_HYPHEN = re.compile(f"[{HYPHENS}]")
_IS_CJK = re.compile(f"[{CJK}]")
_HUMP = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-z]{2}|[A-Z]{3})")
MAX_COMPOUND = 24
PART = 0.4  # of the weight of a word, for what stands within it


def normal(text: str) -> str:
    """A text in small letters without accents, and in the usual forms of its characters.

    >>> normal("Łukasz KAISER, S²-MLP, ＢＥＲＴ")
    'lukasz kaiser, s2-mlp, bert'
    """
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.lower()).lower()
    return unicodedata.normalize("NFKC", parts.translate(_BARE))


class Terms(NamedTuple):
    """The terms of a text, as often as they stand there, and those within its words, which get `PART` of its weight."""

    words: list[str]
    within: list[str]


def terms(text: str) -> Terms:
    """The terms of a text.

    Chinese becomes pairs of neighbouring characters, which need no dictionary, and the last character of each run: with
    it every character begins a term. Compounds count whole too, and so do the parts of words with humps.

    >>> terms("词向量 GPT-2 FlashAttention")
    Terms(words=['词向', '向量', '量', 'gpt', '2', 'flashattention', 'gpt2'], within=['flash', 'attention'])
    """
    plain = normal(text)
    if plain.isascii():
        found = [word for word in _ASCII_WORD.findall(plain) if word not in STOP]
    else:
        found = []
        for word in _WORD.findall(plain):
            if word[0] > "\u303f" and _IS_CJK.match(word):
                found += [word[index : index + 2] for index in range(len(word))]
            elif word not in STOP:
                found.append(word)
    if _HYPHEN.search(plain):
        found += _compounds(plain)
    return Terms(found, _within(text) if _HUMP.search(text) else [])


def _compounds(plain: str) -> Iterator[str]:
    for match in _COMPOUND.finditer(plain):
        joined = _HYPHEN.sub("", match[0])
        if len(joined) <= MAX_COMPOUND and plain[match.start() - 1 : match.start()] not in ("-", "_"):
            yield joined


def _within(text: str) -> list[str]:
    several = [parts for word in _WORD.findall(text) if len(parts := _HUMP.split(word)) > 1]
    return [normal(part) for parts in several for part in parts]
