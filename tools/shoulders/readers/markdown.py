"""Reading lists in Markdown: the works of their lists, tables and paragraphs, with the headings above them.

Read with markdown-it-py, as CommonMark has rules for what two lines, a nested bracket and a link in bold mean, and it
knows the lines. Prose, pictures, badges, code and tables of contents are no entries. What a line means is the business
of `printed`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from shoulders import ids
from shoulders.readers import Bibliography, Entry, Fault, find
from shoulders.readers.list_links import is_label
from shoulders.readers.list_tables import read_row, title_columns
from shoulders.readers.pieces import Piece, is_tag, text_of
from shoulders.readers.printed import read_work
from shoulders.readers.prose import clean

_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("code")  # bullets far in are no code
_ADDRESS = re.compile(r"(https?://[^\s<>\"\\^`{|}]+)")
_HREF = re.compile(r"<a\s[^>]{0,300}?href\s*=\s*[\"']([^\"'<>]+)", re.IGNORECASE)
_MARK = re.compile(r"\s*(?:\d{1,3} ?[.)、]|[-*+•] )")

Line = list[Piece]


def read(text: str) -> Bibliography:
    """The works of a reading list in their order; what is meant for one and has no title is a fault."""
    reader = _Reader()
    reader.read(SyntaxTreeNode(_PARSER.parse(text)).children)
    return Bibliography(tuple(reader.entries), tuple(reader.faults))


class _Reader:
    """Goes through the blocks of a document and remembers the last heading."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.faults: list[Fault] = []
        self._section = ""

    def read(self, blocks: Sequence[SyntaxTreeNode]) -> None:
        """Read blocks and what stands in them."""
        for block in blocks:
            if block.type == "heading":
                self._section = clean(" ".join(text_of(line) for _, line in _lines_of(block)))
            elif block.type in ("bullet_list", "ordered_list", "blockquote"):
                self.read(block.children)
            elif block.type == "list_item":
                self._read_item(block)
            elif block.type == "table":
                self._read_table(block)
            elif block.type == "paragraph":
                for line, pieces in _works(_lines_of(block)):
                    if _is_set_off(pieces):
                        self._keep(read_work(pieces, line=line, section=self._section, heads=True))

    def _read_item(self, item: SyntaxTreeNode) -> None:
        """Read an item; items within it that only hold its links belong to it."""
        own = [line for block in item.children if block.type == "paragraph" for line in _lines_of(block)]
        works = _works(own)
        inner: list[SyntaxTreeNode] = []
        for block in item.children:
            if not block.type.endswith("_list"):
                inner += [block] if block.type != "paragraph" else []
                continue
            for child in block.children:  # an item
                if works and _holds_links_only(child):
                    works[-1][1].extend(_flat(_lines_of(*child.children)))
                else:
                    inner.append(child)
        for line, pieces in works:
            self._keep(read_work(pieces, line=line, section=self._section, heads=bool(inner)))
        self.read(inner)

    def _read_table(self, table: SyntaxTreeNode) -> None:
        """Read the rows of a table, if one of its columns holds titles."""
        rows = [row for part in table.children for row in part.children]
        header = [clean(text_of(_flat(_lines_of(cell)))) for cell in rows[0].children]
        if not title_columns(header):
            return
        for row in rows[1:]:
            cells = [_flat(_lines_of(cell)) for cell in row.children]
            line = row.map[0] + 1 if row.map else 0
            self._keep(read_row(header, cells, line=line, section=self._section))

    def _keep(self, found: Entry | Fault | None) -> None:
        if isinstance(found, Entry):
            self.entries.append(found)
        elif found:
            self.faults.append(found)


def _works(lines: Sequence[tuple[int, Line]]) -> list[tuple[int, Line]]:
    """The works of a paragraph with their first lines: a line that begins like the first begins another.

    So a missing number, which makes one item out of two, loses nothing.
    """
    works: list[tuple[int, Line]] = []
    for number, line in lines:
        if works and not _begins_work(works[-1][1], line):
            works[-1][1].extend(line)
        else:
            works.append((number, [*line]))
    return works


def _begins_work(before: Line, line: Line) -> bool:
    """Whether a line begins another work: with a number or bullet, or with a title in bold as the work before it."""
    first = next((piece for piece in line if piece.text.strip()), Piece(""))
    if first.shape == "text" and (mark := _MARK.match(first.text)):
        return bool(re.search(r"\w", text_of(line)[mark.end() :]))
    opening = next((piece for piece in before if re.search(r"[^\W\d]", piece.text)), Piece(""))
    both_bold = first.shape == opening.shape == "bold" != before[-1].shape  # else the same title goes on
    return both_bold and not is_tag(first.text) and not is_label(first.text)


def _is_set_off(pieces: Line) -> bool:
    """Whether a paragraph is set like a work: after a number or bullet, or with its title in bold and no colon."""
    text = text_of(pieces).strip()
    first = next((piece for piece in pieces if piece.text.strip()), Piece(""))
    if first.shape == "text":
        return bool(_MARK.match(text))
    behind = text.removeprefix(first.text.strip().rstrip(": ")).lstrip()
    return first.shape == "bold" and not behind.startswith(":")


def _holds_links_only(item: SyntaxTreeNode) -> bool:
    """Whether an item says no more than where something is: `[code](...)`, `Paper: https://...`"""
    pieces = _flat(_lines_of(*item.children))
    return all(is_label(piece.text) for piece in pieces) and any(piece.address for piece in pieces)


def _flat(lines: Sequence[tuple[int, Line]]) -> Line:
    return [piece for _, line in lines for piece in [*line, Piece(" ")]]


def _lines_of(*blocks: SyntaxTreeNode) -> list[tuple[int, Line]]:
    """The lines of the text that stands in blocks, with their numbers."""
    found = []
    for block in blocks:
        for inline in block.children:
            if inline.type == "inline" and inline.token:
                first = inline.map[0] + 1 if inline.map else 0
                found += [(first + i, line) for i, line in enumerate(_lines(inline.token))]
    return found


def _lines(inline: Token) -> list[Line]:
    """The pieces of each line; pictures are left out."""
    lines: list[Line] = [[]]
    strong = emphasis = 0
    address = ""
    for token in inline.children or ():
        if token.type in ("strong_open", "strong_close"):
            strong += token.nesting
        elif token.type in ("em_open", "em_close"):
            emphasis += token.nesting
        elif token.type in ("link_open", "link_close"):
            address = find.sound(ids.check_url, str(token.attrGet("href") or ""))
        elif token.type in ("softbreak", "hardbreak"):
            lines[-1].append(Piece(" ", bool(strong), bool(emphasis), address))
            lines.append([])
        elif token.type == "html_inline":
            if anchor := _HREF.match(token.content):
                address = find.sound(ids.check_url, anchor[1])
            elif token.content.startswith("</a"):
                address = ""
            elif token.content.startswith("<br"):
                lines[-1].append(Piece(" "))
        elif token.type in ("text", "code_inline"):
            lines[-1] += _pieces(token.content, strong=bool(strong), emphasis=bool(emphasis), address=address)
    return lines


def _pieces(text: str, *, strong: bool, emphasis: bool, address: str) -> Iterator[Piece]:
    """A text as pieces; an address that stands in it is a link without a label."""
    for part in [text] if address else _ADDRESS.split(text):
        found = address or (find.address(part) if part.startswith("http") else "")
        if part:
            yield Piece("" if found and not address else part, strong, emphasis, found)
