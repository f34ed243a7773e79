"""A small invented catalog that holds every type and every kind of name, and texts that mean harm."""

from __future__ import annotations

import unicodedata
from typing import Any

from shoulders.catalog import Catalog
from shoulders.model import Author, Person, ReadingList, Text, Topic, Venue, Work

SUMMARY = {"en": "What it says.", "zh": "它说了什么。"}

PEOPLE = (
    Person(id="shao-yan", name="Shao, Yan", native="邵砚", orcid="0000-0002-1825-0097"),
    Person(id="ouyang-lin", name="Ouyang, Lin", native="欧阳林"),
    Person(id="ida-good", name="Ida Good", native="伊达·古德"),
    Person(id="lantern-lab", name="Lantern Lab", native="灯塔实验室", organisation=True),
)
VENUES = (
    Venue(id="jot", kind="journal", name="Journal of Toys & Trains", short="JOT", name_zh="玩具学报"),
    Venue(id="brook-press", kind="publisher", name="Brook Press", name_zh="小溪出版社"),
    Venue(id="the-pond", kind="site", name="The Pond"),
    Venue(id="arxiv", kind="preprint", name="arXiv"),
)
TOPICS = (
    Topic(id="toys", name=Text(en="Toys", zh="玩具"), summary=Text(en="Toys.", zh="玩具。")),
    Topic(id="trains", parent="toys", name=Text(en="Trains; fast", zh="火车"), summary=Text(en="T.", zh="车。")),
)

# As printed -> what every export must make of it, in reading order.
PRINTED_NAMES = {
    "Ada Byron": "Ada Byron",
    "van den Oord, Aäron": "Aäron van den Oord",
    "King, Jr., Martin Luther": "Martin Luther King Jr.",
    "Plato": "Plato",
    "Shan, Chung-chieh": "Chung-chieh Shan",
    "Łukasz Kaiser": "Łukasz Kaiser",
    "Paul Erdős": "Paul Erdős",
    "Nguyễn, Minh Thắng": "Minh Thắng Nguyễn",
    "Ortega y Gasset, José": "José Ortega y Gasset",
    "Cyprien de Masson d'Autume": "Cyprien de Masson d'Autume",
    "Þórunn Ægisdóttir-Çelik": "Þórunn Ægisdóttir-Çelik",
    "Émile Zola": "Émile Zola",
    "Ștefan Țîrlea": "Ștefan Țîrlea",
}
ORGANISATIONS = ("Lantern-AI", "The Brook and Hill Group")

HOSTILE = (
    "left { brace",
    "right } brace",
    "}} over {{ and }",
    "back\\slash",
    "ends in \\",
    "\\write18{rm -rf x}",
    "\\input{secret}",
    "{\\write18{x}}",
    "@article{evil, title = {x}}",
    'one " mark',
    'two "marks" here',
    "'single' and ''double''",
    "``ticks''",
    "100% of $5 & #7_x ~ y ^ z",
    "a--b---c ?` !`",
    "<script>alert(1)</script> | x > y",
    "e\u0301 decomposed, \ufb01 ligature",
    "line\nER  - \nTY  - JOUR\nTI  - injected",
    "line\r\nAU  - Evil, One",
    "tab\tand \x00 nul and \x1b escape and \u2028 separator",
    "a\n}\n@misc{injected, title = {x}}\n",
    "]]> --> </title>",
)


def work(key: str, **fields: Any) -> Work:
    """A checked work with as few facts as its type allows."""
    given: dict[str, Any] = {
        "key": key,
        "kind": "paper",
        "title": "Deep Toys for Paris",
        "authors": ["Ada Byron"],
        "year": 2019,
        "first_public": "2018-10-11",
        "summary": SUMMARY,
        "added": "2026-01-02",
    }
    return Work.model_validate(given | fields)


