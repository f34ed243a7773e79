"""A drawn picture: nothing leaves its margins or meets what stands beside it, however long the words are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.opengraph.pictures import CARD, COVER, MARK, SETTINGS, box, in_margins

from shoulders.model import LANGUAGES
from shoulders.opengraph import canvas, design, icons, lines
from shoulders.opengraph.canvas import HEIGHT, WIDTH
from shoulders.opengraph.draw import BAR, BOTTOM, LEFT, RIGHT, TOP, draw
from shoulders.opengraph.fonts import typefaces
from shoulders.view import View

LONG = {
    "many words": {"title": "Considerations of it " * 60, "translated": "题目" * 90},
    "many characters": {"title": "深度学习，" * 120, "translated": "A long translation " * 20},
    "one long word": {"title": "Donaudampfschifffahrt" * 30},
    "only marks": {"title": "，。、" * 60},
    "high and deep letters": {"title": "ÅŴẸ̈gjpqy " * 12},
    "nothing that prints": {
        "title": "\u200b\u202e",
        "names": (("\u200b", "", ""),),
        "topic": "",
        "place": "",
        "site": "",
    },
    "many people": {"names": tuple((f"Author {number} van Ding", "", ", ") for number in range(300))},
    "a long name": {"names": (("The Organisation for Long Names " * 9, "", ""),)},
    "a long place": {"place": "Proceedings of the Longest Conference " * 9, "site": "A Site of Long Name " * 9},
    "a long topic": {"topic": "A Topic of Many Words " * 9, "nickname": "A Nickname " * 9, "said": "retracted " * 30},
    "a long nickname": {"nickname": "Nickname" * 30},
}


@pytest.mark.parametrize("changed", LONG.values(), ids=LONG)
def test_nothing_leaves_the_margins_however_long_it_is(changed):
    assert in_margins(draw(replace(CARD, **changed)))


@pytest.mark.parametrize("line", ["A sentence that goes on and on. " * 9, "一句很长的话，" * 30 + "。", "x" * 400])
def test_nor_on_the_cover(line):
    words = replace(
        COVER, name="A Name of Many Words " * 4, other="其他" * 60, line=line, facts="facts " * 60, lanes=14
    )
    assert in_margins(draw(words, lambda size: icons.mark(MARK, size)))


def test_nor_on_any_picture_of_the_catalog_of_edge_cases(invented):
    for language in LANGUAGES:
        shown = View(invented, SETTINGS, language)
        drawn = [draw(design.card(shown, work)) for work in invented.works]
        assert all(map(in_margins, drawn))
        assert len(set(drawn)) == len(drawn)


@pytest.mark.parametrize("changed", [*LONG.values(), {}], ids=[*LONG, "usual"])
def test_title_and_names_keep_clear_of_what_stands_above_and_below(changed):
    pixels = draw(replace(replace(CARD, **changed), said=""))
    blank = [not any(pixels[y * WIDTH + LEFT : y * WIDTH + RIGHT]) for y in range(HEIGHT)]
    assert any(blank[TOP + 28 : TOP + 56]), "a space below the topic"
    assert any(blank[BOTTOM - 70 : BOTTOM - 52]), "a space above the rule"


def test_the_bar_has_the_colour_of_the_lane_and_the_cover_has_them_all():
    bar = [canvas._FIRST[f"lane-{number}"] + canvas.SHADES - 1 for number in range(4)]
    assert set(draw(CARD)[:BAR]) == {bar[2]}
    pixels = draw(COVER)
    assert [pixels[WIDTH * (HEIGHT * number // 4 + 5)] for number in range(4)] == bar
    assert draw(replace(CARD, lane=-1))[0] == canvas._FIRST["lane--1"] + canvas.SHADES - 1
    assert draw(replace(CARD, lane=12)) == draw(CARD), "more lanes than colours"


def test_a_longer_title_is_set_smaller():
    face = typefaces()["title"]
    sizes = [
        lines.fit("tide " * count, face, RIGHT - LEFT, sizes=((100, 1), (72, 3), (46, 5))).size
        for count in (2, 5, 10, 20, 40, 300)
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3


def test_what_runs_is_marked_in_one_ink_and_what_was_retracted_in_another():
    for state, ink, other in (("good", "good", "bad"), ("bad", "bad", "good")):
        pixels = draw(replace(CARD, state=state))
        assert box(pixels, ink)[2] >= RIGHT - 4
        with pytest.raises(ValueError, match="empty"):
            box(pixels, other)


def test_as_many_names_as_fit_and_how_many_more():
    few = draw(replace(CARD, names=CARD.names * 2))
    many = [draw(replace(CARD, names=CARD.names * count)) for count in (20, 30)]
    assert len({few, *many}) == 3, "they say how many more there are"


def test_a_name_in_a_script_without_glyphs_is_said_in_latin_letters():
    hangul = draw(replace(CARD, names=(("김철수", "Kim Cheol-su", ""),)))
    assert hangul == draw(replace(CARD, names=(("Kim Cheol-su", "", ""),)))


def test_the_mark_stands_on_it_where_there_is_one():
    marked = draw(CARD, lambda size: icons.mark(MARK, size))
    assert marked != draw(CARD)
    assert box(marked, "brand")[2] == RIGHT - 1
