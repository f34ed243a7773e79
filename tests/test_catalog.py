"""Who wrote what and who builds on whom, on the invented catalog."""

from __future__ import annotations

from functools import cached_property

import pytest
from tests.builders import make_work

from shoulders.catalog import Catalog, Directory
from shoulders.model import Author, Person, Work
from shoulders.names import Name


def keys(works: tuple[Work, ...]) -> list[str]:
    return [work.key for work in works]


def test_works_are_found_by_key_and_by_former_key(invented: Catalog) -> None:
    work = invented.by_key["vandenberk-vell-2015-gated"]
    assert invented.aliases == {"vandenberk-2015-gates": work.key, "berk-vell-2015-gated": work.key}
    assert invented.find("vandenberk-2015-gates") is invented.find(work.key) is work
    assert invented.find("nobody-2000-nothing") is None
    assert "vandenberk-2015-gates" not in invented.by_key
    assert len(invented.by_key) == len(invented.works)


def test_records_by_id(invented: Catalog) -> None:
    assert list(invented.venue) == ["cil", "jinl", "archive", "linzhou-press", "tidewater"]
    assert list(invented.topic) == ["counting", "gates", "soft-gates", "silence"]


def test_chronological_with_dates_known_in_part() -> None:
    dates = {
        "a-2017-x": "2017-06-12",
        "b-2017-x": "2017",
        "c-2017-x": "2017-06",
        "d-2016-x": "2016-12-31",
        "a-2017-y": "2017",
    }
    works = tuple(make_work(key, first_public=date, year=2017) for key, date in dates.items())
    assert keys(Catalog(works).chronological) == ["d-2016-x", "a-2017-y", "b-2017-x", "c-2017-x", "a-2017-x"]


def test_chronological(invented: Catalog) -> None:
    assert keys(invented.chronological)[:3] == ["oxenholme-1994-ledger", "ashdown-2009-counting", "lakowska-2010-very"]
    assert len(invented.chronological) == len(invented.works)


def test_credits_print_the_name_as_the_work_does(invented: Catalog) -> None:
    joris, vell = invented.credits["vandenberk-vell-2015-gated"]
    assert (joris.name, joris.person) == (Name("Berk", "Joris", "van den"), "joris-van-den-berk")
    assert (vell.name, vell.person) == (Name("Vell", "K."), "katarina-vell")


def test_credits_of_an_organisation(invented: Catalog) -> None:
    (lab,) = invented.credits["linzhou-2017-report"]
    name = Name("Language Laboratory, Linzhou, and Partners, Inc.", native="临洲语言实验室", organisation=True)
    assert (lab.name, lab.person) == (name, "linzhou-lab")


def test_credits_of_nobody(invented: Catalog) -> None:
    assert invented.credits["thornmere-2018-lectures"] == ()


def test_native_script_gives_the_same_person(invented: Catalog) -> None:
    (printed,) = invented.credits["lin-2012-xiangxiang"]
    (latin,) = invented.credits["lin-2014-art"]
    assert printed == latin
    assert (printed.name, printed.person) == (Name("Lin", "Wu", native="林雾"), "wu-lin")


def test_namesakes_are_apart(invented: Catalog) -> None:
    first, second, _ = invented.credits["wang-wang-2014-twice"]
    assert (first.person, first.name.native) == ("wei-wang", "王苇")
    assert (second.person, second.name.native) == ("wei-wang-thornmere", "王炜")
    assert first.name.display == second.name.display == "Wei Wang"
    assert keys(invented.works_of_person["wei-wang"]) == ["wang-wang-2014-twice"]
    assert keys(invented.works_of_person["wei-wang-thornmere"]) == ["lin-2012-xiangxiang", "wang-wang-2014-twice"]


