"""The cells of a notebook run from the first to the last, beside the files that the demo imports."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from shoulders import notebook
from shoulders.demo_files import read_demos

ROOT = Path(__file__).parent.parent.parent
DEMOS, _ = read_demos(ROOT)

# What a notebook's own Python has, as far as our cells ask for it.
DISPLAY = """
import sys, types
module = types.ModuleType("IPython.display")
module.SVG = lambda name: open(name, encoding="utf-8").read()
module.display = lambda text: print("DRAWN", text.count("<svg"))
sys.modules["IPython"], sys.modules["IPython.display"] = types.ModuleType("IPython"), module
"""


# As IPython compiles: what one cell imports from __future__ holds in those after it.
RUNNER = """
import codeop, json
scope, compiled = {"__name__": "__main__"}, codeop.Compile()
for cell in json.load(open("cells.json", encoding="utf-8")):
    exec(compiled(cell, "<cell>", "exec"), scope)
"""


@pytest.mark.parametrize("name", ["memory_networks", "bert_tokens", "loading_weights"])
def test_the_cells_run_in_order_and_draw_the_figure(name, tmp_path):
    demo = DEMOS[name]
    cells = json.loads(notebook.render(demo.text, demo.card))["cells"]
    code = [DISPLAY, *("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")]
    (tmp_path / "cells.json").write_text(json.dumps(code))
    done = subprocess.run(
        [sys.executable, "-c", RUNNER],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT / "demos"), "PATH": "", "MPLCONFIGDIR": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for claim in demo.claims:
        assert claim.statement in done.stdout
    assert "DRAWN 1" in done.stdout
