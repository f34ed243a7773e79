"""Of what a demo is made: its file, what it imports from `demos/`, and the packages that are pinned."""

from __future__ import annotations

from pathlib import Path

import pytest

from shoulders.sources import read_sources, requirements

FILES = {
    "demos/bert.py": "import torch\nfrom transformer import Encoder\nimport shared\nfrom tasks.strings import x\n",
    "demos/transformer.py": "def late():\n    from shared import main\n    import tasks.deep.more as m\n",
    "demos/shared.py": "import figures\n",
    "demos/figures.py": "",
    "demos/tasks/__init__.py": "",
    "demos/tasks/strings.py": "from tasks import words\n",
    "demos/tasks/words.py": "",
    "demos/tasks/other.py": "",
    "demos/tasks/deep/__init__.py": "",
    "demos/tasks/deep/more.py": "import bert\n",
    "demos/gpt.py": "",
    "pyproject.toml": '[project.optional-dependencies]\ndemos = ["torch>=2", "Typing_Extensions[x]>=4", "absent"]\n',
    "constraints.txt": "numpy==2.0\ntorch==2.6.0+cpu\ntyping-extensions==4.12 ; python_version > '3'\n# absent==1\n",
}


@pytest.fixture
def project(tmp_path):
    """A project with demos that import each other."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_a_demo_is_its_file_and_all_that_it_imports_here(project):
    found = read_sources(project, "bert")
    others = {"demos/gpt.py", "demos/tasks/other.py"}
    assert {f"demos/{path}" for path in found.files} == {name for name in FILES if name.startswith("demos/")} - others
    assert found.files["transformer.py"] == FILES["demos/transformer.py"].encode()
    assert found.demos == ("transformer",)
    assert read_sources(project, "transformer").demos == ()
    assert list(read_sources(project, "gpt").files) == ["gpt.py"]


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("demos/")])
def test_a_change_in_any_of_them_counts_and_in_no_other(project, name):
    before = read_sources(project, "bert").fingerprints
    path = project / name
    path.write_text(path.read_text() + "# more\n")
    after = read_sources(project, "bert").fingerprints
    changed = {f"demos/{path}" for path in before if before[path] != after[path]}
    assert changed == ({name} - {"demos/gpt.py", "demos/tasks/other.py"})


def test_line_ends_do_not_count(project):
    before = read_sources(project, "bert").fingerprints
    for path in (project / "demos").rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_sources(project, "bert").fingerprints == before


def test_nothing_is_imported_or_run(project):
    (project / "demos/bert.py").write_text("import transformer\nraise SystemExit(1)\n")
    (project / "demos/transformer.py").write_text("open('/no/such/file')\n")
    assert sorted(read_sources(project, "bert").files) == ["bert.py", "transformer.py"]


@pytest.mark.parametrize(
    "text",
    ["def (:\n", "\0", "(" * 5000, "x = " + "-" * 100_000 + "1\n", "x = a" + ".b" * 200_000 + "\n"],
    ids=range(5),
)
def test_a_file_that_is_no_python_is_named(project, text):
    (project / "demos/tasks/words.py").write_text(text)
    with pytest.raises(SyntaxError, match=r"^demos/tasks/words.py: expected Python, got "):
        read_sources(project, "bert")


def test_a_file_that_is_too_large_is_named(project):
    (project / "demos/shared.py").write_text("#" * 2**20 + "\n")
    with pytest.raises(OSError, match=r"demos/shared.py: expected a file of at most 1 MiB"):
        read_sources(project, "bert")


def test_the_pinned_packages_are_those_that_the_demos_ask_for(project):
    assert requirements(project) == {"torch": "2.6.0+cpu", "typing-extensions": "4.12"}


@pytest.mark.parametrize("broken", ["pyproject.toml", "constraints.txt"])
def test_without_pins_there_are_none(project, broken):
    (project / broken).unlink()
    assert requirements(project) == {}
    (project / "pyproject.toml").write_text("no toml [")
    assert requirements(project) == {}


def test_our_own_demos_ask_for_packages(root: Path):
    assert set(requirements(root)) <= {"matplotlib", "num2words", "psutil", "torch"}
