"""Lines of text: where a title may be broken, and the size at which it fits its box with lines of about one length.

Measures by a typeface it is given and draws nothing. Chinese is broken between characters, but no line begins with a
closing mark or ends with an opening one; Latin between words, and inside one only where it fits no line by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shoulders.opengraph.fonts import EM, Typeface

_OPENING, _CLOSING = "（《〈「『【〔“‘(", "，。、；：？！）》〉」』】〕”’…—·,.;:?!)%"
_CJK = "⺀-〿぀-ヿ㐀-䶿一-鿿豈-﫿＀-￯\U00020000-\U0003ffff"
_ATOM = re.compile(
    rf"[{_OPENING}]*[{_CJK}][{_CLOSING}]*\s*"  # a Chinese character with the marks that stay with it
    rf"|[^\s{_CJK}]+?-(?=[^\s\d{_CJK}-]{{3}})"  # a word's beginning up to a hyphen
    rf"|[^\s{_CJK}]+\s*"  # a word
)

_Way = tuple[int, tuple[int, ...]]
_NEVER: _Way = (10**15, ())


@dataclass(frozen=True, slots=True)
class Setting:
    """A text in lines, and the size in pixels at which they fit."""

    lines: tuple[str, ...]
    size: int


def atoms(text: str) -> list[str]:
    """The pieces between which a printable text may be broken, each with the space behind it."""
    return _ATOM.findall(text)


def fit(text: str, face: Typeface, width: int, *, sizes: Sequence[tuple[int, int]]) -> Setting:
    """The text at the first of the sizes, each with the most lines it may take, at which it fits the width.

    At the last size it is cut where it still does not fit, and a word that fits no line is broken.
    """
    pieces = atoms(text)
    for size, most in sizes:
        found = _balanced(pieces, face, width * EM // size, most)
        if found:
            return Setting(found, size)
    size, most = sizes[-1]
    return Setting(_cut(pieces, face, width * EM // size, most), size)


def _balanced(pieces: list[str], face: Typeface, width: int, most: int) -> tuple[str, ...]:
    """The pieces on as few lines as they need, the lines as even as can be; nothing where `most` lines do not do."""
    full = [face.width(piece) for piece in pieces]
    bare = [face.width(piece.rstrip()) for piece in pieces]
    count = _fewest(full, bare, width)
    if not pieces or count > most:
        return ()
    broken = [width**2 // 4 if piece.endswith("-") else 0 for piece in pieces]  # what breaking a word costs
    # Each round: how uneven the first so many pieces are at best, on one line more, and where these lines end.
    best: list[_Way] = [(0, ()), *([_NEVER] * len(pieces))]
    for _ in range(count):
        best = [_last_line(best, end, full, bare, broken, width) for end in range(len(pieces) + 1)]
    ends = best[-1][1]
    return tuple("".join(pieces[start:end]).strip() for start, end in zip((0, *ends), ends, strict=False))


def _fewest(full: list[int], bare: list[int], width: int) -> int:
    """How many lines the pieces need; more than there are pieces where one of them is too wide."""
    count, used = 1, 0
    for whole, least in zip(full, bare, strict=True):
        if least > width:
            return len(full) + 1
        if used + least > width:
            count, used = count + 1, 0
        used += whole
    return count


def _last_line(best: list[_Way], end: int, full: list[int], bare: list[int], broken: list[int], width: int) -> _Way:
    """The best way to set the first `end` pieces, given the best ways to set fewer on one line less."""
    found = _NEVER
    length = bare[end - 1] - full[end - 1] if end else 0
    for start in range(end - 1, -1, -1):
        length += full[start]
        if length > width:
            break
        unevenness = best[start][0] + (width - length) ** 2 + broken[end - 1]
        if unevenness < found[0]:
            found = (unevenness, (*best[start][1], end))
    return found


def _cut(pieces: list[str], face: Typeface, width: int, most: int) -> tuple[str, ...]:
    lines = [""]
    for part in (part for piece in pieces for part in _broken(piece, face, width)):
        if lines[-1] and face.width((lines[-1] + part).rstrip()) > width:
            lines.append("")
        lines[-1] += part
    kept = [line.strip() for line in lines[:most]]
    if len(lines) > most:
        kept[-1] = shorten(f"{kept[-1]} …", face, width, mark=" …")
    return tuple(kept)


def _broken(piece: str, face: Typeface, width: int) -> list[str]:
    if face.width(piece.rstrip()) <= width:
        return [piece]
    parts = [""]
    for one in piece:
        if face.width(parts[-1] + one) > width:
            parts.append("")
        parts[-1] += one
    return parts


def shorten(text: str, face: Typeface, width: int, *, mark: str = "…") -> str:
    """The text as it is where it fits the width (in thousandths of an em), else its beginning and the mark."""
    if face.width(text) <= width:
        return text
    start = text.removesuffix(mark)
    while start and face.width(start.rstrip() + mark) > width:
        start = start[:-1]
    return start.rstrip(" ,，、") + mark
