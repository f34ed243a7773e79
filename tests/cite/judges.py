"""LaTeX, BibTeX, biber and Typst as authors run them, and what each says that it cites."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import typst
from defusedxml import ElementTree
from tests.tools import require_tool

PACKAGES = "apt-get install texlive-latex-base texlive-latex-recommended texlive-bibtex-extra biber"
BCF = "{https://sourceforge.net/projects/biblatex}"


def latex(name: str, folder: Path) -> list[str]:
    """Run LaTeX once on `name`.tex; what it warns of."""
    program = require_tool("pdflatex", PACKAGES)
    found = _run("kpsewhich", "biblatex.sty", "etoolbox.sty", folder=folder).stdout
    if name == "biblatex" and found.count("\n") != 2:
        require_tool("biblatex.sty", PACKAGES)
    done = _run(program, "-interaction=nonstopmode", "-halt-on-error", "-draftmode", name, folder=folder)
    assert done.returncode == 0, done.stdout
    return re.findall(r"^.*Warning:.*$", (folder / f"{name}.log").read_text("latin-1"), re.MULTILINE)


def bibtex(name: str, folder: Path) -> list[str]:
    """Run BibTeX; what it warns of."""
    done = _run(require_tool("bibtex", PACKAGES), name, folder=folder)
    log = (folder / f"{name}.blg").read_text("latin-1")
    assert done.returncode == 0, log
    return re.findall(r"^Warning--.*$", log, re.MULTILINE)


def biber(name: str, folder: Path) -> list[str]:
    """Run biber; what it warns of."""
    done = _run(require_tool("biber", PACKAGES), name, folder=folder)
    assert done.returncode == 0, done.stdout
    return [line for line in done.stdout.splitlines() if not line.startswith("INFO")]


def listed(name: str, folder: Path) -> list[str]:
    """The keys of the reference list that BibTeX or biber made."""
    bibliography = (folder / f"{name}.bbl").read_text("utf-8")
    found = re.findall(r"\\bibitem(?:\[.*?\])?\{([\w-]+)\}|\\entry\{([\w-]+)\}", bibliography, re.DOTALL)
    return [of_bibtex or of_biber for of_bibtex, of_biber in found]


def cited(name: str, folder: Path) -> list[str]:
    """The keys that LaTeX itself noted: in its .aux files, or for biber in the .bcf file."""
    control = folder / f"{name}.bcf"
    if control.exists():
        return [element.text or "" for element in ElementTree.parse(control).iter(f"{BCF}citekey")]
    noted = (folder / f"{name}.aux").read_text("utf-8")
    chapters = re.findall(r"\\@input\{(.*?)\}", noted)
    for chapter in chapters:
        noted = noted.replace(f"\\@input{{{chapter}}}", (folder / chapter).read_text("utf-8"))
    return [key for keys in re.findall(r"\\citation\{(.*?)\}", noted) for key in keys.split(",")]


def typst_cited(document: Path) -> list[str]:
    """The keys of all citations that stand in the finished document."""
    found = json.loads(typst.query(str(document), "cite"))
    return [citation["key"].strip("<>") for citation in found]


def _run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, capture_output=True, encoding="utf-8", errors="replace", timeout=120, check=False
    )
