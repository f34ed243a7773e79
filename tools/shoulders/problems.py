"""What is wrong with the data, said so that a person can put it right.

Only describes and formats problems; finding them is the work of `load` and `rules`.
"""

from __future__ import annotations

import difflib
import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

SHOWN = 60  # characters of a value that a message shows


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One fault: where it stands, in which entry and field, what was expected and what was found."""

    path: str
    line: int
    id: str
    field: str
    message: str

    def __str__(self) -> str:
        """`path:line: id: field: message`; an absent id or field is left out."""
        parts = [part for part in (self.id, self.field) if part]
        return visible(": ".join([f"{self.path}:{self.line}", *parts, self.message]))


class ProblemsError(Exception):
    """The data cannot be used; carries every problem found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def expected(what: str, got: object, choices: Iterable[str] = ()) -> str:
    """The sentence "expected X, got 'y'", with a "did you mean" when a choice is near.

    >>> expected("a known topic", "atention", ["attention", "memory"])
    "expected a known topic, got 'atention' (did you mean 'attention'?)"
    """
    sentence = f"expected {what}, got {quoted(got)}"
    near = nearest(got, choices) if isinstance(got, str) else None
    return f"{sentence} (did you mean {quoted(near)}?)" if near else sentence


def quoted(value: object) -> str:
    """The value between single quotes, on one line, shortened when long; `nothing` for None."""
    if value is None:
        return "nothing"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, dict):
        return "a mapping"
    return f"'{shortened(value if isinstance(value, str) else str(value))}'"


def shortened(text: str) -> str:
    """The text on one line with nothing hidden in it, its end left out when it is long."""
    return visible(f"{text[: SHOWN - 3]}..." if len(text) > SHOWN else text)


def visible(text: str) -> str:
    r"""The text with every character that does not show (controls, bidi, zero width) as an escape.

    >>> visible("a\u202eb")
    'a\\u202eb'
    """
    return text if text.isprintable() else "".join(c if c.isprintable() else _escape(c) for c in text)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def character_name(character: str) -> str:
    r"""What a character is called, for those that do not show.

    >>> character_name("\u202e")
    'U+202E (RIGHT-TO-LEFT OVERRIDE)'
    """
    return f"U+{ord(character):04X} ({unicodedata.name(character, 'a control character')})"


class Choices(Collection[str]):
    """Words one of which may be meant. Answers thousands of questions about 100,000 words in seconds.

    >>> Choices(["attention", "memory"]).nearest("atention")
    'attention'
    """

    FEW = 64  # so many are compared one by one
    LOOKED_AT = 2000  # places that one question looks at in the index
    COMPARED = 8  # words that one question compares

    def __init__(self, words: Iterable[str]) -> None:
        self._words = words if isinstance(words, Collection) else frozenset(words)
        self._answers: dict[str, str | None] = {}

    def __contains__(self, word: object) -> bool:
        return word in self._words

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._words)

    @cached_property
    def _index(self) -> dict[str, list[int]]:
        """The places in `_sorted` of the words that hold a piece."""
        index: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self._sorted):
            for piece in _pieces(word.casefold()):
                index[piece].append(place)
        return index

    def nearest(self, word: str) -> str | None:
        """The word that was most likely meant, or None when none is near."""
        word = word[:200].casefold()
        if word not in self._answers:
            candidates = {choice.casefold(): choice for choice in self._candidates(word)}
            # Keys share much ("-etal-2017-"), so long words must agree better than short ones.
            cutoff = 0.6 if len(word) <= 12 else 0.75
            found = difflib.get_close_matches(word, candidates, n=1, cutoff=cutoff)
            self._answers[word] = candidates[found[0]] if found else None
        return self._answers[word]

    def _candidates(self, word: str) -> list[str]:
        """The words that share most pieces with `word`, by its rarest pieces."""
        if len(self._words) <= self.FEW:
            return self._sorted
        shared: Counter[int] = Counter()
        budget = self.LOOKED_AT
        for places in sorted((self._index.get(piece, []) for piece in _pieces(word)), key=len):
            budget -= len(places)
            if budget < 0:
                break
            shared.update(places)
        return [self._sorted[place] for place, _ in shared.most_common(self.COMPARED)]


def _pieces(word: str) -> list[str]:
    """Pieces of three letters, and of two where the word is short: two swapped letters spoil many."""
    padded = f"^{word[:200]}$"
    sizes = (2, 3) if len(word) <= 12 else (3,)
    return sorted({padded[i : i + size] for size in sizes for i in range(len(padded) - size + 1)})


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that `word` was most likely meant to be, or None when none is near."""
    return (choices if isinstance(choices, Choices) else Choices(choices)).nearest(word)


def format_text(problems: Iterable[Problem]) -> str:
    """One problem a line."""
    return "".join(f"{problem}\n" for problem in problems)


def format_github(problems: Iterable[Problem]) -> str:
    """GitHub workflow commands, which annotate the lines of a pull request."""

    def escape(text: str) -> str:
        return visible(text).replace("%", "%25")

    def escape_property(text: str) -> str:
        return escape(text).replace(":", "%3A").replace(",", "%2C")

    lines = []
    for problem in problems:
        title = escape_property(": ".join(part for part in (problem.id, problem.field) if part))
        place = f"file={escape_property(problem.path)},line={problem.line},title={title}"
        lines.append(f"::error {place}::{escape(problem.message)}\n")
    return "".join(lines)


def format_json(problems: Iterable[Problem]) -> str:
    """A JSON list of objects with path, line, id, field and message."""
    rows = [{"path": p.path, "line": p.line, "id": p.id, "field": p.field, "message": p.message} for p in problems]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


FORMATS = {"text": format_text, "github": format_github, "json": format_json}
