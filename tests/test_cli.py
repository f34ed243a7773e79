"""The command line as a person, a pipe and a workflow see it: help, exit codes, messages, bytes."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.builders import paper, write_data
from tests.processes import Running
from tests.site.conftest import make_project

from shoulders.build import open_project
from shoulders.cli import main
from shoulders.export import export as exported
from shoulders.exports import FORMATS, papers_json

COMMANDS = (
    "add",
    "build",
    "check",
    "cite",
    "export",
    "import",
    "links",
    "report",
    "schema",
    "serve",
    "stamp",
    "update",
)


def run(*arguments: str | Path) -> Result:
    """The command in this process."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="shoulders")


def piped(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[bytes]:
    """The command as a process whose output is a pipe."""
    command = [sys.executable, "-m", "shoulders", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, **options)  # type: ignore[call-overload]  # options are run()'s own


@pytest.fixture(scope="module")
def project(root, invented_root, tmp_path_factory):
    """A project that builds, for commands that only read it."""
    return make_project(root, invented_root, tmp_path_factory.mktemp("cli") / "project")


@pytest.fixture
def broken(project, tmp_path):
    """A project whose data have problems, and a site of before."""
    copied = shutil.copytree(project, tmp_path / "project")
    papers = copied / "data/papers.yaml"
    papers.write_text(papers.read_text("utf-8") + "\n- {key: 'broken%,:'}\n- {key: x}\n", "utf-8")
    (copied / "site").mkdir()
    (copied / "site/index.html").write_text("the site of before")
    return copied


def test_the_commands_are_those_that_are_tested_here():
    assert tuple(sorted({*main.commands} - {"demo"})) == COMMANDS, "demo has tests of its own"


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_explains_itself_with_an_example_that_holds(command, option):
    result = run(command, option)
    assert result.exit_code == 0
    examples = re.findall(rf"shoulders {command}\b[^&\n]*", result.output.partition("Example")[2])
    assert examples
    for example in examples:
        arguments = example.split(">")[0].split()[1:]
        names = {name for parameter in main.commands[command].params for name in parameter.opts}
        assert {argument for argument in arguments if argument.startswith("--")} <= names
    assert all(len(line) <= 100 for line in result.output.splitlines())


def test_help_names_every_command_and_imports_little():
    program = (
        "import sys; from shoulders.cli import main\n"
        "try: main(['--help'], prog_name='shoulders')\n"
        "finally: print([name for name in sys.modules if name.split('.')[0] in sys.argv[1:]], file=sys.stderr)"
    )
    heavy = ["pydantic", "mkdocs", "jinja2", "pybtex", "markdown", "watchdog", "yaml", "math_core", "http"]
    done = subprocess.run([sys.executable, "-c", program, *heavy], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    for command in COMMANDS:
        assert f"\n  {command} " in done.stdout
    assert "Example: shoulders check" in done.stdout


def test_the_version_is_the_package_s(root):
    declared = re.search(r'(?m)^version = "(.*)"', (root / "pyproject.toml").read_text("utf-8"))
    assert declared
    assert declared[1] in run("--version").output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bild"], "expected a command, got 'bild' (did you mean 'build'?)"),
        (["xyzzy"], "expected a command, got 'xyzzy'"),
        (["check", "--fromat", "json"], "--format"),
        (["check", "--format", "xml"], "'xml' is not one of 'text', 'github', 'json'"),
        (["export", "--format", "bibtx"], "'bibtx' is not one of 'bibtex'"),
        (["serve", "--port", "65536"], "65536"),
        (["serve", "--port", "http"], "'http' is not a valid integer"),
        (["stamp", "no/such/folder"], "'no/such/folder' does not exist"),
        (["build", "extra"], "unexpected extra argument"),
    ],
)
def test_a_wrong_call_says_what_was_meant_and_exits_2(arguments, said, root, monkeypatch):
    monkeypatch.chdir(root)
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "--help" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("command", ["build", "check", "export", "serve"])
def test_a_folder_without_data_is_no_project(command, tmp_path):
    for folder in (tmp_path, tmp_path / "nowhere"):
        result = run(command, "--root", folder)
        assert result.exit_code == 2
        assert f"expected a folder that holds data/, got '{folder}'" in result.stderr.replace("\n", " ")


def test_a_project_without_settings_is_told_so(tmp_path):
    result = run("check", "--root", write_data(tmp_path, papers=paper()))
    assert result.exit_code == 1
    assert result.stderr.startswith("shoulders: mkdocs.yml: expected a readable YAML file")


@pytest.mark.parametrize(("form", "output"), [("text", ""), ("github", ""), ("json", "[]\n")])
def test_check_of_good_data_exits_0(project, form, output):
    result = run("check", "--root", project, "--format", form)
    assert (result.exit_code, result.stdout) == (0, output)
    assert re.fullmatch(r"\d+ works, 2 lists: no problem\n", result.stderr)


def test_check_tells_problems_in_three_formats_and_exits_1(broken):
    told = {form: run("check", "--root", broken, "--format", form) for form in ("text", "github", "json")}
    assert {result.exit_code for result in told.values()} == {1}
    problems = json.loads(told["json"].stdout)
    count = f"{len(problems)} problems\n"
    assert [result.stderr for result in told.values()] == [count] * 3
    first = problems[0]
    line = f"{first['path']}:{first['line']}: {first['id']}: {first['field']}: {first['message']}"
    assert line in told["text"].stdout.splitlines()
    assert len(told["text"].stdout.splitlines()) == len(problems)
    annotations = told["github"].stdout.splitlines()
    assert all(re.match(r"::error file=data/papers.yaml,line=\d+,title=[^:,]*::", each) for each in annotations)
    assert "broken%25%2C%3A" in annotations[0]


