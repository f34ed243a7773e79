"""Results as JUnit XML, whatever a demo says of itself."""

from __future__ import annotations

from xml.etree import ElementTree

from tests.demo_runner.invented import KEY

from shoulders.demo.job import Job, Outcome
from shoulders.demo.junit import render
from shoulders.runs import Claim, Report


def outcome(
    *claims: Claim, name: str = "demo", seed: int = 0, failures: tuple[str, ...] = (), output: str = ""
) -> Outcome:
    """What came of a demo."""
    report = Report(entry=KEY, claims=claims, config={}, seconds=1, versions={}) if claims else None
    return Outcome(Job(name, KEY, {}, seed=seed), report, failures=failures, output=output, seconds=1.5)


GOOD = Claim(statement="it holds", value=1, at_least=0.5)
BAD = Claim(statement="it fails", value=0.25, at_least=0.5)
SEEN = Claim(statement="it is seen", value=3)


def test_a_suite_a_demo_and_a_case_a_claim():
    root = ElementTree.fromstring(render([outcome(GOOD, SEEN, name="b"), outcome(GOOD, seed=1), outcome(GOOD)]))  # noqa: S314 - ours
    assert root.tag == "testsuites"
    assert [suite.get("name") for suite in root] == ["b", "demo", "demo (seed 1)"]
    assert {(suite.get("tests"), suite.get("failures"), suite.get("time")) for suite in root} == {("2", "0", "1.50")}
    assert [case.get("name") for case in root[0]] == ["it holds", "the run"]
    assert {case.get("classname") for case in root[1]} == {"demos.demo"}
    assert root.findall(".//failure") == []


def test_failures_are_counted_and_each_stands_where_it_belongs():
    failures = ("it fails: expected ≥ 0.5, got 0.25", "ended with exit code 0", "figure: expected a drawing")
    (suite,) = ElementTree.fromstring(render([outcome(GOOD, BAD, failures=failures, output="a\nb")]))  # noqa: S314 - ours
    assert (suite.get("tests"), suite.get("failures")) == ("3", "2")
    told = {str(case.get("name")): [each.get("message") for each in case] for case in suite}
    assert told["it holds"] == []
    assert told["it fails"] == ["expected ≥ 0.5, got 0.25"]
    assert told["the run"] == [r"ended with exit code 0\x0afigure: expected a drawing"]
    assert suite.findall(".//failure")[0].text == "a\nb"


def test_a_demo_without_a_report_is_one_failed_case():
    (suite,) = ElementTree.fromstring(render([outcome(failures=("ran for more than 1 s",))]))  # noqa: S314 - ours
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")


def test_hostile_words_stay_words():
    harm = "]]></failure><x a='&\"\x00\x1b\ufffe\ud800\u202e"
    claim = Claim(statement="</testcase><x/>&'\"", value=0, at_least=1)
    text = render([outcome(claim, name=f"a{harm}", failures=(harm,), output=harm)])
    text.encode("utf-8")
    root = ElementTree.fromstring(text)  # noqa: S314 - ours
    assert {element.tag for element in root.iter()} == {"testsuites", "testsuite", "testcase", "failure"}
    assert root[0][0].get("name") == "</testcase><x/>&'\""


def test_no_results_are_a_file_too():
    assert ElementTree.fromstring(render([])).tag == "testsuites"  # noqa: S314 - ours
