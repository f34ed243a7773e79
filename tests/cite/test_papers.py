"""Sample papers from the source to the finished reference list, by the programs that authors use."""

from __future__ import annotations

import re

import pytest
from tests.cite import judges
from tests.exports.readers import run_pandoc

from shoulders.cite.collect import collect


def keys(document):
    """The keys that we find in a document, all of whose parts are there."""
    collected = collect([document])
    assert collected.missing == ()
    return [use.key for use in collected.uses]


def once(found):
    """The keys in the order of their first use."""
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("name", ["plain", "natbib", "biblatex"])
@pytest.mark.parametrize("suffix", [".tex", ".aux"])
def test_a_paper_becomes_its_reference_list_without_a_warning(name, suffix, folder, cite):
    judges.latex(name, folder)
    noted = once(judges.cited(name, folder))
    assert keys(folder / f"{name}{suffix}") == noted
    form = ["--biblatex"] if name == "biblatex" else []
    result = cite(f"{name}{suffix}", "-o", "works.bib", *form)
    assert (result.exit_code, result.stdout) == (0, "")
    assert (judges.biber if form else judges.bibtex)(name, folder) == []
    references = judges.listed(name, folder)
    judges.latex(name, folder)
    assert judges.latex(name, folder) == []
    if name == "plain":
        assert len(references) == len(set(references)) == 18
    else:
        assert set(references) == {*noted} - ({"vandenberk-2015-gates"} if form else set())


def test_without_one_entry_the_judges_warn(folder, cite):
    """They are no judges if nothing can displease them."""
    judges.latex("natbib", folder)
    text = cite("natbib.tex").stdout.replace("@phdthesis{ashdown-2009-counting,", "@phdthesis{ashdown-2009,")
    (folder / "works.bib").write_text(text, "utf-8")
    assert judges.bibtex("natbib", folder) == ['Warning--I didn\'t find a database entry for "ashdown-2009-counting"']
    judges.latex("natbib", folder)
    assert any("ashdown-2009-counting" in line for line in judges.latex("natbib", folder))


@pytest.mark.parametrize("form", ["bibtex", "biblatex", "csl"])
def test_a_markdown_paper_becomes_its_reference_list_without_a_warning(form, folder, cite):
    wanted = keys(folder / "paper.md")
    name = {"csl": "works.json"}.get(form, "works.bib")
    assert cite("paper.md", "--format", form, "--output", name).exit_code == 0
    options = ["--from=markdown", "--citeproc", f"--bibliography={name}", "--to=html", "--resource-path=."]
    references = run_pandoc((folder / "paper.md").read_text("utf-8"), *options)  # fails when Pandoc warns of a key
    found = set(re.findall(r'id="ref-([^"]*)"', references))
    assert found == {*wanted} - {"unal-2015-chapter"}, "Pandoc leaves LaTeX to LaTeX"


def test_a_typst_paper_becomes_its_reference_list(folder, cite):
    wanted = keys(folder / "paper.typ")
    assert cite("paper.typ", "--biblatex", "-o", "works.bib").exit_code == 0
    found = judges.typst_cited(folder / "paper.typ")  # fails when Typst misses a key
    assert set(found) == set(wanted)
