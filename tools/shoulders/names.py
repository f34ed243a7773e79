"""Names of people, parsed once from the grammar that BibTeX uses and rendered from one record.

Knows nothing of works; who is who is the catalog's business.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

SUFFIXES = frozenset(["Jr", "Jr.", "Sr", "Sr.", "II", "III", "IV"])
MAX_NAME = 200
_SEVERAL = re.compile(r"(?:^|\s)(?:and|et al\.?|&|others)(?:\s|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Name:
    """A name in its parts. An organisation, or a person of one name, has only `family`."""

    family: str
    given: str = ""
    particle: str = ""
    suffix: str = ""
    native: str = ""
    organisation: bool = False

    @property
    def display(self) -> str:
        """In reading order: `Aäron van den Oord`."""
        parts = [self.given, self.particle, self.family, self.suffix]
        return " ".join(part for part in parts if part)

    @property
    def inverted(self) -> str:
        """Family name first, as BibTeX, RIS and Highwire tags take it: `van den Oord, Aäron`."""
        family = " ".join(part for part in (self.particle, self.family) if part)
        return ", ".join(part for part in (family, self.suffix, self.given) if part)

    @property
    def family_full(self) -> str:
        """The family name with its particle."""
        return " ".join(part for part in (self.particle, self.family) if part)


@lru_cache(1 << 16)  # a name comes again with each of its works, and for each rule
def parse_name(text: str) -> Name:
    """The parts of a name written as BibTeX takes it.

    `Given particle Family`, `particle Family, Given` or `particle Family, Jr., Given`; lower-case words
    before the family name are its particle. A family name of two words needs the comma.

    >>> parse_name("Aäron van den Oord").inverted
    'van den Oord, Aäron'

    Raises:
        ValueError: when the text is no single name: no letter in it, `and` or `et al.` between words, braces,
            too many commas, a suffix that does not stand between two of them.
    """
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if len(text) > MAX_NAME:
        raise ValueError(f"a name of at most {MAX_NAME} characters")
    if set("\\{}$") & set(text):
        raise ValueError("a name in plain letters, without LaTeX")
    if _SEVERAL.search(text):
        raise ValueError("one name (several are a list, an organisation is 'organisation: ...')")
    pieces = [piece.strip() for piece in text.split(",")]
    if len(pieces) > 3 or not all(pieces):
        raise ValueError("a name like 'Ashish Vaswani' or 'van den Oord, Aäron'")
    name = _parse_reading_order(text) if len(pieces) == 1 else _parse_inverted(*pieces)
    if not all(map(_is_word, [name.family, *([name.given] if name.given else [])])):
        raise ValueError("a name like 'King, Martin Luther' or 'King, Jr., Martin Luther'")
    return name


def _is_word(text: str) -> bool:
    return text not in SUFFIXES and any(character.isalpha() for character in text)


def _parse_inverted(family: str, *rest: str) -> Name:
    *suffixes, given = rest
    if suffixes and suffixes[0] not in SUFFIXES:
        raise ValueError(f"a name whose middle part is one of {', '.join(sorted(SUFFIXES))}")
    particle, family = _split_particle(family.split())
    return Name(family=family, given=given, particle=particle, suffix="".join(suffixes))


def _parse_reading_order(text: str) -> Name:
    words = text.split(" ")
    suffix = words.pop() if len(words) > 2 and words[-1] in SUFFIXES else ""
    start = next((i for i, word in enumerate(words[1:-1], 1) if word[0].islower()), len(words) - 1)
    particle, family = _split_particle(words[start:])
    return Name(family=family, given=" ".join(words[:start]), particle=particle, suffix=suffix)


def _split_particle(words: list[str]) -> tuple[str, str]:
    count = 0
    while count < len(words) - 1 and words[count][0].islower():
        count += 1
    return " ".join(words[:count]), " ".join(words[count:])


_CJK = re.compile(r"[぀-ヿ㐀-䶿一-鿿가-힯豈-﫿\U00020000-\U0003ffff]")


def has_cjk(text: str) -> bool:
    """Whether the text holds a Chinese, Japanese or Korean character."""
    return not text.isascii() and _CJK.search(text) is not None


def count_cjk(text: str) -> int:
    """How many Chinese, Japanese and Korean characters the text holds."""
    return 0 if text.isascii() else len(_CJK.findall(text))
