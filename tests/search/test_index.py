"""The index of a small catalog, read back from its files as a browser reads it."""

from __future__ import annotations

import json
import subprocess
import sys
from bisect import bisect_right
from collections.abc import Iterator

import pytest
from benchmarks.many_works import many_works
from tests.builders import edge, make_work

from shoulders import search
from shoulders.build import open_project
from shoulders.catalog import Catalog
from shoulders.search import Written, documents, postings, shards, vocabulary
from shoulders.search.documents import Document, Field


class Index:
    """The files of an index, with what a browser does to read them."""

    def __init__(self, files: dict[str, str], language: str = "en") -> None:
        self.files = files
        self.plan = json.loads(files[f"search/{language}.json"])

    def piece(self, name: str):
        return json.loads(self.files[f"{self.plan['folder']}{name}.json"])

    def terms(self) -> Iterator[tuple[str, list[tuple[int, int]]]]:
        for number in range(len(self.plan["terms"])):
            flat = self.piece(f"t{number}")
            for term, numbers in zip(flat[::2], flat[1::2], strict=True):
                yield term, list(self.decode(numbers))

    @staticmethod
    def decode(numbers: list[int]) -> Iterator[tuple[int, int]]:
        level, at = 0, 0
        for number in numbers:
            if number < 0:
                level, at = number, 0
            else:
                at += number
                yield level, at

    def record(self, number: int) -> list[str]:
        file = bisect_right(self.plan["records"], number) - 1
        return self.piece(f"r{file}")[number - self.plan["records"][file]]

    def find(self, term: str) -> list[str]:
        return [self.record(number)[0] for level, number in dict(self.terms()).get(term, ())]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog(
        (
            make_work("ashdown-2010-dark", title="Counting in the Dark", nickname="DarkNet", arxiv="1003.0123"),
            make_work("brook-2011-light", title="Counting in the Light", edges=[edge("ashdown-2010-dark")]),
            make_work("cole-2012-book", kind="book", type="book", title="A Book on Counting", editors=["Ada Quill"]),
        )
    )


@pytest.fixture(scope="module")
def index(catalog) -> Index:
    pages = [Written("how/", "How it works", (("", "", "Words."), ("keys", "Keys & values", "Counting keys.")))]
    return Index(dict(search.files(catalog, "en", pages)))


def test_terms_lead_to_documents_the_greatest_first(index):
    assert index.find("dark") == ["papers/ashdown-2010-dark/"]
    assert index.find("darknet") == ["papers/ashdown-2010-dark/"]
    assert index.find("counting")[0] == "papers/ashdown-2010-dark/", "on which another one stands"
    assert set(index.find("counting")) == {
        *("papers/ashdown-2010-dark/", "papers/brook-2011-light/", "papers/cole-2012-book/", "how/#keys")
    }
    assert index.find("0123") == ["papers/ashdown-2010-dark/"]
    assert set(index.find("quill")) == {"papers/cole-2012-book/", "authors/ada-quill/"}
    assert index.find("nobody") == []


def test_records_hold_what_is_shown(index):
    ((_, number),) = dict(index.terms())["dark"]
    expected = ["papers/ashdown-2010-dark/", "Counting in the Dark", "DarkNet", "Imogen Ashdown", "What it says."]
    assert index.record(number) == expected


def test_spans_tell_kind_and_year_of_every_number(index):
    kinds = []
    for number in range(index.plan["count"]):
        kind, year, _ = index.plan["spans"][bisect_right([span[2] for span in index.plan["spans"]], number) - 1]
        kinds.append((kind, year, index.record(number)[0]))
    assert kinds == [
        ("paper", 2010, "papers/ashdown-2010-dark/"),
        ("paper", 2010, "papers/brook-2011-light/"),
        ("book", 2010, "papers/cole-2012-book/"),
        ("author", 0, "authors/ada-quill/"),
        ("author", 0, "authors/imogen-ashdown/"),
        ("page", 0, "how/"),
        ("page", 0, "how/#keys"),
    ]
    assert index.plan["pages"] == [5], "a page begins with what stands before its headings"


