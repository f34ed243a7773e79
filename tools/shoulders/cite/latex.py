"""What a LaTeX source cites: every command that has `cite` in its name, whatever package or author made it.

Expands no macros: keys that a macro makes up stand in the .aux file only. What LaTeX does not typeset (comments,
verbatim text, what follows the end of the document) cites nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from shoulders.cite import EVERYTHING, Citation, Inclusion, Mark

_COMMAND_END = r"(?![A-Za-z@])"
_SILENT = re.compile(
    rf"""
    \\begin\s*\{{(?P<environment>verbatim\*?|[BL]?Verbatim\*?|lstlisting|minted|comment|filecontents\*?)\}}
        .*?(?:\\end\s*\{{(?P=environment)\}}|\Z)
    | \\(?:verb|lstinline|mintinline\s*\{{\w*\}}){_COMMAND_END}\*?(?:\[[^]\n]*\])?
        (?:\{{[^{{}}\n]*\}}|(?P<mark>[^\sA-Za-z])[^\n]*?(?:(?P=mark)|(?=\n)|\Z))
    | \\(?:url|nolinkurl|href)\s*\{{[^{{}}\n]*\}}  # its `%` begins no comment
    | \\iffalse{_COMMAND_END}.*?(?:\\(?:fi|else){_COMMAND_END}|\Z)
    | \\(?:(?:re)?newcommand|providecommand|DeclareRobustCommand|(?:New|Renew|Provide|Declare)DocumentCommand
        |[gex]?def|let){_COMMAND_END}\*?\s*\{{?\s*\\[A-Za-z@]+  # what is defined is not called
    | (?P<kept>\\(?:[A-Za-z@]+|.))
    | %[^\n]*
    """,
    re.VERBOSE | re.DOTALL,
)
_END = re.compile(rf"\\end\s*\{{document\}}|\\endinput{_COMMAND_END}")
_COMMAND = re.compile(
    rf"\\(?:(?P<cite>[A-Za-z@]*[cC]ite[A-Za-z@]*)"
    rf"|(?P<two>(?:sub)?(?:import|includefrom|inputfrom))"
    rf"|(?P<one>input|include|subfile|subfileinclude|@input|InputIfFileExists)){_COMMAND_END}\*?"
)
_NO_KEYS = re.compile(
    r"(?:if|At|Declare|Execute|[sS]et|def|bib)\w*"
    r"|cite(?:text|style|setup|left|right|mid|dash|punct|form|numfont|namefont|authoryear|reset)"
)
_SPACE = re.compile(r"[ \t]*\n?[ \t]*")
_BARE = re.compile(r"\s*([^\s{}\\%#]+)")
_CLOSING = {"[": "]", "(": ")", "{": "}", "<": ">"}
_NESTING = re.compile(r"\\.|[][(){}<>]|\n[ \t]*\n", re.DOTALL)
MAX_ARGUMENT = 10_000  # characters; what goes on longer is no argument of a citation


def marks(text: str) -> Iterator[Mark]:
    r"""The citations and inclusions of a source, in their order.

    >>> [mark.key for mark in marks(r"\citep[see][p.~3]{cho, luong} % \cite{no}")]
    ['cho', 'luong']
    """
    text = _SILENT.sub(lambda match: match[0] if match["kept"] else _blank(match[0]), text)
    end = _END.search(text)
    text = text[: end.start()] if end else text
    for match in _COMMAND.finditer(text):
        if match["cite"]:
            if not _NO_KEYS.fullmatch(match["cite"]):
                yield from _citations(text, match["cite"], match.end())
        else:
            yield from _inclusion(text, match)


def keys(content: str, place: int) -> Iterator[Citation]:
    """The keys between the braces of a citation; what a macro has yet to fill in is none."""
    for match in re.finditer(r"[^,]+", content):
        key = " ".join(match[0].split())
        if key and not re.search(r"[\\#{}]", key):
            yield Citation(place + match.end() - len(match[0].lstrip()), key)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _citations(text: str, command: str, place: int) -> Iterator[Citation]:
    """The keys of one command: of its first group in braces, and of the further ones where it takes several."""
    several = command.endswith(("cites", "citetexts"))
    skipped = int("volcite" in command.casefold())  # \volcite{volume}{key}
    groups = 0
    for opening, start, end in _arguments(text, place, "[({<" if several else "[{<"):
        if opening != "{":
            continue
        groups += 1
        if groups % (1 + skipped) == 0:
            yield from keys(text[start:end], start)
            if not several:
                return


def _arguments(text: str, place: int, openings: str) -> Iterator[tuple[str, int, int]]:
    """What follows a command in brackets of these kinds: the opening one, and where its content begins and ends."""
    while True:
        space = _SPACE.match(text, place)
        start = space.end() if space else place
        opening = text[start : start + 1]
        if not opening or opening not in openings:
            return
        end = _closing(text, start)
        if end < 0:
            return
        yield opening, start + 1, end
        place = end + 1


def _closing(text: str, start: int) -> int:
    """Where the bracket at `start` is closed, or -1: braces nest, and a paragraph ends every argument."""
    wanted, depth = _CLOSING[text[start]], 0
    for match in _NESTING.finditer(text, start + 1, start + MAX_ARGUMENT):
        found = match[0]
        if found.isspace():
            return -1
        if found == wanted and depth == 0:
            return match.start()
        depth += {"{": 1, "}": -1}.get(found, 0)
        if depth < 0:
            return -1
    return -1


def _inclusion(text: str, match: re.Match[str]) -> Iterator[Inclusion]:
    wanted = 2 if match["two"] else 1
    groups = [text[start:end] for _, start, end in _arguments(text, match.end(), "{")][:wanted]
    if not groups and match["one"] == "input" and (bare := _BARE.match(text, match.end())):
        groups = [bare[1]]
    name = "".join(group.strip().strip('"') for group in groups) if len(groups) == wanted else ""
    if not name or re.search(r"[\\#{}\n]|\.bbl$", name):  # a name that a macro makes up; a finished list
        return
    beside = (match["two"] or match["one"]).startswith("sub")
    yield Inclusion(match.start(), (f"{name}.tex", name), beside)


__all__ = ["EVERYTHING", "keys", "marks"]
