"""Independent readers of our exports: BibTeX and biber as users run them, pybtex, pandoc, rispy."""

from __future__ import annotations

import json
import subprocess
import unicodedata
from pathlib import Path
from typing import Any

import pypandoc
from pybtex.database import BibliographyData, parse_string
from pylatexenc.latex2text import (
    LatexNodes2Text,
    MacroTextSpec,
    get_default_latex_context_db,
)
from tests.tools import require_tool


def run_bibtex(text: str, style: str, folder: Path) -> tuple[list[str], str]:
    """What BibTeX warns of, and the bibliography it makes of all entries in a style."""
    program = require_tool("bibtex", "apt-get install texlive-binaries texlive-base")
    (folder / "works.bib").write_text(text, "ascii")
    (folder / "paper.aux").write_text(f"\\citation{{*}}\n\\bibstyle{{{style}}}\n\\bibdata{{works}}\n", "ascii")
    done = subprocess.run([program, "paper"], cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    log = (folder / "paper.blg").read_text("latin-1").splitlines()
    found = [line for line in log if "warning" in line.casefold() or "error" in line.casefold()]
    if done.returncode and not found:
        found = done.stdout.splitlines()
    return found, (folder / "paper.bbl").read_text("latin-1")


def run_biber(text: str, folder: Path) -> list[str]:
    """What biber warns of; it exits with 0 all the same."""
    program = require_tool("biber", "apt-get install biber")
    (folder / "works.bib").write_text(text, "utf-8")
    command = [program, "--tool", "--validate-datamodel", "--output-file=out.bib", "works.bib"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    lines = done.stdout.splitlines() + done.stderr.splitlines()
    return [line for line in lines if not line.startswith("INFO")]


def run_pandoc(text: str, *arguments: str) -> str:
    """What pandoc makes of a text."""
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), *arguments], input=text.encode(), capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert not done.stderr, done.stderr.decode()
    return done.stdout.decode()


def pandoc_items(text: str, form: str) -> dict[str, dict[str, Any]]:
    """The CSL items that pandoc reads from a bibliography, by key."""
    items = json.loads(run_pandoc(text, "--from", form, "--to", "csljson"))
    return {item["id"]: item for item in items}


def pandoc_cited(csl: str, folder: Path) -> str:
    """All works as pandoc's own processor cites them from CSL-JSON, in plain text."""
    (folder / "works.json").write_text(csl, "utf-8")
    document = "---\nnocite: '@*'\nbibliography: " + str(folder / "works.json") + "\n---\n"
    return run_pandoc(document, "--from", "markdown", "--citeproc", "--to", "plain", "--wrap=none")


def read_bibtex(text: str) -> BibliographyData:
    """The entries as pybtex reads them."""
    return parse_string(text, "bibtex")


def _decoder() -> LatexNodes2Text:
    """pylatexenc's reader with the macros of LaTeX's kernel that it does not know."""
    kernel = {"braceleft": "{", "braceright": "}", "less": "<", "greater": ">", "bar": "|", "asciicircum": "^"}
    macros = [MacroTextSpec(f"text{name}", character) for name, character in kernel.items()]
    context = get_default_latex_context_db()
    context.add_context_category("kernel", prepend=True, macros=macros)
    return LatexNodes2Text(latex_context=context, math_mode="text", strict_latex_spaces=True)


DECODER = _decoder()


def decoded(latex: str) -> str:
    """LaTeX as text, with straight quotation marks."""
    return straight(DECODER.latex_to_text(latex))


def straight(text: str) -> str:
    """A text without what typography changes: curly quotation marks, decomposed accents."""
    return unicodedata.normalize("NFC", text).translate(str.maketrans("“”‘’", "\"\"''")).replace("''", '"').strip()
