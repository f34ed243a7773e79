"""What the workflows say at GitHub, told to a stand-in for `gh`: where a comment goes, what a pull request holds."""

from __future__ import annotations

import base64
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.builders import paper, write_data
from tests.documents import ROOT

from shoulders.report import folder
from shoulders.report.record import Change, Fault, Report

GH = f"""#!{sys.executable}
import json, os, sys
from pathlib import Path
place = Path(os.environ["STAND_IN"])
api, flag, method, path, *rest = sys.argv[1:]
given = json.load(sys.stdin) if rest == ["--input", "-"] else None
with (place / "asked").open("a") as asked:
    print(json.dumps([method, path, given]), file=asked)
answers = json.loads((place / "answers").read_text())
name = f"{{method}} {{path}}"
if name not in answers:
    sys.exit("HTTP 404: Not Found")
print(json.dumps(answers[name]))
"""
REPOSITORY = "repos/doors/list"
HEAD = {"head_sha": "a" * 40, "head_branch": "fix?&state=closed#1 ü", "head_repository": {"owner": {"login": "ida"}}}
PULLS = f"{REPOSITORY}/pulls?state=open&head=ida%3Afix%3F%26state%3Dclosed%231+%C3%BC&per_page=100&page=1"
OURS = "<!-- shoulders report -->"


