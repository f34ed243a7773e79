"""What holds the repository together: pinned versions, workflows, the schema that editors use."""

from __future__ import annotations

import json
import re
import tomllib

import jsonschema
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tests.documents import ROOT, make_targets, read, targets
from tests.exports.test_papers_json import EditorLoader

from shoulders.exports import papers_json

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

    def steps(self, workflow):
        return [step for job in workflow["jobs"].values() for step in job["steps"]]

    def test_there_are_three(self):
        assert [path.name for path in WORKFLOWS] == ["check.yml", "newest.yml", "pages.yml"]

    def test_every_step_is_a_target_or_a_pinned_action(self, workflow):
        for step in self.steps(workflow):
            if "run" in step:
                assert make_targets(step["run"])
                assert set(make_targets(step["run"])) <= targets()
            else:
                assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"])

    def test_a_job_has_a_limit_and_keeps_no_credentials(self, workflow):
        assert all(0 < job["timeout-minutes"] <= 60 for job in workflow["jobs"].values())
        for step in self.steps(workflow):
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"] == {"persist-credentials": False}

    @pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
    def test_pins_say_their_version_and_no_secret_is_named(self, path):
        text = path.read_text("utf-8")
        pins = re.findall(r"uses: (\S+)(.*)", text)
        assert all(re.fullmatch(r" # v\d+\.\d+\.\d+", version) for _, version in pins)
        assert "secrets." not in text

    def test_one_commit_for_each_action(self):
        pins = {pin for path in WORKFLOWS for pin in re.findall(r"uses: (\S+)", path.read_text("utf-8"))}
        assert len(pins) == len({pin.partition("@")[0] for pin in pins})

    def test_each_job_writes_to_one_place_at_most(self):
        check, newest, pages = (yaml.safe_load(path.read_text("utf-8")) for path in WORKFLOWS)
        assert check["permissions"] == {"contents": "read"}
        assert not any("permissions" in job for job in check["jobs"].values())
        assert pages["permissions"] == {}
        build, deploy, notebooks = (pages["jobs"][name] for name in ("build", "deploy", "notebooks"))
        assert notebooks["permissions"] == {"contents": "write"}
        assert notebooks["needs"] == "deploy", "after every job that reads"
        assert newest["permissions"] == {}
        assert {name: job["permissions"] for name, job in newest["jobs"].items()} == {
            "demos": {"contents": "read"},
            "tell": {"issues": "write"},
        }
        assert build["permissions"] == {"contents": "read", "pages": "read"}
        assert "environment" not in build
        assert deploy["permissions"] == {"pages": "write", "id-token": "write"}
        assert deploy["environment"]["name"] == "github-pages"

    def test_the_site_is_told_its_addresses(self):
        build, _ = [step for step in self.steps(yaml.safe_load(WORKFLOWS[2].read_text("utf-8"))) if "env" in step]
        assert list(build["env"]) == re.findall(r"!ENV \[([A-Z_]+),", read("mkdocs.yml"))


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
