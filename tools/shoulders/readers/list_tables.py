"""A row of a table as a work, by what the header calls its columns, in English or Chinese.

A link in any column counts; of several columns that may hold the title the plainest one that says something does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from shoulders.problems import expected
from shoulders.readers import Entry, Fault
from shoulders.readers.list_links import Link, is_label, with_links
from shoulders.readers.pieces import Piece, read_place, read_year, text_of, trimmed
from shoulders.readers.printed import printed_people
from shoulders.readers.prose import clean

TITLES = ("title titles 标题 题目", "paper papers article articles 论文 文章", "name work 名称")
"""Words of the columns that may hold the title, the plainest first."""
COLUMNS = {
    "authors": "author authors 作者",
    "year": "year date time 年份 年 日期 时间",
    "venue": "venue conference journal pub publish published publication 会议 期刊 发表",
    "code": "code github implementation repo repository 代码",
    "keywords": "keyword keywords tag tags topic topics 关键词 关键字 主题",
    "nickname": "model method abbreviation nickname 简称 模型 模块",
}
_LINKS = "link links url pdf 链接 地址"


def title_columns(header: Sequence[str]) -> list[int]:
    """The columns that may hold the title, the likeliest first.

    >>> title_columns(["Year", "Name", "Paper", "Code"])
    [2, 1]
    """
    found = [i for words in TITLES for i, text in enumerate(header) if _is_called(text, words)]
    return [i for i in dict.fromkeys(found) if not _is_called(header[i], _LINKS)]


def _is_called(header: str, words: str) -> bool:
    """Whether one of the words stands in a header; Chinese words need no space around them."""
    said = set(re.findall(r"[^\W\d_]+", header.casefold()))
    return any(word in said or (not word.isascii() and word in header) for word in words.split())


def read_row(
    header: Sequence[str], cells: Sequence[Sequence[Piece]], *, line: int, section: str
) -> Entry | Fault | None:
    """The work of a row; a fault when it has no title, None when there is nothing in it but perhaps a heading."""
    links = [link for text, cell in zip(header, cells, strict=False) for link in _links(cell, text)]
    filled = [cell for cell in cells if re.search(r"\w", text_of(cell)) or any(piece.address for piece in cell)]
    if not filled or (len(filled) == 1 < len(header) and not links):
        return None
    titles = (trimmed(_said(cells[i])) for i in title_columns(header) if i < len(cells))
    title = next((title for title in titles if not is_label(title)), "")
    if not title:
        return Fault(line, expected("a title", clean(" ".join(map(text_of, filled))) or None))

    def said(field: str) -> str:
        columns = (i for i, text in enumerate(header) if i < len(cells) and _is_called(text, COLUMNS[field]))
        return next((text for i in columns if (text := _said(cells[i])) not in ("", "-", "–", title)), "")

    authors, complete = printed_people(said("authors"))
    venue, year = read_place(said("venue"))
    entry = Entry(
        line=line,
        key="",
        type="misc",
        title=title,
        authors=authors,
        complete=complete,
        year=read_year(said("year")) or year,
        container=venue,
        nickname=said("nickname"),
        keywords=said("keywords"),
        section=section,
    )
    return with_links(entry, links)


def _links(cell: Sequence[Piece], header: str) -> list[Link]:
    """The links of a cell; what stands under "code" is code, whatever it is called there."""
    is_code = _is_called(header, COLUMNS["code"])
    return [Link("code" if is_code else piece.text, piece.address) for piece in cell if piece.address]


def _said(cell: Sequence[Piece]) -> str:
    """The text of a cell without the labels of links."""
    return clean(text_of([piece for piece in cell if not (piece.address and is_label(piece.text))]))
