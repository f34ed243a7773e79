"""Many demos: some fail in every way, the others go on, and a record is kept whole or not at all."""

from __future__ import annotations

import json
import os
import time
from xml.etree import ElementTree

import pytest
from tests.demo_runner.invented import GOOD, KEY, SVG, command, job_of, make_project, records

from shoulders import runs
from shoulders.demo import runner
from shoulders.demo.job import run_job

SEEDED = "report(claim(value=1 + SEED / 10))\n"


def record(root, name="good"):
    """A record as it stands."""
    return json.loads(runs.record_path(root, name).read_text("utf-8"))


def test_failures_of_every_kind_are_told_and_the_others_go_on(tmp_path):
    demos = {
        "bad_claim": "report(claim('it fails', 0.25))\nsys.exit(1)\n",
        "crash": "ctypes.string_at(0)\n",
        "escape": "print('\\x1b]0;owned\\x07\\x1b[2J')\nsys.exit(1)\n",
        "good": "FIGURE.write_text(svg())\n" + GOOD,
        "hang": "time.sleep(600)\n",
        "imports": "import no_such_library\n",
        "nothing": "os._exit(0)\n",
        "other": "report(entry='x-2010-y')\n",
        "zeta": GOOD,
    }
    root = make_project(tmp_path, **demos)
    (root / "demos/broken.py").write_text("def (:\n")
    (root / "demos/cardless.py").write_text("x = 1\n")
    (root / "demos/tasks.py").write_text('"""T.\n\nEntry: x\n"""\nimport words\n')
    (root / "demos/words.py").write_text('"""T.\n\nEntry: x\n"""\n"\0"\n')
    result = command(root, "run", "--timeout", "10", "--jobs", "4", "--junit", root / "out/results.xml")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    for line in (
        "  bad_claim: it fails: expected ≥ 0.5, got 0.25",
        "  FAILS  0.25      ≥ 0.5     it fails",
        "  crash: was ended by SIGSEGV",
        "  escape: ended with exit code 1 and wrote no report",
        r"    | \x1b]0;owned\x07\x1b[2J",
        "  holds  1         ≥ 0.5     it holds",
        "  hang: ran for more than 10 s",
        "    | ModuleNotFoundError: No module named 'no_such_library'",
        "  nothing: ended with exit code 0 and wrote no report",
        f"  other: report: entry: expected the key on its card, '{KEY}', got 'x-2010-y'",
        "  cardless: card: expected a docstring with the demo's card, got none",
        "13 demos: 2 passed, 11 failed",
    ):
        assert line in lines
    assert any(line.startswith("  broken: card: expected Python, got SyntaxError") for line in lines)
    assert (
        sum(line.startswith(("  words: card: expected Python", "  tasks: demos/words.py: expected")) for line in lines)
        == 2
    )
    assert "\x1b" not in result.output
    assert "\x07" not in result.output
    assert records(root) == ["good.json", "good.svg", "zeta.json"]
    suites = ElementTree.parse(root / "out/results.xml").getroot()  # noqa: S314 - ours
    assert len(suites) == 13
    assert sum(int(str(suite.get("failures"))) for suite in suites) == 11
    assert command(root, "status").stdout.splitlines()[1].split() == ["broken", "broken"]


def test_a_record_says_what_was_run(tmp_path):
    body = (
        "FIGURE.write_text(svg('<g/>'))\nreport(claim(value=0.123456789, at_least=0.1), claim('seen', at_most=None))\n"
    )
    root = make_project(tmp_path, good=body)
    (root / "pyproject.toml").write_text('[project.optional-dependencies]\ndemos = ["torch"]\n')
    (root / "constraints.txt").write_text("torch==2.6\n")
    assert command(root, "run").exit_code == 0
    assert (root / "data/runs/good.svg").read_text() == SVG.format("<g/>")
    said = record(root)
    assert said["claims"][0]["value"] == 0.123457
    assert (said["entry"], said["seed"], said["device"], said["requirements"]) == (KEY, 0, "cpu", {"torch": "2.6"})
    assert sorted(said["sources"]) == ["good.py", "shared.py"]
    assert said["config"] == {"seed": 0}
    assert said["figure"] == runs.fingerprint(SVG.format("<g/>").encode())
    assert runs.read_runs(root, {"good": KEY})[1] == []


def test_a_value_next_to_its_bound_is_kept_on_its_side(tmp_path):
    root = make_project(tmp_path, good="report(claim(value=0.33333336, at_least=0.33333335))\n")
    assert command(root, "run").exit_code == 0
    assert record(root)["claims"][0]["value"] == 0.33333336


def test_a_failed_run_leaves_the_record_of_before(tmp_path):
    root = make_project(tmp_path, good="FIGURE.write_text(svg())\n" + GOOD)
    assert command(root, "run").exit_code == 0
    before = {name: (root / "data/runs" / name).read_bytes() for name in records(root)}
    make_project(root, good="report(claim(value=0))\nFIGURE.write_text(svg('<g/>'))\nsys.exit(1)\n")
    assert command(root, "run").exit_code == 1
    assert {name: (root / "data/runs" / name).read_bytes() for name in records(root)} == before


def test_a_figure_that_is_drawn_no_more_goes_with_the_record_of_before(tmp_path):
    root = make_project(tmp_path, good="FIGURE.write_text(svg())\n" + GOOD)
    command(root, "run")
    make_project(root, good=GOOD)
    assert command(root, "run").exit_code == 0
    assert records(root) == ["good.json"]


