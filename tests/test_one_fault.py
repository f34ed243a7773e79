"""One fault, one problem: what follows from a fault that is told already is not told too."""

from __future__ import annotations

from pathlib import Path

from tests.builders import edge, entry, paper, problems_of
from tests.test_rules import ONE, THREE, TWO, person, reading_list, topic


def test_what_points_to_a_broken_entry(tmp_path: Path) -> None:
    broken = paper(TWO, year="soon", aliases=[THREE])
    rest = paper(ONE, edges=[edge(TWO)], explains=[THREE])
    found = problems_of(tmp_path, papers=rest + broken, lists=reading_list(THREE))
    assert found == [f"data/papers.yaml:18: {TWO}: year: expected a whole number, got 'soon'"]


def test_what_points_to_an_entry_that_does_not_parse(tmp_path: Path) -> None:
    found = problems_of(tmp_path, papers=paper(ONE, edges=[edge(TWO)]) + f'- key: {TWO}\n  title: "open\n')
    assert len(found) == 1
    assert found[0].startswith(f"data/papers.yaml:13: {TWO}: expected well-formed YAML: ")


def test_what_points_into_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    whole = paper(ONE, topics=["gates"], venue="cil", authors=[{"name": "Wei Wang", "person": "w"}, "林雾"])
    bad = b"\xff"
    found = problems_of(tmp_path, papers=whole, topics=bad, venues=bad, people=bad, lists=reading_list(ONE))
    assert [problem.split(":")[0] for problem in found] == [
        f"data/{name}.yaml" for name in ("people", "topics", "venues")
    ]


def test_what_a_file_of_works_that_cannot_be_read_may_have_used(tmp_path: Path) -> None:
    found = problems_of(
        tmp_path,
        papers=b"\xff",
        people=person("kat-vell", "Kat Vell"),
        venues=entry(id="cil", kind="conference", name="CIL"),
        topics=topic("gates", entry_points=[ONE]),
        lists=reading_list(ONE),
    )
    assert found == ["data/papers.yaml:1: expected text in UTF-8, got the byte 0xff"]


def test_what_a_broken_entry_uses(tmp_path: Path) -> None:
    found = problems_of(
        tmp_path,
        papers=paper(ONE, venue="cil", authors=["Kat Vell"], year="soon"),
        people=person("kat-vell", "Kat Vell"),
        venues=entry(id="cil", kind="conference", name="CIL"),
    )
    assert [problem.split(": expected")[0] for problem in found] == [f"data/papers.yaml:6: {ONE}: year"]


def test_a_name_that_only_broken_entries_print_is_told(tmp_path: Path) -> None:
    works = paper(ONE, year="soon", authors=["林雾"])
    found = problems_of(tmp_path, papers=works)
    assert [problem.split(": expected")[0] for problem in found] == [
        f"data/papers.yaml:5: {ONE}: authors[1]",
        f"data/papers.yaml:6: {ONE}: year",
    ]


def test_a_name_that_a_broken_person_may_have(tmp_path: Path) -> None:
    people = person("wu-lin", "Wu Lin", native="林雾", orcid="1")
    found = problems_of(tmp_path, papers=paper(ONE, authors=["林雾"]), people=people)
    assert [problem.split(": expected")[0] for problem in found] == ["data/people.yaml:4: wu-lin: orcid"]


def test_a_key_longer_than_problems_show(tmp_path: Path) -> None:
    key = f"{'long-' * 15}2019-gates"
    found = problems_of(tmp_path, papers=paper(key, year="soon", acl="N19-1423"))
    assert [problem.split(": ")[2] for problem in found] == ["year"]


def test_what_an_entry_that_is_of_no_use_says(tmp_path: Path) -> None:
    """Its key is wrong, so it cannot stand among the others."""
    found = problems_of(
        tmp_path,
        papers=paper("Wrong", aliases=[THREE], venue="cil", authors=["林雾"]) + paper(ONE, explains=[THREE, TWO]),
        people=person("wu-lin", "Wu Lin", native="林雾"),
        venues=entry(id="cil", kind="conference", name="CIL"),
    )
    assert [problem.split(": expected")[0] for problem in found] == [
        "data/papers.yaml:1: Wrong: key",
        f"data/papers.yaml:23: {ONE}: explains[2]",
    ]


def test_a_former_key_beside_one_that_is_wrong(tmp_path: Path) -> None:
    found = problems_of(tmp_path, papers=paper(ONE, aliases=[THREE, "Wrong"]) + paper(TWO, explains=[THREE]))
    assert [problem.split(": expected")[0] for problem in found] == [f"data/papers.yaml:11: {ONE}: aliases[2]"]


def test_a_field_that_is_wrong_is_not_missing_too(tmp_path: Path) -> None:
    found = problems_of(tmp_path, papers=paper(ONE, url="ftp://a.b/", summary={"en": "  ", "zh": "文字。"}))
    assert [problem.split(": expected")[0] for problem in found] == [
        f"data/papers.yaml:8: {ONE}: url",
        f"data/papers.yaml:9: {ONE}: summary.en",
    ]


def test_a_misspelt_field_is_not_missing_too(tmp_path: Path) -> None:
    found = problems_of(tmp_path, papers=paper(ONE, summary=None, sumary={}))
    assert found == [
        f"data/papers.yaml:10: {ONE}: sumary: expected a known field, got 'sumary' (did you mean 'summary'?)"
    ]


def test_a_copied_entry(tmp_path: Path) -> None:
    assert len(problems_of(tmp_path, papers=paper(ONE, doi="10.5555/a", arxiv="1003.9901") * 2)) == 1
