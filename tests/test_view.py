"""What templates are given: names, links, places in lists, facts, each in the page's language."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from lxml import html
from tests.builders import edge, make_work

from shoulders.addresses import Place
from shoulders.cards import Card
from shoulders.catalog import Catalog
from shoulders.gallery import Demo
from shoulders.handwritten import Concept
from shoulders.model import Person, ReadingList, Topic, Venue
from shoulders.pages import fragment, list_page, topic_page, work_page
from shoulders.settings import Settings
from shoulders.view import View, same_page

SETTINGS = Settings(
    "https://example.org/", "https://code.example.org/s", "", {"en": "S", "zh": "肩"}, {"en": "", "zh": ""}
)
BOTH = {"en": "Words.", "zh": "词。"}
PEOPLE = (Person(id="lin-wu", name="Lin, Wu", native="林雾"), Person(id="ezra-aberg", name="Åberg, Ezra"))
VENUES = (
    Venue(id="conf", kind="conference", name="Conference of Words", short="COW", name_zh="词会"),
    Venue(id="press", kind="publisher", name="Press"),
)
TOPICS = (
    Topic.model_validate({"id": "top", "name": BOTH, "summary": BOTH}),
    Topic.model_validate({"id": "sub", "parent": "top", "name": BOTH, "summary": BOTH}),
)


def view(*works, language="en", **more):
    """A view of a catalog of these works."""
    return View(Catalog(works=works, people=PEOPLE, venues=VENUES, topics=TOPICS, **more), SETTINGS, language)


def steps(*keys):
    """A reading list of these keys."""
    items = [{"key": key} for key in keys]
    return ReadingList.model_validate({"id": "path", "title": BOTH, "summary": BOTH, "sections": [{"items": items}]})


def test_names_stand_in_the_script_of_the_page():
    work = make_work(authors=["Wu Lin", "Ezra Åberg"])
    for language, names in {"en": ["Wu Lin", "Ezra Åberg"], "zh": ["林雾", "Ezra Åberg"]}.items():
        shown = view(work, language=language)
        assert [shown.name(credit.name) for credit in shown.catalog.credits[work.key]] == names
    assert [shown.index_name(c.name) for c in shown.catalog.credits[work.key]] == ["Lin, Wu 林雾", "Åberg, Ezra"]


def test_everybody_stands_under_the_letter_of_the_family_name_without_accents():
    works = [
        make_work(f"w-2010-n{n}", authors=[name]) for n, name in enumerate(("Ezra Åberg", "Abel Zorn", "Ada Abel"))
    ]
    lab = make_work("w-2010-lab", authors=[{"organisation": "42 Labs"}, "Abel Zorn"])
    letters = view(*works, lab).people_by_letter()
    assert [(letter, [slug for slug, _, _ in people]) for letter, people in letters] == [
        ("#", ["42-labs"]),
        ("A", ["ada-abel", "ezra-aberg"]),
        ("Z", ["abel-zorn"]),
    ]
    assert letters[2][1][0][2] == 2, "works"


def test_coauthors_come_by_the_number_of_works_and_never_oneself():
    works = [
        make_work("w-2010-a", authors=["Ada Abel", "Abel Zorn", "Ezra Åberg"]),
        make_work("w-2010-b", authors=["Ada Abel", "Abel Zorn"]),
    ]
    assert view(*works).coauthors("ada-abel") == [("abel-zorn", 2), ("ezra-aberg", 1)]


def test_links_lead_to_each_address_once():
    work = make_work(
        arxiv="1003.0001",
        doi="10.5555/x",
        openreview="Abc-123_x",
        pdf="https://example.org/a.pdf",
        url="http://arxiv.org/abs/1003.0001/",
        code="https://code.example.org/a",
        links=[{"label": {"en": "Talk", "zh": "报告"}, "url": "https://www.talks.example.org/1"}],
    )
    links = view(work, language="zh").work_links(work)
    assert links == [
        ("arXiv", "https://arxiv.org/abs/1003.0001"),
        ("OpenReview", "https://openreview.net/forum?id=Abc-123_x"),
        ("DOI", "https://doi.org/10.5555/x"),
        ("PDF", "https://example.org/a.pdf"),
        ("官方代码", "https://code.example.org/a"),
        ("报告", "https://www.talks.example.org/1"),
    ]


def test_an_address_of_its_own_is_named_by_its_host():
    work = make_work(url="https://www.example.org/deep/page", code="https://www.example.org/deep/page")
    assert view(work).work_links(work) == [("example.org", "https://www.example.org/deep/page")]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.org/x/", "http://a.org/x", True),
        ("https://a.org/x", "https://a.org/x#y", False),
        ("https://a.org/x", "https://b.org/x", False),
    ],
)
def test_addresses_that_differ_only_in_scheme_and_slash_are_one_page(one, other, same):
    assert same_page(one, other) is same


def test_a_step_knows_its_place_its_neighbours_and_former_keys():
    works = [make_work(f"w-2010-n{n}", aliases=[f"w-2009-n{n}"]) for n in range(3)]
    path = steps("w-2010-n0", "w-2009-n1", "gone-2001-x", "w-2010-n2")
    shown = view(*works, lists=(path,))
    first, middle, last = (shown.step(path, work.key) for work in works)
    assert (first.previous, first.next) == (None, works[1])
    assert (middle.number, middle.count, middle.previous, middle.next) == (2, 3, works[0], works[2])
    assert (last.previous, last.next) == (works[1], None)
    assert shown.step_text(middle) == "Step 2 of 3"
    assert view(*works, language="zh").step_text(middle) == "第 2 步，共 3 步"


def test_facts_are_those_that_are_known():
    work = make_work(type="inproceedings", venue="conf", pages="1-13", isbn="978-0-00-000001-9", address="Delft")
    assert dict(view(work).facts(work)) == {
        "Published in": "Conference of Words",
        "Pages": "1–13",
        "Place": "Delft",
        "ISBN": "978-0-00-000001-9",
        "Added here": "2 January 2024",
    }
    assert dict(view(work, language="zh").facts(work))["发表于"] == "词会"


def test_a_publisher_is_told_once():
    work = make_work(kind="book", type="book", venue="press", publisher="Press")
    assert [value for _, value in view(work).facts(work)].count("Press") == 1


def test_venues_go_by_what_people_call_them_and_by_their_chinese_names():
    english, chinese = view(), view(language="zh")
    assert (english.venue_short(VENUES[0]), chinese.venue_name(VENUES[0])) == ("COW", "词会")
    assert (english.venue_short(VENUES[1]), chinese.venue_name(VENUES[1])) == ("Press", "Press")


def test_a_title_is_translated_only_where_it_was_written_otherwise():
    work = make_work(title="词", language="zh", translated={"en": "Words"})
    assert view(work).translated(work) == "Words"
    assert view(work, language="zh").translated(work) == ""


def test_related_works_stand_under_what_ties_them():
    first = make_work("w-2010-first")
    guide = make_work("w-2011-guide", explains=["w-2010-first"])
    other = make_work("w-2012-other", translation_of="w-2010-first")
    shown = view(first, guide, other)
    ties = {
        work.key: [(title, [w.key for w in works]) for title, works in shown.related(work)]
        for work in (first, guide, other)
    }
    assert ties == {
        "w-2010-first": [("Read alongside", ["w-2011-guide"]), ("Translations", ["w-2012-other"])],
        "w-2011-guide": [("Explains", ["w-2010-first"])],
        "w-2012-other": [("Translation of", ["w-2010-first"])],
    }


def test_lanes_are_those_of_the_first_level():
    work, loose = make_work(topics=["sub"]), make_work("w-2010-x")
    shown = view(work, loose)
    assert (shown.lane(work), shown.lane_topic(work)) == (0, [TOPICS[0]])
    assert (shown.lane(loose), shown.lane_topic(loose)) == (-1, [])
    assert shown.children("top") == [TOPICS[1]]
    assert shown.lane_of_topic("nowhere") == -1


def test_the_sections_of_a_page_are_those_it_has():
    plain = make_work("w-2010-plain", kind="book", type="book", publisher="P")
    rich = make_work("w-2011-rich", equations=[{"tex": "x", "caption": BOTH}], edges=[edge("w-2010-plain")])
    shown = view(plain, rich, lists=(steps("w-2011-rich"),), demos={"w-2011-rich": ("show",)})
    assert [anchor for anchor, _ in shown.sections(rich)] == [
        *("summary", "equations", "lineage", "demos", "lists", "cite", "details")
    ]
    assert "lineage" in dict(shown.sections(plain)), "a book where an edge is known"
    assert [anchor for anchor, _ in view(plain).sections(plain)] == ["summary", "cite", "details"]


def test_a_demo_is_shown_with_its_work_where_it_is_known():
    work, demo = make_work(), Demo(Card("show", "Shows it."), "x = 1")
    catalog = Catalog(works=(work,), demos={work.key: ("show", "lost")})
    shown = View(catalog, SETTINGS, "en", demos={"show": demo})
    assert shown.gallery.all == ((work, demo),)
    assert shown.gallery.of(work) == [demo]
    assert shown.gallery.verified == frozenset()


def test_an_entry_is_edited_where_it_stands():
    work = make_work()
    placed = View(Catalog(works=(work,)), SETTINGS, "en", edit_lines={work.key: ("data/papers.yaml", 12)})
    assert placed.edit_url(work) == "https://code.example.org/s/blob/main/data/papers.yaml#L12"
    assert view(work).edit_url(work) == ""


@pytest.mark.parametrize(
    ("language", "word", "title"),
    [("en", "Suggest a correction", "Correction: lowe-2011-half"), ("zh", "提出更正", "更正：lowe-2011-half")],
)
def test_a_correction_is_suggested_in_a_form_filled_in(language, word, title):
    work = make_work("lowe-2011-half")
    lines = {work.key: ("data/papers.yaml", 12)}
    shown = View(Catalog(works=(work,)), SETTINGS, language, edit_lines=lines)
    (link,) = html.fromstring(work_page(shown, work).body).xpath(f"//a[text()='{word}']")
    assert link.get("href") == SETTINGS.correction_url(work.key, title)
    homeless = View(Catalog(works=(work,)), replace(SETTINGS, repo_url=""), language, edit_lines=lines)
    assert word not in work_page(homeless, work).body


def test_what_is_not_verified_is_listed_on_the_about_page():
    works = (
        make_work("ashdown-2010-dark", verified=False, title="In the <Dark>"),
        make_work("lowe-2011-half", unverified=["pages", "month"]),
        make_work("good-2012-sure"),
    )
    page = html.fragment_fromstring(fragment(view(*works), "unverified", Place("en", "about/")), create_parent="div")
    assert [" ".join(p.text_content().split()) for p in page.findall("./p")] == [
        "For 1 of 3 works no second source was found:",
        "For 1 works some fields come from one source only:",
    ]
    assert [a.get("href") for a in page.findall(".//div[@class='sh-entry__title']/a")] == [
        "../papers/ashdown-2010-dark/"
    ]
    assert [" ".join(li.text_content().split()) for li in page.findall(".//li")] == [
        "Title of lowe-2011-half: pages month"
    ]
    assert fragment(view(works[2]), "unverified", Place("en", "about/")).strip() == ""


def test_concept_pages_stand_beside_what_they_explain():
    doors = Concept("doors", {"en": "Doors", "zh": "门"}, frozenset(["lowe-2010-old"]))
    night = Concept("night", {"en": "Night"}, frozenset())
    shown = View(
        Catalog(
            works=(make_work("lowe-2011-half", aliases=["lowe-2010-old"], topics=["sub"]), make_work("good-2012-sure")),
            topics=(TOPICS[0], TOPICS[1].model_copy(update={"pages": ("night",)})),
            lists=(
                ReadingList.model_validate(
                    {"id": "path", "title": BOTH, "summary": BOTH}
                    | {"sections": [{"pages": ["doors", "night"], "items": [{"key": "good-2012-sure"}]}]}
                ),
            ),
        ),
        SETTINGS,
        "zh",
        concepts={"doors": doors, "night": night},
    )

    def links(page):
        return re.findall(r'<a href="([^"]*concepts/[^"]*)">([^<]*)</a>', page.body)

    half, sure = shown.catalog.works
    assert links(work_page(shown, half)) == [("../../concepts/doors/", "门")]
    assert links(work_page(shown, sure)) == []
    assert links(topic_page(shown, "sub")) == [("../../concepts/night/", "Night")]
    assert links(list_page(shown, "path")) == [("../../concepts/doors/", "门"), ("../../concepts/night/", "Night")]
