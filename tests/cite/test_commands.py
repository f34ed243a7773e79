"""`shoulders cite` as a person and a script see it: what is written where, exit codes, files that stay whole."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cite.conftest import PAPER
from tests.exports.readers import read_bibtex
from tests.test_cli import run

from shoulders import wholefile
from shoulders.exports import FORMATS
from shoulders.links.record import FILE

COUNTING = "ashdown-2009-counting"
UNTIDY = b"""% Mine, in Latin-1: \xe9\r
@article{counts,\r
  title = {Counting words in the dark},\r
  author = {Ashdown, Imogen},\r
  year = 2008,\r
  url = {https://gone.example.org/}\r
}\r
@misc{half, title = {never\r
"""


def files(folder):
    """What stands in a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


@pytest.fixture
def paper(tmp_path, monkeypatch):
    """The current folder, with a paper that cites two works."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "paper.tex").write_text(f"\\cite{{vandenberk-vell-2015-gated,\n{COUNTING}}}", "utf-8")
    (tmp_path / "mine.bib").write_bytes(UNTIDY)
    return tmp_path


@pytest.mark.parametrize("form", FORMATS)
def test_a_bibliography_goes_to_standard_output_or_to_a_file(form, paper, cite, invented):
    works = [invented.by_key["vandenberk-vell-2015-gated"], invented.by_key[COUNTING]]
    expected = FORMATS[form].render(invented, works).encode("utf-8")
    for arguments in (["--format", form], [f"--{form}"] if form != "bibtex" else []):
        result = cite("paper.tex", *arguments)
        assert (result.exit_code, result.stdout_bytes, result.stderr) == (0, expected, "2 of the catalog\n")
    result = cite("paper.tex", "--format", form, "-o", "out")
    assert (result.exit_code, result.stdout, (paper / "out").read_bytes()) == (0, "", expected)


def test_an_unknown_key_is_told_and_nothing_is_written_to_a_file(paper, cite):
    (paper / "other.md").write_text("[@ashdown-2009-count]", "utf-8")
    (paper / "out.bib").write_text("of before", "utf-8")
    said = "other.md:1: ashdown-2009-count: expected a work of the catalog, got 'ashdown-2009-count' (did you mean"
    before = files(paper)
    result = cite("paper.tex", "other.md", "-o", "out.bib")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"{said} '{COUNTING}'?)\n")
    assert result.stderr.endswith("2 of the catalog; 1 problem, nothing was written\n")
    assert files(paper) == before
    result = cite("paper.tex", "other.md")
    assert result.exit_code == 1
    assert list(read_bibtex(result.stdout).entries) == ["vandenberk-vell-2015-gated", COUNTING]
    assert result.stderr.endswith("2 of the catalog; 1 problem\n")


def test_a_file_that_is_missing_is_told_and_stops_nothing(paper, cite):
    (paper / "main.tex").write_text(f"\\input{{gone}}\\cite{{{COUNTING}}}", "utf-8")
    result = cite("main.tex")
    assert result.exit_code == 0
    assert result.stderr == (
        "main.tex:1: expected a file in the folder of the document, got 'gone'\n1 of the catalog\n"
    )


def test_ones_own_entries_are_merged(paper, cite):
    (paper / "own.tex").write_text(f"\\cite{{counts,{COUNTING}}}", "utf-8")
    result = cite("own.tex", "--bib", "mine.bib", "-o", "out.bib")
    assert result.exit_code == 0
    assert (paper / "out.bib").read_bytes().startswith(UNTIDY[UNTIDY.index(b"@article") : UNTIDY.index(b"@misc") - 2])
    fault, doubt, count = result.stderr.splitlines()
    assert fault.startswith("mine.bib:8: ")
    assert doubt == f"mine.bib:2: counts: expected the catalog's key '{COUNTING}' for this work"
    assert count == "1 of the catalog, 1 of mine.bib"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "expected a DOCUMENT, or --check with a bibliography"),
        (["paper.docx"], "expected a document whose name ends in one of .tex, .ltx, .aux, .md"),
        (["gone.tex"], "'gone.tex' does not exist"),
        (["paper.tex", "--fix"], "--fix goes with --check"),
        (["--check", "mine.bib", "--dry-run"], "--dry-run with --fix"),
        (["paper.tex", "--check", "mine.bib"], "--check takes no DOCUMENT"),
        (["--check", "mine.bib", "-o", "out"], "--check takes no DOCUMENT, --output or --bib"),
        (["paper.tex", "--bib", "mine.bib", "--ris"], "--bib goes with bibtex and biblatex, not with ris"),
        (["paper.tex", "-o", "paper.tex"], "expected a file of its own for the bibliography, got 'paper.tex'"),
        (["paper.tex", "--bib", "mine.bib", "-o", "../{folder}/mine.bib"], "expected a file of its own"),
        (["paper.tex", "-o", "/dev/null"], "expected a file to write, got '/dev/null'"),
        (["paper.tex", "-o", "."], "'.' is a directory"),
    ],
)
def test_what_does_not_go_together_is_refused_and_nothing_changes(arguments, said, paper, cite):
    (paper / "paper.docx").write_text("x", "utf-8")
    before = files(paper)
    result = cite(*(argument.format(folder=paper.name) for argument in arguments))
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in " ".join(result.stderr.split())
    assert files(paper) == before
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("option", ["--bib", "--check"])
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"# No entries\n", "expected entries of BibTeX, got none"),
        (b"@misc{a,\n\0}", "bad.bib:2: expected text in UTF-8, got a NUL byte"),
    ],
)
def test_a_bibliography_that_is_none_is_told(option, data, said, paper, cite):
    (paper / "bad.bib").write_bytes(data)
    result = cite(*(["paper.tex"] if option == "--bib" else []), option, "bad.bib")
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert "Traceback" not in result.stderr


YEAR = "mine.bib:5: counts: year: expected '2009' as in the catalog, got '2008'\n"


def test_check_lists_findings_on_standard_output(paper, cite):
    before = files(paper)
    result = cite("--check", "mine.bib")
    assert result.exit_code == 1
    first, second = result.stdout.splitlines(keepends=True)
    assert first == YEAR
    assert second.startswith("mine.bib:8: ")
    assert result.stderr == "mine.bib: 2 entries, 2 problems\n"
    assert files(paper) == before


def test_check_of_a_sound_bibliography_exits_0(paper, cite):
    cite("paper.tex", "-o", "sound.bib")
    result = cite("--check", "sound.bib", "--fix")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "sound.bib: 2 entries, 0 problems\n")
    assert not list(paper.glob("*.bak"))


def test_fix_repairs_what_is_certain_and_keeps_every_other_byte_and_the_old_file(paper, cite):
    (paper / "mine.bib.bak").write_text("of before", "utf-8")
    (paper / "mine.bib").chmod(0o640)
    shown = cite("--check", "mine.bib", "--fix", "--dry-run")
    assert (paper / "mine.bib").read_bytes() == UNTIDY
    assert (shown.exit_code, shown.stderr.splitlines()[-1]) == (1, "mine.bib: 2 entries, 2 problems, 1 left")
    assert [line for line in shown.stdout.splitlines() if line[0] in "+-"] == [
        *("--- mine.bib", "+++ mine.bib", "-  year = 2008,", "+  year = 2009,")
    ]
    result = cite("--check", "mine.bib", "--fix")
    assert result.exit_code == 1
    assert (result.stdout.count("\n"), YEAR in result.stdout) == (1, False)
    assert result.stderr == "mine.bib: 2 entries, 2 problems, 1 left; the old file is mine.bib.bak.1\n"
    assert (paper / "mine.bib").read_bytes() == UNTIDY.replace(b"2008", b"2009")
    assert (paper / "mine.bib").stat().st_mode & 0o777 == 0o640
    assert (paper / "mine.bib.bak").read_text("utf-8") == "of before"
    assert (paper / "mine.bib.bak.1").read_bytes() == UNTIDY
    before = files(paper)
    again = cite("--check", "mine.bib", "--fix")
    assert (again.exit_code, again.stderr) == (1, "mine.bib: 2 entries, 1 problem\n")
    assert files(paper) == before


def test_a_diff_shows_what_would_not_show(paper, cite):
    (paper / "mine.bib").write_bytes(UNTIDY.replace(b"  year = 2008", b"  note = {\x1b[31m\t},\r\n  year = 2008"))
    shown = cite("--check", "mine.bib", "--fix", "--dry-run").stdout
    assert "   note = {\\x1b[31m\t}," in shown
    assert "\x1b" not in shown


def test_links_that_the_catalog_records_as_dead_are_told(paper, project, tmp_path_factory):
    copied = shutil.copytree(project, tmp_path_factory.mktemp("dead") / "project")
    link = '{"state": "dead", "since": "2026-02-03", "said": "nothing there"}'
    address = "https://cil.example.org/2015/N15-9999"
    (copied / FILE).write_text(f'{{"checked": "2026-02-03", "links": {{"{address}": {link}}}}}', "utf-8")
    (paper / "mine.bib").write_text(f"@misc{{a, title = {{A}},\n url = {{{address}}}}}\n", "utf-8")
    result = run("cite", "--root", copied, "--check", "mine.bib")
    assert result.exit_code == 1
    assert result.stdout == (
        f"mine.bib:2: a: url: expected an address that answers, got '{address}', dead since 2026-02-03\n"
    )
    assert result.stderr == "mine.bib: 1 entry, 1 problem\n"


@pytest.mark.parametrize("step", ["_beside", "_sync_folder"])
@pytest.mark.parametrize("arguments", [["paper.tex", "-o", "mine.bib"], ["--check", "mine.bib", "--fix"]])
def test_a_disk_that_is_full_leaves_the_old_files(step, arguments, paper, cite, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device", "mine.bib")

    monkeypatch.setattr(wholefile, step, fail)
    result = cite(*arguments)
    assert result.exit_code == 1
    assert result.stderr.endswith("shoulders: cannot write mine.bib: No space left on device\n")
    if step == "_beside":
        assert files(paper).keys() == {"paper.tex", "mine.bib"}
        assert (paper / "mine.bib").read_bytes() == UNTIDY


def test_somebody_who_writes_meanwhile_loses_nothing(paper, cite, monkeypatch):
    whole = wholefile._unchanged

    def meanwhile(before):
        (paper / "mine.bib").write_bytes(b"% from elsewhere\n")
        whole(before)

    monkeypatch.setattr(wholefile, "_unchanged", meanwhile)
    result = cite("--check", "mine.bib", "--fix")
    assert result.exit_code == 1
    assert "mine.bib was changed meanwhile; nothing was written" in result.stderr
    assert files(paper)["mine.bib"] == b"% from elsewhere\n"
    assert not list(paper.glob("*.bak*"))


def test_piped_it_writes_exact_bytes_and_no_colour(project, tmp_path):
    shutil.copytree(PAPER, tmp_path / "paper")
    command = [sys.executable, "-m", "shoulders", "cite", "--root", str(project), "natbib.tex", "--ris"]
    done = subprocess.run(command, cwd=tmp_path / "paper", capture_output=True, check=True)
    assert done.stdout.count(b"\r\n") == done.stdout.count(b"\n") > 99
    assert b"\x1b" not in done.stdout + done.stderr
