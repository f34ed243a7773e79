"""Every character of the catalog has a glyph; what has none is said otherwise."""

from __future__ import annotations

import unicodedata

import pytest

from shoulders import words
from shoulders.build import open_project
from shoulders.opengraph.fonts import typefaces


def test_every_character_of_the_catalog_has_a_glyph_of_its_own(root):
    catalog = open_project(root).catalog
    texts: set[str | None] = {title for work in catalog.works for title in (work.title, work.short)}
    texts |= {name for work in catalog.works if work.translated for name in (work.translated.en, work.translated.zh)}
    texts |= {text for name in catalog.person_names.values() for text in (name.display, name.native)}
    texts |= {name for venue in catalog.venues for name in (venue.name, venue.short, venue.name_zh)}
    texts |= {name for topic in catalog.topics for name in (topic.name.en, topic.name.zh)}
    texts |= {word for pair in words.WORDS.values() for word in pair}
    for face in typefaces().values():
        for text in sorted(filter(None, texts)):
            plain = " ".join(unicodedata.normalize("NFC", text).split())
            assert face.printable(text) == plain
            assert all(glyph.id for glyph in face.shape(plain)[0]), f"a box for a character of {text}"


@pytest.mark.parametrize("face", ["title", "serif", "text", "strong"])
def test_chinese_is_drawn_and_is_no_box(face):
    drawn = {}
    for text in ("注", "意", "力", "A", "▶"):
        (glyph,), width = typefaces()[face].shape(text)
        assert glyph.id
        assert width > 0
        drawn[text] = glyph.id
    assert len(set(drawn.values())) == len(drawn)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("한국", "HanGug"),
        ("a\u200bb\u202ec\x00d", "abcd"),
        ("  two\n\twords\u3000here ", "two words here"),
        ("e\u0301", "é"),
        ("\u0301", ""),
        ("注意力", "注意力"),
    ],
)
def test_what_has_no_glyph_is_said_otherwise_or_left_out(text, shown):
    assert typefaces()["text"].printable(text) == shown


def test_marks_of_both_scripts_are_set_as_their_neighbours():
    face = typefaces()["text"]
    assert [font is face.chinese for font, _ in face.runs("“注意”")] == [True]
    assert [font is face.chinese for font, _ in face.runs("“it’s”")] == [False]


def test_letters_are_kerned_and_joined():
    face = typefaces()["title"]
    assert face.width("AV") < face.width("A") + face.width("V")
    assert len(face.shape("fi")[0]) == 1
