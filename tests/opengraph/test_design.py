"""What stands on a picture: in the language of its page, and as much as there is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.builders import make_work
from tests.opengraph.pictures import view

from shoulders import cards
from shoulders.gallery import Demo
from shoulders.model import ReadingList
from shoulders.opengraph import design


def card(page="en", **changed):
    work = make_work(topics=["tide"], venue="cow", type="inproceedings", **changed)
    return design.card(view(work, language=page), work)


def test_a_card_says_title_names_place_and_lane_in_the_language_of_the_page():
    known = {"authors": ["Wu Lin", "Imogen Ashdown"], "title": "On the Tides", "nickname": "TIDE"}
    english, chinese = card(**known), card("zh", **known)
    assert (english.lane, english.topic, english.nickname) == (0, "Sea", "TIDE")
    assert english.names == (("Wu Lin", "Wu Lin", ", "), ("Imogen Ashdown", "Imogen Ashdown", ", "))
    assert (english.place, english.state, english.site) == ("COW 2010", "", "Sea · 海")
    assert english.alt == "On the Tides · Wu Lin, Imogen Ashdown · COW 2010"
    assert (chinese.topic, chinese.names[0], chinese.site) == ("海", ("林雾", "Wu Lin", "、"), "海 · Sea")
    assert chinese.alt == "On the Tides · 林雾、Imogen Ashdown · COW 2010"


def test_a_nickname_that_the_title_begins_with_is_said_once():
    assert card(title="TIDE: On It", nickname="Tide").nickname == ""


def test_a_work_of_another_kind_says_so_and_one_without_names_too():
    work = make_work(kind="book", type="book", publisher="Press", authors=[])
    card = design.card(view(work), work)
    assert (card.lane, card.topic, card.place) == (-1, "Book", "Press 2010 · Book")
    assert card.alt == f"{work.title} · Author unknown · Press 2010 · Book"


def test_a_title_is_translated_for_those_who_may_not_read_it():
    known = {"title": "潮", "language": "zh", "romanised": "Chao", "translated": {"en": "Tide"}}
    assert card(**known).translated == "Tide"
    assert card("zh", **known).translated == ""


def test_what_runs_and_what_was_retracted_is_marked():
    note = {"en": "Wrong.", "zh": "错。"}
    work, bad = make_work(), make_work("lin-2011-bad", retracted={"date": "2012-01-02", "note": note})
    demos = {work.key: ("tide",), bad.key: ("ebb",)}
    ran: Any = object()
    found = {name: Demo(cards.Card(name, "Shows it."), "x = 1", run=ran) for name in ("tide", "ebb")}
    shown = replace(view(work, bad, demos=demos), demos=found)
    assert (design.card(shown, work).state, design.card(shown, work).said) == ("good", "runs, verified")
    assert (design.card(shown, bad).state, design.card(shown, bad).said) == ("bad", "Retracted")


def test_the_cover_says_what_the_site_is_and_holds():
    path = ReadingList(
        id="p", title={"en": "P"}, summary={"en": "P."}, sections=[{"items": [{"key": "ashdown-2010-dark"}]}]
    )
    cover = design.cover(view(make_work(), language="zh", lists=(path,)))
    assert (cover.name, cover.other, cover.line, cover.lanes) == ("海", "Sea", "一片海。", 1)
    assert cover.facts == "共 1 条 · 1 个书单", "and nothing of what there is not"
    assert cover.alt == "海 · 一片海。"
