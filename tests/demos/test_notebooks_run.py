"""Every notebook runs in IPython from its first cell to its last, beside the files that the demo imports.

With few steps: whether the claims hold is for the runner to say.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from shoulders import notebook
from shoulders.demo_files import read_demos

ROOT = Path(__file__).parent.parent.parent
DEMOS, _ = read_demos(ROOT)
RUNNER = """
import json
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for cell in json.load(open("demo.ipynb", encoding="utf-8"))["cells"]:
    if cell["cell_type"] == "code":
        shell.run_cell("".join(cell["source"])).raise_error()
"""


@pytest.mark.parametrize("name", sorted(DEMOS))
def test_the_cells_run_in_order_and_draw_the_figure(name, tmp_path):
    demo = DEMOS[name]
    book = notebook.render(demo.text, demo.card)
    assert book.count("run(Config())") == 1
    (tmp_path / "demo.ipynb").write_text(book.replace("run(Config())", "run(Config(steps=3))"), "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", RUNNER],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT / "demos"), "PATH": "", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(re.findall(r"^  (?:holds|FAILS|seen) ", done.stdout, re.MULTILINE)) >= 3
    assert "<IPython.core.display.SVG object>" in done.stdout
    assert (tmp_path / "figure.svg").stat().st_size > 1000
