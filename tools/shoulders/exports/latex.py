"""Text, titles and names as LaTeX source that BibTeX and biblatex take, and the entries they stand in.

Knows nothing of works. Whatever the text holds, what comes out has balanced braces and no live command:
BibTeX counts braces even after a backslash, so unbalanced ones become words (`{\\textbraceleft}`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from anyascii import anyascii
from pylatexenc.latexencode import UnicodeToLatexEncoder

from shoulders.exports.fields import clean
from shoulders.names import Name

Encode = Callable[[str], str]

_SPECIAL = {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "\ue000": r"\{",
    "\ue001": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    "<": r"{\textless}",
    ">": r"{\textgreater}",
    "|": r"{\textbar}",
    "`": r"{\textasciigrave}",
}
_PUNCTUATION = {
    "–": "--",
    "—": "---",
    "“": "``",
    "”": "''",
    "‘": "`",
    "’": "'",
    "…": r"{\ldots}",
    "·": r"{\textperiodcentered}",
}
_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0323": "d",
    "\u0326": "c",  # not `\textcommabelow`: pandoc drops the whole letter
    "\u0327": "c",
    "\u0328": "k",
    "\u0331": "b",
}
_PLAIN = re.compile(r"[A-Za-z0-9 .,:;()?!/*+=@\[\]]*")
_LIGATURES = frozenset(["--", "''", "``", "?`", "!`"])
# Letters and digits, but not Chinese ones: in `NLP简介` the word to protect is `NLP`.
_WORD = re.compile(r"[^\W_\u2e80-\ud7ff\uf900-\ufaff]+(?:-[^\W_\u2e80-\ud7ff\uf900-\ufaff]+)*")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
# Private use is not printable, so `clean` lets no such character in.
_BALANCED = str.maketrans("{}", "\ue000\ue001")
_RAW = str.maketrans({c: f"%{ord(c):02X}" for c in '\\{}" \t\r\n<>^`|'})


@lru_cache(maxsize=1)
def _encoder() -> UnicodeToLatexEncoder:
    return UnicodeToLatexEncoder(
        replacement_latex_protection="braces-all", unknown_char_policy="fail", unknown_char_warning=False
    )


@lru_cache(maxsize=4096)
def _ascii_character(character: str) -> str:
    """One character that is not ASCII; what LaTeX's usual encodings lack is transliterated."""
    if character in _PUNCTUATION:
        return _PUNCTUATION[character]
    decomposed = unicodedata.normalize("NFD", character)
    base, accents = decomposed[0], decomposed[1:]
    if accents and base.isascii() and base.isalpha() and all(accent in _ACCENTS for accent in accents):
        # The dotless letter only where the accent would strike the dot: `\\'i` needs it in old fonts.
        above = any(_ACCENTS[accent] not in ("c", "d", "b", "k") for accent in accents)
        letter = {"i": r"\i", "j": r"\j"}.get(base, base) if above else base
        for accent in accents:
            letter = f"\\{_ACCENTS[accent]}{{{letter}}}"
        return f"{{{letter}}}"
    try:
        encoded: str = _encoder().unicode_to_latex(character)
    except ValueError:
        encoded = ""
    return encoded if encoded and encoded.isascii() else _join(map(_escape_character, anyascii(character)))


def _escape_character(character: str) -> str:
    return _SPECIAL.get(character, character)


def _join(pieces: Iterable[str]) -> str:
    """The pieces in a row, kept apart where two of them would make a ligature (`--`, `''`)."""
    text, last = [], ""
    for piece in pieces:
        if last + piece[:1] in _LIGATURES:
            text.append("{}")
        text.append(piece)
        last = piece[-1:]
    return "".join(text)


@lru_cache(maxsize=65536)
def to_ascii(text: str) -> str:
    """The text as LaTeX in ASCII; Chinese words that nobody romanised are spelled out one by one.

    >>> to_ascii("Łukasz Erdős & 50%")
    '{\\\\L}ukasz Erd{\\\\H{o}}s \\\\& 50\\\\%'
    """
    if _PLAIN.fullmatch(text):
        return text
    composed = _CHINESE.sub(lambda run: anyascii(run[0]).capitalize(), unicodedata.normalize("NFC", text))
    return _join(_SPECIAL.get(c, c) if c.isascii() or c in _SPECIAL else _ascii_character(c) for c in composed)


@lru_cache(maxsize=65536)
def to_utf8(text: str) -> str:
    """The text as LaTeX in UTF-8: only what LaTeX would act on is escaped.

    >>> to_utf8("Łukasz & {x}")
    'Łukasz \\\\& {\\\\textbraceleft}x{\\\\textbraceright}'
    """
    return text if _PLAIN.fullmatch(text) else _join(map(_escape_character, unicodedata.normalize("NFC", text)))


