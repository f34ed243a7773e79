"""Each rule finds its fault, at its line, and nothing else is said about it."""

# ruff: noqa: E501 - a problem is one line, here as in what `check` prints

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.builders import edge, entry, fields, paper, problems_of, write_data

from shoulders.load import load_data
from shoulders.rules import RULES, Checked, check, normal_title, to_catalog

ONE, TWO, THREE = "ashdown-2010-one", "ashdown-2010-two", "ashdown-2010-three"
BOTH = {"en": "Some text.", "zh": "一些文字。"}


def person(name: str, value: str, **more: Any) -> str:
    return entry(id=name, name=value, **more)


def topic(name: str, **more: Any) -> str:
    return entry(id=name, name=BOTH, summary=BOTH, **more)


def reading_list(*keys: str, **more: Any) -> str:
    sections = [{"items": [{"key": key} for key in keys]}]
    return entry(**{"id": "evening", "title": BOTH, "summary": BOTH, "sections": sections, **more})


def book(key: str = ONE, **more: Any) -> str:
    return paper(key, **{"kind": "book", "type": None, "publisher": "Thornmere Press", **more})


def repo(**more: Any) -> str:
    return paper(ONE, **{"kind": "repo", "type": None, "licence": {"en": "MIT", "zh": "MIT"}, **more})


class Case(NamedTuple):
    """Data files and every problem that they have, less the path of papers.yaml."""

    files: dict[str, str]
    problems: list[str]


def papers(*entries: str, says: str | list[str], **files: str) -> Case:
    return Case({"papers": "".join(entries) or "[]\n", **files}, [says] if isinstance(says, str) else says)


