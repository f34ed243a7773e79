"""Every demo has what a demo needs, and a record that fits it. Runs none."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from shoulders.cards import FIELDS
from shoulders.demo_files import read_demos
from shoulders.sources import read_sources

ROOT = Path(__file__).parent.parent.parent
DEMOS, PROBLEMS = read_demos(ROOT)
LINES = 350
SEEDS = 8
BUGS = 5


@pytest.fixture(params=sorted(DEMOS))
def demo(request):
    return DEMOS[request.param]


def test_no_demo_or_record_has_a_problem():
    assert PROBLEMS == []
    assert len(DEMOS) >= 14


def test_the_record_fits_the_demo(demo):
    assert demo.run is not None, f"shoulders demo run {demo.name}"
    assert demo.changed == (), f"shoulders demo run {demo.name}"


def test_every_bound_held_on_eight_seeds(demo):
    assert demo.run.spread, f"shoulders demo run {demo.name} --seeds {SEEDS}"
    assert len(demo.run.spread.seeds) == SEEDS
    assert not demo.spread_is_older, f"shoulders demo run {demo.name} --seeds {SEEDS}"
    for claim in demo.claims:
        for value in demo.run.spread.values[claim.statement]:
            assert claim.model_copy(update={"value": value}).holds, claim.statement


def test_it_took_less_than_a_minute_of_one_processor(demo):
    assert demo.run.seconds < 60


def test_it_has_a_claim_a_control_and_a_figure(demo):
    assert any(not claim.control for claim in demo.claims)
    assert any(claim.control for claim in demo.claims)
    assert demo.figure
    assert demo.run.caption


def test_its_card_is_full_and_its_file_short(demo):
    assert list(demo.card.fields) == list(FIELDS)
    assert len(demo.text.splitlines()) <= LINES


def test_its_sections_say_what_their_code_does(demo):
    head, *sections = demo.sections
    assert not head.heading
    assert any("experiment" in section.heading for section in sections)
    assert all(section.heading and section.prose and section.code for section in sections)
    assert any("<math" in section.prose for section in sections)


def test_its_configuration_can_be_set_from_outside(demo):
    (config,) = [node for node in ast.parse(demo.text).body if getattr(node, "name", "") == "Config"]
    assert {"seed", "device", "steps"} <= {node.target.id for node in config.body if isinstance(node, ast.AnnAssign)}


def test_it_has_tests_and_bugs_that_try_them(demo):
    assert len(demo.tests) >= 4
    assert demo.bugs >= BUGS


def test_what_demos_share_holds_no_layer():
    for path in (ROOT / "demos/shared.py", ROOT / "demos/figures.py", *(ROOT / "demos/tasks").glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        bases = [base for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for base in node.bases]
        assert not any("Module" in ast.unparse(base) for base in bases), path.name


def test_importing_a_demo_has_no_side_effect(demo):
    allowed = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign, ast.If, ast.Expr)
    for node in ast.parse(demo.text).body:
        assert isinstance(node, allowed), ast.unparse(node)
        if isinstance(node, ast.Expr):
            assert isinstance(node.value, ast.Constant), ast.unparse(node)
        if isinstance(node, ast.If):
            assert ast.unparse(node.test) in ("__name__ == '__main__'", "TYPE_CHECKING"), ast.unparse(node)


def test_demos_import_what_they_build_on():
    for name, earlier in {"bert": "transformer", "gpt": "transformer", "roberta": "bert"}.items():
        assert f"{earlier}.py" in read_sources(ROOT, name).files
    assert "byte_pair_encoding.py" in read_sources(ROOT, "roberta").files
