"""The issue form "add a paper" as GitHub writes it down: what becomes of it, and what is refused unasked."""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import subprocess
import sys

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import entry, paper, write_data
from tests.documents import ROOT
from tests.services import ARXIV, running
from tests.test_cli import run

from shoulders.issue_form import HEADINGS, MAX_CHARACTERS, NOTHING, Proposal, parse
from shoulders.problems import ProblemsError

BOTH = {"en": "Doors.", "zh": "门。"}
LABELS = {name: label for label, name in HEADINGS.items()}


def body(**fields: str) -> str:
    """What GitHub writes for the form, with line ends as browsers send them."""
    said = {"identifier": "arxiv:2401.99999", **{name.replace("_", "-"): text for name, text in fields.items()}}
    parts = [f"### {label}\n\n{said.get(name) or NOTHING}\n" for label, name in HEADINGS.items()]
    return "\n".join(parts).replace("\n", "\r\n")


def problems(text: str) -> list[str]:
    """What is said of a form that is refused."""
    with pytest.raises(ProblemsError) as refused:
        parse(text, "issue.md")
    return [str(problem) for problem in refused.value.problems]


def test_a_form_becomes_a_call():
    text = body(
        summary_en="Counts words.\n\nIn the dark.",
        summary_zh="数词，\n在夜里。",
        topics="attention, counting，machine-translation",
    )
    assert parse(text) == Proposal(
        "arxiv:2401.99999",
        "Counts words. In the dark.",
        "数词，在夜里。",
        ("attention", "counting", "machine-translation"),
    )
    assert parse(text).arguments == (
        "add",
        "arxiv:2401.99999",
        "--yes",
        "--unfinished",
        "--summary-en=Counts words. In the dark.",
        "--summary-zh=数词，在夜里。",
        "--topic=attention",
        "--topic=counting",
        "--topic=machine-translation",
    )


def test_only_the_identifier_is_needed():
    assert parse(body()).arguments == ("add", "arxiv:2401.99999", "--yes", "--unfinished")
    assert parse(f"### {LABELS['identifier']}\n\ndoi:10.5555/x").identifier == "doi:10.5555/x"


@pytest.mark.parametrize(
    ("pasted", "identifier"),
    [
        ("https://arxiv.org/pdf/2401.99999v3", "arxiv:2401.99999"),
        ("2401.99999", "arxiv:2401.99999"),
        ("https://doi.org/10.5555/cil.101", "doi:10.5555/cil.101"),
        ("https://aclanthology.org/2031.cil-main.7/", "acl:2031.cil-main.7"),
        ("https://github.com/owner/repository", "github:owner/repository"),
        ("https://example.org/paper?id=1", "https://example.org/paper?id=1"),
    ],
)
def test_what_people_paste_is_understood(pasted, identifier):
    assert parse(body(identifier=pasted)).identifier == identifier


@pytest.mark.parametrize(
    "pasted",
    [
        "--summary-en=x",
        "-h",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://localhost/",
        "https://user@example.org/",
        "arxiv:2401.99999 --topic=x",
        "arxiv:2401.99999\narxiv:2401.99998",
        "$(touch /tmp/x)",
        "`id`",
        "doi:../../x",
        "github:a/b/c",
        "isbn:978-7-111-59373-8",
        "arxiv:",
        "x" * 5000,
    ],
)
def test_what_names_no_work_is_refused(pasted):
    (said,) = problems(body(identifier=pasted))
    assert said.startswith("issue.md:2: identifier: expected ")
    assert len(said) < 600


def test_a_form_without_an_identifier_says_so():
    for text in ("", "\n", body(identifier=NOTHING), f"### {LABELS['why']}\n\nBecause."):
        assert [said.partition(": ")[2] for said in problems(text)] == [
            "identifier: expected an identifier or an address, got nothing"
        ]


def test_everything_that_is_wrong_is_told_at_once():
    text = f"Hello\n{body(identifier='arxiv:1', topics='Attention ../x -y')}\n### Title\n\nx\n### {LABELS['why']}\n"
    said = problems(text)
    assert said[0] == "issue.md:1: expected a heading of the form"
    assert said[1].startswith("issue.md:3: identifier: expected an arXiv id")
    assert [line.rpartition("got ")[2] for line in said[2:5]] == ["'-y'", "'../x'", "'Attention'"]
    assert said[5:] == [
        "issue.md:22: expected a heading of the form, got 'Title'",
        "issue.md:25: why: expected each heading once",
    ]


def test_a_near_heading_is_guessed():
    (said,) = problems(body() + "\r\n### Topic · 主题\r\n\r\nx")
    assert said.endswith("expected a heading of the form, got 'Topic · 主题' (did you mean 'Topics · 主题'?)")


def test_a_summary_cannot_add_a_field():
    said = problems(body(summary_en=f"Fine.\n\n### {LABELS['identifier']}\n\narxiv:2401.99998"))
    assert said == ["issue.md:9: identifier: expected each heading once"]


def test_what_begins_like_an_option_stays_a_text():
    arguments = parse(body(summary_en="--dry-run", summary_zh="-h")).arguments
    assert arguments[-2:] == ("--summary-en=--dry-run", "--summary-zh=-h")


def test_what_does_not_show_is_refused():
    said = problems(body(summary_en="One.\nTw\u200bo \u202eeerht."))
    assert said == ["issue.md:8: expected only characters that show, got U+200B (ZERO WIDTH SPACE)"]


def test_a_long_issue_is_refused_at_once():
    assert problems("x" * (MAX_CHARACTERS + 1)) == ["issue.md:1: expected at most 65536 characters, got 65537"]


