"""Change a data file of the catalog and keep every other byte: comments, line ends, order, spaces.

Gives new bytes; writing them is the business of `wholefile`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from shoulders.edit.draft import known_fields
from shoulders.edit.entry_text import entry_text, scalar
from shoulders.safeyaml import split_blocks
from shoulders.textfile import TextError


class DataFileError(Exception):
    """The file cannot be changed safely; the message says why."""


def append(data: bytes, entry: str) -> bytes:
    """The file with one more entry at its end, a blank line before it.

    >>> append(b"- key: a\\n", "- key: b\\n")
    b'- key: a\\n\\n- key: b\\n'

    Raises:
        DataFileError: when the file is no list of entries.
    """
    text = _text(data)
    bare = re.sub(r"#.*", "", text).replace("---", "").strip() if len(text) < 10_000 else "-"
    if bare == "[]":
        place = text.rindex("[]")
        data, after = data[: len(text[:place].encode())], text[place + 2 :].lstrip()
        entry = entry + after
    elif bare:
        try:
            first = split_blocks(text.lstrip("\ufeff").replace("\r\n", "\n"))[0]
        except TextError as error:
            raise DataFileError(f"expected a list of entries, got another thing on line {error.line}") from None
        if not first.text.startswith("-"):
            raise DataFileError(f"expected a list of entries, got another thing on line {first.line}")
    end = b"\r\n" if b"\r\n" in data else b"\n"
    body = entry.encode().replace(b"\n", end)
    if not data.strip():
        return data + body
    kept = data if data.endswith(b"\n") else data + end
    return kept + (b"" if kept.endswith(end + end) or bare == "[]" else end) + body


def change(data: bytes, key: str, changes: Mapping[str, Any]) -> bytes:
    """The file with other values in fields of one entry; a field that it lacks goes to its place among the others.

    Only whole fields of the top level change. A comment behind a value that changes stays.

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
    named = re.compile(rf"(?:^|[\s\-])key: *[\"']?{re.escape(key)}[\"']?[ \t]*(?:#.*)?\r?$", re.MULTILINE)
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        if named.search(text, start, end):
            return start, end
    raise DataFileError(f"expected an entry with the key {key}, got none")


def _with_field(block: str, name: str, value: Any, order: Mapping[str, int]) -> str:
    pairs = _pairs(block)
    for key_node, value_node in pairs:
        if key_node.value == name:
            if not isinstance(value_node, yaml.ScalarNode) or value_node.style in ("|", ">"):
                raise DataFileError(f"{name} stands over several lines; change it by hand")
            written = scalar(value, quoted=name == "arxiv")
            return block[: value_node.start_mark.index] + written + block[value_node.end_mark.index :]
    before = [pair for pair in pairs if order.get(pair[0].value, -1) < order[name]]
    place = _line_end(block, _last_place(before[-1][1] if before else pairs[0][1]))
    line_end = "\r\n" if "\r\n" in block else "\n"
    lines = entry_text({name: value})[2:].rstrip("\n").split("\n")
    indented = ["  " + lines[0], *lines[1:]]
    head = block[:place] if block[:place].endswith("\n") else block[:place] + line_end
    return head + line_end.join(indented) + line_end + block[place:]


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