CASES: dict[str, list[Case]] = {
    "unique_ids": [
        papers(paper(ONE), paper(ONE, title="Other"), says=f"11: {ONE}: key: expected a key of its own, got '{ONE}', "
               f"which {ONE} (data/papers.yaml:1) has"),
        papers(paper(ONE, aliases=[TWO]), paper(TWO), says=f"11: {ONE}: aliases[1]: expected a key of its own, got '{TWO}', "
               f"which {TWO} (data/papers.yaml:12) has"),
        papers(paper(ONE, aliases=[THREE]), paper(TWO, aliases=[THREE]),
               says=f"22: {TWO}: aliases[1]: expected a key of its own, got '{THREE}', which {ONE} (data/papers.yaml:1) has"),
        papers(paper(ONE, aliases=[ONE]), says=f"11: {ONE}: aliases[1]: expected a former key, named once, got '{ONE}'"),
        papers(paper(ONE, aliases=[TWO, TWO]), says=f"11: {ONE}: aliases[2]: expected a former key, named once, got '{TWO}'"),
        papers(topics=topic("gates") + topic("gates"), says="data/topics.yaml:4: gates: id: expected an id of its own, got "
               "'gates', which gates (data/topics.yaml:1) has"),
    ],
    "unique_works": [
        papers(paper(ONE, arxiv="1003.9901"), paper(TWO, arxiv="1003.9901"),
               says=f"22: {TWO}: arxiv: expected an arXiv id of its own, got '1003.9901', which is that of {ONE} (data/papers.yaml:1)"),
        papers(paper(ONE, doi="10.5555/ab"), paper(TWO, doi="10.5555/AB"),
               says=f"22: {TWO}: doi: expected a DOI of its own, got '10.5555/AB', which is that of {ONE} (data/papers.yaml:1)"),
        papers(paper(ONE, title="Étude: one"), paper(TWO, title="ETUDE — One!"),
               says=f"14: {TWO}: title: expected a title of its own, got that of {ONE} (data/papers.yaml:1)"),
        papers(paper(ONE, acl="N10-9901"), paper(TWO, acl="N10-9901"),
               says=f"22: {TWO}: acl: expected an ACL id of its own, got 'N10-9901', which is that of {ONE} (data/papers.yaml:1)"),
        papers(book(ONE, isbn="978-0-00-000003-3"), book(TWO, isbn="0-00-000003-5"),
               says=f"22: {TWO}: isbn: expected an ISBN of its own, got '0-00-000003-5', which is that of {ONE} (data/papers.yaml:1)"),
        papers(paper(ONE, arxiv="1003.9901", title="One"), paper(TWO, arxiv="1003.9901", title="One"),
               says=f"22: {TWO}: arxiv: expected an arXiv id of its own, got '1003.9901', which is that of {ONE} (data/papers.yaml:1)"),
        papers(book(ONE, title="Same"), book(TWO, title="Same"), says=[]),
        papers(paper(ONE, title="?!"), paper(TWO, title="..."), says=[]),
    ],
    "values_once": [
        papers(paper(ONE, topics=["gates", "gates"]), topics=topic("gates"),
               says=f"11: {ONE}: topics[2]: expected everything once, got 'gates' again"),
        papers(paper(ONE, links=[{"label": BOTH, "url": "https://a.b/"}] * 2),
               says=f"11: {ONE}: links[2].url: expected everything once, got 'https://a.b/' again"),
    ],
    "list_items_once": [
        papers(paper(ONE, aliases=[TWO]), lists=reading_list(ONE, TWO), says="data/lists.yaml:4: evening: "
               f"sections[1].items[2].key: expected everything once, got '{ONE}' again"),
    ],
    "references": [
        papers(paper(ONE, topics=["gatse"]), topics=topic("gates"),
               says=f"11: {ONE}: topics[1]: expected a topic, got 'gatse' (did you mean 'gates'?)"),
        papers(paper(ONE, venue="nowhere"), says=f"11: {ONE}: venue: expected a venue of venues.yaml, got 'nowhere'"),
        papers(paper(ONE, edges=[edge("ashdown-2010-tow")]), paper(TWO), says=f"11: {ONE}: edges[1].to: expected the key "
               f"of a work, got 'ashdown-2010-tow' (did you mean '{TWO}'?)"),
        papers(paper(ONE, explains=["x-2010-y"]), says=f"11: {ONE}: explains[1]: expected the key of a work, got 'x-2010-y'"),
        papers(paper(ONE, translation_of="x-2010-y"), says=f"11: {ONE}: translation_of: expected the key of a work, got 'x-2010-y'"),
        papers(topics=topic("gates", parent="none"), says="data/topics.yaml:4: gates: parent: expected a topic, got 'none'"),
        papers(topics=topic("gates", entry_points=["x-2010-y"]),
               says="data/topics.yaml:4: gates: entry_points[1]: expected the key of a work, got 'x-2010-y'"),
        papers(lists=reading_list("x-2010-y"),
               says="data/lists.yaml:4: evening: sections[1].items[1].key: expected the key of a work, got 'x-2010-y'"),
        papers(paper(ONE, aliases=["old-2010-key"]), paper(TWO, explains=["old-2010-key"]), says=[]),
    ],
    "concept_pages_exist": [
        papers(paper(ONE), lists=reading_list(sections=[{"pages": ["doors"], "items": [{"key": ONE}]}]),
               says="data/lists.yaml:4: evening: sections[1].pages[1]: expected the name of a concept page, got 'doors'"),
        papers(topics=topic("gates", pages=["doors"]),
               says="data/topics.yaml:4: gates: pages[1]: expected the name of a concept page, got 'doors'"),
        papers(paper(ONE), lists=reading_list(ONE), says=[]),
    ],
    "not_to_itself": [
        papers(paper(ONE, edges=[edge(ONE)]), says=f"11: {ONE}: edges[1].to: expected another work, got '{ONE}' itself"),
        papers(paper(ONE, explains=[ONE]), says=f"11: {ONE}: explains[1]: expected another work, got '{ONE}' itself"),
        papers(paper(ONE, aliases=[TWO], translation_of=TWO),
               says=f"12: {ONE}: translation_of: expected another work, got '{TWO}' itself"),
    ],
    "topics_two_levels": [
        papers(topics=topic("a") + topic("b", parent="a") + topic("c", parent="b"),
               says="data/topics.yaml:11: c: parent: expected a topic of the first level, got 'b'"),
        papers(topics=topic("a", parent="a"), says="data/topics.yaml:4: a: parent: expected a topic of the first level, got 'a'"),
    ],
    "cycles": [
        papers(paper(ONE, edges=[edge(TWO)]), paper(TWO, edges=[edge(THREE)]), paper(THREE, edges=[edge(ONE)]),
               says=f"33: {THREE}: edges[1].to: expected no cycle of edges, got {ONE} -> {TWO} -> {THREE} -> {ONE}"),
        papers(paper(ONE, edges=[edge(TWO)], first_public="2009"), paper(TWO, edges=[edge(ONE)]),
               says=f"11: {ONE}: edges[1].to: expected no cycle of edges, got {TWO} -> {ONE} -> {TWO}"),
        papers(paper(ONE, edges=[edge("old-2010-two")]), paper(TWO, aliases=["old-2010-two"], edges=[edge(ONE)]),
               says=f"23: {TWO}: edges[1].to: expected no cycle of edges, got {ONE} -> {TWO} -> {ONE}"),
        papers(paper(ONE, edges=[edge(TWO), edge(THREE)]), paper(TWO, edges=[edge(THREE)]), paper(THREE), says=[]),
    ],
    "edges_point_back": [
        papers(paper(ONE, edges=[edge(TWO)]), paper(TWO, year=2011, first_public="2011"),
               says=f"11: {ONE}: edges[1].to: expected a work before 2010-03-04, got '{TWO}' of 2011"),
        papers(paper(ONE, edges=[edge(TWO)]), paper(TWO, first_public="2010"), says=[]),
        papers(paper(ONE, edges=[edge(TWO)], year=2012), paper(TWO, year=2013), says=[]),
    ],
    "edges_once": [
        papers(paper(ONE, edges=[edge(TWO), edge("old-2010-two")]), paper(TWO, aliases=["old-2010-two"]),
               says=f"11: {ONE}: edges[2].to: expected one edge to each work, got 'old-2010-two' again"),
    ],
    "venues_are_used": [
        papers(venues=entry(id="cil", kind="conference", name="CIL"),
               says="data/venues.yaml:1: cil: id: expected a venue of some work, got 'cil', used by no work"),
    ],
    "persons_are_known": [
        papers(paper(ONE, authors=["Ada Bo", {"name": "Wei Wang", "person": "wei-wagn"}, {"name": "Wei Wang", "person": "wei-wang"}]),
               people=person("wei-wang", "Wei Wang"),
               says=f"5: {ONE}: authors[2].person: expected an id of people.yaml, got 'wei-wagn' (did you mean 'wei-wang'?)"),
    ],
    "native_names_are_known": [
        papers(paper(ONE, translators=["林雾"]),
               says=f"11: {ONE}: translators[1]: expected a name that people.yaml gives in Latin script too, got '林雾'"),
        papers(paper(ONE, translators=["林雾"]), people=person("wu-lin", "Wu Lin", native="林雾"), says=[]),
    ],
    "namesakes_are_told_apart": [
        papers(paper(ONE, authors=["Wei Wang", {"name": "Wei Wang", "person": "wei-wang-2"}]),
               paper(TWO, authors=[{"name": "王苇", "person": "wei-wang"}]),
               people=person("wei-wang", "Wei Wang", native="王苇") + person("wei-wang-2", "Wang, Wei"),
               says=f"5: {ONE}: authors[1]: expected 'person: wei-wang or wei-wang-2' with the name, got 'Wei Wang'"),
    ],
    "variants_are_apart": [
        papers(paper(ONE, authors=["Kat Vell", "Kim Vell"]),
               people=person("kat-vell", "Kat Vell", variants=["K. Vell"]) + person("kim-vell", "Kim Vell", variants=["Vell, K."]),
               says="data/people.yaml:6: kim-vell: variants[1]: expected a spelling that nobody else has, got 'Vell, K.', "
               "which kat-vell (data/people.yaml:1) has"),
        papers(paper(ONE, authors=["Kat Vell", {"name": "Kim Vell", "person": "kim-vell"}]),
               people=person("kat-vell", "Kat Vell", variants=["Kim Vell"]) + person("kim-vell", "Kim Vell"),
               says="data/people.yaml:3: kat-vell: variants[1]: expected a spelling that nobody else has, got 'Kim Vell', "
               "which kim-vell (data/people.yaml:4) has"),
        papers(paper(ONE, authors=["Kat Vell"]), people=person("kat-vell", "Kat Vell", variants=["Vell, Kat"]),
               says="data/people.yaml:3: kat-vell: variants[1]: expected a spelling that differs from the name, got 'Vell, Kat'"),
    ],
    "authors_once": [
        papers(paper(ONE, authors=["Kat Vell", "Ada Bo", "K. Vell"]), people=person("kat-vell", "Kat Vell", variants=["K. Vell"]),
               says=f"5: {ONE}: authors[3]: expected everybody once, got 'K. Vell' (kat-vell) again"),
        papers(paper(ONE, authors=["Kat Vell"], editors=["Kat Vell"]), says=[]),
    ],
    "people_are_used": [
        papers(people=person("kat-vell", "Kat Vell"),
               says="data/people.yaml:1: kat-vell: id: expected a person of some work, got 'kat-vell', used by no work"),
    ],
    "years": [
        papers(paper(ONE, year=2009), says=f"6: {ONE}: year: expected a year not before first_public (2010-03-04), got '2009'"),
    ],
    "arxiv_agrees": [
        papers(paper(ONE, arxiv="1002.9901"),
               says=f"7: {ONE}: first_public: expected a date not after the month of arXiv:1002.9901 (2010-02), got '2010-03-04'"),
        papers(paper(ONE, arxiv="1106.9901"), says=f"6: {ONE}: year: expected the year of arXiv:1106.9901 (2011), got '2010'"),
        papers(paper(ONE, arxiv="1101.9901"), says=[]),
        papers(paper(ONE, arxiv="1003.9901"), says=[]),
        papers(paper(ONE, arxiv_class="cs.CL"), says=f"11: {ONE}: arxiv_class: expected an arxiv id with it, got only 'cs.CL'"),
    ],
    "acl_agrees": [
        papers(paper(ONE, acl="N11-9901"), says=f"11: {ONE}: acl: expected an ACL id of the year 2010, got 'N11-9901'"),
    ],
    "later_dates": [
        papers(paper(ONE, added="2009-12-31"),
               says=f"10: {ONE}: added: expected a date not before first_public (2010-03-04), got '2009-12-31'"),
        papers(paper(ONE, retracted={"date": "2010-02", "note": BOTH}),
               says=f"11: {ONE}: retracted.date: expected a date not before first_public (2010-03-04), got '2010-02'"),
        papers(paper(ONE, retracted={"date": "2010-03", "note": BOTH}), says=[]),
    ],
    "required_fields": [
        papers(paper(ONE, type=None), says=f"1: {ONE}: type: expected one of inproceedings, article, incollection, techreport, "
               "thesis, preprint, got nothing"),
        papers(paper(ONE, url=None), says=f"1: {ONE}: arxiv: expected arxiv or url for type preprint, got nothing"),
        papers(paper(ONE, authors=None), says=f"1: {ONE}: authors: expected authors for type preprint, got nothing"),
        papers(paper(ONE, type="article"), says=f"1: {ONE}: venue: expected venue for type article, got nothing"),
        papers(paper(ONE, type="inproceedings"), says=f"1: {ONE}: booktitle: expected booktitle for type inproceedings, got nothing"),
        papers(paper(ONE, type="techreport"), says=f"1: {ONE}: institution: expected institution for type techreport, got nothing"),
        papers(paper(ONE, type="thesis"), says=f"1: {ONE}: school: expected school for type thesis, got nothing"),
        papers(paper(ONE, type="incollection"), says=[
            f"1: {ONE}: booktitle: expected booktitle for type incollection, got nothing",
            f"1: {ONE}: editors: expected editors for type incollection, got nothing",
            f"1: {ONE}: publisher: expected publisher for type incollection, got nothing"]),
        papers(book(authors=None), says=f"1: {ONE}: authors: expected authors or editors for type book, got nothing"),
        papers(book(authors=None, editors=["Ada Bo"]), says=[]),
        papers(book(publisher=None), says=f"1: {ONE}: publisher: expected publisher for type book, got nothing"),
        papers(repo(url=None), says=f"1: {ONE}: url: expected url for type software, got nothing"),
        papers(repo(licence=None), says=f"1: {ONE}: licence: expected the licence of the repository, or that there is none, got nothing"),
        papers(paper(ONE, kind="article", type=None, url=None), says=f"1: {ONE}: url: expected url for type online, got nothing"),
    ],
    "type_fits_kind": [
        papers(repo(type="preprint"),
               says=f"3: {ONE}: type: expected a type that fits the kind repo (software, online), got 'preprint'"),
    ],
    "titles_in_chinese": [
        papers(book(title="想象", language="zh", translated={"en": "Images"}),
               says=f"1: {ONE}: romanised: expected the title in pinyin, got nothing"),
        papers(book(title="想象", language="zh", romanised="Xiǎngxiàng", translated={"en": "Images"}),
               says=f"12: {ONE}: romanised: expected pinyin in ASCII, without tones, got 'Xiǎngxiàng'"),
        papers(book(title="想象", language="zh", romanised="Xiangxiang"),
               says=f"1: {ONE}: translated.en: expected the title in English, got nothing"),
        papers(book(title="想象", romanised="Xiangxiang", translated=BOTH),
               says=f"1: {ONE}: language: expected zh, as the title is Chinese, got 'en'"),
        papers(book(title="Images", language="zh"), says=f"3: {ONE}: title: expected a title in Chinese script for language zh, got 'Images'"),
    ],
    "unverified_fields_exist": [
        papers(paper(ONE, unverified=["yaer"]), says=f"11: {ONE}: unverified[1]: expected a field, got 'yaer' (did you mean 'year'?)"),
    ],
    "protected_words_stand_in_title": [
        papers(paper(ONE, title="Gates", protect=["Gate"]), says=f"11: {ONE}: protect[1]: expected a word of the title, got 'Gate'"),
        papers(paper(ONE, title="C++ (and) Gates", protect=["C++", "(and)"]), says=[]),
    ],
    "formulas_convert": [
        papers(paper(ONE, equations=[{"tex": "a^", "caption": BOTH}]), says=f"11: {ONE}: equations[1].tex: expected LaTeX that becomes MathML, got 'a^': Expected argument but reached end of input."),
    ],
    "both_languages": [
        papers(paper(ONE, summary={"en": "Text."}), says=f"9: {ONE}: summary.zh: expected a text in Chinese, got nothing"),
        papers(paper(ONE, summary={"zh": "文字。"}), says=f"9: {ONE}: summary.en: expected a text in English, got nothing"),
        papers(paper(ONE, summary={}), says=[
            f"9: {ONE}: summary.en: expected a text in English, got nothing",
            f"9: {ONE}: summary.zh: expected a text in Chinese, got nothing"]),
        papers(paper(ONE), paper(TWO, edges=[edge(ONE, why={"en": "So."})]),
               says=f"21: {TWO}: edges[1].why.zh: expected a text in Chinese, got nothing"),
        papers(topics=entry(id="a", name={"en": "A"}, summary=BOTH),
               says="data/topics.yaml:2: a: name.zh: expected a text in Chinese, got nothing"),
    ],
    "texts_in_their_language": [
        papers(paper(ONE, summary={"en": "Text.", "zh": "Text."}), says=f"9: {ONE}: summary.zh: expected a text in Chinese, got 'Text.'"),
        papers(paper(ONE, summary={"en": "这是 text。", "zh": "文字。"}), says=[]),
        papers(paper(ONE, summary={"en": "这是文字 text。", "zh": "文字。"}), says=[]),
        papers(paper(ONE, summary={"en": "这是文字。", "zh": "文字。"}), says=f"9: {ONE}: summary.en: expected a text in English, got '这是文字。'"),
        papers(repo(licence={"en": "MIT", "zh": "BSD"}), says=f"10: {ONE}: licence.zh: expected a text in Chinese, got 'BSD'"),
    ],
    "tidy_spaces": [
        papers(paper(ONE, title=" One"), says=f"4: {ONE}: title: expected single spaces inside the text only, got ' One'"),
        papers(paper(ONE, title="One  two"), says=f"4: {ONE}: title: expected single spaces inside the text only, got 'One  two'"),
        papers(paper(ONE, summary={"en": "Text. ", "zh": "文字。"}),
               says=f"9: {ONE}: summary.en: expected single spaces inside the text only, got 'Text. '"),
        papers(paper(ONE, summary={"en": "One.\n\nTwo.\n", "zh": "文字。"}), says=[]),
        papers(paper(ONE, equations=[{"tex": "a  =  b", "caption": BOTH}]), says=[]),
    ],
    "chinese_punctuation": [
        papers(paper(ONE, summary={"en": "Text.", "zh": "文字,文字。"}),
               says=f"9: {ONE}: summary.zh: expected full-width punctuation between Chinese characters, got '文字,文字。'"),
        papers(paper(ONE, summary={"en": "Text.", "zh": "文字."}),
               says=f"9: {ONE}: summary.zh: expected full-width punctuation between Chinese characters, got '文字.'"),
        papers(paper(ONE, summary={"en": "Text.", "zh": "文字\n文字。"}),
               says=f"9: {ONE}: summary.zh: expected no space between Chinese characters (a folded line?), got '文字\\x0a文字。'"),
        papers(paper(ONE, summary={"en": "Text.", "zh": "公式 3, x.y 和 BERT。\n\n第二段。"}), says=[]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "case"),
    [pytest.param(name, case, id=f"{name}-{n}") for name, cases in CASES.items() for n, case in enumerate(cases)],
)
def test_rule(tmp_path: Path, name: str, case: Case) -> None:
    found = problems_of(tmp_path, **case.files)
    assert found == [
        problem if problem.startswith("data/") else f"data/papers.yaml:{problem}" for problem in case.problems
    ]
    rule = next(rule for rule in RULES if rule.__name__ == name)
    assert sorted(set(map(str, rule(Checked(load_data(tmp_path)))))) == sorted(found)


def test_every_rule_has_a_case() -> None:
    assert {rule.__name__ for rule in RULES} == {*CASES, "demos_name_works"}


def test_a_demo_names_the_key_of_a_work(tmp_path: Path) -> None:
    data = load_data(write_data(tmp_path, papers=paper(ONE, aliases=[TWO])))
    demos = {"first": ONE, "former": TWO, "wrong": "ashdown-2010-noe"}
    assert [str(problem) for problem in check(data, demos)] == [
        "demos/wrong.py:1: wrong: Entry: expected the key of a work, got 'ashdown-2010-noe' (did you mean 'ashdown-2010-one'?)"
    ]
    assert to_catalog(data, {"second": ONE, "first": ONE}).demos == {ONE: ("first", "second")}


def test_the_invented_catalog_has_no_problem(invented_root: Path) -> None:
    assert check(load_data(invented_root)) == []


def test_the_missing_languages_are_the_only_problems_of_that_catalog(invented_root: Path) -> None:
    problems = check(load_data(invented_root.parent / "missing_language"))
    assert [f"{p.path}:{p.line} {p.field}" for p in problems] == [
        "data/papers.yaml:10 summary.zh",
        "data/papers.yaml:11 note.en",
        "data/papers.yaml:20 summary.en",
        "data/topics.yaml:2 name.zh",
        "data/topics.yaml:3 summary.en",
    ]


def test_a_section_of_a_list_names_concept_pages_that_are_there(tmp_path: Path) -> None:
    sections = [{"pages": ["doors"], "items": [{"key": ONE}]}, {"pages": ["doors", "dors"], "items": [{"key": TWO}]}]
    lists = reading_list(sections=sections)
    data = load_data(write_data(tmp_path, papers=paper(ONE) + paper(TWO), lists=lists))
    assert [str(problem) for problem in check(data, concepts=["doors", "night"])] == [
        "data/lists.yaml:4: evening: sections[2].pages[2]: expected the name of a concept page, got 'dors' "
        "(did you mean 'doors'?)"
    ]


def test_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    found = problems_of(
        tmp_path,
        papers=paper(ONE, year="soon", topics=["none"]) + paper(TWO, tpye="article", venue="none"),
        people=person("a b", "Ada Bo"),
        venues=entry(id="cil", kind="confrence", name="CIL"),
        topics=topic("gates", parent="none"),
        lists=reading_list("x-2010-y"),
    )
    assert [problem.split(": expected")[0] for problem in found] == [
        "data/lists.yaml:4: evening: sections[1].items[1].key",
        "data/papers.yaml:6: ashdown-2010-one: year",
        "data/papers.yaml:11: ashdown-2010-one: topics[1]",
        "data/papers.yaml:22: ashdown-2010-two: tpye",
        "data/papers.yaml:23: ashdown-2010-two: venue",
        "data/people.yaml:1: a b: id",
        "data/topics.yaml:4: gates: parent",
        "data/venues.yaml:2: cil: kind",
    ]


def test_a_long_cycle_is_shortened(tmp_path: Path) -> None:
    keys = [f"ashdown-2010-n{number}" for number in range(60)]
    works = [paper(key, edges=[edge(keys[(number + 1) % 60])]) for number, key in enumerate(keys)]
    (found,) = problems_of(tmp_path, papers="".join(works))
    assert "-> ... 54 more ... ->" in found
    assert len(found) < 400


def test_many_ways_through_the_edges_take_no_time(tmp_path: Path) -> None:
    """Forty layers of two works, each on both of the layer before: 2^40 ways."""
    key = "ashdown-2010-{}x{}".format
    works = [
        paper(key(n, s), edges=[edge(key(n - 1, t)) for t in (0, 1)] if n else []) for n in range(40) for s in (0, 1)
    ]
    assert problems_of(tmp_path, papers="".join(works)) == []


@pytest.mark.parametrize(("a", "b"), [("Étude: one", "ETUDE — One!"), ("Ｂｉｇ", "big"), ("想象，语言", "想象语言")])
def test_normal_title(a: str, b: str) -> None:
    assert normal_title(a) == normal_title(b)
    assert normal_title(a) != normal_title(a + "s")


def test_fields_are_valid() -> None:
    assert fields(type=None).keys() == fields().keys() - {"type"}