def raw(address: str) -> str:
    r"""An address, DOI or identifier as it is: `\url` reads `%`, `_` and `&` itself.

    What no address may hold, and would break the entry, is percent-encoded.
    """
    return "".join(c for c in address if c.isprintable() or c.isspace()).translate(_RAW)


def prose(text: str, encode: Encode) -> str:
    """Running text, on one line, with its straight quotation marks paired."""
    return encode(_marked(clean(text)))


def _marked(text: str) -> str:
    """The text with its quotation marks paired, and its braces marked where they are balanced.

    Every reader knows `\\{`, but BibTeX counts its brace.
    """
    if "{" not in text and "}" not in text:
        return paired_quotes(text)
    depth = lowest = 0
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        lowest = min(lowest, depth)
    return paired_quotes(text.translate(_BALANCED) if depth == lowest == 0 else text)


def paired_quotes(text: str) -> str:
    """Straight quotation marks as opening and closing ones, where they are paired.

    TeX prints a straight mark as a closing one, at both ends.
    """
    if text.count('"') % 2:
        return text
    parts = text.split('"')
    return "".join(part + ("”" if number % 2 else "“") for number, part in enumerate(parts[:-1])) + parts[-1]


def title(text: str, protect: Sequence[str], encode: Encode) -> str:
    """A title whose capitals survive styles that put titles in lower case: single words in braces.

    By rule, words with inner capitals or digits; others as `protect` names them. Never the whole title: a style
    must be free to change the rest.

    >>> title("BERT: Pre-training of GPT-2 in Paris", ["Paris"], to_ascii)
    '{BERT}: Pre-training of {GPT-2} in {Paris}'
    """
    text = _marked(clean(text))
    words = sorted({word for phrase in protect for word in clean(phrase).split()}, key=lambda word: (-len(word), word))
    if not words:
        return _protect_by_rule(text, encode)
    named = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words))
    pieces, position = [], 0
    for match in named.finditer(text):
        pieces += [_protect_by_rule(text[position : match.start()], encode), _braced(encode(match[0]))]
        position = match.end()
    return "".join([*pieces, _protect_by_rule(text[position:], encode)])


def _protect_by_rule(text: str, encode: Encode) -> str:
    pieces, position = [], 0
    for match in _WORD.finditer(text):
        parts = match[0].split("-")
        if any(map(_keeps_case, parts)):
            pieces += [encode(text[position : match.start()]), _protect_parts(parts, encode)]
            position = match.end()
    return "".join([*pieces, encode(text[position:])])


def _keeps_case(word: str) -> bool:
    """Whether lower case would spoil a word: it has an inner capital, or letters and digits."""
    if any(c.isupper() for c in word[1:]):
        return True
    return any(c.isdigit() for c in word) and any(c.isalpha() for c in word)


def _protect_parts(parts: Sequence[str], encode: Encode) -> str:
    """`{GPT-2}` whole, but `{BERT}-based`."""
    if all(_keeps_case(part) or part.isdigit() for part in parts):
        return _braced(encode("-".join(parts)))
    return "-".join(_braced(encode(part)) if _keeps_case(part) else encode(part) for part in parts)


def _braced(encoded: str) -> str:
    """In braces; BibTeX takes a brace right before a backslash for an accent, and changes its case after all."""
    return f"{{{{}}{encoded}}}" if encoded.startswith("\\") else f"{{{encoded}}}"


def names(people: Iterable[Name], encode: Encode) -> str:
    """Names as BibTeX splits them: `particle Family, Suffix, Given and ...`, organisations in braces.

    A name in Chinese script stays whole, as one word: styles would put the given name first, or shorten it.
    """
    return " and ".join(_name(name, encode) for name in people)


def _name(name: Name, encode: Encode) -> str:
    if name.organisation or name.native:
        whole = prose(name.native or name.family, encode)
        return whole if name.native and not name.organisation and whole.isalnum() else f"{{{whole}}}"
    words = clean(name.family).split()
    family = _words(words, encode)
    # BibTeX would take all words before the last lower-case one for a particle.
    if any(_is_lower(word) for word in words[:-1]) or family == "others":
        family = f"{{{family}}}"
    particle = _words(clean(name.particle).split(), encode)
    first = f"{particle} {family}" if particle else family
    parts = [first, *(_words(clean(part).split(), encode) for part in (name.suffix, name.given) if part)]
    return ", ".join(parts)


def _words(words: Iterable[str], encode: Encode) -> str:
    """Words of a name; `and`, which parts one name from the next, in braces."""
    return " ".join(f"{{{encode(word)}}}" if word.casefold() == "and" else encode(word) for word in words)


def _is_lower(word: str) -> bool:
    return next((c.islower() for c in word if c.isalpha()), False)


def entry(kind: str, key: str, fields: Mapping[str, str | None]) -> str:
    """One entry, one field a line; fields without a value are left out, a month stands without braces."""
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'}," for name, value in fields.items() if value]
    return "\n".join([f"@{kind}{{{key},", *lines, "}"]) + "\n"
