"""Records of runs: kept whole, read with distrust, and fresh only for what was run."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from tests.demo_runner.invented import KEY, SVG

from shoulders import runs
from shoulders.sources import Sources

DEMOS = {"attention": KEY}
FIGURE = SVG.format("<g/>")


def fields(**changed: Any) -> dict[str, Any]:
    """The fields of a sound record."""
    claim = {"statement": "it holds", "value": 0.75, "at_least": 0.5}
    known = {
        "entry": KEY,
        "date": "2026-02-28",
        "device": "cpu",
        "seed": 0,
        "seconds": 1.5,
        "memory_mib": 100,
        "network": "closed by the kernel",
        "versions": {"python": "3.12"},
        "requirements": {"torch": "2.6"},
        "sources": {"attention.py": "a" * 16},
        "config": {"steps": 300, "rate": 0.5, "name": "x", "deep": True},
        "claims": [claim],
    }
    return {**known, **changed}


def text_of(**changed: Any) -> str:
    """A record as it is written."""
    return json.dumps(fields(**changed), indent=1, sort_keys=True)


def told(root: Path, text: str | bytes, name: str = "attention.json", figure: str = "") -> list[str]:
    """What is said of the records when one holds this text."""
    folder = root / runs.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    if figure:
        (folder / "attention.svg").write_text(figure, "utf-8")
    _, problems = runs.read_runs(root, DEMOS)
    return [str(problem) for problem in problems]


def test_a_record_is_read_as_it_was_written(tmp_path):
    run = runs.Run.model_validate_json(text_of(figure=runs.fingerprint(FIGURE.encode())))
    assert told(tmp_path, runs.dump(run), figure=FIGURE) == []
    assert runs.read_runs(tmp_path, DEMOS) == ({"attention": run}, [])
    assert runs.dump(run) == runs.dump(runs.Run.model_validate_json(runs.dump(run)))


def test_line_ends_of_a_record_and_its_figure_do_not_count(tmp_path):
    figure = SVG.format("<g/>\n")
    text = text_of(figure=runs.fingerprint(figure.encode()))
    assert told(tmp_path, text.replace("\n", "\r\n"), figure=figure.replace("\n", "\r\n")) == []


def test_no_folder_no_records(tmp_path):
    assert runs.read_runs(tmp_path, DEMOS) == ({}, [])


SPREAD = {"seeds": [0, 1], "values": {"it holds": [0.75, 0.8]}, "sources": {"attention.py": "a" * 16}}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"more": 1}, "attention: more: expected a known field, got another"),
        (
            {"entry": "other-2010-key"},
            ":17: attention: entry: expected the key on the card of the demo, got 'other-2010-key'",
        ),
        ({"date": "2026-02-30"}, ":15: attention: date: expected a day as YYYY-MM-DD, got '2026-02-30'"),
        ({"date": "20260228"}, "attention: date: expected a day as YYYY-MM-DD, got '20260228'"),
        ({"date": "٢٠٢٦-٠٢-٢٨"}, "attention: date: expected a day as YYYY-MM-DD"),
        ({"network": "open"}, "attention: network: expected 'closed by the kernel' or 'closed in Python', got 'open'"),
        ({"seconds": -1}, "attention: seconds: expected a number of at least 0, got '-1'"),
        ({"seed": 0.5}, "attention: seed: expected a whole number, got '0.5'"),
        ({"seed": 10**30}, "attention: seed: expected a "),
        ({"claims": []}, "attention: expected at least one claim with a bound, got none"),
        ({"claims": "all"}, "attention: claims: expected a list, got 'all'"),
        ({"claims": [{"statement": "s", "value": 1}]}, "attention: expected at least one claim with a bound, got none"),
        (
            {"claims": [{"statement": "s", "value": 1, "at_least": 2}]},
            "attention: expected claims that hold, got 1 for 's'",
        ),
        ({"claims": [{"statement": "s", "value": "1", "at_least": 2}]}, "claims.0.value: expected a number, got '1'"),
        ({"claims": fields()["claims"] * 2}, "attention: expected each statement once, got 'it holds' twice"),
        ({"claims": fields()["claims"] * 61}, "attention: claims: expected at most 60 of them, got a list"),
        ({"config": {"a": None}}, "attention: config.a: expected a number, a text, true or false, got nothing"),
        ({"config": {"a": {"b": 1}}}, "attention: config.a: expected a number, a text, true or false, got a mapping"),
        ({"config": {"a": "\x1b"}}, "attention: config.a: expected a text of at most 400 characters that all show"),
        ({"caption": "x" * 401}, "attention: caption: expected a text of at most 400 characters that all show"),
        ({"versions": {"": "1"}}, "expected a text, got an empty one"),
        ({"figure": "f" * 16}, "attention: figure: expected a readable file: No such file or directory"),
        (
            {"spread": {**SPREAD, "seeds": [0]}},
            "attention: spread: expected a value for every seed, got 2 of 'it holds'",
        ),
        (
            {"spread": {**SPREAD, "values": {"it holds": [0.75, 0.4]}}},
            "expected claims that hold with every seed, got 0.4",
        ),
        ({"spread": {**SPREAD, "more": 1}}, "attention: spread.more: expected a known field, got another"),
    ],
    ids=range(25),
)
def test_a_record_that_does_not_hold_is_told(tmp_path, changed, said):
    (only,) = told(tmp_path, text_of(**changed))
    assert only.startswith("data/runs/attention.json:")
    assert said in only
    assert only.isprintable()


def test_a_missing_field_and_every_fault_is_told(tmp_path):
    known = fields(seconds="x")
    del known["date"]
    assert told(tmp_path, json.dumps(known)) == [
        "data/runs/attention.json:1: attention: date: expected a value, got nothing",
        "data/runs/attention.json:1: attention: seconds: expected a number, got 'x'",
    ]


def test_a_spread_of_other_sources_is_kept_whatever_it_says(tmp_path):
    spread = {**SPREAD, "values": {"it held": [0.1, 0.2]}, "sources": {"attention.py": "b" * 16}}
    assert told(tmp_path, text_of(spread=spread)) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ":1: attention: expected JSON as shoulders writes it: Invalid JSON: EOF while parsing"),
        ("null", ":1: attention: expected a mapping, got nothing"),
        ("[1]", ":1: attention: expected a mapping, got a list"),
        ("[" * 100_000, ":1: attention: expected JSON as shoulders writes it: Invalid JSON: recursion limit"),
        ('{"a":' * 100_000, ":1: attention: expected JSON as shoulders writes it: Invalid JSON: recursion limit"),
        (" " * 2**20 + "{}", ":1: attention: expected at most 1024 KiB, got more"),
        (b"{\n\xff}", ":1: attention: expected text in UTF-8, got the byte 0xff"),
        (b"{\0}", ":1: attention: expected text in UTF-8, got a NUL byte"),
        (text_of().replace("0.75", "NaN"), "attention: claims.0.value: expected a finite number, got 'nan'"),
        (text_of().replace("0.75", "1e999"), "attention: claims.0.value: expected a finite number, got 'inf'"),
        (text_of().replace("300", "1" * 5000), "attention: expected JSON as shoulders writes it: Invalid JSON: number"),
        ('{"\x1b[31m\\u001b\\n": 1}', "expected JSON as shoulders writes it"),
    ],
    ids=range(12),
)  # fmt: skip
def test_text_that_is_no_record_is_told(tmp_path, text, said):
    problems = told(tmp_path, text)
    assert said in problems[0]
    assert all(problem.isprintable() and len(problem) < 300 for problem in problems)


def test_a_figure_must_be_the_one_of_the_run_and_only_draw(tmp_path):
    text = text_of(figure=runs.fingerprint(FIGURE.encode()))
    (only,) = told(tmp_path, text, figure=FIGURE.replace("9", "8"))
    assert only.startswith("data/runs/attention.json:18: attention: figure: expected the figure of this run beside it")
    assert "run attention again" in only
    harm = SVG.format("<script/>")
    (only,) = told(tmp_path, text_of(figure=runs.fingerprint(harm.encode())), figure=harm)
    assert only.endswith("attention: figure: expected a drawing, got the element 'script'")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("atention.json", "data/runs/atention.json:1: expected the record or figure of a demo, got 'atention.json'"),
        ("attention.txt", "data/runs/attention.txt:1: expected the record or figure of a demo, got 'attention.txt'"),
        (
            "attention.svg",
            "data/runs/attention.svg:1: attention: expected a record that has a figure, got a figure alone",
        ),
        ("a\x1b\n.json", r"data/runs/a\x1b\x0a.json:1: expected the record or figure of a demo, got 'a\x1b\x0a.json'"),
    ],
)
def test_files_that_belong_to_nothing_are_told(tmp_path, name, said):
    (only,) = told(tmp_path, text_of(), name=name)
    assert only.startswith(said)


def test_a_figure_whose_record_has_none_is_told(tmp_path):
    told(tmp_path, text_of(), figure=FIGURE)
    found, problems = runs.read_runs(tmp_path, DEMOS)
    assert list(found) == ["attention"]
    assert [problem.message for problem in problems] == ["expected a record that has a figure, got a figure alone"]


def test_what_is_no_file_is_told_and_never_waited_for(tmp_path):
    folder = tmp_path / runs.FOLDER
    folder.mkdir(parents=True)
    path = folder / "attention.json"
    path.mkdir()
    assert [problem.message for problem in runs.read_runs(tmp_path, DEMOS)[1]] == ["expected a file, got a folder"]
    path.rmdir()
    os.mkfifo(path)
    assert [p.message for p in runs.read_runs(tmp_path, DEMOS)[1]] == ["expected a file, got a pipe or device"]
    path.unlink()
    path.symlink_to("nowhere")
    assert runs.read_runs(tmp_path, DEMOS)[1][0].message.startswith("expected a readable file: ")


def test_a_record_says_what_has_changed_since():
    run = runs.Run.model_validate_json(text_of())
    same = Sources({}, ())
    assert run.changed(same, {"torch": "2.6"}) == ["demos/attention.py"]
    assert run.changed(same, {"torch": "2.7", "numpy": "2"}) == ["demos/attention.py", "numpy", "torch"]
    assert run.changed(same, {}) == ["demos/attention.py", "torch"]


@pytest.mark.parametrize(
    ("bounds", "bound", "holds"),
    [
        ({"at_least": 0.75}, "≥ 0.75", True),
        ({"at_least": 0.76}, "≥ 0.76", False),
        ({"at_most": 0.75}, "≤ 0.75", True),
        ({"at_most": 0.74}, "≤ 0.74", False),
        ({"at_least": 0.5, "at_most": 0.7}, "≥ 0.5 ≤ 0.7", False),
        ({}, "", True),
    ],
)
def test_a_claim_holds_within_its_bounds(bounds, bound, holds):
    claim = runs.Claim(statement="s", value=0.75, **bounds)
    assert (claim.bound, claim.holds, claim.gated) == (bound, holds, bool(bounds))
