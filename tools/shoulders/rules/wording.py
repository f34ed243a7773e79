"""Rules on how texts are written: both languages, each in its own script, tidy spaces and punctuation.

Judges no content.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from shoulders.model import LANGUAGES, Record, Text
from shoulders.names import has_cjk
from shoulders.problems import Problem, expected
from shoulders.rules.checked import Checked
from shoulders.safeyaml import Location

LANGUAGE_NAMES = {"en": "English", "zh": "Chinese"}

SAME_IN_BOTH = frozenset(["label", "licence", "keywords", "name", "translated"])
"""Texts that may be a name or a term ("PDF", "MIT", "BERT") that Chinese leaves as it is."""

NOT_PROSE = frozenset(["tex"])


def _walk(value: object, location: Location) -> Iterator[tuple[Location, object]]:
    """Every text, in one language or in both, inside a record."""
    if isinstance(value, str):
        yield location, value
    elif isinstance(value, Record):
        if isinstance(value, Text):
            yield location, value
        for name in type(value).model_fields:
            if name not in NOT_PROSE:
                yield from _walk(getattr(value, name), (*location, name))
    elif isinstance(value, tuple):
        for number, part in enumerate(value):
            yield from _walk(part, (*location, number))


def texts(record: Record) -> Iterator[tuple[Location, Text]]:
    """Every text that stands in both languages."""
    for location, value in _walk(record, ()):
        if isinstance(value, Text):
            yield location, value


def both_languages(checked: Checked) -> Iterator[Problem]:
    """Every text stands in English and in Chinese; a translated title in the language that is not its own."""
    for loaded in checked.records:
        for location, text in texts(loaded.record):
            wanted = [getattr(loaded.record, "language", "")] if location == ("translated",) else []
            for language in LANGUAGES:
                if not getattr(text, language) and language not in wanted:
                    message = f"expected a text in {LANGUAGE_NAMES[language]}, got nothing"
                    yield loaded.problem((*location, language), message)


def texts_in_their_language(checked: Checked) -> Iterator[Problem]:
    """Chinese text holds a Chinese character, and English text is not mostly Chinese."""
    for loaded in checked.records:
        for location, text in texts(loaded.record):
            same_is_fine = location[-1] in SAME_IN_BOTH and text.en == text.zh
            if text.zh and not has_cjk(text.zh) and not same_is_fine:
                yield loaded.problem((*location, "zh"), expected("a text in Chinese", text.zh))
            if text.en and 2 * sum(map(has_cjk, text.en)) > sum(map(str.isalpha, text.en)):
                yield loaded.problem((*location, "en"), expected("a text in English", text.en))


_SPACES = re.compile(r"^\s|[ \t]{2,}|[ \t]\n|\s$")
_CHINESE = r"[\u3400-\u4dbf\u4e00-\u9fff]"
_HALF_WIDTH = re.compile(rf"(?<={_CHINESE})[,;:?!](?={_CHINESE})|(?<={_CHINESE})\.(?={_CHINESE}|$)")
_GAP = re.compile(rf"(?<={_CHINESE})\s(?={_CHINESE})")


def tidy_spaces(checked: Checked) -> Iterator[Problem]:
    """No text begins or ends with a space or holds two together."""
    yield from _search(checked, _SPACES, "single spaces inside the text only", lambda _: True)


def chinese_punctuation(checked: Checked) -> Iterator[Problem]:
    """Chinese text has Chinese punctuation, and no space (which a folded line leaves) between its characters."""
    yield from _search(checked, _HALF_WIDTH, "full-width punctuation between Chinese characters", _is_chinese)
    yield from _search(checked, _GAP, "no space between Chinese characters (a folded line?)", _is_chinese)


def _is_chinese(location: Location) -> bool:
    return location[-1] == "zh"


def _search(
    checked: Checked, fault: re.Pattern[str], what: str, where: Callable[[Location], bool]
) -> Iterator[Problem]:
    for loaded in checked.records:
        for location, value in _walk(loaded.record, ()):
            if isinstance(value, str) and where(location) and (found := fault.search(value)):
                around = value[max(0, found.start() - 8) : found.end() + 8]
                yield loaded.problem(location, expected(what, around))
