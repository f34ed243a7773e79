"""What is wrong with the data, said so that a person can put it right.

Only describes and formats problems; finding them is the work of `load` and `rules`.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from dataclasses import dataclass


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
        return ": ".join([f"{self.path}:{self.line}", *parts, self.message])


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
    near = nearest(str(got), choices)
    return f"{sentence} (did you mean {quoted(near)}?)" if near else sentence


def quoted(value: object) -> str:
    """The value between single quotes, on one line, shortened when long; `nothing` for None."""
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a mapping"
    text = str(value)
    text = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)
    return f"'{text[:57]}...'" if len(text) > 60 else f"'{text}'"


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that `word` was most likely meant to be, or None when none is near."""
    folded = {choice.casefold(): choice for choice in choices}
    found = difflib.get_close_matches(word.casefold()[:200], folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def format_text(problems: Iterable[Problem]) -> str:
    """One problem a line."""
    return "".join(f"{problem}\n" for problem in problems)


def format_github(problems: Iterable[Problem]) -> str:
    """GitHub workflow commands, which annotate the lines of a pull request."""

    def escape(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

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
