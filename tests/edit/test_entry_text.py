"""An entry is written in the style of the data files, and read back as it was, by us and by PyYAML."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shoulders.edit.entry_text import WIDTH, entry_text, scalar
from shoulders.safeyaml import Block

# Any text, also of characters that do not show: `check` names those, but they must not tear the file.
texts = st.text(st.characters(codec="utf-8"), min_size=1)
names = st.from_regex(r"f_[a-z]{1,9}", fullmatch=True)
scalars = texts | st.integers(0, 3000)
values = st.recursive(
    scalars,
    lambda part: (
        st.lists(scalars | st.dictionaries(names, part, min_size=1, max_size=3), min_size=1, max_size=3)
        | st.dictionaries(names, part, min_size=1, max_size=3)
    ),
    max_leaves=12,
)


def plain(value: object) -> object:
    """As our reader gives it: every scalar is text."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, list) else str(value)


@settings(deadline=None)
@given(st.dictionaries(names, values, min_size=1, max_size=6))
@example({"title": "a\u2028b\x85c\ufeff"})
@example({"title": "yes"})
@example({"title": "2005.10"})
@example({"title": "- a: b # c"})
@example({"why": "word " * 40})
@example({"why": "a  b " * 40})
@example({"edges": [{"to": "a", "why": {"en": "x: y"}}]})
def test_what_is_written_is_read_back(fields):
    text = entry_text(fields)
    assert Block(text, 1).parse() == plain(fields)
    assert plain(yaml.safe_load(text)[0]) == plain(fields)


@pytest.mark.parametrize("value", ["yes", "No", "null", "~", "1e3", ".5", "0x1F", "1:30", "=", "<<", "y", "2005.10"])
def test_what_other_readers_take_for_no_text_stands_in_quotes(value):
    written = scalar(value, quoted=value == "2005.10")
    assert written.startswith('"') or yaml.safe_load(written) == value


def test_it_looks_as_if_a_person_had_written_it():
    fields = {
        "key": "ashdown-elm-2024-counting",
        "title": "Counting: a Study",
        "authors": ["Imogen Ashdown", {"organisation": "Door Lab"}],
        "year": 2024,
        "first_public": "2024-03-01",
        "pages": "101-113",
        "doi": "10.5555/cil.2025.101",
        "arxiv": "2411.09998",
        "topics": ["attention", "memory"],
        "summary": {"en": "Twelve words. " * 10, "zh": "门半开着，数到三就够了。" * 12},
        "edges": [{"to": "shao-2014-doors", "type": "extends", "why": {"en": "Opens it.", "zh": "把门打开。"}}],
    }
    assert entry_text(fields) == (
        "- key: ashdown-elm-2024-counting\n"
        '  title: "Counting: a Study"\n'
        "  authors:\n"
        "    - Imogen Ashdown\n"
        "    - organisation: Door Lab\n"
        "  year: 2024\n"
        "  first_public: 2024-03-01\n"
        "  pages: 101-113\n"
        "  doi: 10.5555/cil.2025.101\n"
        '  arxiv: "2411.09998"\n'
        "  topics: [attention, memory]\n"
        "  summary:\n"
        '    en: "' + ("Twelve words. " * 10) + '"\n'
        "    zh: " + "门半开着，数到三就够了。" * 12 + "\n"
        "  edges:\n"
        "    - to: shao-2014-doors\n"
        "      type: extends\n"
        "      why:\n"
        "        en: Opens it.\n"
        "        zh: 把门打开。\n"
    )


def test_long_english_is_folded_at_the_width_and_chinese_is_not():
    text = entry_text({"summary": {"en": ("A door that counts. " * 14).strip(), "zh": "门会数数。" * 40}})
    english = [line for line in text.split("\n") if "door" in line or "counts" in line]
    assert "en: >-" in text
    assert len(english) > 2
    assert max(map(len, english)) <= WIDTH
    assert sum("门" in line for line in text.split("\n")) == 1


def test_what_is_no_data_is_refused():
    with pytest.raises(ValueError, match="a text or number, got object"):
        scalar(object())
