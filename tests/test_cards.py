"""Cards of demos are read, never run: untrusted code stands in `demos/`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from shoulders.cards import Card, read_cards

CARD = '''"""Attention from nothing.

Paper: Attention Is All You Need,
    first version
Entry: ashdown-2010-dark
Covers:
    equation 1
    section 3.2

Claim: it attends: even here
"""
'''


def demo(root: Path, text: str | bytes, name: str = "attention.py") -> Path:
    """A project with one demo."""
    (root / "demos").mkdir(exist_ok=True)
    (root / "demos" / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def problem(root: Path, text: str | bytes) -> str:
    """What is wrong with the only demo."""
    cards, problems = read_cards(demo(root, text))
    assert cards == {}
    (only,) = problems
    assert (only.path, only.line, only.id) == ("demos/attention.py", 1, "attention")
    return only.message


def test_a_card_is_the_docstring_with_its_fields(tmp_path):
    cards, problems = read_cards(demo(tmp_path, CARD + "import torch\n"))
    assert problems == []
    assert cards == {
        "attention": Card(
            "attention",
            "Attention from nothing.",
            {
                "Paper": "Attention Is All You Need, first version",
                "Entry": "ashdown-2010-dark",
                "Covers": "equation 1 section 3.2",
                "Claim": "it attends: even here",
            },
        )
    }
    assert cards["attention"].entry == "ashdown-2010-dark"


def test_a_project_without_demos_has_no_cards(tmp_path):
    assert read_cards(tmp_path) == ({}, [])


def test_what_demos_share_has_no_card(tmp_path):
    demo(tmp_path, "x = 1\n", "shared.py")
    demo(tmp_path, "", "__init__.py")
    demo(tmp_path, "no python", "notes.txt")
    assert read_cards(tmp_path) == ({}, [])


def test_cards_come_in_the_order_of_their_names(tmp_path):
    for name in ("zeta", "alpha", "mid"):
        demo(tmp_path, CARD, f"{name}.py")
    assert list(read_cards(tmp_path)[0]) == ["alpha", "mid", "zeta"]


def test_a_demo_is_never_imported_nor_run(tmp_path, monkeypatch):
    trap = tmp_path / "it ran"
    harm = f"from pathlib import Path\nPath({str(trap)!r}).write_text('x')\nraise SystemExit(3)\n"
    demo(tmp_path, CARD + harm, "harm.py")
    demo(tmp_path, CARD + f"import os; os.system('touch \"{trap}\"')\n" + "def f(x=1/0): pass\n", "shell.py")
    monkeypatch.syspath_prepend(str(tmp_path / "demos"))
    before = set(sys.modules)
    cards, problems = read_cards(tmp_path)
    assert (sorted(cards), problems) == (["harm", "shell"], [])
    assert not trap.exists()
    assert {"harm", "shell"} & (set(sys.modules) - before) == set()
    assert not list((tmp_path / "demos").rglob("*.pyc"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n", "expected a docstring with the demo's card, got none"),
        ("", "expected a docstring with the demo's card, got none"),
        ('f"""Entry: a-2001-b"""\n', "expected a docstring with the demo's card, got none"),
        ('"""Only a title."""\n', "expected a field 'Entry: key' in the docstring, got none"),
        ('"""Entry: a-2001-b on the first line is the title."""\n', "expected a field 'Entry: key'"),
        ('"""Title.\n\nentry: a-2001-b\n"""\n', "expected a field 'Entry: key'"),
        ("def (:\n", "expected Python, got SyntaxError"),
        ('"""Never closed\n\nEntry: a-2001-b\n', "expected Python, got SyntaxError"),
        (CARD + "x = 1 +" + "(" * 5000, "expected Python, got"),
        (CARD + "x = " + "-" * 100_000 + "1\n", "expected Python, got"),
        (CARD + "x = a" + ".b" * 200_000 + "\n", "expected Python, got"),
        (CARD + "\0", "expected Python, got"),
        (b'"""\xff\xfe"""\n', "expected a readable UTF-8 text"),
        (CARD + "#" * 1024 * 1024, "expected a file of at most 1 MiB"),
    ],
    ids=range(14),
)
def test_a_demo_without_a_card_is_a_problem_and_nothing_breaks(tmp_path, text, said):
    assert problem(tmp_path, text).startswith(said)


def test_a_name_that_leads_to_no_file_is_a_problem(tmp_path):
    (tmp_path / "demos").mkdir()
    (tmp_path / "demos" / "gone.py").symlink_to(tmp_path / "nowhere")
    (tmp_path / "demos" / "loop.py").symlink_to(tmp_path / "demos" / "loop.py")
    (tmp_path / "demos" / "folder.py").mkdir()
    cards, problems = read_cards(tmp_path)
    assert cards == {}
    assert [found.path for found in problems] == ["demos/folder.py", "demos/gone.py", "demos/loop.py"]
    assert {found.message for found in problems} == {"expected a file, got something else"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_does_not_stop_the_check(tmp_path):
    (tmp_path / "demos").mkdir()
    os.mkfifo(tmp_path / "demos" / "pipe.py")
    assert [found.path for found in read_cards(tmp_path)[1]] == ["demos/pipe.py"]


def test_odd_escapes_and_text_that_means_harm_stay_text(tmp_path):
    text = '"""<script>\n\nEntry: a-2001-b\nClaim: \\d {{ 7*7 }} <img src=x>\n"""\npattern = "\\d"\n'
    cards, problems = read_cards(demo(tmp_path, text))
    assert problems == []
    assert cards["attention"].title == "<script>"
    assert cards["attention"].fields["Claim"] == "\\d {{ 7*7 }} <img src=x>"