def test_one_problem_is_one_problem(tmp_path):
    result = run("check", "--root", write_data(tmp_path, papers=paper(summary={"en": "Only English."})))
    assert result.stderr == "1 problem\n"


@pytest.mark.parametrize("command", [["build"], ["export"], ["stamp", "site"]])
def test_problems_stop_other_commands_and_leave_the_site(broken, command, monkeypatch):
    monkeypatch.chdir(broken)
    result = run(*command)
    assert result.exit_code == 1
    assert "data/papers.yaml:" in result.stderr
    assert re.search(r"\d+ problems; nothing was written\n$", result.stderr)
    assert result.stdout == ""
    assert [path.name for path in (broken / "site").iterdir()] == ["index.html"]
    assert not list(broken.glob("site.*"))


@pytest.mark.parametrize("form", [*FORMATS, "json"])
def test_export_writes_the_exact_bytes(project, form):
    done = piped("export", "--root", project, "--format", form)
    assert done.returncode == 0
    assert done.stdout == exported(open_project(project), form).encode()
    assert (b"\r" in done.stdout) == (form == "ris"), "only RIS asks for the line ends of old"
    assert done.stderr == b""


def test_export_chooses_by_key_list_and_topic(project):
    result = run(
        *("export", "--root", project, "--format", "csl", "quillfeather-lowe-2016-on"),
        *("--list", "one-evening", "--topic", "soft-gates"),
    )
    keys = [item["id"] for item in json.loads(result.stdout)]
    assert keys[:2] == ["quillfeather-lowe-2016-on", "vandenberk-vell-2015-gated"]
    assert len(keys) == len(set(keys))


def test_export_of_unknown_things_exits_1_and_says_what_was_meant(project):
    result = run("export", "--root", project, "quillfeather-lowe-2016-of", "--list", "one-evning", "--topic", "gate")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "did you mean 'quillfeather-lowe-2016-on'?" in result.stderr
    assert "did you mean 'one-evening'?" in result.stderr
    assert "did you mean 'gates'?" in result.stderr


def test_an_odd_key_cannot_colour_the_terminal(project):
    result = run("export", "--root", project, "\x1b[31mred\u202e")
    assert "\\x1b[31mred\\u202e" in result.stderr
    assert "\x1b" not in result.stderr


def test_a_reader_that_is_gone_gets_no_traceback(root):
    command = [sys.executable, "-m", "shoulders", "export", "--root", str(root), "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()  # before it writes anything
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_schema_is_the_editors_schema():
    done = piped("schema")
    assert done.stdout == papers_json.editor_schema().encode()
    assert json.loads(done.stdout)["$schema"].startswith("https://json-schema.org/")


def test_stamp_refuses_a_folder_that_no_builder_left(project, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    result = run("stamp", "--root", project, tmp_path)
    assert result.exit_code == 1
    assert "shoulders: expected a freshly built site with its shells in" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_build_refuses_to_replace_what_is_no_site(project, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    file = tmp_path / "notes.txt"
    for folder in (tmp_path, file, project, project.parent, project / "docs"):
        result = run("build", "--root", project, "--site-dir", folder)
        assert result.exit_code == 1
        assert f"expected a folder for the site alone, got '{folder}'" in result.stderr
    assert file.read_text() == "mine"


def test_an_unknown_fragment_of_a_page_is_told_with_what_was_meant(project, tmp_path):
    copied = shutil.copytree(project, tmp_path / "project")
    page = copied / "docs/zh/about.md"
    page.write_text(page.read_text("utf-8") + "\n<!-- shoulders: topcs -->\n", "utf-8")
    result = run("build", "--root", copied)
    assert result.exit_code == 1
    assert "shoulders: about/index.html: expected a fragment, got 'topcs' (did you mean 'topics'?)" in result.stderr
    assert not list(copied.glob("site*"))


def test_build_reports_its_stages_without_colour(project, tmp_path):
    done = piped("build", "--root", project, "--site-dir", tmp_path / "site")
    assert done.returncode == 0
    lines = done.stderr.decode().splitlines()
    assert [line.split()[0] for line in lines[:-1] if line.endswith(" s")] == [
        *("check", "render", "cite", "stamp", "picture", "replace"),
    ]
    parts = [line.split()[0] for line in lines if line.endswith(" s of a processor")]
    assert parts == ["written", "search", "export", "pages"], "of stamp, side by side"
    assert re.fullmatch(rf"\d+ pages in [\d.]+ s: {re.escape(str(tmp_path / 'site'))}", lines[-1])
    assert done.stdout == b""
    assert b"\x1b" not in done.stderr


@pytest.mark.parametrize("stage", ["check", "render", "stamp"])
def test_ctrl_c_ends_a_build_quietly_and_leaves_the_old_site(project, tmp_path, stage):
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("the site of before")
    running = Running("build", "--root", str(project), "--site-dir", str(site))
    running.wait_for(stage)
    assert running.end(signal.SIGINT) == 1
    assert "Traceback" not in "".join(running.printed)
    assert running.printed[-1] == "Aborted!\n"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    assert (site / "index.html").read_text() == "the site of before"
    assert running.left() == []
