"""What holds the repository together: pinned versions, workflows, the schema that editors use."""

from __future__ import annotations

import json
import re
import tomllib
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tests.documents import ROOT, make_targets, read, targets
from tests.exports.test_papers_json import EditorLoader

from shoulders.exports import papers_json
from shoulders.settings import Settings

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
WORKS = [ROOT / "data" / "papers.yaml", *sorted((ROOT / "data" / "papers").glob("*.yaml"))]


class TestConstraints:
    def pins(self):
        lines = [line for line in read("constraints.txt").splitlines() if not line.startswith("#")]
        return dict(line.split("==") for line in lines)

    def test_every_dependency_is_pinned_to_a_version_that_fits(self):
        project = tomllib.loads(read("pyproject.toml"))["project"]
        extras = project["optional-dependencies"].values()
        pins = {canonicalize_name(name): version for name, version in self.pins().items()}
        for wanted in map(Requirement, [*project["dependencies"], *(name for extra in extras for name in extra)]):
            assert pins[canonicalize_name(wanted.name)] in wanted.specifier, wanted

    def test_each_stands_once_in_order_and_names_no_place(self):
        lines = [line for line in read("constraints.txt").splitlines() if not line.startswith("#")]
        assert lines == sorted(lines, key=lambda line: line.partition("==")[0].casefold())
        assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][0-9a-z.]*", line) for line in lines)


class TestWorkflows:
    @pytest.fixture(params=WORKFLOWS, ids=lambda path: path.name)
    def workflow(self, request):
        return yaml.load(request.param.read_text("utf-8"), EditorLoader)  # noqa: S506 - a safe loader

    def named(self, name):
        return yaml.safe_load((ROOT / ".github/workflows" / f"{name}.yml").read_text("utf-8"))

    def steps(self, workflow):
        return [step for job in workflow["jobs"].values() for step in job["steps"]]

    def test_all_are_held_to_permissions_below(self):
        assert {path.stem for path in WORKFLOWS} == {*PERMISSIONS}

    def test_every_step_is_a_target_or_a_pinned_action(self, workflow):
        for step in self.steps(workflow):
            if "run" in step:
                assert make_targets(step["run"])
                assert set(make_targets(step["run"])) <= targets()
            else:
                assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"])

    def test_no_value_of_an_event_reaches_a_shell_or_a_script(self, workflow):
        for step in self.steps(workflow):
            assert "${{" not in step.get("run", "") + step.get("with", {}).get("script", "")
            assert not re.search(r"github\.(event|head_ref)", f"{step.get('env', '')}")

    def test_a_job_has_a_limit_and_keeps_no_credentials(self, workflow):
        assert all(0 < job["timeout-minutes"] <= 60 for job in workflow["jobs"].values())
        for step in self.steps(workflow):
            if step.get("uses", "").startswith("actions/checkout@"):
                given = {name: value for name, value in step["with"].items() if name != "fetch-depth"}
                assert given == {"persist-credentials": False}, "and no commit but that of the event"

    @pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
    def test_pins_say_their_version_and_no_secret_is_named(self, path):
        text = path.read_text("utf-8")
        pins = re.findall(r"uses: (\S+)(.*)", text)
        assert all(re.fullmatch(r" # v\d+\.\d+\.\d+", version) for _, version in pins)
        assert "secrets." not in text

    def test_one_commit_for_each_action(self):
        pins = {pin for path in WORKFLOWS for pin in re.findall(r"uses: (\S+)", path.read_text("utf-8"))}
        assert len(pins) == len({pin.partition("@")[0] for pin in pins})

    def test_permissions_are_the_least(self, workflow, request):
        name = request.node.callspec.params["workflow"].stem
        jobs = {job: said.get("permissions", workflow["permissions"]) for job, said in workflow["jobs"].items()}
        assert jobs == PERMISSIONS[name]
        assert workflow["permissions"] in ({}, {"contents": "read"})

    def test_who_runs_the_code_of_a_pull_request_writes_nothing_and_who_writes_does_not_run_it(self, workflow):
        runs_it = "pull_request" in workflow[True]  # YAML 1.1 reads `on` as true
        writes = [
            scope
            for job in workflow["jobs"].values()
            for scope, access in job.get("permissions", workflow["permissions"]).items()
            if access == "write"
        ]
        assert not (runs_it and writes)
        assert "pull_request_target" not in workflow[True]

    def test_a_token_is_given_to_the_last_step_only(self, workflow):
        """What reads what strangers wrote has done so before, in another step or job."""
        for job in workflow["jobs"].values():
            given = [number for number, step in enumerate(job["steps"]) if "GITHUB_TOKEN" in step.get("env", {})]
            assert given in ([], [len(job["steps"]) - 1])

    def test_deployments_come_after_every_job_that_reads(self):
        jobs = self.named("pages")["jobs"]
        assert "environment" not in jobs["build"]
        assert jobs["deploy"]["environment"]["name"] == "github-pages"
        assert jobs["notebooks"]["needs"] == "deploy"

    def test_the_site_is_told_its_addresses(self):
        build, _ = [step for step in self.steps(self.named("pages")) if "env" in step]
        assert list(build["env"]) == re.findall(r"!ENV \[([A-Z_]+),", read("mkdocs.yml"))

    def test_a_report_is_said_by_another_workflow(self):
        report, comment = self.named("report"), self.named("comment")
        assert comment[True]["workflow_run"]["workflows"] == [report["name"]]
        (upload,) = [step["with"] for step in self.steps(report) if "upload" in step.get("uses", "")]
        (download,) = [step["with"] for step in self.steps(comment) if "download" in step.get("uses", "")]
        assert download["name"] == upload["name"]
        runs = [step["run"] for step in self.steps(comment) if "run" in step]
        assert runs == [f"make report FROM={download['path']} OUT=comment", "make comment OUT=comment"]

    def test_a_paper_is_added_when_a_maintainer_gives_the_label(self):
        workflow = self.named("add-paper")
        assert workflow[True] == {"issues": {"types": ["labeled"]}}
        assert workflow["jobs"]["entry"]["if"] == "github.event.label.name == 'add-paper'"
        assert workflow["jobs"]["propose"]["needs"] == "entry"


