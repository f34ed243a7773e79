"""Read untrusted YAML as plain lists, mappings and strings, block by block, with line numbers.

Scalars stay strings (`2005.10` is no number here). Tags, aliases, anchors, repeated keys and deep nesting are
refused; nothing recurses, so nesting cannot exhaust the stack. Knows nothing of the catalog.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

import yaml

from shoulders.problems import quoted
from shoulders.textfile import TextError

MAX_BLOCKS = 200_000  # in a file
MAX_NODES = 50_000  # in a block
MAX_DEPTH = 12  # of nesting

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Event = yaml.events
Value = Any  # str, None, list[Value] or dict[str, Value]
Location = tuple[str | int, ...]


class YamlError(TextError):
    """Text that is not the plain YAML this reader takes, with the line and the field where that shows."""

    def __init__(self, line: int, message: str, location: Location = ()) -> None:
        super().__init__(line, message)
        self.location = location


@dataclass(frozen=True, slots=True)
class Block:
    """One item of a top-level list: its text and the line it begins on."""

    text: str
    line: int

    def parse(self, faults: list[YamlError] | None = None) -> Value:
        """The item as plain data.

        Raises:
            YamlError: when the text is no single item of a list, or not the plain YAML this reader takes.
                Given a list of `faults`, those that leave the rest readable are put there instead.
        """
        root = parse(self.text, self.line, faults=faults)
        if faults:  # their locations begin at the item
            faults[:] = [YamlError(fault.line, fault.message, fault.location[1:]) for fault in faults]
        if not isinstance(root, list) or len(root) != 1:
            got = next((line for line in self.text.split("\n") if line and not line.startswith(("#", "---"))), "")
            what = "entries that begin with '- ' at the start of a line"
            raise YamlError(self.line, f"expected {what}, got {quoted(got)}")
        return root[0]

    def line_of(self, location: Location) -> int:
        """The line of a field inside the item, or of what encloses it where it is missing."""
        lines = _lines_of(self)
        path: Location = (0, *location)
        while len(path) > 1 and path not in lines:
            path = path[:-1]
        return self.line if len(path) == 1 else lines[path]


@lru_cache(maxsize=4)  # the problems of an entry are told one after the other
def _lines_of(block: Block) -> dict[Location, int]:
    lines: dict[Location, int] = {}
    with suppress(YamlError):  # what was read so far is what there is
        parse(block.text, block.line, lines, [])
    return lines


_ITEM = re.compile(r"^-(?=\s|$)", re.MULTILINE)
_CONTENT = re.compile(r"^(?!---[ \t]*+(?:#.*)?$)[ \t]*+[^\s#]", re.MULTILINE)


def split_blocks(text: str) -> list[Block]:
    """The items of a top-level block list, one `Block` each, so that one broken item spoils no other.

    What stands before the first item, unless only comments, becomes a block that does not parse.

    Raises:
        YamlError: when there is nothing, or too much. A list of no items is written `[]`.
    """
    starts = [match.start() for match in islice(_ITEM.finditer(text), MAX_BLOCKS + 1)]
    if len(starts) > MAX_BLOCKS:
        line = text.count("\n", 0, starts[-1]) + 1
        raise YamlError(line, f"expected at most {MAX_BLOCKS} entries in a file (split it), got more")
    first = starts[0] if starts else len(text)
    if _CONTENT.search(text, 0, first):
        if not starts and _without_comments(text) == "[]":
            return []
        starts.insert(0, 0)
    if not starts:
        raise YamlError(1, "expected a list of entries ('[]' when there are none), got nothing")
    blocks = []
    line = text.count("\n", 0, starts[0]) + 1
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        blocks.append(Block(text[start:end], line))
        line += text.count("\n", start, end)
    return blocks


def _without_comments(text: str) -> str:
    return "" if len(text) > 10_000 else re.sub(r"^---|#.*", "", text, flags=re.MULTILINE).strip()


def parse(
    text: str,
    first_line: int = 1,
    lines: dict[Location, int] | None = None,
    faults: list[YamlError] | None = None,
) -> Value:
    """Plain data from YAML text; fills `lines` with the line of every node (of its key, where it has one).

    Raises:
        YamlError: when the text is not the plain YAML this reader takes. Given a list of `faults`, those that
            leave the rest readable (tags, anchors, aliases, repeated keys) are put there instead.
    """
    try:
        return _Builder(first_line, lines, faults).build(text)
    except yaml.MarkedYAMLError as error:
        line = min(_line_of_error(error), text.rstrip().count("\n"))
        message = f"expected well-formed YAML: {_explain(error.problem or 'cannot be read')}"
    except yaml.YAMLError as error:  # a character that no YAML may hold, at a byte of the text
        before = text.encode()[: getattr(error, "position", 0)]
        line = before.count(b"\n")
        message = f"expected well-formed YAML: {quoted(str(error).partition(chr(10))[0])[1:-1]}"
    raise YamlError(first_line + line, message)


def _line_of_error(error: yaml.MarkedYAMLError) -> int:
    """Where the parser noticed, or where a quote or bracket was opened that is never closed."""
    opened = "quoted scalar" in (error.context or "") or "flow" in (error.context or "")
    mark = error.context_mark if opened and error.context_mark else error.problem_mark or error.context_mark
    return int(mark.line) if mark else 0


def _explain(problem: str) -> str:
    """The parser's words, with what most often lies behind them."""
    hints = {
        "tab": "indent with spaces",
        "cannot start any token": "a tab, or one of % @ ` at the start of a value: indent with spaces, quote the value",
        "mapping values are not allowed": "put a value that holds ': ' between quotes",
        "end of stream": "a quote or bracket that is never closed?",
        "did not find expected": "the indentation, or a quote or bracket that is never closed?",
        "expected ':'": "a field without ':', or an indentation that differs?",
    }
    hint = next((hint for words, hint in hints.items() if words in problem), "")
    return f"{problem} ({hint})" if hint else problem


