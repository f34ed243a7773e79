"""Where the parts of a BibTeX file stand: its entries, the name and the value of each field.

Says nothing of what cannot be read, which `readers.bibtex` does, and nothing of what the values mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_LINE = r"(?m:^[ \t]*@[ \t]*[A-Za-z]+\s*[{(])"
_BEGINNING = re.compile(r"@[ \t]*([A-Za-z]+)\s*([{(])")
_NEXT = re.compile(_LINE)
_CLOSING = {closing: re.compile(rf"[{{}}{re.escape(closing)}]|{_LINE}") for closing in '})"'}
_SPACE = re.compile(r"(?:\s++|%[^\n]*+)*+")  # comments in entries are none to BibTeX, but people write them
_COMMAS = re.compile(r"(?:\s++|%[^\n]*+|,)*,")
_KEY = re.compile(r"[^\s,{}]++(?:[ \t]++[^\s,{}]++)*+")
_WORD = re.compile(r"[^\s\"#%'(),={}]+")
_EQUALS = re.compile(r"\s*=")


@dataclass(frozen=True, slots=True)
class Field:
    """A field: where its name begins, where its value does and ends, and where what follows the comma begins."""

    name: str  # in lower case
    start: int
    value: int
    end: int
    after: int  # the end of the value where no comma follows


@dataclass(frozen=True, slots=True)
class Block:
    """An entry, or a @string or @preamble, from its `@` to its last brace."""

    kind: str  # in lower case
    start: int
    end: int
    kind_start: int = 0
    kind_end: int = 0
    key: str = ""
    body: int = 0  # behind the comma after the key
    fields: tuple[Field, ...] = field(default=())

    def field(self, *names: str) -> Field | None:
        """The first field that has one of these names, by the order of the names."""
        return next((found for name in names for found in self.fields if found.name == name), None)


def blocks(text: str) -> Iterator[Block]:
    """All blocks that are well formed, in their order. What @comment holds is not skipped, as BibTeX does not."""
    place = 0
    while match := _BEGINNING.search(text, place):
        place = match.end()
        if match[1].lower() == "comment":
            continue
        block = _block(text, match)
        if block:
            yield block
            place = block.end
        elif following := _NEXT.search(text, match.start() + 1):
            place = following.start()
        else:
            return


def content(text: str, found: Field) -> tuple[int, int] | None:
    """Where the characters between the braces or quotation marks of a value begin and end, or those of a bare one.

    None where the value is put together from several parts.
    """
    end = _piece(text, found.value)
    if end != found.end:
        return None
    return (found.value + 1, end - 1) if text[found.value] in '{"' else (found.value, end)


def value(text: str, found: Field | None) -> str:
    """What a field says as it is written, spaces made one; nothing where it is put together from several parts."""
    inner = content(text, found) if found else None
    return " ".join(text[inner[0] : inner[1]].split()) if inner else ""


def _block(text: str, match: re.Match[str]) -> Block | None:
    kind, closing = match[1].lower(), "}" if match[2] == "{" else ")"
    if kind in ("string", "preamble"):
        end = _closing(text, match.end(), closing)
        return Block(kind, match.start(), end + 1) if end >= 0 else None
    key = _KEY.match(text, _skip(text, match.end()))
    if not key:
        return None
    body = place = _past_comma(text, key.end())
    fields = []
    while place > key.end() and (found := _field(text, _skip(text, place))):
        fields.append(found)
        place = found.after
        if found.after == found.end:
            break
    end = _skip(text, place)
    if text[end : end + 1] != closing:
        return None
    return Block(kind, match.start(), end + 1, match.start(1), match.end(1), key[0], body, tuple(fields))


def _field(text: str, place: int) -> Field | None:
    name = _WORD.match(text, place)
    equals = _EQUALS.match(text, name.end()) if name else None
    if not name or not equals:
        return None
    start = _skip(text, equals.end())
    end = _piece(text, start)
    while end >= 0 and text.startswith("#", following := _skip(text, end)):
        end = _piece(text, _skip(text, following + 1))
    return Field(name[0].lower(), place, start, end, _past_comma(text, end)) if end >= 0 else None


def _skip(text: str, place: int) -> int:
    space = _SPACE.match(text, place)
    return space.end() if space else place


def _past_comma(text: str, place: int) -> int:
    """Behind the comma that follows, or where we are."""
    commas = _COMMAS.match(text, place)
    return commas.end() if commas else place


def _piece(text: str, place: int) -> int:
    """Where the value in braces, in quotation marks or without either ends that begins here; -1 where none does."""
    opening = text[place : place + 1]
    if opening in ("{", '"'):
        end = _closing(text, place + 1, "}" if opening == "{" else '"')
        return end + 1 if end >= 0 else -1
    word = _WORD.match(text, place)
    return word.end() if word else -1


def _closing(text: str, place: int, closing: str) -> int:
    """Where the closing character stands that no braces hold, or -1; a backslash protects no brace in BibTeX.

    It is not looked for behind a line that begins an entry: whatever is open there was never closed.
    """
    depth = 0
    for match in _CLOSING[closing].finditer(text, place):
        found = match[0]
        if found == closing and depth == 0:
            return match.start()
        depth += {"{": 1, "}": -1}.get(found, 0)
        if depth < 0 or len(found) > 1:
            return -1
    return -1
