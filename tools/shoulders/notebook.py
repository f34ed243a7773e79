"""A demo as a notebook, made by jupytext from the same file: it runs in `demos/`, and away from it where git can help.

Never runs the demo.
"""

from __future__ import annotations

import ast
import json
import re
from typing import Any

from shoulders.cards import Card

_MAIN = re.compile(r'\n*^if __name__ == "__main__":\n    main\(Config, run, __doc__\)\n*', re.MULTILINE)
_RUN = """import pathlib

import figures
from IPython.display import SVG, display
from shared import seed_everything

seed_everything(0)
report = run(Config())
print(*report.claims, sep="\\n")
if report.figure:
    figures.save(report.figure(), pathlib.Path("figure.svg"))
    display(SVG("figure.svg"))
"""
_FETCH = """# Away from the project, the files that this demo imports are fetched first.
import pathlib
import subprocess
import sys

if not pathlib.Path("shared.py").exists():
    subprocess.run(["git", "clone", "--depth", "1", {repository!r}, "shoulders"], check=True)
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "matplotlib", "num2words"], check=True)
    sys.path.insert(0, "shoulders/demos")
"""


def render(text: str, card: Card, *, repository: str = "") -> str:
    """The notebook of the demo with the source `text`, as JSON.

    `repository` is where git can clone the project from; empty when nobody knows.
    """
    import jupytext  # here, for it takes a tenth of a second, and most commands make no notebook

    book: Any = jupytext.reads(_MAIN.sub("\n", text), fmt="py:percent")
    cells = book["cells"]
    cells[0]["source"] = _without_docstring(cells[0]["source"])
    fields = "\n".join(f"- **{name}**: {value}" for name, value in card.fields.items())
    before = [_cell("markdown", f"# {card.title}\n\n{fields}")]
    if repository:
        before.append(_cell("code", _FETCH.format(repository=repository)))
    cells[:] = [*before, *(_cell(cell["cell_type"], cell["source"]) for cell in cells), _cell("code", _RUN)]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _cell(kind: str, source: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "metadata": {}, "source": source.strip("\n").splitlines(keepends=True)}
    return cell | {"execution_count": None, "outputs": []} if kind == "code" else cell


def _without_docstring(source: str) -> str:
    """The code after the docstring: as text of a notebook it would be a string that nobody reads."""
    first = ast.parse(source).body[:1]
    if not first or not isinstance(first[0], ast.Expr):
        return source
    return "\n".join(source.split("\n")[first[0].end_lineno :])
