"""The words of the interface: both languages, each used somewhere, none missing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from shoulders import browse, pages, templating, words
from shoulders.addresses import Place
from shoulders.model import EDGE_TYPES, KINDS, LANGUAGES, Language
from shoulders.settings import load_settings
from shoulders.view import View
from shoulders.words import WORDS, count, format_date, translator

_CALL = re.compile(r"(?<![\w.])(?:s\.|view\.|self\.)?t\(([^()]*(?:\([^()]*\))?[^()]*)\)")
_FILTERED = re.compile(r"'(\w+)'\|t\b")
_COUNTED = re.compile(r"""['"](n_[a-z]+)['"]""")
_LITERAL = re.compile(r"""(['"])(\w+)\1""")


def literal_ids(root: Path) -> set[str]:
    """What templates and modules ask for by name, with what their conditions compare."""
    folder = root / "tools/shoulders"
    files = [*folder.glob("templates/*.html"), *(folder / f"{name}.py" for name in ("view", "pages", "heads"))]
    files += [folder / "lineage.py", folder / "citing.py", folder / "opengraph/design.py"]
    files += [folder / "search/documents.py"]
    texts = [file.read_text("utf-8") for file in files]
    counted = {f"{name}{end}" for text in texts for name in _COUNTED.findall(text) for end in ("", "_one")}
    filtered = {name for text in texts for name in _FILTERED.findall(text)}
    called = {name for text in texts for call in _CALL.findall(text) for _, name in _LITERAL.findall(call)}
    return counted | filtered | called


def recorder(ids: set[str]) -> Callable[[Language], Callable[[str], str]]:
    """A `translator` that notes what it is asked for."""

    def recording(language: Language) -> Callable[[str], str]:
        def answer(name: str) -> str:
            ids.add(name)
            return translator(language)(name)

        return answer

    return recording


@pytest.fixture(scope="module")
def asked(root, invented, missing_language):
    """The ids that rendering every page asks for, in one language and in the other."""
    found: dict[str, set[str]] = {}
    with pytest.MonkeyPatch.context() as patch:
        for language in LANGUAGES:
            patch.setattr(words, "translator", recorder(found.setdefault(language, set())))
            forget()  # templates ask for their own words once, when they are compiled
            for catalog in (invented, missing_language):
                view = View(catalog, load_settings(root), language)
                list(pages.all_pages(view))
                for name in (*pages.FRAGMENTS, "timeline"):
                    pages.fragment(view, name, Place(language, "papers/"))
    forget()
    return found


def forget() -> None:
    """Compile all templates anew."""
    templating.environment.cache_clear()
    templating.macros.cache_clear()


def test_every_word_stands_in_both_languages():
    for name, pair in WORDS.items():
        assert len(pair) == 2, name
        assert all((text and text == text.strip()) or name == "comma" for text in pair), name


def test_no_word_is_left_that_nothing_uses(root, asked):
    used = literal_ids(root) | asked["en"] | asked["zh"] | {*browse.WORDS}
    assert sorted(set(WORDS) - used) == []


def test_every_word_that_is_asked_for_exists(root):
    compared = {"en", "zh", "paper", "_back", "only_in_", "for_", "sort_", "s", "verified", "stale"}
    assert sorted(literal_ids(root) - set(WORDS) - compared) == []


def test_pages_ask_for_the_same_words_in_both_languages(asked):
    assert asked["en"] ^ asked["zh"] <= {"step", "step_of", "only_in_en", "only_in_zh"}
    assert len(asked["en"]) > 60


def test_every_kind_and_every_edge_has_its_words():
    for kind in KINDS:
        assert kind in WORDS
    for edge in EDGE_TYPES:
        assert {edge, f"{edge}_back"} <= set(WORDS)


def test_one_thing_is_not_counted_like_many():
    assert [count("n_lists", number, "en") for number in (1, 2)] == ["1 reading list", "2 reading lists"]
    assert [count("n_lists", number, "zh") for number in (1, 2)] == ["1 个书单", "2 个书单"]


def test_placeholders_stand_in_both_languages():
    for name, pair in WORDS.items():
        braces = [re.findall(r"\{\w+\}", text) for text in pair]
        assert braces[0] == braces[1], name


def test_a_translator_speaks_one_language_and_knows_what_it_does_not_know():
    assert translator("en")("paper") == "Paper"
    assert translator("zh")("paper") == "论文"
    with pytest.raises(KeyError):
        translator("en")("xyzzy")


@pytest.mark.parametrize(
    ("date", "english", "chinese"),
    [
        ("2017-06-12", "12 June 2017", "2017 年 6 月 12 日"),
        ("2017-06", "June 2017", "2017 年 6 月"),
        ("2017", "2017", "2017 年"),
        ("2020-02-29", "29 February 2020", "2020 年 2 月 29 日"),
        ("1999-12-01", "1 December 1999", "1999 年 12 月 1 日"),
    ],
)
def test_dates_are_written_as_people_write_them(date, english, chinese):
    assert format_date(date, "en") == english
    assert format_date(date, "zh") == chinese
