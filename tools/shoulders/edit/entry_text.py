"""An entry as YAML text, in the style of the data files: what may stand bare is bare, English is folded.

What is written is read again and has to be the same; nothing else decides what needs quotes.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from shoulders import safeyaml
from shoulders.names import has_cjk

WIDTH = 100
_BARE = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`](?:[^#:\n]|:(?=\S)|(?<=\S)#)*")
_DATE_OR_NUMBER = re.compile(r"[1-9][0-9]{3}(?:-[0-9]{2}){0,2}|(?:0|[1-9][0-9]{0,8})(?:-[1-9][0-9]{0,8})?")
QUOTED = frozenset(["arxiv"])  # a number to other readers of YAML


def entry_text(fields: Mapping[str, Any]) -> str:
    """The item of a list of entries that holds these fields, in their order.

    >>> print(entry_text({"key": "shao-2024-counting", "title": "Counting: a Study", "authors": ["Yan Shao"]}), end="")
    - key: shao-2024-counting
      title: "Counting: a Study"
      authors:
        - Yan Shao

    Raises:
        ValueError: when a value is no text, number, list or mapping of these.
    """
    lines = list(_mapping(fields, 2))
    text = "- " + "\n".join(lines)[2:] + "\n"
    if safeyaml.Block(text, 1).parse() != _plain(fields):
        raise AssertionError("an entry is read back as it was written")
    return text


def _plain(value: Any) -> Any:
    """The value as the reader of YAML gives it: numbers are text."""
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _mapping(fields: Mapping[str, Any], indent: int) -> Iterator[str]:
    space = " " * indent
    for name, value in fields.items():
        if isinstance(value, Mapping):
            yield f"{space}{name}:"
            yield from _mapping(value, indent + 2)
        elif isinstance(value, list | tuple):
            yield from _sequence(name, value, indent)
        elif _folds(name, value, indent):
            yield f"{space}{name}: >-"
            yield from textwrap.wrap(
                value,
                WIDTH,
                initial_indent=space + "  ",
                subsequent_indent=space + "  ",
                break_long_words=False,
                break_on_hyphens=False,
            )
        else:
            yield f"{space}{name}: {scalar(value, quoted=name in QUOTED)}"


def _sequence(name: str, values: Sequence[Any], indent: int) -> Iterator[str]:
    space = " " * indent
    if name in ("topics", "unverified") and values:
        yield f"{space}{name}: [{', '.join(scalar(value) for value in values)}]"
        return
    yield f"{space}{name}:"
    for value in values:
        if isinstance(value, Mapping):
            lines = list(_mapping(value, indent + 4))
            yield f"{space}  - {lines[0].lstrip()}"
            yield from lines[1:]
        else:
            yield f"{space}  - {scalar(value)}"


def _folds(name: str, value: Any, indent: int) -> bool:
    """Whether a text is folded over several lines; Chinese is not, for a fold would put spaces into it."""
    long = isinstance(value, str) and len(value) + len(name) + indent + 2 > WIDTH
    return long and " " in value and not has_cjk(value) and "\n" not in value and value == " ".join(value.split())


def scalar(value: Any, *, quoted: bool = False) -> str:
    """A value on one line.

    >>> scalar("Attention Is All You Need"), scalar("yes"), scalar("a: b"), scalar(2017)
    ('Attention Is All You Need', '"yes"', '"a: b"', '2017')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, str):
        raise ValueError(f"a text or number, got {type(value).__name__}")
    bare = _BARE.fullmatch(value) and value.isprintable() and value == value.strip() and not value.endswith(":")
    if not quoted and (_DATE_OR_NUMBER.fullmatch(value) or (bare and _is_text(value))):
        return value
    # What does not show, some readers of YAML take for the end of a line.
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in json.dumps(value, ensure_ascii=False))


def _is_text(value: str) -> bool:
    """Whether other readers of YAML, too, take the bare value for a text: no number, no date, no `yes`."""
    resolver: Any = yaml.resolver.Resolver()
    resolved: str = resolver.resolve(yaml.ScalarNode, value, (True, False))
    return resolved == yaml.resolver.Resolver.DEFAULT_SCALAR_TAG and value.casefold() not in ("y", "n")