class Stand:
    """A stand-in for GitHub: what it answers, and what it was asked."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.answer({})

    def answer(self, answers: dict[str, Any], **event: Any) -> None:
        (self.place / "answers").write_text(json.dumps(answers))
        (self.place / "event.json").write_text(json.dumps(event))
        (self.place / "asked").write_text("")

    @property
    def asked(self) -> list[list[Any]]:
        return [json.loads(line) for line in (self.place / "asked").read_text().splitlines()]

    @property
    def written(self) -> list[list[Any]]:
        return [asked for asked in self.asked if asked[0] != "GET"]


@pytest.fixture
def stand(tmp_path, monkeypatch):
    place = tmp_path / "stand-in"
    place.mkdir()
    (place / "gh").write_text(GH)
    (place / "gh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("STAND_IN", str(place))
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(place / "event.json"))
    monkeypatch.setenv("GITHUB_REPOSITORY", "doors/list")
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://code.example.org")
    monkeypatch.setenv("GITHUB_RUN_ID", "77")
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    return Stand(place)


@pytest.fixture
def github(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    return importlib.import_module("github")


# a comment on a pull request ---------------------------------------------------------------------


@pytest.fixture
def told(tmp_path):
    """A folder with the text of a report."""
    (tmp_path / "told").mkdir()
    (tmp_path / "told/report.md").write_text("### What this changes\n", "utf-8")
    return tmp_path / "told"


RUN = {**HEAD, "html_url": "https://code.example.org/doors/list/actions/runs/5"}
BODY = f"{OURS}\n### What this changes\n\n[The run and what it made · 运行记录与产物]({RUN['html_url']})\n"


def pull(number: int, sha: str) -> dict[str, Any]:
    return {"number": number, "head": {"sha": sha}}


def said(number: int, login: str | None, body: str) -> dict[str, Any]:
    return {"id": number, "user": {"login": login} if login else None, "body": body}


def test_a_comment_goes_to_the_pull_requests_whose_head_was_looked_at(github, stand, told):
    answers: dict[str, Any] = {f"GET {PULLS}": [pull(3, "a" * 40), pull(4, "b" * 40), pull(5, "a" * 40)]}
    for number in (3, 5):
        answers[f"GET {REPOSITORY}/issues/{number}/comments?per_page=100&page=1"] = []
        answers[f"POST {REPOSITORY}/issues/{number}/comments"] = {}
    stand.answer(answers, workflow_run=RUN)
    github.main("comment", told)
    assert stand.written == [["POST", f"{REPOSITORY}/issues/{number}/comments", {"body": BODY}] for number in (3, 5)]


def test_our_own_comment_is_said_anew_and_nobody_else_s(github, stand, told):
    page = f"GET {REPOSITORY}/issues/3/comments?per_page=100&page="
    first = [said(1, "mallory", f"{OURS}\nhers"), said(2, None, f"{OURS}\nsomebody's who left")]
    first += [said(number, "github-actions[bot]", "of another workflow") for number in range(3, 101)]
    ours = said(101, "github-actions[bot]", f"{OURS}\nof before")
    answers = {f"GET {PULLS}": [pull(3, "a" * 40)], f"{page}1": first, f"{page}2": [ours]}
    stand.answer({**answers, f"PATCH {REPOSITORY}/issues/comments/101": {}}, workflow_run=RUN)
    github.main("comment", told)
    assert stand.written == [["PATCH", f"{REPOSITORY}/issues/comments/101", {"body": BODY}]]


def test_where_no_pull_request_stands_nothing_is_said(github, stand, told, capsys):
    stand.answer({f"GET {PULLS}": [pull(4, "b" * 40)]}, workflow_run=RUN)
    github.main("comment", told)
    assert stand.written == []
    assert capsys.readouterr().out == "No open pull request stands at this commit any more\n"


def test_what_github_refuses_is_told(github, stand, told):
    stand.answer({}, workflow_run=RUN)
    with pytest.raises(SystemExit) as ended:
        github.main("comment", told)
    assert ended.value.code == f"GET {PULLS}: HTTP 404: Not Found"


# a pull request for an issue ---------------------------------------------------------------------

NEW = Change(kind="works", id="shao-2024-counting", state="new", title="Counting @everyone")
WAITING = f"GET {REPOSITORY}/pulls?state=open&head=doors%3Aadd-paper%2Fissue-12&per_page=100&page=1"
EVENT = {"issue": {"number": 12}, "repository": {"default_branch": "main"}}


@pytest.fixture
def project(tmp_path, github, monkeypatch):
    """A clone with a data file and a workflow, and the repository that it pushes to."""
    root, remote = tmp_path / "project", tmp_path / "remote.git"
    write_data(root, papers=paper())
    (root / "Makefile").write_text("all:\n")
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "github-actions[bot]")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "bot@example.org")
    git(tmp_path, "init", "--quiet", "--bare", str(remote))
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "first")
    git(root, "remote", "add", "origin", str(remote))
    git(root, "push", "--quiet", "origin", "main")
    git(root, "checkout", "--quiet", "--detach")  # as actions/checkout leaves it
    monkeypatch.setattr(github, "ROOT", root)
    return remote


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def handed(tmp_path):
    """What the first job hands over, and what a stranger might add to it."""
    place = tmp_path / "handed"
    write_data(place, papers=paper() + paper("shao-2024-counting"))
    (place / "data/papers").mkdir()
    (place / "data/papers/more.yaml").write_text("[]\n")
    report = Report(changes=(NEW,), change_count=1)
    folder.write(place / "report", report)
    (place / "report/shao-2024-counting.png").write_bytes(folder.PNG + b"page")
    return place


def test_a_pull_request_holds_the_entry_the_report_and_a_picture(github, stand, project, handed):
    stand.answer({WAITING: [], f"POST {REPOSITORY}/pulls": {}}, **EVENT)
    github.main("propose", handed)
    assert git(project, "diff", "--name-only", "main", "add-paper/issue-12").split() == [
        "data/papers.yaml",
        "data/papers/more.yaml",
    ]
    assert git(project, "log", "--format=%s by %an", "main..add-paper/issue-12") == (
        "Add shao-2024-counting by github-actions[bot]"
    )
    ((method, path, fields),) = stand.written
    assert (method, path) == ("POST", f"{REPOSITORY}/pulls")
    assert (fields["title"], fields["head"], fields["base"]) == ("Add shao-2024-counting", "add-paper/issue-12", "main")
    assert fields["body"].startswith("Closes #12.\n")
    assert "<code>Counting @everyone</code>" in fields["body"]
    commit = git(project, "rev-parse", "pictures/issue-12")
    address = f"https://code.example.org/doors/list/raw/{commit}/shao-2024-counting.png"
    assert fields["body"].endswith(f"\n![The page · 页面]({address})\n")
    assert git(project, "ls-tree", "-r", "--name-only", "pictures/issue-12") == "shao-2024-counting.png"


def test_once_more_it_is_renewed(github, stand, project, handed):
    stand.answer({WAITING: [], f"POST {REPOSITORY}/pulls": {}}, **EVENT)
    github.main("propose", handed)
    write_data(handed, papers=paper() + paper("shao-2024-counting", title="Better"))
    git(github.ROOT, "checkout", "--quiet", "--force", "--detach", "main")
    stand.answer({WAITING: [{"number": 40}], f"PATCH {REPOSITORY}/pulls/40": {}}, **EVENT)
    github.main("propose", handed)
    ((method, path, fields),) = stand.written
    assert (method, path, sorted(fields)) == ("PATCH", f"{REPOSITORY}/pulls/40", ["body", "title"])
    assert "Better" in git(project, "show", "add-paper/issue-12:data/papers.yaml")
    assert git(project, "rev-list", "--count", "main..add-paper/issue-12") == "1"


def test_an_entry_with_problems_is_proposed_without_a_picture(github, stand, project, handed):
    fault = Fault(path="data/papers.yaml", line=3, id="x", field="summary.zh", message="expected a text in Chinese")
    folder.write(handed / "report", Report(changes=(NEW,), change_count=1, problems=(fault,), problem_count=1))
    (handed / "report/shao-2024-counting.png").unlink()
    stand.answer({WAITING: [], f"POST {REPOSITORY}/pulls": {}}, **EVENT)
    github.main("propose", handed)
    ((_, _, fields),) = stand.written
    assert "<code>expected a text in Chinese</code>" in fields["body"]
    assert "![" not in fields["body"]
    assert git(project, "branch", "--list", "pictures/*") == ""


def test_only_data_files_are_taken(github, stand, project, handed):
    (handed / "Makefile").write_text("all:\n\tevil\n")
    (handed / ".github").mkdir()
    (handed / ".github/x.yaml").write_text("x")
    (handed / "data/evil.py").write_text("x")
    (handed / "data/Evil name.yaml").write_text("x")
    (handed / "data/runs").mkdir()
    (handed / "data/runs/x.yaml").write_text("x")
    (handed / "data/venues.yaml").unlink()
    (handed / "data/venues.yaml").symlink_to("/etc/hostname")
    stand.answer({WAITING: [], f"POST {REPOSITORY}/pulls": {}}, **EVENT)
    github.main("propose", handed)
    changed = git(project, "diff", "--name-only", "main", "add-paper/issue-12").split()
    assert changed == ["data/papers.yaml", "data/papers/more.yaml"]


@pytest.mark.parametrize("spoil", ["nothing new", "no report", "a path"])
def test_without_a_sound_report_nothing_is_proposed(github, stand, project, handed, spoil):
    if spoil == "nothing new":
        folder.write(handed / "report", Report())
    elif spoil == "no report":
        (handed / "report/report.json").unlink()
    else:
        place = handed / "report/report.json"
        place.write_text(place.read_text("utf-8").replace('"shao-2024-counting"', '"../../x"'), "utf-8")
    stand.answer({}, **EVENT)
    with pytest.raises(SystemExit) as ended:
        github.main("propose", handed)
    assert "expected" in str(ended.value.code)
    assert stand.asked == []
    assert git(project, "branch", "--list", "add-paper/*") == ""


# a word on an issue ------------------------------------------------------------------------------


def test_that_a_paper_could_not_be_added_is_said_on_the_issue(github, stand):
    stand.answer({f"POST {REPOSITORY}/issues/12/comments": {}}, **EVENT)
    github.main("tell", Path())
    ((_, _, fields),) = stand.written
    assert "https://code.example.org/doors/list/actions/runs/77" in fields["body"]


def test_a_token_is_handed_to_git_and_never_shown(github, stand, project, handed, monkeypatch, capsys):
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_invented")
    git(github.ROOT, "remote", "set-url", "origin", str(project / "nowhere"))
    stand.answer({}, **EVENT)
    with pytest.raises(SystemExit) as ended:
        github.main("propose", handed)
    assert str(ended.value.code).startswith("git push failed: ")
    shown = f"{ended.value.code}{capsys.readouterr()}"
    assert "ghs_invented" not in shown
    assert base64.b64encode(b"x-access-token:ghs_invented").decode() not in shown