@given(st.text(max_size=300))
def test_any_text_is_a_proposal_or_problems(text):
    for whole in (text, body(summary_en=text), body(identifier=text), body(topics=text)):
        try:
            proposal = parse(whole)
        except ProblemsError as error:
            assert all("\n" not in str(problem) for problem in error.problems)  # noqa: PT017 - it need not be raised
        else:
            assert re.match(r"(arxiv|doi|acl|openreview|isbn|github):|https?://", proposal.identifier)
            assert all(re.fullmatch(r"--[a-z-]+(=.+)?", word) for word in proposal.arguments[2:])


# the form, and the target that reads it ----------------------------------------------------------


def test_the_form_has_the_fields_that_are_read_and_gives_no_label():
    form = yaml.safe_load((ROOT / ".github/ISSUE_TEMPLATE/add-paper.yml").read_text("utf-8"))
    assert {field["attributes"]["label"]: field["id"] for field in form["body"]} == dict(HEADINGS)
    required = {field["id"] for field in form["body"] if field.get("validations", {}).get("required")}
    assert required == {"identifier"}
    assert "labels" not in form, "the label `add-paper` starts a workflow; only a maintainer gives it"


def target(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What `make add-from-issue` runs, with a `shoulders` that says what it was called with."""
    program = [sys.executable, str(ROOT / "tools/add_from_issue.py"), *arguments]
    clean = {name: value for name, value in os.environ.items() if name != "GITHUB_EVENT_PATH"}
    return subprocess.run(program, capture_output=True, text=True, env=clean | environment, check=False)


@pytest.fixture
def recorded(tmp_path):
    """A package `shoulders` that, as a command, only writes down its arguments; all else is our own."""
    package = tmp_path / "stand-in" / "sitecustomize.py"
    package.parent.mkdir()
    package.write_text(
        "import sys, json\n"
        "if sys.orig_argv[1:3] == ['-m', 'shoulders']:\n"
        "    print(json.dumps(sys.orig_argv[3:]), flush=True)\n"
        "    import os; os._exit(7)\n"
    )
    return {"PYTHONPATH": str(package.parent)}


def test_the_target_calls_add_with_the_issue_of_a_file_or_of_the_event(tmp_path, recorded):
    text = body(summary_en='Says "$(id)" `id` ; & \\ ${HOME}.')
    (tmp_path / "issue.md").write_text(text, "utf-8")
    (tmp_path / "event.json").write_text(json.dumps({"issue": {"body": text}}), "utf-8")
    from_file = target(str(tmp_path / "issue.md"), **recorded)
    from_event = target(GITHUB_EVENT_PATH=str(tmp_path / "event.json"), **recorded)
    for done in (from_file, from_event):
        assert json.loads(done.stdout) == list(parse(text).arguments)
        assert done.returncode == 7, "that of the command"


def test_the_target_asks_nothing_of_a_form_that_is_not_sound(tmp_path, recorded):
    (tmp_path / "issue.md").write_text("Please add my paper\n", "utf-8")
    (tmp_path / "event.json").write_text('{"issue": {"body": null}}', "utf-8")
    refused = target(str(tmp_path / "issue.md"), **recorded)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"{tmp_path / 'issue.md'}:1: expected a heading of the form\n" in refused.stderr
    empty = target(GITHUB_EVENT_PATH=str(tmp_path / "event.json"), **recorded)
    assert (empty.returncode, empty.stdout) == (1, "")
    assert empty.stderr == "issue:1: identifier: expected an identifier or an address, got nothing\n"


def test_the_target_says_what_it_needs(tmp_path):
    assert target().stderr == "expected the file of an issue: make add-from-issue ISSUE=FILE\n"
    missing = target(str(tmp_path / "none.md"))
    assert missing.returncode == 1
    assert missing.stderr.startswith("expected a file with the text of an issue: ")
    assert len(missing.stderr.splitlines()) == 1


@pytest.mark.parametrize("summaries", [True, False], ids=["with summaries", "without"])
def test_the_whole_way_from_an_issue_to_a_report(tmp_path, monkeypatch, capfd, summaries):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    tool = importlib.import_module("add_from_issue")
    project = write_data(tmp_path / "project", papers=paper(), topics=entry(id="doors", name=BOTH, summary=BOTH))
    for name in ("mkdocs.yml", "mkdocs.zh.yml"):
        shutil.copy(ROOT / name, project)
    monkeypatch.setattr(tool, "ROOT", project)
    said = {"summary_en": "Counts behind doors.\nThen opens them.", "summary_zh": "先在门后数数，\n再把门打开。"}
    text = body(identifier=f"https://arxiv.org/abs/{ARXIV}", topics="doors", **(said if summaries else {}))
    (tmp_path / "issue.md").write_text(text, "utf-8")
    shutil.copytree(project / "data", tmp_path / "before" / "data")
    (tmp_path / "sitecustomize.py").write_text("import time\ntime.sleep = lambda seconds: None\n")  # no polite pauses
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with running() as served:
        for name, value in served.environment.items():
            monkeypatch.setenv(name, value)
        assert tool.main([str(tmp_path / "issue.md")]) == 0, capfd.readouterr().err
    result = run("report", "--root", project, "--before", tmp_path / "before")
    assert "#### New · 新增: Work · 条目 `ashdown-etal-2025-gated`" in result.stdout
    assert "```bibtex\n@inproceedings{ashdown-etal-2025-gated,\n" in result.stdout
    assert ("The check finds **no problem**" in result.stdout) == summaries
    assert ("<code>summary</code>" in result.stdout) == (not summaries)