class _Builder:
    """Builds data from parse events with a stack of its own."""

    def __init__(self, first_line: int, lines: dict[Location, int] | None, faults: list[YamlError] | None) -> None:
        self.first_line = first_line
        self.lines = lines
        self.faults = faults
        self.stack: list[tuple[Value, list[Any]]] = []  # container, its pending key and that key's line
        self.path: list[str | int] = []
        self.nodes = 0
        self.started = False
        self.root: Value = None

    def build(self, text: str) -> Value:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, _Event.ScalarEvent):
                self.scalar(event)
            elif isinstance(event, _Event.MappingStartEvent):
                self.open(event, {})
            elif isinstance(event, _Event.SequenceStartEvent):
                self.open(event, [])
            elif isinstance(event, _Event.MappingEndEvent | _Event.SequenceEndEvent):
                self.stack.pop()
                self.leave()
            elif isinstance(event, _Event.AliasEvent):
                self.alias(event)
            elif isinstance(event, _Event.DocumentStartEvent) and self.started:
                raise self.fatal(event, f"expected one document, got {quoted('---')}")
        return self.root

    @property
    def key_is_due(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1][0], dict) and not self.stack[-1][1]

    def line(self, event: Any) -> int:
        return self.first_line + int(event.start_mark.line)

    def fatal(self, event: Any, message: str) -> YamlError:
        return YamlError(self.line(event), message)

    def fault(self, event: Any, message: str) -> None:
        error = YamlError(self.line(event), message, tuple(self.path))
        if self.faults is None:
            raise error
        self.faults.append(error)

    def check_plain(self, event: Any) -> None:
        if event.anchor:
            self.fault(event, f"expected no anchors, got {quoted('&' + event.anchor)}")
        if event.tag:
            self.fault(event, f"expected no tags, got {quoted(str(event.tag).replace('tag:yaml.org,2002:', '!!'))}")

    def scalar(self, event: Any) -> None:
        if self.key_is_due:
            container, pending = self.stack[-1]
            self.check_plain(event)
            if event.value in container:
                self.path.append(event.value)
                self.fault(event, f"expected every field once, got {quoted(event.value)} again")
                self.path.pop()
            pending += [event.value, self.line(event)]
            return
        # `key:`, `~` and `null` are nothing; "" and "null" in quotes are texts.
        nothing = not event.style and event.value in ("", "~", "null", "Null", "NULL")
        self.attach(event, None if nothing else event.value)
        self.check_plain(event)
        self.leave()

    def alias(self, event: Any) -> None:
        message = f"expected no aliases, got {quoted('*' + event.anchor)}"
        if self.key_is_due:
            raise self.fatal(event, message)
        self.attach(event, None)
        self.fault(event, message)
        self.leave()

    def open(self, event: Any, container: Value) -> None:
        if self.key_is_due:
            raise self.fatal(event, "expected a text as field name, got a list or mapping")
        if len(self.stack) >= MAX_DEPTH:
            raise self.fatal(event, f"expected at most {MAX_DEPTH} levels of nesting, got more")
        self.attach(event, container)
        self.check_plain(event)
        self.stack.append((container, []))

    def attach(self, event: Any, value: Value) -> None:
        """Put a value where it belongs; of a repeated key, the first value stays."""
        self.started = True
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self.fatal(event, f"expected at most {MAX_NODES} values in an entry, got more")
        line = self.line(event)
        if not self.stack:
            self.root = value
        else:
            container, pending = self.stack[-1]
            if isinstance(container, dict):
                step, line = pending
                container.setdefault(step, value)
                self.path.append(step)
            else:
                self.path.append(len(container))
                container.append(value)
        if self.lines is not None:
            self.lines.setdefault(tuple(self.path), line)

    def leave(self) -> None:
        """The value is complete: back to what encloses it."""
        if self.stack:
            self.path.pop()
            self.stack[-1][1].clear()
