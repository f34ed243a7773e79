"""Files become records; every fault of every entry is told at once, at its line."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders import edge, entry, paper, problems_of, write_data

from shoulders.data import field_name
from shoulders.load import MAX_PROBLEMS, load_data
from shoulders.problems import Problem
from shoulders.rules import check, to_catalog

# ruff: noqa: E501 - a problem is one line, here as in what `check` prints

ONE, TWO = "ashdown-2010-one", "ashdown-2010-two"
BOTH = {"en": "Some text.", "zh": "一些文字。"}
NOTHING = "expected a value, got nothing"


def said(tmp_path: Path, text: str | bytes) -> list[str]:
    """The problems of papers.yaml, less its path."""
    return [problem.removeprefix("data/papers.yaml:") for problem in problems_of(tmp_path, papers=text)]


def test_a_valid_file(tmp_path: Path) -> None:
    data = load_data(write_data(tmp_path, papers="# head\n\n" + paper(ONE) + "\n" + paper(TWO)))
    assert data.problems == []
    assert [(loaded.record.key, loaded.path, loaded.block.line) for loaded in data.works] == [
        (ONE, "data/papers.yaml", 3),
        (TWO, "data/papers.yaml", 14),
    ]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"sumary": "x"}, "11: ONE: sumary: expected a known field, got 'sumary' (did you mean 'summary'?)"),
        ({"1": "x"}, "11: ONE: 1: expected a known field, got '1'"),
        ({"pdf": ""}, "11: ONE: pdf: expected an http or https address, got ''"),
        ({"nickname": ""}, "11: ONE: nickname: expected a text that is not empty, got ''"),
        ({"nickname": " "}, "11: ONE: nickname: expected a text that is not empty, got ' '"),
        ({"nickname": ["a"]}, "11: ONE: nickname: expected a text, got a list"),
        ({"nickname": {"a": "b"}}, "11: ONE: nickname: expected a text, got a mapping"),
        ({"nickname": "a\nb"}, r"11: ONE: nickname: expected a text on one line, got 'a\x0ab'"),
        ({"nickname": "x" * 1001}, f"11: ONE: nickname: expected a text of at most 1000 characters, got '{'x' * 57}...'"),
        ({"nickname": "a\tb"}, r"11: ONE: nickname: expected a text without U+0009 (a control character), got 'a\x09b'"),
        ({"nickname": "a\u00a0b"}, r"11: ONE: nickname: expected a text without U+00A0 (NO-BREAK SPACE), got 'a\xa0b'"),
        ({"nickname": "e\u0301"}, "11: ONE: nickname: expected a text whose accents are part of their letters (Unicode NFC), got 'e\u0301'"),
        ({"topics": "gates"}, "11: ONE: topics: expected a list, got 'gates'"),
        ({"topics": {"a": "b"}}, "11: ONE: topics: expected a list, got a mapping"),
        ({"topics": ["A"]}, "11: ONE: topics[1]: expected an identifier of a-z, 0-9 and hyphens between them, at most 100 characters, got 'A'"),
        ({"month": 13}, "11: ONE: month: expected a number that is at most 12, got '13'"),
        ({"month": "07"}, "11: ONE: month: expected a whole number, got '07'"),
        ({"edition": "0"}, "11: ONE: edition: expected a number that is at least 1, got '0'"),
        ({"edition": "1" * 300}, f"11: ONE: edition: expected a whole number, got '{'1' * 57}...'"),
        ({"edition": "１"}, "11: ONE: edition: expected a whole number, got '１'"),
        ({"verified": "yes"}, "11: ONE: verified: expected true or false, got 'yes'"),
        ({"arxiv": "2005.10"}, "11: ONE: arxiv: expected an arXiv id without version, like '1706.03762' or 'cs/0112017', got '2005.10'"),
        ({"doi": "https://doi.org/10.5555/a"}, "11: ONE: doi: expected a bare DOI like '10.18653/v1/N19-1423', got 'https://doi.org/10.5555/a'"),
        ({"isbn": "978-0-00-000001-8"}, "11: ONE: isbn: expected an ISBN whose check digit is 9, got '978-0-00-000001-8'"),
        ({"acl": "N15"}, "11: ONE: acl: expected an ACL Anthology id like 'N19-1423' or '2020.acl-main.703', got 'N15'"),
        ({"pages": "9-1"}, "11: ONE: pages: expected pages that ascend, the last written out, got '9-1'"),
        ({"language": "zh-CN"}, "11: ONE: language: expected one of en, zh, got 'zh-CN'"),
        ({"aliases": ["Ashdown"]}, "11: ONE: aliases[1]: expected a key like 'vaswani-etal-2017-attention' (a-z, 0-9 and hyphens: name, year, word), got 'Ashdown'"),
        ({"note": "text"}, "11: ONE: note: expected a text in each language ('en: ...' and 'zh: ...'), got 'text'"),
        ({"note": {"en": "a", "zh": "字", "fr": "b"}}, "11: ONE: note.fr: expected a known field, got 'fr'"),
        ({"editors": [["a"]]}, "11: ONE: editors[1]: expected a name, or a mapping with 'name' or 'organisation', got a list"),
        ({"editors": [{}]}, "11: ONE: editors[1]: expected a name or an organisation, got neither"),
        ({"editors": [{"name": "A B", "organisation": "C"}]}, "11: ONE: editors[1]: expected a name or an organisation, got both"),
        ({"editors": [{"nmae": "A B"}]}, "11: ONE: editors[1].nmae: expected a known field, got 'nmae' (did you mean 'name'?)"),
        ({"editors": ["A, B, C"]}, "11: ONE: editors[1]: expected a name whose middle part is one of II, III, IV, Jr, Jr., Sr, Sr., got 'A, B, C'"),
        ({"editors": ["A and B"]}, "11: ONE: editors[1]: expected one name (several are a list, an organisation is 'organisation: ...'), got 'A and B'"),
        ({"editors": [{"organisation": "——"}]}, "11: ONE: editors[1].organisation: expected a name with letters or digits, got '——'"),
        ({"editors": [5]}, "11: ONE: editors[1]: expected a name like 'King, Martin Luther' or 'King, Jr., Martin Luther', got '5'"),
        ({"edges": [{"to": TWO, "type": "extend", "why": {"en": "a", "zh": "字"}}]},
         "11: ONE: edges[1].type: expected one of extends, simplifies, replaces, compares, critiques, got 'extend' (did you mean 'extends'?)"),
        ({"edges": [{"type": "extends", "why": {"en": "a", "zh": "字"}}]}, f"11: ONE: edges[1].to: {NOTHING}"),
        ({"edges": [TWO]}, f"11: ONE: edges[1]: expected a mapping, got '{TWO}'"),
        ({"equations": [{"tex": "x" * 20_001, "caption": {"en": "a", "zh": "字"}}]},
         f"11: ONE: equations[1].tex: expected a text of at most 20000 characters, got '{'x' * 57}...'"),
        ({"retracted": {"date": "soon", "note": {"en": "a", "zh": "字"}}},
         "11: ONE: retracted.date: expected a date like '2017-06-12' (or '2017-06', or '2017'), got 'soon'"),
    ],
)  # fmt: skip
def test_a_field_that_is_wrong(tmp_path: Path, changed: dict[str, object], problem: str) -> None:
    assert said(tmp_path, paper(ONE, **changed)) == [problem.replace("ONE", ONE)]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"year": "2017.0"}, "6: ONE: year: expected a whole number, got '2017.0'"),
        ({"year": "1799"}, "6: ONE: year: expected a number that is at least 1800, got '1799'"),
        ({"year": ""}, "6: ONE: year: expected a whole number, got ''"),
        ({"first_public": "2017-02-30"}, "7: ONE: first_public: expected a date that the calendar has, got '2017-02-30'"),
        ({"added": "2024-01"}, "10: ONE: added: expected a date with its day, like '2017-06-12', got '2024-01'"),
        ({"kind": "papper"}, "2: ONE: kind: expected one of paper, book, repo, article, course, got 'papper' (did you mean 'paper'?)"),
        ({"title": None}, f"1: ONE: title: {NOTHING}"),
        ({"summary": None}, f"1: ONE: summary: {NOTHING}"),
        ({"key": "Ashdown"}, "1: Ashdown: key: expected a key like 'vaswani-etal-2017-attention' (a-z, 0-9 and hyphens: name, year, word), got 'Ashdown'"),
        ({"key": ["a"]}, "1: key: expected a text, got a list"),
        ({"key": None}, f"1: key: {NOTHING}"),
    ],
)  # fmt: skip
def test_a_required_field_that_is_wrong(tmp_path: Path, changed: dict[str, object], problem: str) -> None:
    found = said(tmp_path, paper(**{"key": ONE, **changed}))  # type: ignore[arg-type]  # mypy sees no fields in a mapping
    assert found == [problem.replace("ONE", ONE)]


@pytest.mark.parametrize("empty", ["", " ~", " null", " # comment"])
def test_a_field_of_nothing(tmp_path: Path, empty: str) -> None:
    assert said(tmp_path, paper(ONE) + f"  nickname:{empty}\n  topics:\n    - a\n    -{empty}\n") == [
        f"11: {ONE}: nickname: {NOTHING}",
        f"14: {ONE}: topics[2]: {NOTHING}",
    ]


def test_a_field_of_nothing_inside_a_list(tmp_path: Path) -> None:
    text = paper(ONE, editors=["Ada Bo", {"name": "Bo Day", "person": None}])
    assert said(tmp_path, text) == [f"11: {ONE}: editors[2].person: {NOTHING}"]


def test_all_faults_of_an_entry_at_once(tmp_path: Path) -> None:
    text = f"""- kind: !!str paper
  key: {ONE}
  type: &t preprint
  title: *t
  kind: book
  language:
  year: 2010.0
  first_public: 2010
  authors: Imogen Ashdown
  venue: nowhere
  explains:
    - ashdown-2010-two
  summary:
    en: Only English.
  added: 2024-01-02
  tpoics: [a]
