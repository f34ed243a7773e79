"""Change a data file of the catalog and keep every other byte: comments, line ends, order, spaces.

Gives new bytes; writing them is the business of `wholefile`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from shoulders.edit.draft import known_fields
from shoulders.edit.entry_text import QUOTED, entry_text, scalar
from shoulders.safeyaml import split_blocks
from shoulders.textfile import TextError


class DataFileError(Exception):
    """The file cannot be changed safely; the message says why."""


def append(data: bytes, entry: str) -> bytes:
    """The file with one more entry (or several) at its end, a blank line before it.

    >>> append(b"- key: a\\n", "- key: b\\n")
    b'- key: a\\n\\n- key: b\\n'

    Raises:
        DataFileError: when the file is no list of entries.
    """
    text = _text(data)
    empty = _EMPTY.search(text) if len(text) < 10_000 else None
    if empty:
        data, after = text[: empty.start(1)].encode(), text[empty.end(1) :].lstrip()
        entry += after.replace("\r\n", "\n")
    elif _NO_COMMENT.search(text):
        _expect_entries(text)
    end = b"\r\n" if b"\r\n" in data else b"\n"
    body = entry.encode().replace(b"\n", end)
    if empty or not data.strip():
        return data + body
    kept = data if data.endswith(b"\n") else data + end
    return kept + (b"" if kept.endswith(end + end) else end) + body


_NO_COMMENT = re.compile(r"^(?!---)[ \t]*[^\s#\ufeff]", re.MULTILINE)
_EMPTY = re.compile(
    r"\A\ufeff?(?:[ \t\r]*(?:#[^\n]*|---[^\n]*)?\n)*"
    r"(\[[ \t]*\])[ \t\r]*(?:#[^\n]*)?(?:\n[ \t\r]*(?:#[^\n]*)?)*\Z"
)
"""A list of no entries, among comments."""


def _expect_entries(text: str) -> None:
    try:
        first = split_blocks(text.lstrip("\ufeff").replace("\r\n", "\n"))[0]
    except TextError as error:
        raise DataFileError(f"expected a list of entries, got another thing on line {error.line}") from None
    if not first.text.startswith("-"):
        raise DataFileError(f"expected a list of entries, got another thing on line {first.line}")


def change(data: bytes, key: str, changes: Mapping[str, Any]) -> bytes:
    """The file with other values in fields of one entry; a field that it lacks goes to its place among the others.

    Only whole fields of the top level change; None takes one out. A comment behind a value that changes stays.

    Raises:
        DataFileError: when there is no such entry, or a field has a form that cannot be replaced safely.
    """
    text = _text(data)
    start, end = _entry_span(text, key)
    block = text[start:end]
    order = {name: place for place, name in enumerate(known_fields())}
    for name, value in sorted(changes.items(), key=lambda item: order[item[0]]):
        block = _with_field(block, name, value, order)
    return (text[:start] + block + text[end:]).encode()


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise DataFileError("expected text in UTF-8") from None


def _entry_span(text: str, key: str) -> tuple[int, int]:
    """Where the item of the list with this key begins and ends."""
    starts = [match.start() for match in re.finditer(r"^-(?=\s)", text, re.MULTILINE)]
    mark = re.compile(rf"\bkey[\"']?\s*:\s*[\"']?{re.escape(key)}")  # a text or a list may say that, too
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        if mark.search(text, start, end) and any(_is_key(pair, key) for pair in _pairs(text[start:end])):
            return start, end
    raise DataFileError(f"expected an entry with the key {key}, got none")


def _is_key(pair: tuple[yaml.ScalarNode, yaml.Node], key: str) -> bool:
    return bool(pair[0].value == "key" and pair[1].value == key)


def _with_field(block: str, name: str, value: Any, order: Mapping[str, int]) -> str:
    """The entry with another value in one field; without the field where there is no value."""
    pairs = _pairs(block)
    for key_node, value_node in pairs:
        if key_node.value == name:
            if not isinstance(value_node, yaml.ScalarNode) or value_node.style in ("|", ">"):
                raise DataFileError(f"{name} stands over several lines; change it by hand")
            start, end = value_node.start_mark.index, value_node.end_mark.index
            if value is None:
                return _without(block, key_node.start_mark.index, _line_end(block, end))
            space = " " if block[start - 1 : start] == ":" else ""
            return block[:start] + space + scalar(value, quoted=name in QUOTED) + block[end:]
    if value is None:
        return block
    before = [pair for pair in pairs if order.get(pair[0].value, -1) < order[name]]
    place = _line_end(block, _last_place(before[-1][1] if before else pairs[0][1]))
    line_end = "\r\n" if "\r\n" in block else "\n"
    lines = entry_text({name: value})[2:].rstrip("\n").split("\n")
    indented = ["  " + lines[0], *lines[1:]]
    head = block[:place] if block[:place].endswith("\n") else block[:place] + line_end
    return head + line_end.join(indented) + line_end + block[place:]


def _without(block: str, start: int, end: int) -> str:
    """The entry without the lines of a field; the mark of the item stays when it stands before the field."""
    line = block.rfind("\n", 0, start) + 1
    if block[line:start].strip():
        raise DataFileError("the first field of an entry cannot be taken out; change it by hand")
    return block[:line] + block[end:]


def _pairs(block: str) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    """The fields of an entry with the places of their values; the loader has checked before that it is plain."""
    try:
        root = yaml.compose(block, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        root = None
    item = root.value[0] if isinstance(root, yaml.SequenceNode) and len(root.value) == 1 else None
    if not isinstance(item, yaml.MappingNode) or item.flow_style:
        raise DataFileError("the entry cannot be read; `shoulders check` says where")
    return [(name, value) for name, value in item.value if isinstance(name, yaml.ScalarNode)]


def _last_place(node: yaml.Node) -> int:
    """The place of the last character of a value."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _last_place(last[1] if isinstance(last, tuple) else last)
    end: int = node.end_mark.index
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        buffer = node.start_mark.buffer
        body = buffer[node.start_mark.index : end] if buffer else ""
        kept = re.sub(r"(?:\r?\n[ \t]*(?:#[^\n]*)?)+$", "", body)
        return node.start_mark.index + len(kept)
    return end


def _line_end(block: str, place: int) -> int:
    """Where the line of a place ends, its line end and a comment behind the value included."""
    found = block.find("\n", place)
    return len(block) if found < 0 else found + 1
