"""`shoulders demo` as a person, a pipe and a workflow see it."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from tests.builders import paper, write_data
from tests.demo_runner.invented import GOOD, KEY, command, make_project, records, still_running
from tests.processes import Running

from shoulders.cli import main
from shoulders.demo.commands import demo
from shoulders.demo.show import Show

COMMANDS = ("list", "new", "run", "status")


@pytest.fixture
def project(tmp_path):
    """A project with two good demos."""
    return make_project(tmp_path, first_demo=GOOD, second=GOOD)


def unwrapped(text: str) -> str:
    """A message whose lines click broke."""
    return re.sub(r"\s+", " ", text)


def test_the_commands_are_those_that_are_tested_here():
    assert tuple(sorted(demo.commands)) == COMMANDS
    assert main.commands["demo"] is demo


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_explains_itself_with_an_example_that_holds(name, option, tmp_path):
    result = command(tmp_path, name, option)
    if result.exit_code:  # the folder is looked at first
        result = command(make_project(tmp_path), name, option)
    assert result.exit_code == 0
    examples = re.findall(rf"shoulders demo {name}\b[^&\n]*", result.output.partition("Example")[2])
    assert examples
    known = {option for parameter in demo.commands[name].params for option in parameter.opts}
    for example in examples:
        assert {word for word in example.split() if word.startswith("--")} <= known
    assert all(len(line) <= 100 for line in result.output.splitlines())


def test_help_needs_nothing_of_the_harness():
    program = (
        "import sys; from shoulders.cli import main\n"
        "try: main(['demo', 'run', '--help'], prog_name='shoulders')\n"
        "finally: print([name for name in sys.modules if name.split('.')[0] in sys.argv[1:]], file=sys.stderr)"
    )
    heavy = ["pydantic", "psutil", "distributed", "torch", "yaml"]
    done = subprocess.run([sys.executable, "-c", program, *heavy], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "frist_demo"], "expected a demo, got 'frist_demo' (did you mean 'first_demo'?)"),
        (["run", "secnd", "frist-demo"], "got 'secnd' (did you mean 'second'?) expected a demo, got 'frist_demo' (did"),
        (["run", "xyzzy"], "expected a demo, got 'xyzzy'"),
        (["run", "\x1b[31m"], r"expected a demo, got '\x1b[31m'"),
        (["run", "--jobs", "0"], "0 is not in the range x>=1"),
        (["run", "--seeds", "101"], "101 is not in the range 1<=x<=100"),
        (["run", "--timeout", "0"], "expected 0.1 to 86400 seconds, got 0"),
        (["run", "--timeout", "nan"], "expected 0.1 to 86400 seconds, got nan"),
        (["run", "--timeout", "inf"], "expected 0.1 to 86400 seconds, got inf"),
        (["run", "--memory", "1"], "1 is not in the range x>=16"),
        (["run", "--device", "tpu"], "'tpu' is not one of 'cpu', 'cuda'"),
        (["run", "--junit", "demos"], "is a directory"),
        (["status", "--stirct"], "--strict"),
    ],
)
def test_a_wrong_call_says_what_was_meant_and_exits_2(project, arguments, said, monkeypatch):
    monkeypatch.chdir(project)
    result = command(project, *arguments)
    assert result.exit_code == 2
    assert said in unwrapped(result.stderr)
    assert result.stdout == ""
    assert "\x1b" not in result.output
    assert records(project) == []


def test_an_unknown_command_names_the_one_that_was_meant():
    done = subprocess.run(
        [sys.executable, "-m", "shoulders", "demo", "rnu"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "expected a command, got 'rnu' (did you mean 'run'?)" in done.stderr


@pytest.mark.parametrize(
    "name", ["first_demo", "first-demo", "first_demo.py", "demos/first_demo.py", "./demos/first_demo.py"]
)
def test_a_demo_is_named_as_one_likes(project, name):
    result = command(project, "run", name, name)
    assert result.exit_code == 0
    assert "1 demo: 1 passed, 0 failed" in result.stdout
    assert records(project) == ["first_demo.json"]


def test_list_names_key_and_title(project):
    assert command(project, "list").stdout.splitlines() == [
        f"first_demo  {KEY}  An invented demo.",
        f"second      {KEY}  An invented demo.",
    ]


def test_a_project_without_demos(tmp_path):
    root = make_project(tmp_path)
    for arguments, said in ((["list"], ""), (["status", "--strict"], ""), (["run"], "no demo to run\n")):
        result = command(root, *arguments)
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", said)


def test_nothing_stale_is_nothing_to_run(project):
    assert command(project, "run").exit_code == 0
    result = command(project, "run", "--stale", "--junit", project / "results.xml")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "every record is fresh: no demo to run\n"
    assert "<testsuites" in (project / "results.xml").read_text()


def test_results_that_cannot_be_written_are_told(project):
    (project / "file").touch()
    result = command(project, "run", "second", "--junit", project / "file/results.xml")
    assert result.exit_code == 1
    assert "shoulders: cannot write " in result.stderr
    assert "1 passed" in result.stdout


@pytest.mark.parametrize("name", ["list", "run", "status"])
def test_what_is_wrong_with_records_is_told_and_stops_nothing(project, name):
    folder = project / "data/runs"
    folder.mkdir()
    (folder / "second.json").write_text('{"entry": 3}')
    (folder / "lost.json").write_text("{}")
    result = command(project, name)
    assert result.exit_code == 0
    assert "data/runs/second.json:1: second: entry: expected a text, got '3'" in result.stderr
    assert "data/runs/lost.json:1: expected the record or figure of a demo, got 'lost.json'" in result.stderr
    if name == "run":
        assert json.loads((folder / "second.json").read_text())["entry"] == KEY
        assert command(project, "status").exit_code == 0
        assert command(project, "status", "--strict").exit_code == 1, "a stray record is no good state"


def test_a_hostile_file_name_is_shown_and_not_run(project):
    (project / "demos/a\x1b[31m.py").write_text('"""T.\n\nEntry: x\n"""\nopen("it ran", "w")\n')
    for name in ("list", "status", "run"):
        result = command(project, name)
        assert "\x1b" not in result.output
        assert r"a\x1b[31m" in result.output
    assert not list(project.rglob("it ran"))


def piped(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """The command as a process whose output is a pipe."""
    line = [sys.executable, "-m", "shoulders", "demo", *arguments, "--root", str(root)]
    return subprocess.run(line, capture_output=True, check=False)


def test_a_pipe_gets_plain_text_and_progress_goes_elsewhere(project):
    make_project(project, second="print('step: 1/2', flush=True)\ntime.sleep(1)\n" + GOOD)
    done = piped(project, "run", "second")
    assert done.returncode == 0
    assert done.stderr == b"second: running\n"
    assert done.stdout.startswith(b"second: passed, ")
    assert b"\x1b" not in done.stdout + done.stderr
    assert b"\r" not in done.stdout + done.stderr


def test_a_terminal_sees_one_line_that_is_redrawn(capsys):
    show = Show(live=True)
    for words in (("a", "step: 1/9"), ("b", "x" * 500), ("a", "step: 2/9")):
        show.tell(*words)
    said = capsys.readouterr().err
    assert "\n" not in said
    lines = said.replace("\x1b[K", "").split("\r")
    assert lines[1:3] == ["a: step: 1/9", ("a: step: 1/9 · b: " + "x" * 500)[: len(lines[2])]]
    assert max(map(len, lines)) < 500


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM], ids=lambda number: number.name)
def test_who_ends_a_run_ends_its_demos_and_no_record_is_written(tmp_path, number):
    word = f"{600 + uuid.uuid4().int % 10**9 / 10**9:.9f}"
    body = f"daemon('/bin/sleep', '{word}')\nprint('begun', flush=True)\nos.execv('/bin/sleep', ['sleep', '{word}'])\n"
    root = make_project(tmp_path, one=body, two=body)
    running = Running("demo", "run", "--root", str(root), "--jobs", "2", "--timeout", "600")
    running.wait_for("one: running|two: running")
    running.wait_for("one: running|two: running")
    code = running.end(number)
    assert code == (1 if number == signal.SIGINT else -number)
    assert "Traceback" not in "".join(running.printed)
    assert still_running(word) == []
    assert running.left() == []
    assert records(root) == []


@pytest.fixture
def catalog(tmp_path, root):
    """A project with a catalog of one work."""
    harm = paper("second-2011-work", title='"""; raise SystemExit(9) #', nickname="Half \\ way")
    project = make_project(write_data(tmp_path / "project", papers=paper() + harm))
    for name in ("mkdocs.yml", "mkdocs.zh.yml"):
        (project / name).write_text((root / name).read_text("utf-8"), "utf-8")
    return project


