"""Which commands of LaTeX cite, which do not, and what LaTeX never sees."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cite import judges

from shoulders.cite import Citation, Inclusion, Label, auxiliary, latex


def keys(text, module=latex):
    return [mark.key for mark in module.marks(text) if isinstance(mark, Citation)]


def files(text, module=latex):
    return [mark.names for mark in module.marks(text) if isinstance(mark, Inclusion)]


COMMANDS = """cite citep citet citealp citealt citeauthor citeyear citeyearpar citefullauthor citenum citetalias Citep
Citet Citealp Citeauthor parencite textcite Textcite autocite Autocite footcite footcitetext smartcite supercite
fullcite footfullcite nocite citetitle citeurl citedate notecite pnotecite onlinecite citeA shortcite newcite mycite"""


@pytest.mark.parametrize("command", COMMANDS.split())
@pytest.mark.parametrize(
    "arguments",
    [
        "{a,b}",
        "\n% \\cite{no}\n  {a,\n% \\cite{no}\n b}",
        "*{a,b}",
        " {a, b}",
        "[p.~3]{a,b}",
        "[see][3]{a,b}",
        "[][{a ] b}]{a,b}",
        "\n  {a,\n  b,}",
        "<see>[3]{a,b}",
    ],
)
def test_every_command_that_has_cite_in_its_name_cites(command, arguments):
    assert keys(f"Text~\\{command}{arguments}{{c}} and {{d}}") == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (r"\cites{a}{b}[3]{c} {d}", ["a", "b", "c", "d"]),
        (r"\textcites(see)(and more)[1]{a}[][2]{b,c}", ["a", "b", "c"]),
        (r"\footcitetexts{a}{b}", ["a", "b"]),
        (r"\volcite{3}[7]{a}{b}", ["a"]),
        (r"\Pvolcites(see)(){3}{a}[x]{4}[7]{b}", ["a", "b"]),
        (r"\citep[see \citealp{b}]{a}", ["a", "b"]),
        (r"\citetext{priv. comm.; \citealp{a}}", ["a"]),
        (r"\nocite{*}", ["*"]),
        (r"\cite{a key}", ["a key"]),
        (r"{\cite{a}\cite{b}}", ["a", "b"]),
        (r"\cite{a} (\cite{b})", ["a", "b"]),
    ],
)
def test_commands_with_several_lists_of_keys(text, found):
    assert keys(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "% \\cite{a}",
        "50\\% sure % \\cite{a}",
        "\\\\% \\cite{a}",
        "\\verb|\\cite{a}|",
        "\\verb*!\\cite{a}!",
        "\\lstinline[language=TeX]{\\cite{a}}",
        "\\mintinline{tex}|\\cite{a}|",
        "\\begin{verbatim}\n\\cite{a}\n\\end{verbatim}",
        "\\begin{Verbatim}[x=1]\n\\cite{a}\n\\end{Verbatim}",
        "\\begin{lstlisting}\n\\cite{a}\n\\end{lstlisting}",
        "\\begin{comment}\n\\cite{a}\n\\end{comment}",
        "\\begin{filecontents*}{a.tex}\n\\cite{a}\n\\end{filecontents*}",
        "\\begin{verbatim}\n\\cite{a} never ends",
        "\\iffalse \\cite{a} \\else",
        "\\end{document} \\cite{a}",
        "\\endinput \\cite{a}",
        "\\newcommand{\\mycite}[1]{\\cite{#1}}",
        "\\newcommand\\mycite[2][see]{\\citep[#1]{#2}}",
        "\\def\\mycite#1{\\cite{#1}}",
        "\\let\\oldcite\\cite\n\n{a}",
        "\\renewcommand\\citeleft{(}\\renewcommand{\\citenumfont}[1]{x}",
        "\\setcitestyle{numbers,square}\\citestyle{acl}\\defcitealias{a}{A}\\DeclareCiteCommand{\\cite}{a}{b}{c}{d}",
        "\\ifciteseen{a}{b}\\AtEveryCite{a}\\bibcite{a}{1}",
        "\\cite{\\thekey}",
        "\\cite \n\n {a}",
        "\\cite[never closed {a}",
        "\\cite{never closed\n\n}",
        "\\cite{}\\cite{,}\\cite",
        "\\cite",
    ],
)
def test_what_latex_does_not_cite(text):
    assert keys(text) == []


def test_what_stands_behind_silent_text_is_found():
    text = "\\verb|%|\\cite{a} \\url{http://x.org/50%25}\\cite{b} \\href{x%20y}{z}\\cite{c}\\iffalse\\fi\\cite{d}"
    assert keys(f"{text}\\%\\cite{{e}} % x\n\\cite{{f}} \\begin{{comment}}x\\end{{comment}}\\cite{{g}}") == [*"abcdefg"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (r"\input{one}", [("one.tex", "one")]),
        (r"\input one \include{two}", [("one.tex", "one"), ("two.tex", "two")]),
        (r'\input{"with space"}', [("with space.tex", "with space")]),
        (r"\subfile{one}\subfileinclude{two}", [("one.tex", "one"), ("two.tex", "two")]),
        (r"\import{a/}{b}\subimport*{c/}{d}", [("a/b.tex", "a/b"), ("c/d.tex", "c/d")]),
        (r"\includegraphics{no}\includeonly{no}\inputencoding{no}", []),
        (r"\input{\jobname}\newcommand{\x}[1]{\input{#1}}\input{paper.bbl}\import{only-one}", []),
        (r"% \input{no}", []),
    ],
)
def test_files_that_go_on(text, names):
    assert files(text) == names


def test_what_latex_noted_is_read_in_every_version_of_biblatex():
    text = "\\relax\n\\citation{a,b}\n\\abx@aux@cite{c}\n\\abx@aux@cite{0}{d}\n\\abx@aux@cite{1984}\n\\citation{*}\n"
    assert keys(text, auxiliary) == ["a", "b", "c", "d", "1984", "*"]
    assert keys("\\abx@aux@nociteall\n\\abx@aux@nociteallx", auxiliary) == ["*"]
    assert files("\\@input{chapters/one.aux}", auxiliary) == [("chapters/one.aux",)]
    controls = "\\citation{REVTEX42Control}\\citation{apsrev42Control}\\citation{biblatex-control}\\bibcite{a}{1}"
    assert keys(controls, auxiliary) == []


PIECES = (
    "\\cite % {no}\n  {m,\n% {no}\n%\nn}",
    *("% \\cite{a}\n", "\\cite{b}", "\\verb|%|", "\\begin{verbatim}\n\\cite{c}%\n\\end{verbatim}\n", "x\\%", "x\\\\"),
    *("\\nocite{d,e}", "\\iffalse \\cite{f} \\else \\fi ", "\\cite[see][{]}]{g}", "% \\end{verbatim}\n", "\n\n"),
    *(
        "\\url{http://x.org/%}",
        "\\cite{h,%\ni}",
        "\\footnote{\\cite{j}}",
        "\\verb+\\begin{verbatim}+",
        "\\citep*[\\cite{k}]\n{l}",
    ),
)


def test_however_these_pieces_meet_latex_itself_notes_the_same_keys(tmp_path):
    """Every piece before every other, in one document."""
    body = "".join(first + second for first, second in itertools.product(PIECES, repeat=2))
    preamble = "\\documentclass{article}\\usepackage{natbib}\\usepackage{url}\\begin{document}\n"
    (tmp_path / "pairs.tex").write_text(f"{preamble}{body}\n\\end{{document}}\n", "utf-8")
    judges.latex("pairs", tmp_path)
    noted = judges.cited("pairs", tmp_path)
    assert len(noted) > 200
    assert keys((tmp_path / "pairs.tex").read_text("utf-8")) == noted


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*"\\{}[]()<>%,*ab \n|", "\\cite", "\\cites", "\\verb", "\\input"])).map("".join))
def test_no_source_raises_and_marks_stand_in_it(text):
    for mark in latex.marks(text):
        assert not isinstance(mark, Label)
        assert text[mark.place] in (mark.key if isinstance(mark, Citation) else "\\")


@pytest.mark.parametrize(
    "piece", ["\\cite[", "\\cite{", "\\iffalse ", "\\begin{verbatim}", "\\verb|", "{", "\\input{", "%"]
)
def test_a_source_that_means_harm_takes_no_more_time_than_it_is_long(piece):
    """A megabyte of it; what looked ahead to the end from each place would take hours."""
    assert keys(piece * (1_000_000 // len(piece))) == []
