"""The first files of a new demo: they compile, say what they are for, and fail until somebody has shown something."""

from __future__ import annotations

import ast
import tomllib
import warnings

import pytest
from tests.builders import make_work

from shoulders.cards import read_cards
from shoulders.demo.skeleton import begin

FILES = ["demos/dark.py", "tests/demos/test_dark.py", "tests/demos/mutants/dark.toml"]


def compiled(root, paths):
    """The syntax trees of the Python files; compiling them must not even warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        texts = [(root / path).read_text("utf-8") for path in paths if path.suffix == ".py"]
        return [compile(text, "x.py", "exec", ast.PyCF_ONLY_AST) for text in texts]


def test_a_demo_its_tests_and_its_bugs_are_begun(tmp_path):
    written = begin(tmp_path, make_work(nickname="Dark", title="A Dark Matter"), None)
    assert [str(path) for path in written] == FILES
    demo, tests = compiled(tmp_path, written)
    cards, problems = read_cards(tmp_path)
    assert problems == []
    assert cards["dark"].title == "Dark: one line on the idea and the task."
    assert cards["dark"].entry == "ashdown-2010-dark"
    assert cards["dark"].fields["Paper"] == "A Dark Matter, 2010"
    names = {node.name for node in ast.walk(demo) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    assert names == {"idea", "Config", "run"}
    assert sum(isinstance(node, ast.FunctionDef) for node in ast.walk(tests)) == 2


def test_what_is_begun_fails_honestly(tmp_path):
    written = begin(tmp_path, make_work(), "dark")
    demo, tests = ((tmp_path / path).read_text() for path in written[:2])
    assert 'Claim("what holds with the idea", 0.0, "section", at_least=1.0)' in demo
    assert 'Claim("what fails without it", 1.0, "section", at_most=0.0, control=True)' in demo
    assert "raise NotImplementedError" in demo
    assert 'pytest.fail("not written yet")' in tests
    (bug,) = tomllib.loads((tmp_path / written[2]).read_text())["mutant"]
    assert demo.count(bug["old"]) == 1
    compile(demo.replace(bug["old"], bug["new"]), "x.py", "exec")


@pytest.mark.parametrize(
    "title",
    [
        '"""; import os',
        'ends with "',
        "ends with \\",
        "\\N{BULLET} \\x41 \\",
        "{key} {0} {",
        "%s %(x)s",
        "'''",
        '"' * 9,
    ],
)
def test_a_hostile_title_stays_a_title(tmp_path, title):
    written = begin(tmp_path, make_work(title=title, nickname=title), "dark")
    for tree in compiled(tmp_path, written):
        first, second = tree.body[:2]
        assert isinstance(first, ast.Expr)
        assert isinstance(second, ast.ImportFrom)
        assert second.module == "__future__"
    cards, problems = read_cards(tmp_path)
    assert (cards["dark"].entry, problems) == ("ashdown-2010-dark", [])


@pytest.mark.parametrize(
    "name", [*"Dark 1dark da-rk ../dark dark.py дарк class shared tasks torch json".split(), "a b", "a\n"]
)
def test_a_bad_name_is_refused_and_nothing_is_written(tmp_path, name):
    with pytest.raises(ValueError, match="expected a name of small letters, digits and underscores that is not taken"):
        begin(tmp_path, make_work(), name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"nickname": "GPT-2"}, "gpt_2"),
        ({"nickname": "  A  b!"}, "a_b"),
        ({"nickname": "注意"}, "ashdown_2010_dark"),
        ({"nickname": "2nd"}, "ashdown_2010_dark"),
        ({}, "dark"),
    ],
)
def test_a_demo_is_named_after_its_work(tmp_path, changed, name):
    assert begin(tmp_path, make_work(**changed), None)[0].stem == name


@pytest.mark.parametrize("there", FILES)
@pytest.mark.parametrize("dangling", [False, True])
def test_a_file_that_is_there_is_never_replaced(tmp_path, there, dangling):
    path = tmp_path / there
    path.parent.mkdir(parents=True)
    if dangling:
        path.symlink_to(tmp_path / "elsewhere")
    else:
        path.write_text("mine")
    with pytest.raises(FileExistsError, match=f"{there} is there already; --name gives another name"):
        begin(tmp_path, make_work(), None)
    assert [each for each in tmp_path.rglob("*") if each.is_file() or each.is_symlink()] == [path]
    assert dangling or path.read_text() == "mine"