def test_variants_are_joined(invented: Catalog) -> None:
    assert keys(invented.works_of_person["katarina-vell"]) == [
        "ashdown-vell-2011-ampersand",
        "lin-2012-xiangxiang",
        "lin-2014-art",
        "vandenberk-vell-2015-gated",
    ]
    assert invented.person_names["katarina-vell"] == Name("Vell", "Katarína")


def test_a_person_without_a_record_has_a_page_too(invented: Catalog) -> None:
    assert keys(invented.works_of_person["soren-orvik"]) == ["orvik-etal-2013-slow"]
    assert invented.person_names["soren-orvik"].display == "Søren Ørvik"
    assert invented.person_names["zephyrine"] == Name("Zephyrine")
    assert list(invented.person_names.keys() ^ invented.works_of_person.keys()) == []


def test_works_of_editors_and_translators(invented: Catalog) -> None:
    assert keys(invented.works_of_person["perpetua-oxenholme"]) == [
        "oxenholme-1994-ledger",
        "lin-2014-art",
        "vandenberk-vell-2015-gated",
        "unal-2015-chapter",
    ]


def test_forty_authors(invented: Catalog) -> None:
    assert len({credit.person for credit in invented.credits["brindle-etal-2021-many"]}) == 40
    assert keys(invented.works_of_person["ada-corvane"]) == ["corvane-2018-perpetual", "brindle-etal-2021-many"]


def test_works_of_venue(invented: Catalog) -> None:
    assert keys(invented.works_of_venue["jinl"]) == [
        "oxenholme-1994-ledger",
        "quillfeather-lowe-2016-on",
        "corvane-2018-perpetual",
    ]
    assert sorted(invented.works_of_venue) == sorted(invented.venue)


def test_works_of_year_are_those_first_public_then(invented: Catalog) -> None:
    assert keys(invented.works_of_year[2014]) == ["lin-2014-art", "wang-wang-2014-twice", "vandenberk-vell-2015-gated"]
    assert list(invented.works_of_year) == sorted(invented.works_of_year)
    assert sum(map(len, invented.works_of_year.values())) == len(invented.works)


def test_a_topic_holds_the_works_of_its_subtopics(invented: Catalog) -> None:
    assert keys(invented.works_of_topic["soft-gates"]) == [
        "vandenberk-vell-2015-gated",
        "quillfeather-lowe-2016-on",
        "linzhou-lab-2020-gatekit",
        "brindle-etal-2021-many",
    ]
    gates = keys(invented.works_of_topic["gates"])
    assert set(gates) > set(keys(invented.works_of_topic["soft-gates"]))
    assert len(gates) == len(set(gates))
    assert "silence" not in invented.works_of_topic


@pytest.mark.parametrize(("kind", "count"), [("paper", 13), ("book", 2), ("repo", 1), ("article", 1), ("course", 1)])
def test_works_of_kind(invented: Catalog, kind: str, count: int) -> None:
    works = invented.works_of_kind(kind)  # type: ignore[arg-type]  # a kind from a list
    assert len(works) == count
    assert {work.kind for work in works} == {kind}


def test_every_type_and_edge_type_is_there(invented: Catalog) -> None:
    assert {work.entry_type for work in invented.works} == set(
        "inproceedings article book incollection techreport thesis preprint software online".split()
    )
    assert {edge.type for work in invented.works for edge in work.edges} == set(
        "extends simplifies replaces compares critiques".split()
    )


def test_lists_of_work(invented: Catalog) -> None:
    assert [found.id for found in invented.lists_of_work["zephyrine-2019-without"]] == ["one-evening"]


def test_a_list_that_names_a_former_key_is_a_list_of_the_work(invented: Catalog) -> None:
    assert [found.id for found in invented.lists_of_work["vandenberk-vell-2015-gated"]] == [
        "first-steps",
        "one-evening",
    ]


