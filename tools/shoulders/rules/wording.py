"""Rules on how texts are written: both languages, each in its own script, tidy spaces and punctuation.

Judges no content.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from shoulders.model import LANGUAGES
from shoulders.names import count_cjk, has_cjk
from shoulders.problems import Problem, expected
from shoulders.rules.checked import Checked
from shoulders.safeyaml import Location

LANGUAGE_NAMES = {"en": "English", "zh": "Chinese"}

SAME_IN_BOTH = frozenset(["label", "licence", "keywords", "name", "translated"])
"""Texts that may be a name or a term ("PDF", "MIT", "BERT") that Chinese leaves as it is."""


def both_languages(checked: Checked) -> Iterator[Problem]:
    """Every text stands in English and in Chinese; a translated title in the language that is not its own."""
    for loaded, location, text in checked.texts:
        wanted = [getattr(loaded.record, "language", "")] if location == ("translated",) else []
        for language in LANGUAGES:
            if not getattr(text, language) and language not in wanted:
                message = f"expected a text in {LANGUAGE_NAMES[language]}, got nothing"
                yield loaded.problem((*location, language), message)


def texts_in_their_language(checked: Checked) -> Iterator[Problem]:
    """Chinese text holds a Chinese character, and English text is not mostly Chinese."""
    for loaded, location, text in checked.texts:
        same_is_fine = location[-1] in SAME_IN_BOTH and text.en == text.zh
        if text.zh and not has_cjk(text.zh) and not same_is_fine:
            yield loaded.problem((*location, "zh"), expected("a text in Chinese", text.zh))
        if text.en and (chinese := count_cjk(text.en)) and 2 * chinese > sum(map(str.isalpha, text.en)):
            yield loaded.problem((*location, "en"), expected("a text in English", text.en))


_SPACES = re.compile(r"^\s|[ \t]{2,}|[ \t]\n|\s$")
_CHINESE = r"[\u3400-\u4dbf\u4e00-\u9fff]"
_HALF_WIDTH = re.compile(rf"(?<={_CHINESE})[,;:?!](?={_CHINESE})|(?<={_CHINESE})\.(?={_CHINESE}|$)")
_GAP = re.compile(rf"(?<={_CHINESE})\s(?={_CHINESE})")


def tidy_spaces(checked: Checked) -> Iterator[Problem]:
    """No text begins or ends with a space or holds two together."""
    yield from _search(checked, _SPACES, "single spaces inside the text only", _may_be_untidy)


def chinese_punctuation(checked: Checked) -> Iterator[Problem]:
    """Chinese text has Chinese punctuation, and no space (which a folded line leaves) between its characters."""
    yield from _search(checked, _HALF_WIDTH, "full-width punctuation between Chinese characters", _is_chinese)
    yield from _search(checked, _GAP, "no space between Chinese characters (a folded line?)", _is_chinese)


def _may_be_untidy(_: Location, value: str) -> bool:
    return value.split() != value.split(" ")  # a tenth of the time of the search


def _is_chinese(location: Location, _: str) -> bool:
    return location[-1] == "zh"


def _search(
    checked: Checked, fault: re.Pattern[str], what: str, where: Callable[[Location, str], bool]
) -> Iterator[Problem]:
    for loaded, location, value in checked.strings:
        if where(location, value) and (found := fault.search(value)):
            around = value[max(0, found.start() - 8) : found.end() + 8]
            yield loaded.problem(location, expected(what, around))