PERMISSIONS: dict[str, dict[str, dict[str, str]]] = {
    "add-paper": {
        "entry": {"contents": "read"},
        "propose": {"contents": "write", "pull-requests": "write"},
        "tell": {"contents": "read", "issues": "write"},
    },
    "check": {"data": {"contents": "read"}, "code": {"contents": "read"}},
    "comment": {"comment": {"actions": "read", "contents": "read", "pull-requests": "write"}},
    "links": {
        "ask": {"contents": "read", "pull-requests": "read"},
        "propose": {"contents": "write", "pull-requests": "write"},
    },
    "newest": {"demos": {"contents": "read"}, "tell": {"issues": "write"}},
    "pages": {
        "build": {"contents": "read", "pages": "read"},
        "deploy": {"pages": "write", "id-token": "write"},
        "notebooks": {"contents": "write"},
    },
    "report": {"report": {"contents": "read"}},
}
"""What the jobs of each workflow may do."""


class TestForms:
    FOLDER = ROOT / ".github" / "ISSUE_TEMPLATE"

    def fields(self, name):
        return {field["id"]: field for field in yaml.safe_load((self.FOLDER / name).read_text("utf-8"))["body"]}

    @pytest.mark.parametrize("name", ["add-paper.yml", "fix-entry.yml"])
    def test_labels_speak_both_languages(self, name):
        form = yaml.safe_load((self.FOLDER / name).read_text("utf-8"))
        texts = [form["name"], form["description"]]
        for field in form["body"]:
            assert field["type"] in ("input", "textarea")
            attributes = field["attributes"]
            texts += [text for part, text in attributes.items() if part != "placeholder"]
        for text in texts:
            assert re.search("[a-z]{3}", text), text
            assert re.search("[\u4e00-\u9fff]", text), text

    def test_the_link_on_a_page_fills_in_the_form(self):
        settings = Settings("https://s.example.org/", "https://code.example.org/o/s", "", {}, {})
        link = urlsplit(settings.correction_url("lowe-2011-half", "更正：x&labels=add-paper #1"))
        query = parse_qs(link.query, strict_parsing=True)
        assert link.path == "/o/s/issues/new"
        assert query == {
            "template": ["fix-entry.yml"],
            "title": ["更正：x&labels=add-paper #1"],
            "key": ["lowe-2011-half"],
        }
        assert (self.FOLDER / query["template"][0]).is_file()
        assert {*query} - {"template", "title"} <= {*self.fields("fix-entry.yml")}
        assert not link.fragment
        assert link.query.isascii()

    def test_all_else_may_be_written_freely(self):
        assert yaml.safe_load((self.FOLDER / "config.yml").read_text("utf-8")) == {"blank_issues_enabled": True}

    def test_paths_with_owners_exist(self):
        lines = re.findall(r"^#?\s+(\S+)\s+@", read(".github/CODEOWNERS"), re.MULTILINE)
        assert lines
        assert all(line == "*" or (ROOT / line.strip("/")).is_dir() for line in lines)


class TestEditorSchema:
    def test_the_committed_schema_is_that_of_the_model(self):
        assert read("data/schema/papers.schema.json") == papers_json.editor_schema(), "run `make schema`"

    @pytest.mark.parametrize("path", WORKS, ids=lambda path: path.name)
    def test_every_file_of_works_names_it_in_its_first_line(self, path):
        match = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text("utf-8"))
        assert match
        assert (path.parent / match[1]).resolve() == ROOT / "data" / "schema" / "papers.schema.json"

    @pytest.mark.parametrize("path", WORKS, ids=lambda path: path.name)
    def test_editors_find_nothing_wrong_with_our_works(self, path):
        validator = jsonschema.Draft202012Validator(json.loads(papers_json.editor_schema()))
        works = yaml.load(path.read_text("utf-8"), EditorLoader)  # noqa: S506 - a safe loader
        assert [error.message for error in validator.iter_errors(works)] == []
