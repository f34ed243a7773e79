"""Read untrusted YAML as plain lists, mappings and strings, block by block, with line numbers.

Scalars stay strings (`2005.10` is no number here). Tags, aliases, anchors, repeated keys and deep nesting are
refused; nothing recurses, so nesting cannot exhaust the stack. Knows nothing of the catalog.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

MAX_BYTES = 32 * 1024 * 1024
MAX_DEPTH = 12

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Event = yaml.events
Value = Any  # str, list[Value] or dict[str, Value]
Location = tuple[str | int, ...]


class YamlError(Exception):
    """Text that cannot be used, with the line (counted from 1) where that shows."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class Block:
    """One item of a top-level list: its text and the line it begins on."""

    text: str
    line: int

    def parse(self) -> Value:
        """The item as plain data.

        Raises:
            YamlError: when the text is no single item of a list, or not the plain YAML this reader takes.
        """
        root = parse(self.text, self.line)
        if not isinstance(root, list) or len(root) != 1:
            got = next((line for line in self.text.split("\n") if line and not line.startswith("#")), "")
            raise YamlError(self.line, f"expected a list of entries, each beginning with '- ', got '{got[:40]}'")
        return root[0]

    def line_of(self, location: Location) -> int:
        """The line of a field inside the item, or of what encloses it where it is missing."""
        lines: dict[Location, int] = {}
        try:
            parse(self.text, self.line, lines)
        except YamlError as error:
            return error.line
        path: Location = (0, *location)
        while path not in lines:
            path = path[:-1]
        return lines[path]


def read_text(path: Path) -> str:
    """The file as text with `\\n` line ends and no byte order mark.

    Raises:
        YamlError: when the file is too big, not UTF-8, or holds NUL bytes.
        OSError: when it cannot be read.
    """
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise YamlError(1, f"expected a file of at most {MAX_BYTES >> 20} MiB (split it), got {size >> 20} MiB")
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise YamlError(line, f"expected UTF-8, got the byte 0x{data[error.start]:02x}") from None
    if "\0" in text:
        raise YamlError(text.count("\n", 0, text.index("\0")) + 1, "expected text, got a NUL byte")
    return text.replace("\r\n", "\n").replace("\r", "\n")


_ITEM = re.compile(r"^-(?=[ \n]|$)", re.MULTILINE)
_NO_CONTENT = re.compile(r"(?:---)?(?:\s|#[^\n]*(?:\n|$))*")


def split_blocks(text: str) -> list[Block]:
    """The items of a top-level block list, one `Block` each, so that one broken item spoils no other.

    What stands before the first item, unless only comments, becomes a block that does not parse.
    """
    starts = [match.start() for match in _ITEM.finditer(text)]
    first = starts[0] if starts else len(text)
    if not _NO_CONTENT.fullmatch(text, 0, first):
        starts.insert(0, 0)
    if not starts:
        return []
    blocks = []
    line = text.count("\n", 0, starts[0]) + 1
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        blocks.append(Block(text[start:end], line))
        line += text.count("\n", start, end)
    return blocks


def parse(text: str, first_line: int = 1, lines: dict[Location, int] | None = None) -> Value:
    """Plain data from YAML text; fills `lines` with the line of every node.

    Raises:
        YamlError: when the text is not the plain YAML this reader takes.
    """
    try:
        return _Builder(first_line, lines).build(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        raise YamlError(line, f"expected well-formed YAML: {_explain(error.problem or str(error))}") from None
    except yaml.YAMLError as error:
        text_of_error = str(error).split("\n", 1)[0]
        raise YamlError(first_line, f"expected well-formed YAML: {text_of_error}") from None


def _explain(problem: str) -> str:
    """The parser's words, with what most often lies behind them."""
    if "\\t" in problem or "cannot start any token" in problem:
        return f"{problem} (a tab or a reserved character? indent with spaces, quote the value)"
    if "mapping values are not allowed" in problem:
        return f"{problem} (put a value that holds ': ' between quotes)"
    return problem


class _Builder:
    """Builds data from parse events with a stack of its own."""

    def __init__(self, first_line: int, lines: dict[Location, int] | None) -> None:
        self.first_line = first_line
        self.lines = lines
        self.stack: list[tuple[Value, list[Any]]] = []  # container, its pending key as a one-item list
        self.path: list[str | int] = []
        self.started = False
        self.root: Value = None

    def build(self, text: str) -> Value:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, _Event.AliasEvent):
                self.refuse(event, "expected no aliases, got", f"*{event.anchor}")
            if isinstance(event, _Event.ScalarEvent):
                self.check_plain(event)
                self.scalar(event)
            elif isinstance(event, _Event.MappingStartEvent | _Event.SequenceStartEvent):
                self.check_plain(event)
                self.open(event, {} if isinstance(event, _Event.MappingStartEvent) else [])
            elif isinstance(event, _Event.MappingEndEvent | _Event.SequenceEndEvent):
                self.close()
            elif isinstance(event, _Event.DocumentStartEvent) and self.started:
                self.refuse(event, "expected one document, got", "---")
        return self.root

    def line(self, event: Any) -> int:
        return self.first_line + int(event.start_mark.line)

    def refuse(self, event: Any, message: str, got: str) -> None:
        raise YamlError(self.line(event), f"{message} '{got[:60]}'")

    def check_plain(self, event: Any) -> None:
        if event.anchor:
            self.refuse(event, "expected no anchors, got", f"&{event.anchor}")
        if event.tag:
            self.refuse(event, "expected no tags, got", str(event.tag))

    def scalar(self, event: Any) -> None:
        if self.stack and isinstance(self.stack[-1][0], dict) and not self.stack[-1][1]:
            if event.value in self.stack[-1][0]:
                self.refuse(event, "expected every field once, got again", event.value)
            self.stack[-1][1].append(event.value)
            return
        # An empty plain scalar (`key:`) is nothing; "" in quotes is an empty text.
        self.attach(event, None if event.value == "" and event.style is None else event.value)
        self.leave()

    def open(self, event: Any, container: Value) -> None:
        if self.stack and isinstance(self.stack[-1][0], dict) and not self.stack[-1][1]:
            self.refuse(event, "expected a text as field name, got", "a list or mapping")
        if len(self.stack) >= MAX_DEPTH:
            self.refuse(event, f"expected at most {MAX_DEPTH} levels of nesting, got", "one more")
        self.attach(event, container)
        self.stack.append((container, []))

    def close(self) -> None:
        self.stack.pop()
        self.leave()

    def attach(self, event: Any, value: Value) -> None:
        self.started = True
        if not self.stack:
            self.root = value
        else:
            container, key = self.stack[-1]
            step: str | int = key[0] if isinstance(container, dict) else len(container)
            self.path.append(step)
            if isinstance(container, dict):
                container[step] = value
            else:
                container.append(value)
        if self.lines is not None:
            self.lines[tuple(self.path)] = self.line(event)

    def leave(self) -> None:
        if self.stack:
            self.path.pop()
            self.stack[-1][1].clear()
