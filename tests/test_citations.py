"""The formatted citations: right by the guides, each work's own, inert, and the same with and without cache."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.citable import CATALOG, CONFERENCE, PEOPLE, VENUES, WORKS, work

from shoulders import citations
from shoulders.catalog import Catalog
from shoulders.citation_items import sentence_case
from shoulders.citations import STYLE_NAMES, Citation, format_citations
from shoulders.model import Author, Person, Retraction, Text, Venue, Work

EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "data/citations.yaml").read_text(encoding="utf-8")
)


def as_html(written: str) -> str:
    """The expected string with `*…*` as emphasis."""
    return re.sub(r"\*(.+?)\*", r"<em>\1</em>", html.escape(written, quote=False))


@pytest.fixture(scope="module")
def found() -> Mapping[str, Mapping[str, Citation]]:
    return format_citations(CATALOG, WORKS)


@pytest.mark.parametrize("style", list(STYLE_NAMES))
@pytest.mark.parametrize("key", list(EXPECTED))
def test_string_by_the_guides(found: Mapping[str, Mapping[str, Citation]], key: str, style: str) -> None:
    assert found[key][style].html == as_html(EXPECTED[key][style])
    assert found[key][style].plain == EXPECTED[key][style].replace("*", "")


def test_expected_strings_are_of_these_works() -> None:
    assert list(EXPECTED) == [work.key for work in WORKS]
    for strings in EXPECTED.values():
        assert set(STYLE_NAMES) <= set(strings) <= {*STYLE_NAMES, "deviates"}
        assert set(strings.get("deviates", ())) <= set(STYLE_NAMES)


@pytest.fixture(scope="module")
def alike() -> tuple[Work, ...]:
    """What makes styles add letters, dashes, initials or more names: the same first author and year, twice and more."""
    return (
        work("gehring-etal-2017-convolutional", "A Convolutional Encoder", "Jonas Gehring; Michael Auli", **CONFERENCE),
        work("gehring-etal-2017-sequence", "Convolutional Learning", "Jonas Gehring; David Grangier", **CONFERENCE),
        work("gehring-2017-one", "One Title", "Jonas Gehring", **CONFERENCE),
        work("gehring-2017-two", "One Title", "Jonas Gehring", **CONFERENCE),
        work("gehring-2017-namesake", "Another Title", "Josephine Gehring", **CONFERENCE),
        work("nobody-2017-first", "Without Author", **CONFERENCE),
        work("nobody-2017-second", "Without Author", **CONFERENCE),
        *WORKS,
    )


def test_a_work_is_formatted_the_same_alone_and_among_others(alike: tuple[Work, ...]) -> None:
    together = format_citations(CATALOG, alike)
    for one in alike[:8]:
        assert format_citations(CATALOG, [one])[one.key] == together[one.key]
    assert together["gehring-2017-one"] == together["gehring-2017-two"]
    for citation in (c for styles in together.values() for c in styles.values()):
        assert not re.search(r"\d{4}[a-z]\b|———|^\[\d", citation.plain)


def test_order_and_repetition_do_not_matter(found: Mapping[str, Mapping[str, Citation]]) -> None:
    assert format_citations(CATALOG, [*reversed(WORKS), WORKS[0]]) == found
    assert list(format_citations(CATALOG, WORKS[::-1][:3])) == [work.key for work in WORKS[::-1][:3]]


def test_many_works_come_in_portions(
    monkeypatch: pytest.MonkeyPatch, found: Mapping[str, Mapping[str, Citation]]
) -> None:
    monkeypatch.setattr(citations, "CHUNK", 2)
    monkeypatch.setattr(citations, "AT_ONCE", 5)
    heard: list[tuple[int, int]] = []
    assert format_citations(CATALOG, WORKS, done=lambda *told: heard.append(told)) == found
    assert heard == sorted(heard)
    assert heard[-1] == (len(found), len(found))


def test_nothing_to_format() -> None:
    assert format_citations(CATALOG, []) == {}


HOSTILE = (
    "<script>alert(1)</script>",
    "<i>kursiv</i> <b>fett</b> <sup>2</sup> <span class=\"nocase\">nocase</span> <span style='x'>",
    '</em></div><div id="ref-vaswani">',
    "<!-- comment",
    "--> ]]> <![CDATA[",
    "@vaswani *stars* _under_ **bold** ~sub~ ^sup^ `code`",
    "$x^2$ $$ \\frac{1}{2} \\(y\\) \\\\ \\n {braces}} {{",
    "&amp; &lt;b&gt; &#60; & ; %3C",
    "[link](javascript:alert(1)) ![image](x) [@*] [^1]: javascript:alert(2)",
    "--- title: x ... ::: {#ref-other}",
    "\"unpaired ' quote",
    "{{ 7*7 }} {% raw %} ${x} #{x}",
)


TYPES = ("inproceedings", "article", "book", "techreport", "software", "online", "thesis")
PLAIN = work("x-2020-plain", "A Plain Title", "Jane Doe", **CONFERENCE)


@pytest.fixture(scope="module")
def hostile() -> Mapping[str, Mapping[str, Citation]]:
    """Every hostile text in every field of every type of work, formatted together, a plain work at the end."""
    venues = tuple(Venue(id=f"venue-{n}", kind="site", name=text) for n, text in enumerate(HOSTILE))
    fields = ("booktitle", "publisher", "address", "institution", "school", "series")
    works = [
        work(
            f"x-2020-{type}-{n}",
            text,
            [Author(organisation=text)],
            type=type,
            venue=f"venue-{n}",
            number="1",
            **dict.fromkeys(fields, text),
        )
        for n, text in enumerate(HOSTILE)
        for type in TYPES
    ]
    return format_citations(Catalog(works=tuple(works), venues=venues), [*works, PLAIN])


@pytest.mark.parametrize("number", range(len(HOSTILE)))
@pytest.mark.parametrize("type", TYPES)
def test_hostile_text_stays_text(hostile: Mapping[str, Mapping[str, Citation]], number: int, type: str) -> None:
    for citation in hostile[f"x-2020-{type}-{number}"].values():
        tags = re.findall(r"<[^>]*>?", citation.html)
        assert tags == ["<em>", "</em>"] * (len(tags) // 2)
        assert ">" not in re.sub(r"</?em>", "", citation.html)
        assert citation.plain == html.unescape(re.sub(r"</?em>", "", citation.html))
        assert not re.search("[\ue000-\uf8ff]", citation.plain)
        assert same_letters(citation.plain).count(same_letters(HOSTILE[number])) >= 2  # as author and as title


def test_hostile_text_touches_no_other_work(hostile: Mapping[str, Mapping[str, Citation]]) -> None:
    assert len(hostile) == len(HOSTILE) * len(TYPES) + 1
    assert hostile[PLAIN.key] == format_citations(CATALOG, [PLAIN])[PLAIN.key]


def same_letters(text: str) -> str:
    """The text without what a style may change: case, quotation marks and spaces."""
    return re.sub(r"[\s\"'“”‘’]", "", text).casefold()


def test_capitals_that_belong_to_words_survive_the_styles_that_set_sentences() -> None:
    one = work(
        "x-2020-y", "GPT-2 and ELMo for Chinese and Transformer Models: A Study of Adam", "Jane Doe", **CONFERENCE,
        protect=["Transformer", "Adam"],
    )  # fmt: skip
    results = format_citations(CATALOG, [one])["x-2020-y"]
    assert "GPT-2 and ELMo for Chinese and Transformer models: A study of Adam. In" in results["apa"].plain
    assert "GPT-2 and ELMo for Chinese and Transformer models: a study of Adam[C]" in results["gbt"].plain
    assert "“GPT-2 and ELMo for Chinese and Transformer Models: A Study of Adam.”" in results["mla"].plain


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Attention Is All You Need", "Attention is all you need"),
        ("Sequence to sequence learning for Bavarian", "Sequence to sequence learning for Bavarian"),
        ("word2vec Explained: deriving a Method", "word2vec explained: Deriving a method"),
        ("A Q-Learning View of 3D Pre-Training on A100s", "A Q-learning view of 3D pre-training on A100s"),
        ("Is BERT All? No! Why Not", "Is BERT all? No! Why not"),
        ("“Why Should I Trust You?”", "“Why should I trust you?”"),
        ("Hopfield's Networks and Markov Chains", "Hopfield's networks and Markov chains"),
        ("预训练", "预训练"),
        ("…", "…"),
    ],
)
def test_sentence_case(title: str, expected: str) -> None:
    assert sentence_case(title) == expected


def test_sentence_case_for_gbt_has_no_capital_after_a_colon() -> None:
    assert sentence_case("BERT: Pre-Training: A View", subtitles=False) == "BERT: pre-training: a view"


def test_retracted_works_say_so() -> None:
    retraction = Retraction(date="2021-01-01", note=Text(en="Invented.", zh="虚构。"))
    english = WORKS[2].model_copy(update={"retracted": retraction})
    chinese = WORKS[6].model_copy(update={"retracted": retraction})
    results = format_citations(CATALOG, [english, chinese])
    for style in STYLE_NAMES:
        assert results[english.key][style].plain == EXPECTED[english.key][style].replace("*", "") + " [Retracted]"
    assert results[chinese.key]["gbt"].plain.endswith("电子工业出版社, 2021. [已撤稿]")
    assert results[chinese.key]["apa"].plain.endswith(" [Retracted]")


def test_terms_follow_the_language_of_the_work_in_gbt() -> None:
    chinese = WORKS[6].model_copy(update={"authors": tuple(Author(name=p.native) for p in PEOPLE)})
    results = format_citations(CATALOG, [chinese, WORKS[0]])
    assert results[chinese.key]["gbt"].plain.startswith("邵浩, 刘一烽, 车万翔, 等. ")
    assert results[WORKS[0].key]["gbt"].plain.startswith("VASWANI A, SHAZEER N, PARMAR N, et al. ")
    assert "等" not in "".join(results[chinese.key][style].plain for style in ("apa", "ieee", "mla", "chicago"))


def test_particles_suffixes_and_foreign_names_in_chinese() -> None:
    people = (*PEOPLE, Person(id="goldberg", name="Yoav Goldberg", native="约阿夫·戈尔德贝格"))
    catalog = Catalog(works=WORKS, people=people, venues=VENUES)
    english = work("x-2020-y", "Title", "Aaron van den Oord; King, Jr., Martin", **CONFERENCE)
    results = format_citations(catalog, [english, WORKS[7]])
    assert results["x-2020-y"]["apa"].plain.startswith("van den Oord, A., & King, M., Jr. (2020).")
    assert results["x-2020-y"]["gbt"].plain.startswith("VAN DEN OORD A, KING M")
    assert results[WORKS[7].key]["gbt"].plain.startswith("戈尔德贝格. 基于深度学习")


def test_an_author_is_not_named_again_as_the_site() -> None:
    one = work("openai-2022-x", "A Post", [Author(organisation="OpenAI")], kind="article", institution="OpenAI")
    for citation in format_citations(CATALOG, [one])[one.key].values():
        assert citation.plain.count("OpenAI") == 1


def test_styles_lose_only_what_looks_at_other_works() -> None:
    for style in STYLE_NAMES:
        definition = citations._definition(style).decode()
        assert not re.search("disambiguate-add|subsequent-author-substitute|<sort|citation-number", definition)
        assert "<bibliography" in definition
        assert citations.own_style(definition.encode()) == definition.encode()