@pytest.fixture(scope="module")
def many(root) -> Catalog:
    return many_works(open_project(root).catalog, 400)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_posting_is_read_back_and_every_file_is_small(many, language):
    found = list(documents.documents(many, language, ()))
    wanted = {term: list(postings.unpack(held)) for term, held in postings.postings(found).items()}
    index = Index(dict(search.files(many, language, ())), language)
    read = dict(index.terms())
    assert {term: listed for term, listed in read.items() if not term.endswith("*")} == wanted
    firsts = index.plan["terms"]
    assert firsts == sorted(firsts, key=postings.utf16)
    for number, first in enumerate(firsts):
        flat = index.piece(f"t{number}")
        assert flat[::2] == sorted(flat[::2], key=postings.utf16)
        assert all(postings.utf16(first) <= postings.utf16(term) for term in flat[::2])
    assert max(len(text) for path, text in index.files.items() if "/t" in path) < 20_000
    assert [index.record(number)[0] for number in range(index.plan["count"])] == [one.path for one in found]


def test_a_wide_beginning_is_a_term_that_holds_the_best(many):
    index = Index(dict(search.files(many, "en", ())))
    read = dict(index.terms())
    wide = [term for term in read if term.endswith("*")]
    assert wide, "there is so much that some beginnings are wide"
    for term in wide:
        spans = [first for first in index.plan["terms"] if first.startswith(term[:-1])]
        assert len(spans) >= shards.WIDE - 1
        assert 0 < len(read[term]) <= shards.BEST
        held = {number for one, listed in read.items() if one.startswith(term[:-1]) for _, number in listed}
        assert {number for _, number in read[term]} <= held
    narrow = [first for first in index.plan["terms"][1:] if f"{first}*" not in read]
    assert narrow


def test_words_stand_by_beginning_and_by_ending(many):
    index = Index(dict(search.files(many, "en", ())))
    forwards = " ".join(index.piece(f"b{i}") for i in range(len(index.plan["beginnings"]))).split()
    backwards = " ".join(index.piece(f"e{i}") for i in range(len(index.plan["endings"]))).split()
    assert forwards == sorted(forwards, key=lambda entry: entry[:-2])
    assert sorted(backwards) == sorted(forwards)
    assert backwards == sorted(backwards, key=lambda entry: entry[-3::-1])
    assert "attention" in {entry[:-2] for entry in forwards}


def test_words_that_are_too_short_or_say_nothing_are_not_suggested():
    document = Document("x/", "topic", "X", "", "", (Field(1, "x"),), words="The of GPT-2 is 2017 注意力 Vaswani")
    _, pieces = vocabulary.pieces([document])
    assert pieces == {"b0": '"gpt:0 vaswani:0"', "e0": '"vaswani:0 gpt:0"'}


def test_a_text_in_one_language_only_is_found_in_both():
    work = make_work(summary={"en": "Only English.", "zh": None}, translated={"zh": "黑暗"})
    for language in ("en", "zh"):
        index = Index(dict(search.files(Catalog((work,)), language, ())), language)
        assert index.find("only") == index.find("黑暗") == [f"papers/{work.key}/"]


def test_an_empty_catalog_has_an_index():
    index = Index(dict(search.files(Catalog(), "en", ())))
    assert index.plan["count"] == 0
    assert list(index.terms()) == []


def test_the_index_is_the_same_each_time(root):
    """Also where Python orders its sets otherwise."""
    code = (
        "import hashlib, sys\nfrom pathlib import Path\n"
        "from shoulders import search\nfrom shoulders.build import open_project\n"
        "files = search.files(open_project(Path(sys.argv[1])).catalog, 'zh', ())\n"
        "print(hashlib.sha256(repr(list(files)).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code, str(root)],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