def every_type() -> tuple[Work, ...]:
    """One work of each type, all facts filled in, and the awkward cases."""
    return (
        work(
            "byron-2019-bert",
            type="inproceedings",
            title="BERT-based GPT-2 in 3D: MLPs for Paris",
            protect=["Paris"],
            aliases=["byron-2018-bert"],
            booktitle="Proceedings of the 7th Meeting on Toys & Trains",
            series="Lecture Notes in Toys",
            volume="17",
            number="5",
            pages="4171-4186",
            publisher="Brook Press",
            address="Delft",
            month="6",
            doi="10.18653/v1/n19_1423",
            acl="N19-1423",
            arxiv="1810.04805",
            arxiv_class="cs.CL",
            topics=["toys", "trains"],
            authors=[*PRINTED_NAMES, *({"organisation": name} for name in ORGANISATIONS)],
            editors=["Editha Eins", "Zwei, Egon"],
        ),
        work(
            "byron-2020-trains",
            type="article",
            venue="jot",
            volume="23",
            number="11",
            pages="1-13",
            year=2020,
            month=11,
            title="word2vec and ELMo on “Trains”",
        ),
        work("byron-2019-issue", type="article", venue="jot", number="29", pages="e123"),
        work(
            "shao-2021-wanju",
            kind="book",
            title="玩具语言处理",
            language="zh",
            romanised="Wanju yuyan chuli",
            translated={"en": "Processing the language of toys"},
            authors=["邵砚", "欧阳林", "伊达·古德", {"organisation": "灯塔实验室"}],
            publisher="Brook Press",
            address="北京",
            isbn="978-7-111-59373-7",
            edition=2,
            year=2021,
        ),
        work(
            "good-2016-toys",
            kind="book",
            authors=["Ida Good"],
            editors=["Editha Eins"],
            translators=["邵砚", "Paul Erdős"],
            translation_of="byron-2019-bert",
            publisher="Brook Press",
            edition=11,
            year=2022,
            volume="2",
            number="3",
        ),
        work("eins-2019-edited", kind="book", authors=[], editors=["Editha Eins"], publisher="Brook Press"),
        work(
            "byron-2019-chapter",
            type="incollection",
            booktitle="A Book of Toys",
            publisher="Brook Press",
            editors=["Editha Eins"],
            pages="31-37",
        ),
        work("byron-2019-report", type="techreport", institution="Lantern & Lab", number="41", month=5),
        work("byron-2019-thesis", type="thesis", school="University of Ponds"),
        work(
            "byron-2018-preprint",
            type="preprint",
            arxiv="1810.04806",
            arxiv_class="cs.LG",
            year=2018,
            venue="arxiv",
            retracted={"date": "2021-03", "note": {"en": "The data were invented.", "zh": "数据系编造。"}},
        ),
        work(
            "lantern-2019-kit",
            kind="repo",
            title="toy-kit",
            authors=[{"organisation": "Lantern-AI"}],
            url="https://github.com/lantern/toy_kit?a=1&b=50%25#top",
            licence=SUMMARY,
        ),
        work("anonymous-2019-blog", kind="article", authors=[], url="https://pond.example.org/a_b", venue="the-pond"),
        work("byron-2019-course", kind="course", url="https://www.example.org/course"),
    )


def invented(*works: Work) -> Catalog:
    """A catalog of the given works, or of all types."""
    return Catalog(works=works or every_type(), people=PEOPLE, venues=VENUES, topics=TOPICS, lists=lists())


def lists() -> tuple[ReadingList, ...]:
    """One reading list of two works."""
    return (
        ReadingList.model_validate(
            {
                "id": "first-steps",
                "title": SUMMARY,
                "summary": SUMMARY,
                "sections": [{"items": [{"key": "byron-2019-bert"}, {"key": "byron-2020-trains"}]}],
            }
        ),
    )


def hostile(text: str) -> tuple[Work, ...]:
    """Every type with the text in every field that holds text, past the checks of the model."""
    poison = {
        "title": text,
        "protect": (text,),
        "booktitle": text,
        "series": text,
        "publisher": text,
        "address": text,
        "institution": text,
        "school": text,
        "nickname": text,
        "volume": text,
        "summary": Text.model_construct(en=text, zh=text),
    }
    author = Author.model_construct(organisation=text, name=None, person=None)
    found = []
    for record in every_type():
        update: dict[str, Any] = {
            name: value for name, value in poison.items() if getattr(record, name) or name == "nickname"
        }
        if record.language == "zh":
            update |= {"romanised": text, "translated": Text.model_construct(en=text, zh=text)}
        if record.retracted:
            update["retracted"] = record.retracted.model_copy(update={"note": Text.model_construct(en=text, zh=text)})
        if record.authors:
            update["authors"] = (author, *record.authors)
        found.append(record.model_copy(update=update))
    return tuple(found)


def flat(text: str) -> str:
    """What is left of a text on one line, composed."""
    return " ".join("".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", text)).split())
