"""The hand-written pages as their authors write them: which works they cite, and which concepts they explain.

Reads Markdown and finds citations in it; the builder renders the pages, and `citing` fills them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from shoulders.markdown_extension import CITATION
from shoulders.model import LANGUAGES, Language
from shoulders.problems import Problem, expected

CONCEPTS = "concepts"  # the folder of the concept pages
_FENCE = re.compile(r"[\s>]*(`{3,}|~{3,})(.*)")
_CODE = re.compile(r"(?<!\\)(`+)(.+?)(?<!`)\1(?!`)")  # as Python-Markdown has it
_ESCAPED = re.compile(r"\\[\\\[`]")
_TITLE = re.compile(r"^title: *(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept page in its languages, and the keys of the works that it cites in any of them."""

    slug: str
    titles: Mapping[Language, str]
    cites: frozenset[str]

    def title(self, language: Language) -> str:
        """The title in a language, or in the other where that page is missing."""
        return self.titles.get(language) or next(iter(self.titles.values()))


def read_concepts(root: Path) -> dict[str, Concept]:
    """All concept pages by name. One that cannot be read is named by `check_pages`."""
    titles: dict[str, dict[Language, str]] = {}
    cites: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for path in sorted((root / "docs" / language / CONCEPTS).glob("*.md")):
            try:
                text = path.read_text("utf-8")
            except (OSError, UnicodeDecodeError):
                continue
            if path.stem != "index":
                title = _TITLE.search(text)
                titles.setdefault(path.stem, {})[language] = title[1].strip().strip("\"'") if title else path.stem
                cites.setdefault(path.stem, set()).update(key for _, key in cited(text))
    return {slug: Concept(slug, titles[slug], frozenset(cites[slug])) for slug in sorted(titles)}


def check_pages(root: Path, keys: Collection[str]) -> Iterator[Problem]:
    """A problem for every citation of a hand-written page whose key is unknown."""
    for language in LANGUAGES:
        for file in sorted((root / "docs" / language).rglob("*.md")):
            path = file.relative_to(root).as_posix()
            try:
                text = file.read_text("utf-8")
            except (OSError, UnicodeDecodeError) as error:
                yield Problem(path, 1, "", "", f"expected a readable UTF-8 text: {error}")
                continue
            for line, key in cited(text):
                if key not in keys:
                    yield Problem(path, line, "", "citation", expected("the key of a work", key, keys))


def cited(text: str) -> Iterator[tuple[int, str]]:
    """The keys cited in a Markdown text with their lines; code is no citation."""
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        opening = _FENCE.match(line)
        if fence:
            if opening and opening[1].startswith(fence) and not opening[2].strip():
                fence = ""
            continue
        if opening:
            fence = opening[1]
            continue
        for match in re.finditer(CITATION, _ESCAPED.sub("", _CODE.sub("", line))):
            for part in match[1].split(";"):
                yield number, part.strip().removeprefix("@")
