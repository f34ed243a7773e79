"""Every export says the same of every author: one record, many ways to write it."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest
import rispy
from tests.exports.builders import ORGANISATIONS, PRINTED_NAMES, invented
from tests.exports.readers import decoded, pandoc_items, read_bibtex, straight

from shoulders import machine
from shoulders.exports import FORMATS, csl
from shoulders.names import has_cjk

CATALOG = invented()
WORKS = [work for work in CATALOG.works if len(work.authors) != 1]
CHINESE = ["邵砚", "欧阳林", "伊达·古德", "灯塔实验室"]


def expected(work):
    if work.language == "zh":
        return CHINESE
    return [*PRINTED_NAMES.values(), *ORGANISATIONS] if work.authors else []


def joined(given, family):
    """A name in reading order."""
    return family + given if has_cjk(family) else " ".join(part for part in (given, family) if part)


def from_inverted(name):
    """`Family Suffix, Given` or `Family, Given, Suffix` in reading order."""
    family, given, suffix = (*name.split(", "), "", "")[:3]
    for ending in (" Jr.",):
        if family.endswith(ending):
            family, suffix = family.removesuffix(ending), ending.strip()
    return joined(" ".join([given]), family) + (f" {suffix}" if suffix else "")


def from_person(person):
    parts = [
        *person.first_names,
        *person.middle_names,
        *person.prelast_names,
        *person.last_names,
        *person.lineage_names,
    ]
    return decoded(" ".join(parts))


def from_csl(name):
    if "literal" in name:
        return name["literal"]
    family = " ".join(name[part] for part in ("dropping-particle", "non-dropping-particle", "family") if part in name)
    return " ".join([joined(name.get("given", ""), family), *([name["suffix"]] if "suffix" in name else [])])


def in_bibtex(work):
    people = read_bibtex(FORMATS["bibtex"].render(CATALOG, [work])).entries[work.key].persons
    back = str.maketrans("ŞŢ", "ȘȚ")
    return [from_person(person).translate(back) for person in people.get("author", [])]


def in_biblatex(work):
    people = read_bibtex(FORMATS["biblatex"].render(CATALOG, [work])).entries[work.key].persons
    return [from_person(person) for person in people.get("author", [])]


def in_biblatex_by_pandoc(work):
    item = pandoc_items(FORMATS["biblatex"].render(CATALOG, [work]), "biblatex")[work.key]
    return [straight(from_csl(name)) for name in item.get("author", [])]


def in_ris(work):
    return [from_inverted(name) for name in rispy.loads(FORMATS["ris"].render(CATALOG, [work]))[0].get("authors", [])]


def in_csl(work):
    return [from_csl(name) for name in json.loads(csl.one(CATALOG, work)).get("author", [])]


def in_highwire(work):
    tags = machine.highwire(CATALOG, work, "https://example.org/")
    return [from_inverted(value) for name, value in tags if name == "citation_author"]


def in_json_ld(work):
    people = machine.json_ld(CATALOG, work, "https://example.org/", "en").get("author", [])
    for person in people:
        if "givenName" in person:
            suffix = [person["honorificSuffix"]] if "honorificSuffix" in person else []
            assert " ".join([joined(person["givenName"], person["familyName"]), *suffix]) == person["name"]
    return [person["name"] for person in people]


def in_coins(work):
    pairs = machine.coins(CATALOG, work).split("&")
    found = [pair for pair in pairs if pair.startswith(("rft.au=", "rft.aucorp="))]
    return [from_inverted(next(iter(parse_qs(pair).values()))[0]) for pair in found]


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.key)
@pytest.mark.parametrize(
    "read", [in_biblatex, in_biblatex_by_pandoc, in_ris, in_csl, in_highwire, in_json_ld, in_coins]
)
def test_names_agree(read, work):
    assert read(work) == expected(work)


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.key)
def test_bibtex_says_the_same_in_latin_script(work):
    latin = ["Yan Shao", "Lin Ouyang", "Ida Good", "Lantern Lab"] if work.language == "zh" else expected(work)
    assert in_bibtex(work) == latin


def test_the_names_are_those_of_the_catalog():
    names = [credit.name.display for credit in CATALOG.credits["byron-2019-bert"]]
    assert names == [*PRINTED_NAMES.values(), *ORGANISATIONS]
