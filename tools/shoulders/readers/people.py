"""Names as bibliographies and reading lists print them, in whatever order.

Divides a list into names and a name into its parts; who is who is the catalog's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from shoulders.names import SUFFIXES, Name, has_cjk, parse_name
from shoulders.readers.prose import clean

_OTHERS = re.compile(
    r"[ ,;]{0,3}(?:(?:^|, ?|\band |& )(?:\d+ )?(?:others|more)|\bet\.? ?al\b\.?|…|\.\.\.|等人?)[ .]{0,3}$",
    re.IGNORECASE,
)
_AND = re.compile(r" ?[,;]? (?:and|&) | ?& ?", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[^\W\d_]\.[ -]?|[A-Z]{1,3}\.? ?){1,4}")
_PARTICLES = frozenset("van von de der den del della di da do dos du la le el al bin ibn ter ten y e zu".split())
_IN_NO_NAME = frozenset("a an the of for in on with to from by via is are as at or without using".split())
_BODIES = frozenset(
    "association center centre collaboration college committee company consortia consortium corporation department "
    "foundation group inc institute lab laboratory labs ltd organization project research society team university "
    "workshop".split()
)
"""Words with which the name of an organisation ends, and no person's."""


def person(text: str) -> Name | None:
    """A name in its parts; what cannot be divided is left whole, what holds no letter is none.

    >>> [person(text).inverted for text in ("Berk, Joris van den", "King, Martin Luther, Jr.", "邵, 砚")]
    ['van den Berk, Joris', 'King, Jr., Martin Luther', '邵砚']
    """
    text = clean(text).strip(" ,;")
    if not any(character.isalpha() for character in text):
        return None
    whole = re.sub("[ ,]", "", text)
    if all(map(has_cjk, whole)):
        return Name(family=whole)
    if "," not in text and text.rpartition(" ")[2].strip(".").casefold() in _BODIES:
        return Name(family=text, organisation=True)
    try:
        return parse_name(_in_order([piece.strip() for piece in text.split(",")]))
    except ValueError:
        return Name(family=text)


def _in_order(pieces: Sequence[str]) -> str:
    """The parts of a name in the order of BibTeX, where a program put the suffix or the particle last."""
    if len(pieces) == 3 and pieces[2] in SUFFIXES:
        return ", ".join([pieces[0], pieces[2], pieces[1]])
    if len(pieces) == 2:
        words = pieces[1].split(" ")
        first = next((i for i in range(len(words), 0, -1) if not words[i - 1][:1].islower()), 0)
        if 0 < first < len(words):
            return f"{' '.join(words[first:])} {pieces[0]}, {' '.join(words[:first])}"
    return ", ".join(pieces)


def organisation(text: str) -> Name | None:
    """The name of an organisation, which has no parts; two or three Chinese characters are a person's.

    >>> organisation("Lantern Lab").organisation, organisation("邵砚").organisation
    (True, False)
    """
    text = clean(text)
    if not any(character.isalpha() for character in text):
        return None
    of_a_person = re.fullmatch(r"[㐀-鿿]{2,3}|[㐀-鿿]+(?:[·・][㐀-鿿]+)+", text)
    return Name(family=text, organisation=not of_a_person)


def people(text: str) -> tuple[tuple[Name, ...], bool]:
    """The persons of a printed list, and whether it names them all.

    >>> names, complete = people("Ida Good, Joris van den Berk, and Sandy Shaw et al.")
    >>> [name.family for name in names], complete
    (['Good', 'Berk', 'Shaw'], False)
    """
    pieces, complete = split_list(text)
    return named(pieces), complete


def named(texts: Iterable[str]) -> tuple[Name, ...]:
    """Those of the texts that hold a name, as names."""
    return tuple(name for text in texts if (name := person(text)))


def split_list(text: str) -> tuple[list[str], bool]:
    """The names of a printed list as texts, and whether these are all.

    >>> split_list("Good, I., Berk, J. v. d., et al."), split_list("Ida Good; King, Jr., Martin")
    ((['Good, I.', 'Berk, J. v. d.'], False), (['Ida Good', 'King, Jr., Martin'], True))
    """
    whole, complete = without_others(re.sub(r"(?<=[^\W_]{3})\.$", "", clean(text).strip(" ,;:")))
    if re.search("[;；]", whole):
        pieces = re.split(r"(?: ?[;；] ?(?:and )?)+", whole)
    else:
        pieces = _AND.split(whole)
        if len(pieces) < 2 or not all(map(_is_inverted, pieces)):
            pieces = _joined([part for piece in pieces for part in re.split(" ?[,，、] ?", piece)])
    return [piece.strip() for piece in pieces if piece.strip()], complete


def without_others(text: str) -> tuple[str, bool]:
    """A list without the `et al.` at its end, and whether there was none.

    >>> without_others("Shaw, S. and others"), without_others("Shaw, S.")
    (('Shaw, S.', False), ('Shaw, S.', True))
    """
    whole = _OTHERS.sub("", text)
    return whole, whole == text


def _is_inverted(text: str) -> bool:
    """Whether the one comma of a text parts a family name from a given one."""
    _, *given = text.split(",")
    return len(given) == 1 and given[0].strip() not in SUFFIXES


def _joined(parts: Sequence[str]) -> list[str]:
    """What stands between commas as names: a suffix goes with the name before it, initials with their family name."""
    if len(parts) > 1 and len(parts) % 2 == 0 and all(map(_INITIALS.fullmatch, parts[1::2])):
        return [f"{family}, {given}" for family, given in zip(parts[::2], parts[1::2], strict=True)]
    names: list[str] = []
    for part in parts:
        if part in SUFFIXES and names:
            names[-1] += f" {part}"
        else:
            names.append(part)
    return names


def are_names(text: str) -> bool:
    """Whether a text reads as a list of persons: each has a given and a family name, or is followed by `et al.`

    >>> are_names("Ida Good and J. van den Berk"), are_names("Attend and Tell"), are_names("Shaw et al.")
    (True, False, True)
    """
    pieces, complete = split_list(text)
    least = 2 if complete or len(pieces) > 1 else 1
    return bool(pieces) and all(_is_name(piece, least=least) for piece in pieces)


def _is_name(text: str, *, least: int) -> bool:
    """Whether a text may be the name of a person, of so many words at least."""
    if all(map(has_cjk, text)):
        return 2 <= len(text) <= 4
    words = [word for word in re.split("[ ,]+", text) if word]
    if not least <= len(words) <= 5 or not re.fullmatch(r"[^\W\d_](?:[^\W\d_]|[ .,'’-])*", text):
        return False
    return all(word in _PARTICLES or (word[0].isupper() and word.casefold() not in _IN_NO_NAME) for word in words)
