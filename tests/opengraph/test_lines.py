"""Lines of titles: of about one length, none too wide, broken where a reader would."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from shoulders.opengraph import lines
from shoulders.opengraph.fonts import EM, typefaces


def set_lines(text, *, width=1000, size=50, most=9):
    return lines.fit(text, typefaces()["title"], width, sizes=((size, most),)).lines


def test_lines_are_of_about_one_length():
    broken = set_lines("one two three four five six seven eight nine ten", width=620)
    widths = [typefaces()["title"].width(line) for line in broken]
    assert len(broken) == 2
    assert min(widths) > 0.75 * max(widths)


def test_a_word_is_broken_at_its_hyphen_only_where_it_must_be():
    assert set_lines("A Model for Sequence-to-Sequence Tides", width=620) == (
        "A Model for",
        "Sequence-to-Sequence Tides",
    )
    assert set_lines("Considerations of Sequence-to-Sequence", width=400)[1] == "of Sequence-to-"


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one():
    text = "深度学习（一种方法），用于“自然语言”处理：《概论》，第二版。" * 3
    for width in range(300, 900, 30):
        for line in set_lines(text, width=width, most=99):
            assert line[0] not in "，。：；）》”、"
            assert line[-1] not in "（《“"


def test_latin_words_in_chinese_stay_whole():
    assert "BERT" in lines.atoms("用BERT做预训练")
    assert lines.atoms("预训练 BERT 模型") == ["预", "训", "练 ", "BERT ", "模", "型"]


def test_what_does_not_fit_is_cut_and_says_so():
    cut = set_lines("one two three " * 30, most=3)
    assert len(cut) == 3
    assert cut[-1].endswith(" …")
    assert lines.shorten("short", typefaces()["text"], 9000) == "short"
    assert lines.shorten("Conference of Waves", typefaces()["text"], 6000) == "Conference…"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab -，。（）深度 \n😀é-", max_size=120), st.integers(120, 1000))
def test_no_line_is_too_wide_and_nothing_is_lost(text, width):
    face = typefaces()["title"]
    shown = face.printable(text)
    assert "".join(lines.atoms(shown)) == shown
    broken = set_lines(shown, width=width, most=999)
    assert "".join(broken).replace(" ", "") == shown.replace(" ", "")
    assert all(face.width(line) * 50 <= (width + 2) * EM for line in broken)