def test_lineage(invented: Catalog) -> None:
    work = "quillfeather-lowe-2016-on"
    assert [(found.earlier.key, found.edge.type) for found in invented.builds_on[work]] == [
        ("vandenberk-vell-2015-gated", "simplifies"),
        ("ashdown-2009-counting", "replaces"),
        ("lin-2012-xiangxiang", "compares"),
        ("orvik-etal-2013-slow", "critiques"),
        ("wang-wang-2014-twice", "extends"),
    ]
    later = [found.later for found in invented.led_to["ashdown-2009-counting"]]
    assert len(later) == 8
    assert [work.first_public for work in later] == sorted(work.first_public for work in later)
    assert "brindle-2016-rumour" not in {*invented.builds_on, *invented.led_to}
    assert len(invented.descents) == sum(len(work.edges) for work in invented.works)


def test_companions_and_translations(invented: Catalog) -> None:
    assert keys(invented.companions["vandenberk-vell-2015-gated"]) == [
        "thornmere-2018-lectures",
        "zephyrine-2019-without",
    ]
    assert keys(invented.translations["lin-2012-xiangxiang"]) == ["lin-2014-art"]


def test_what_points_nowhere_is_left_out() -> None:
    work = make_work(
        venue="none", topics=["none"], explains=["x-2000-y"], translation_of="x-2000-y",
        edges=[{"to": "x-2000-y", "type": "extends", "why": {"en": "a", "zh": "字"}}],
    )  # fmt: skip
    catalog = Catalog((work,))
    assert catalog.descents == ()
    for index in ("builds_on", "led_to", "works_of_venue", "works_of_topic", "companions", "translations"):
        assert getattr(catalog, index) == {}, index


def test_an_empty_catalog_has_empty_indexes() -> None:
    catalog = Catalog()
    names = [name for name, value in vars(Catalog).items() if isinstance(value, cached_property)]
    assert len(names) >= 15
    assert {name for name in names if name != "directory" and getattr(catalog, name)} == set()


class TestDirectory:
    people = (
        Person(id="kat-vell", name="Kat Vell", variants=("K. Vell",)),
        Person(id="wei-wang", name="Wei Wang", native="王苇"),
        Person(id="wei-wang-2", name="Wang, Wei"),
        Person(id="lab", name="Lab, Inc.", organisation=True, native="实验室"),
    )
    directory = Directory(people)

    @pytest.mark.parametrize("printed", ["Kat Vell", "Vell, Kat", "KAT VELL", "k. vell", "王苇", "Lab, Inc."])
    def test_knows(self, printed: str) -> None:
        assert self.directory.knows(printed)

    @pytest.mark.parametrize("printed", ["Kat", "Vell Kat", "", "A, B, C, D"])
    def test_does_not_know(self, printed: str) -> None:
        assert not self.directory.knows(printed)

    def test_namesakes(self) -> None:
        assert [person.id for person in self.directory.namesakes(Author(name="Wei Wang"))] == ["wei-wang", "wei-wang-2"]
        assert [person.id for person in self.directory.namesakes(Author(name="王苇"))] == ["wei-wang"]

    def test_person_decides(self) -> None:
        credit = self.directory.credit(Author(name="Wei Wang", person="wei-wang-2"))
        assert (credit.person, credit.name) == ("wei-wang-2", Name("Wang", "Wei"))

    def test_a_person_that_nobody_knows(self) -> None:
        assert self.directory.credit(Author(name="A B", person="a-b-2")).person == "a-b-2"

    def test_an_organisation_printed_as_a_name(self) -> None:
        assert self.directory.credit(Author(organisation="Lab, Inc.")).name == Name(
            "Lab, Inc.", native="实验室", organisation=True
        )

    def test_an_organisation_in_native_script(self) -> None:
        assert self.directory.credit(Author(name="实验室")).name == Name(
            "Lab, Inc.", native="实验室", organisation=True
        )

    def test_get(self) -> None:
        assert self.directory.get("lab") is self.people[3]
        assert self.directory.get("nobody") is None