"""
    assert said(tmp_path, text) == [
        f"1: {ONE}: arxiv: expected arxiv or url for type preprint, got nothing",
        f"1: {ONE}: kind: expected no tags, got '!!str'",
        f"3: {ONE}: type: expected no anchors, got '&t'",
        f"4: {ONE}: title: expected no aliases, got '*t'",
        f"5: {ONE}: kind: expected every field once, got 'kind' again",
        f"6: {ONE}: language: {NOTHING}",
        f"7: {ONE}: year: expected a whole number, got '2010.0'",
        f"9: {ONE}: authors: expected a list, got 'Imogen Ashdown'",
        f"10: {ONE}: venue: expected a venue of venues.yaml, got 'nowhere'",
        f"12: {ONE}: explains[1]: expected the key of a work, got '{TWO}' (did you mean '{ONE}'?)",
        f"13: {ONE}: summary.zh: expected a text in Chinese, got nothing",
        f"16: {ONE}: tpoics: expected a known field, got 'tpoics' (did you mean 'topics'?)",
    ]


def test_rules_see_what_is_right_in_a_faulty_entry(tmp_path: Path) -> None:
    text = paper(ONE, month=13, venue="nowhere", explains=[TWO], summary={"en": "Only."}, sumary="x", added="now")
    assert [problem.split(": expected")[0] for problem in said(tmp_path, text)] == [
        f"9: {ONE}: summary.zh",
        f"10: {ONE}: added",
        f"11: {ONE}: month",
        f"12: {ONE}: venue",
        f"13: {ONE}: explains[1]",
        f"14: {ONE}: sumary",
    ]


def test_rules_go_by_no_value_that_is_wrong(tmp_path: Path) -> None:
    """Whatever required field is wrong, only that is said, and what is wrong elsewhere is said as well."""
    rest = paper(TWO, edges=[edge(ONE)], year=2011, first_public="2011", retracted={"date": "2011", "note": BOTH})
    for name in ("kind", "type", "title", "year", "first_public", "added", "summary"):
        changed = {name: [], "acl": "N10-9901", "protect": ["Title"], "venue": "nowhere", "edges": [edge("x-2000-y")]}
        found = said(tmp_path, paper(ONE, **changed) + rest)
        assert [problem.split(": ")[2] for problem in found] == [name, "venue", "edges[1].to"], name
    repository = paper(ONE, kind="rpeo", type=None, title=["x"], language="zh", url=None)
    assert [problem.split(": ")[2] for problem in said(tmp_path, repository)] == ["kind", "title"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_lines_whatever_the_line_ends(tmp_path: Path, line_end: str, mark: str) -> None:
    text = mark + "# head\n" + paper(ONE) + "\n" + paper(TWO, year="soon", edges=[edge(ONE), edge("x-2000-y")])
    assert [problem.split(": expected")[0] for problem in said(tmp_path, text.replace("\n", line_end))] == [
        f"18: {TWO}: year",
        f"23: {TWO}: edges[2].to",
    ]


def test_lines_of_the_second_file(tmp_path: Path) -> None:
    write_data(tmp_path, papers=paper(ONE))
    (tmp_path / "data/papers").mkdir()
    (tmp_path / "data/papers/b.yaml").write_text("# b\n" + paper(TWO, month=0))
    (tmp_path / "data/papers/a.yaml").write_text("\n- 5\n")
    assert [str(problem) for problem in check(load_data(tmp_path))] == [
        "data/papers/a.yaml:2: expected an entry with fields, got '5'",
        f"data/papers/b.yaml:12: {TWO}: month: expected a number that is at least 1, got '0'",
    ]


def test_papers_may_stand_in_parts_only(tmp_path: Path) -> None:
    write_data(tmp_path)
    (tmp_path / "data/papers.yaml").unlink()
    (tmp_path / "data/papers").mkdir()
    (tmp_path / "data/papers/a.yaml").write_text(paper(ONE))
    assert check(load_data(tmp_path)) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("- 5\n", "1: expected an entry with fields, got '5'"),
        ("- [a]\n", "1: expected an entry with fields, got a list"),
        ("-\n", "1: expected an entry with fields, got nothing"),
        ("- ~\n", "1: expected an entry with fields, got nothing"),
        ("", "1: expected a list of entries ('[]' when there are none), got nothing"),
        ("key: a\n", "1: expected entries that begin with '- ' at the start of a line, got 'key: a'"),
        ("papers:\n  - key: a\n", "1: expected entries that begin with '- ' at the start of a line, got 'papers:'"),
        (b"\xff\xfe-\x00", "1: expected text in UTF-8, got a NUL byte"),
        (b"- a: b\n- c: \xe9\n", "2: expected text in UTF-8, got the byte 0xe9"),
        (f"- key: {ONE}\n  title: 'open\n", f"2: {ONE}: expected well-formed YAML: found unexpected end of stream (a quote or bracket that is never closed?)"),
        (f"-   title: a: b\n    key: {ONE}\n", f"1: {ONE}: expected well-formed YAML: mapping values are not allowed in this context (put a value that holds ': ' between quotes)"),
        (f"- title: a: b\n  edges:\n    - key: {ONE}\n", "1: expected well-formed YAML: mapping values are not allowed in this context (put a value that holds ': ' between quotes)"),
    ],
)  # fmt: skip
def test_what_is_no_entry(tmp_path: Path, text: str | bytes, problem: str) -> None:
    assert said(tmp_path, text) == [problem]


def test_one_broken_entry_spoils_no_other(tmp_path: Path) -> None:
    found = said(tmp_path, f"- key: {TWO}\n  title: [\n" + paper(ONE, month=13) + "- {\n")
    assert [problem.split(": expected")[0] for problem in found] == [f"2: {TWO}", f"13: {ONE}: month", "14"]


def test_hidden_characters_are_told_wherever_they_stand(tmp_path: Path) -> None:
    text = (
        "# \u202e\n" + paper(ONE) + "  # \u2066note\u2069\n" + paper(TWO, title="a\u200bb") + "  nickname: x\u2028y\n"
    )
    assert said(tmp_path, text) == [
        "1: expected only characters that show, got U+202E (RIGHT-TO-LEFT OVERRIDE)",
        f"12: {ONE}: expected only characters that show, got U+2066 (LEFT-TO-RIGHT ISOLATE)",
        f"16: {TWO}: expected only characters that show, got U+200B (ZERO WIDTH SPACE)",
        f"23: {TWO}: expected only characters that show, got U+2028 (LINE SEPARATOR)",
    ]


def test_a_hidden_character_written_as_an_escape(tmp_path: Path) -> None:
    text = paper(ONE, title="X").replace('"X"', r'"a\u202eb"')
    assert said(tmp_path, text) == [
        rf"4: {ONE}: title: expected a text without U+202E (RIGHT-TO-LEFT OVERRIDE), got 'a\u202eb'"
    ]


def test_people_of_all_sorts(tmp_path: Path) -> None:
    people = "".join(
        [
            entry(id="a", name="A, B, and C, Inc.", organisation="true", variants=["A, B, C, D", "——"]),
            entry(id="b", name="A, B, and C, Inc."),
            entry(id="c", name="C", variants=["C D", "{x} y"], orcid="0000-0000-0000-1013"),
        ]
    )
    found = problems_of(tmp_path, people=people)
    assert [problem.split(": expected")[0] for problem in found] == [
        "data/people.yaml:1: a: id",
        "data/people.yaml:4: a: variants[2]",
        "data/people.yaml:6: b: name",
        "data/people.yaml:7: c: id",
        "data/people.yaml:9: c: variants[2]",
        "data/people.yaml:10: c: orcid",
    ]


def test_files_that_are_not_there(tmp_path: Path) -> None:
    assert [str(problem) for problem in check(load_data(tmp_path))] == [
        f"data/{name}.yaml:1: expected this file, got none"
        for name in ("lists", "papers", "people", "topics", "venues")
    ]


def test_files_that_nothing_reads(tmp_path: Path) -> None:
    write_data(tmp_path)
    (tmp_path / "data/papers").mkdir()
    for name in ("topic.yaml", "lists.yml", "papers/more.yml", "papers/readme.md", "notes.txt"):
        (tmp_path / "data" / name).write_text("[]")
    assert [str(problem) for problem in check(load_data(tmp_path))] == [
        "data/lists.yml:1: expected a file name that ends in .yaml, got 'lists.yml'",
        "data/papers/more.yml:1: expected a file name that ends in .yaml, got 'more.yml'",
        "data/topic.yaml:1: expected one of papers.yaml, people.yaml, venues.yaml, topics.yaml, lists.yaml, "
        "got 'topic.yaml' (did you mean 'topics.yaml'?)",
    ]


def test_folder_loop_and_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_data(tmp_path)
    for name in ("papers", "people", "venues"):
        (tmp_path / f"data/{name}.yaml").unlink()
    (tmp_path / "data/papers.yaml").mkdir()
    (tmp_path / "data/people.yaml").symlink_to("people.yaml")
    (tmp_path / "data/venues.yaml").symlink_to("/dev/zero")
    (tmp_path / "data/papers").symlink_to("papers")
    real_open = Path.open

    def refuse(self: Path, *args: Any) -> object:
        if self.name == "topics.yaml":
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return real_open(self, *args)

    monkeypatch.setattr(Path, "open", refuse)
    assert [str(problem) for problem in check(load_data(tmp_path))] == [
        "data/papers:1: expected a folder: Too many levels of symbolic links",
        "data/papers.yaml:1: expected a file, got a folder",
        "data/people.yaml:1: expected a readable file: Too many levels of symbolic links",
        "data/topics.yaml:1: expected a readable file: Permission denied",
        "data/venues.yaml:1: expected a file, got a pipe or device",
    ]


def test_more_problems_than_anybody_reads(tmp_path: Path) -> None:
    write_data(tmp_path, papers="- 5\n" * (MAX_PROBLEMS + 10), lists=entry(id="a", title="x"))
    data = load_data(tmp_path)
    last = Problem(
        "data/papers.yaml",
        MAX_PROBLEMS + 1,
        "",
        "",
        f"expected fewer problems, got {MAX_PROBLEMS}: stopped reading here",
    )
    assert last in data.problems
    assert len([problem for problem in data.problems if problem.path == "data/papers.yaml"]) == MAX_PROBLEMS + 2


@pytest.mark.parametrize(
    ("location", "name"),
    [((), ""), (("a",), "a"), (("a", 0, "b", 2), "a[1].b[3]"), (("x" * 99,), "x" * 57 + "..."), (("a\n",), r"a\x0a")],
)
def test_field_name(location: tuple[str | int, ...], name: str) -> None:
    assert field_name(location) == name


VALID = paper(ONE, edges=[edge(TWO)], topics=["gates"], isbn="978-0-00-000001-9", links=[]) + paper(
    TWO, doi="10.5555/a"
)


def everything_ends_well(root: Path, papers: str) -> None:
    data = load_data(write_data(root, papers=papers))
    problems = check(data)
    assert all(1 <= problem.line <= papers.count("\n") + papers.count("\r") + 1 for problem in problems)
    assert all(len(str(problem)) < 1000 and str(problem).isprintable() for problem in problems)
    if not problems:
        assert to_catalog(data).credits is not None


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_random_text(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    everything_ends_well(tmp_path_factory.mktemp("fuzz"), text.encode("utf-8", "replace").decode())


FIELDS = st.sampled_from(
    "key kind type title authors year first_public summary added edges topics name id en zh to why venue person x".split()
)
SCALARS = st.sampled_from(
    [ONE, TWO, "paper", "preprint", "2010", "2010-02-30", "gates", "~", "", "yes", "!!int 3", "&a b", "*a", "|", ">-", "'", '"', "{", "[]", "林", "\u202e"]
)  # fmt: skip
LINES = st.builds(
    lambda indent, dash, name, value: f"{' ' * indent}{'- ' if dash else ''}{name}: {value}\n",
    st.sampled_from([0, 2, 2, 2, 4, 6]),
    st.booleans(),
    FIELDS,
    SCALARS,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, max_size=25))
def test_random_yaml(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    everything_ends_well(tmp_path_factory.mktemp("fuzz"), "".join(lines))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_random_changes_of_a_valid_file(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    text = VALID
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        text = (
            text[:start]
            + data.draw(st.sampled_from(["", "\n", " ", "- ", "\t", ":", '"', "[", "{}", "5", "\x85", "-"]))
            + text[end:]
        )
    everything_ends_well(tmp_path_factory.mktemp("fuzz"), text)