def test_new_begins_a_demo_that_is_known_and_fails(catalog):
    result = command(catalog, "new", "ashdown-2010-dark")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "demos/dark.py",
        "tests/demos/test_dark.py",
        "tests/demos/mutants/dark.toml",
    ]
    assert result.stderr == "Next: write the demo, then `shoulders demo run dark`.\n"
    assert command(catalog, "list").stdout.split()[:2] == ["dark", "ashdown-2010-dark"]
    assert command(catalog, "status").stdout.split() == ["dark", "never", "run"]


def test_new_of_a_work_with_a_hostile_title_is_python(catalog):
    assert command(catalog, "new", "second-2011-work", "--name", "half").exit_code == 0
    compile((catalog / "demos/half.py").read_text(), "half.py", "exec")
    assert command(catalog, "list").stdout.split()[:2] == ["half", "second-2011-work"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["ashdown-2010-dork"],
            "expected the key of a work, got 'ashdown-2010-dork' (did you mean 'ashdown-2010-dark'?)",
        ),
        (["ashdown-2010-dark", "--name", "../x"], "expected a name of small letters, digits and underscores"),
        (["ashdown-2010-dark", "--name", "there"], "demos/there.py is there already; --name gives another name"),
        ([], "Missing argument 'KEY'"),
    ],
)
def test_new_refuses_and_writes_nothing(catalog, arguments, said):
    (catalog / "demos/there.py").write_text('"""T.\n\nEntry: ashdown-2010-dark\n"""\n# %%\n')
    result = command(catalog, "new", *arguments)
    assert result.exit_code == 2
    assert said in unwrapped(result.stderr)
    assert sorted(path.name for path in (catalog / "demos").iterdir()) == ["shared.py", "there.py"]
    assert not (catalog / "tests").exists()
