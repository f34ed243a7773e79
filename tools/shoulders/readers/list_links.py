"""The links of an entry of a reading list: which is the paper, its PDF, its code.

Goes by the address first and by the label second, for what is labelled "pdf" is often a page about it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlsplit

from shoulders.readers import Entry, find

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
    said = re.split(r"[(,:：|]", text.strip("[]()（）【】.,;:：| "))[0].casefold()
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

    @property
    def is_evident(self) -> bool:
        """Whether it surely leads to a work: it is called so, or its address is one of a paper."""
        called_so = bool(re.search(r"\w", self.label)) and is_label(self.label)
        told = (find.arxiv, find.acl, find.doi, find.openreview)
        return self.kind != "page" and (called_so or self.is_pdf or any(named(self.address) for named in told))


def with_links(entry: Entry, links: Sequence[Link]) -> Entry:
    """The entry with what its links tell, each thing by the first link that tells it.

    What has code, and neither authors nor a paper, is the code.
    """
    papers = [link for link in links if link.kind == "paper"]
    code = next((link.address for link in links if link.kind == "code"), "")
    pages = [*(link for link in papers if not link.is_pdf), *(link for link in links if link.kind == "page")]
    is_software = bool(code) and not papers and not entry.authors
    addresses = [link.address for link in papers]
    return replace(
        entry,
        type="software" if is_software else entry.type,
        url=code if is_software else next((link.address for link in pages), ""),
        pdf=next((link.address for link in papers if link.is_pdf), ""),
        code=code,
        doi=find.doi(*addresses),
        arxiv=find.arxiv(*addresses),
        acl=find.acl(*addresses),
        openreview=find.openreview(*addresses),
    )