@pytest.mark.parametrize("full", [True, False])
def test_a_record_that_cannot_be_written_is_told_and_none_is_half_written(tmp_path, monkeypatch, full):
    root = make_project(tmp_path, good="FIGURE.write_text(svg())\n" + GOOD)

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    if full:
        monkeypatch.setattr(os, "replace", no_space)
    else:
        (root / "data/runs").write_text("no folder")
    result = command(root, "run")
    assert result.exit_code == 1
    assert "shoulders: cannot write " in result.stderr
    assert not full or records(root) == []


def test_all_files_are_written_or_none(tmp_path, monkeypatch):
    (tmp_path / "a").write_text("old")
    with pytest.raises(runner.RunnerError, match="cannot write"):
        runner.write({tmp_path / "a": b"new", tmp_path / "a/b": b"no folder"})
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_text() == "old"
    monkeypatch.setattr(os, "fsync", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        runner.write({tmp_path / "a": b"new"})
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_seeds_are_run_side_by_side_and_their_spread_is_printed_and_kept(tmp_path):
    root = make_project(tmp_path, good=SEEDED)
    result = command(root, "run", "--seeds", "3", "--jobs", "2")
    assert result.exit_code == 0
    assert "  over 3 seeds: least, mean, most\n  1         1.1       1.2       ≥ 0.5     it holds\n" in result.stdout
    assert "good (seed 2): passed" in result.stdout
    assert "1 demo: 1 passed, 0 failed" in result.stdout
    spread = record(root)["spread"]
    assert (spread["seeds"], spread["values"]) == ([0, 1, 2], {"it holds": [1.0, 1.1, 1.2]})
    assert (record(root)["seed"], record(root)["claims"][0]["value"]) == (0, 1.0)
    assert command(root, "run").exit_code == 0
    assert record(root)["spread"] == spread
    make_project(root, good=SEEDED + "# more\n")
    assert command(root, "run", "--stale").exit_code == 0
    assert record(root)["spread"] == spread, "it says of which sources it was measured"
    assert record(root)["spread"]["sources"] != record(root)["sources"]


def test_one_seed_that_fails_keeps_the_record_away(tmp_path):
    root = make_project(tmp_path, good="report(claim(value=1 - SEED))\nsys.exit(SEED)\n")
    result = command(root, "run", "--seeds", "2")
    assert result.exit_code == 1
    assert "  good (seed 1): it holds: expected ≥ 0.5, got 0" in result.stdout.splitlines()
    assert records(root) == []


@pytest.mark.parametrize("body", ["report(claim(f'seed {SEED}'))\n", "report(claim(at_least=SEED / 10))\n"])
def test_seeds_must_claim_the_same(tmp_path, body):
    root = make_project(tmp_path, good=body)
    result = command(root, "run", "--seeds", "2")
    assert result.exit_code == 1
    assert "expected the same claims with every seed, got another: " in result.stdout
    assert records(root) == []


def test_only_the_first_seed_draws(tmp_path):
    root = make_project(tmp_path, good=GOOD + "if '--figure' in ARGUMENTS: FIGURE.write_text(svg())\n")
    assert command(root, "run", "--seeds", "2").exit_code == 0
    assert records(root) == ["good.json", "good.svg"]


def test_two_demos_run_side_by_side(tmp_path):
    meet = (
        "mine, other = Path({mine!r}), Path({other!r})\nmine.touch()\n"
        "while not other.exists(): time.sleep(0.02)\n" + GOOD
    )
    places = {"mine": str(tmp_path / "a"), "other": str(tmp_path / "b")}
    root = make_project(
        tmp_path, a=meet.format(**places), b=meet.format(mine=places["other"], other=places["mine"])
    )  # each waits for the other
    result = command(root, "run", "--jobs", "2", "--timeout", "60")
    assert result.exit_code == 0
    assert records(root) == ["a.json", "b.json"]


def test_fresh_stale_and_never_run(tmp_path):
    root = make_project(tmp_path, a="import tasks.words\n" + GOOD, b=GOOD)
    (root / "demos/tasks").mkdir()
    (root / "demos/tasks/words.py").write_text("x = 1\n")
    assert [line.split() for line in command(root, "status").stdout.splitlines()] == [
        ["a", "never", "run"],
        ["b", "never", "run"],
    ]
    assert command(root, "run").exit_code == 0
    assert {line.split()[1] for line in command(root, "status").stdout.splitlines()} == {"fresh"}
    (root / "demos/tasks/words.py").write_text("x = 2\n")
    first, second = command(root, "status").stdout.splitlines()
    assert first.split()[1] == "stale"
    assert first.endswith("changed: demos/tasks/words.py")
    assert second.split()[1] == "fresh"
    assert command(root, "status", "--strict").exit_code == 1
    result = command(root, "run", "--stale")
    assert "a: passed" in result.stdout
    assert "b: passed" not in result.stdout
    assert command(root, "status", "--strict").exit_code == 0
    (root / "constraints.txt").write_text("torch==3\n")
    (root / "pyproject.toml").write_text('[project.optional-dependencies]\ndemos = ["torch"]\n')
    assert {line.split()[-1] for line in command(root, "status").stdout.splitlines()} == {"torch"}


def test_an_interrupted_run_ends_its_demos_and_the_next_one_goes_on():
    asked = [job_of("print('begun', flush=True)\ntime.sleep(600)\n"), job_of(GOOD)]
    told: list[str] = []

    def interrupt(title: str, _: str) -> None:
        told.append(title)
        futures[1].cancel()  # it waits for the first

    manager = runner.local(1)
    machines = manager.__enter__()
    futures = [machines.executor.submit(run_job, job, interrupt) for job in asked]
    while not told:
        time.sleep(0.01)
    assert not manager.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None), "it is not swallowed"
    assert futures[0].result().failures == ("was interrupted",)
    assert run_job(job_of(GOOD)).failures == ()
