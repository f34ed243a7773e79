"""Notebooks hold the demo's own cells, run in order, and go to a branch of their own."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys

import pytest
from tests.demo_builder import DEMO
from tests.documents import ROOT

from shoulders import notebook
from shoulders.cards import Card

CARD = Card("pebbles", "Counting pebbles.", {"Entry": "ashdown-2010-dark", "Covers": "§2"})
TEXT = DEMO.format(key="ashdown-2010-dark", imports="")


def cells(text: str, repository: str = "") -> list[tuple[str, str]]:
    """Kind and source of each cell."""
    book = json.loads(notebook.render(text, CARD, repository=repository))
    return [(cell["cell_type"], "".join(cell["source"])) for cell in book["cells"]]


def test_a_notebook_is_the_card_the_cells_and_a_run():
    kinds, sources = zip(*cells(TEXT), strict=True)
    assert kinds == ("markdown", "code", "markdown", "code", "markdown", "code", "code")
    assert sources[0] == "# Counting pebbles.\n\n- **Entry**: ashdown-2010-dark\n- **Covers**: §2"
    assert sources[1].startswith("# pebbles: True = counted"), "the docstring is the first cell"
    assert sources[2].startswith("## The sum (§2, eq. 1)\n$$s = ")
    assert "def count" in sources[3]
    assert "main(Config, run, __doc__)" not in "".join(sources), "a notebook has no flags"
    assert "report = run(Config())" in sources[-1]


def test_away_from_the_project_it_fetches_what_it_imports():
    sources = [source for _, source in cells(TEXT, "https://code.example.org/it's/list.git")]
    assert "clone" in sources[1]
    assert '"https://code.example.org/it\'s/list.git"' in sources[1]
    assert not any("clone" in source for _, source in cells(TEXT))


def test_it_is_a_notebook_of_the_current_format_and_the_same_each_time():
    nbformat = pytest.importorskip("nbformat")
    text = notebook.render(TEXT, CARD)
    nbformat.validate(nbformat.reads(text, as_version=4))
    assert text == notebook.render(TEXT, CARD)


def test_the_code_of_the_cells_is_the_code_of_the_demo():
    code = "\n".join(source for kind, source in cells(TEXT)[:-1] if kind == "code")
    for line in TEXT.split('"""\n', 1)[1].split("\nif __name__")[0].split("\n"):
        if line.strip() and not line.startswith(("# %%", "# ##", "# $$", "# All", "# Heaps")):
            assert line in code


def test_they_are_pushed_to_a_branch_that_holds_nothing_else(tmp_path):
    project, remote = tmp_path / "project", tmp_path / "remote.git"
    project.mkdir()

    def git(*arguments: str, cwd=project) -> str:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        command = ["git", *identity, *arguments]
        return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True).stdout.strip()

    git("init", "--quiet", "--bare", str(remote), cwd=tmp_path)
    git("init", "--quiet")
    (project / "kept.txt").write_text("stays where it is")
    git("add", ".")
    git("commit", "--quiet", "-m", "first")
    git("remote", "add", "origin", str(remote))
    git("config", "user.name", "a")
    git("config", "user.email", "a@example.org")
    run = [
        sys.executable,
        "-c",
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]); import notebooks",
    ]
    run[-1] += "; print(notebooks.publish(Path(sys.argv[2])))"
    command = [*run, str(ROOT / "tools"), str(project)]
    publish = functools.partial(
        subprocess.run, command, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT / "tools")}
    )
    refused = publish(check=False)
    assert (refused.returncode, refused.stderr) == (
        1,
        "expected notebooks in site/demos, got none: build the site first (make site)\n",
    )
    (project / "site/demos").mkdir(parents=True)
    for turn in range(2):
        (project / "site/demos/pebbles.ipynb").write_text(f"{turn}")
        publish(check=True)
        assert git("ls-tree", "--name-only", "-r", "notebooks", cwd=remote) == "pebbles.ipynb"
        assert git("show", "notebooks:pebbles.ipynb", cwd=remote) == f"{turn}"
        assert git("rev-list", "--count", "notebooks", cwd=remote) == "1"
    assert git("status", "--porcelain") == "?? site/"
