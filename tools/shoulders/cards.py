"""The card at the head of each demo: what it shows of which paper, read without importing the demo.

A demo is untrusted code; its card is the module's docstring: a first line, then fields such as `Entry: key`.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shoulders.problems import Problem, expected

SHARED = frozenset(["shared", "figures", "__init__"])
_FIELD = re.compile(r"^([A-Z][a-z]+):\s*(.*)$")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
FIELDS = ("Paper", "Entry", "Covers", "Omits", "Claim", "Check", "Run", "Shapes")
MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Card:
    """What a demo says of itself."""

    name: str
    title: str
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def entry(self) -> str:
        """The key of the work it shows."""
        return self.fields.get("Entry", "")


def read_cards(root: Path) -> tuple[dict[str, Card], list[Problem]]:
    """The cards of all demos by name, and the problems of those that have none."""
    cards: dict[str, Card] = {}
    problems: list[Problem] = []
    for path in sorted((root / "demos").glob("*.py")):
        if path.stem in SHARED:
            continue
        try:
            cards[path.stem] = _read(path)
        except ValueError as error:
            problems.append(Problem(f"demos/{path.name}", 1, path.stem, "card", str(error)))
    return cards, problems


def _read(path: Path) -> Card:
    if not _NAME.fullmatch(path.stem):  # it becomes a module, an address and an anchor
        raise ValueError(expected("a name of small letters, digits and underscores", path.stem))
    if not path.is_file():  # a pipe would be read for ever
        raise ValueError("expected a file, got something else")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError("expected a file of at most 1 MiB, got a larger one")
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"expected a readable UTF-8 text: {error}") from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes in strings, which are not for us to judge
            docstring = ast.get_docstring(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"expected Python, got {error.__class__.__name__}: {error}") from None
    if not docstring:
        raise ValueError("expected a docstring with the demo's card, got none")
    card = Card(path.stem, docstring.split("\n", 1)[0].strip(), dict(_fields(docstring)))
    if unknown := next((name for name in card.fields if name not in FIELDS), None):
        raise ValueError(expected("a known field of a card", unknown, FIELDS))
    if not card.entry:
        raise ValueError("expected a field 'Entry: key' in the docstring, got none")
    return card


def _fields(docstring: str) -> Iterator[tuple[str, str]]:
    """The fields with their continuation lines folded in."""
    name = ""
    parts: list[str] = []
    for line in docstring.split("\n")[1:]:
        match = _FIELD.match(line)
        if match:
            if name:
                yield name, " ".join(parts)
            name, parts = match[1], [match[2]] if match[2] else []
        elif name and line.strip():
            parts.append(line.strip())
    if name:
        yield name, " ".join(parts)
