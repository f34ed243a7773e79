"""The links of an entry of a reading list: which is the paper, its PDF, its code.

Goes by the address first and by the label second, for what is labelled "pdf" is often a page about it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from shoulders.readers import find_acl, find_arxiv, find_doi, find_openreview

PAPER = frozenset(
    "abs abstract acl acm anthology arxiv doi html ieee journal link openreview paper papers pdf proceedings url "
    "论文 原文 链接 地址".split()
)
CODE = frozenset(
    "code codes github gitlab implementation jax keras model models mxnet official project pytorch repo repository "
    "tensorflow tf torch 代码 项目".split()
)
OTHER = frozenset(
    "appendix bib bibtex blog dataset datasets demo homepage page poster slide slides supp supplementary talk tutorial "
    "video weights website webpage youtube zhihu 知乎 解读 博客 视频 数据集".split()
)
_LABELS = PAPER | CODE | OTHER | {"and", "full", "here", "of", "our", "the", "unofficial", "v1", "v2", "v3", "version"}
_CODE_HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "gitee.com")
_PDF = re.compile(r"\.pdf$|^/pdf(?:/|$)", re.IGNORECASE)


def is_label(text: str) -> bool:
    """Whether a text says what a link leads to, and is no title.

    >>> [is_label(text) for text in ("code & model", "PyTorch-2 (someone)", "arxiv, 14.12", "Video Swin Transformer")]
    [True, True, True, False]
    """
    return _words(text) <= _LABELS


def _words(text: str) -> set[str]:
    said = re.split(r"[(,:：|]", text.strip("[]()（）【】 "))[0].casefold()
    return {word for word in re.findall(r"[^\W_]+", said) if not word.isdigit()}


@dataclass(frozen=True, slots=True)
class Link:
    """A link: the text that one clicks, and where it leads."""

    label: str
    address: str

    @property
    def kind(self) -> Literal["paper", "code", "page"]:
        """What it leads to; `page` is neither a paper nor code, but a video, slides, a project."""
        words = _words(self.label) if is_label(self.label) else set()
        if (urlsplit(self.address).hostname or "").removeprefix("www.") in _CODE_HOSTS or words & {"code", "代码"}:
            return "code"
        return "page" if words & (OTHER | CODE) else "paper"

    @property
    def is_pdf(self) -> bool:
        """Whether it leads to a PDF; arXiv's and OpenReview's addresses say so without a suffix."""
        return bool(_PDF.search(urlsplit(self.address).path))


class Links:
    """The links of one entry; each thing is told by the first link that tells it."""

    def __init__(self, links: list[Link]) -> None:
        self.papers = [link for link in links if link.kind == "paper"]
        self.code = next((link.address for link in links if link.kind == "code"), "")
        self.pdf = next((link.address for link in self.papers if link.is_pdf), "")
        pages = [*(link for link in self.papers if not link.is_pdf), *(link for link in links if link.kind == "page")]
        self.url = next((link.address for link in pages), "")
        addresses = [link.address for link in self.papers]
        self.arxiv = find_arxiv(*addresses)
        self.acl = find_acl(*addresses)
        self.doi = find_doi(*addresses)
        self.openreview = find_openreview(*addresses)
