"""What a LaTeX source cites: every command that has `cite` in its name, whatever package or author made it.

Expands no macros: keys that a macro makes up stand in the .aux file only. What LaTeX does not typeset (comments,
verbatim text, what follows the end of the document) cites nothing.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping

from shoulders.cite import Citation, Inclusion, Mark

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
_SPACE = re.compile(r"(?:[ \t\v]|\n(?![ \t]*\n))*")
_BARE = re.compile(r"\s*([^\s{}\\%#]+)")
_CLOSING = {"[": "]", "(": ")", "<": ">"}
_NESTING = re.compile(r"\\.|[][(){}<>]|\n[ \t]*\n", re.DOTALL)


def marks(text: str) -> Iterator[Mark]:
    r"""The citations and inclusions of a source, in their order.

    >>> [mark.key for mark in marks(r"\citep[see][p.~3]{cho, luong} % \cite{no}")]
    ['cho', 'luong']
    """
    text = _SILENT.sub(lambda match: match[0] if match["kept"] else _blank(match[0]), text)
    end = _END.search(text)
    text = text[: end.start()] if end else text
    closings = _closings(text)
    for match in _COMMAND.finditer(text):
        if not match["cite"]:
            yield from _inclusion(text, closings, match)
        elif not _NO_KEYS.fullmatch(match["cite"]):
            yield from _citations(text, closings, match["cite"], match.end())


def keys(content: str, place: int) -> Iterator[Citation]:
    """The keys between the braces of a citation; what a macro has yet to fill in is none."""
    for match in re.finditer(r"[^,]+", content):
        key = " ".join(match[0].split())
        if key and not re.search(r"[\\#{}]", key):
            yield Citation(place + match.end() - len(match[0].lstrip()), key)


def _blank(text: str) -> str:
    """The lines of a text without what stands in them; not with spaces, as a line of comment ends no paragraph."""
    return re.sub(r"[^\n]", "\v", text)


def _citations(text: str, closings: Mapping[int, int], command: str, place: int) -> Iterator[Citation]:
    """The keys of one command: of its first group in braces, and of the further ones where it takes several."""
    several = command.endswith(("cites", "citetexts"))
    skipped = int("volcite" in command.casefold())  # \volcite{volume}{key}
    groups = 0
    for start, end in _arguments(text, closings, place, "[({<" if several else "[{<"):
        if text[start] != "{":
            continue
        groups += 1
        if groups % (1 + skipped) == 0:
            yield from keys(text[start + 1 : end], start + 1)
            if not several:
                return


def _arguments(text: str, closings: Mapping[int, int], place: int, openings: str) -> Iterator[tuple[int, int]]:
    """Where the arguments in brackets of these kinds that follow a command are opened and closed."""
    while True:
        space = _SPACE.match(text, place)
        start = space.end() if space else place
        if text[start : start + 1] not in openings or start not in closings:
            return
        yield start, closings[start]
        place = closings[start] + 1


def _closings(text: str) -> dict[int, int]:
    """Where each bracket is closed: braces nest, others end at the first that braces do not hold.

    A paragraph ends every argument.
    """
    found: dict[int, int] = {}
    braces: list[int] = []
    waiting: list[dict[str, list[int]]] = [{}]  # for each open brace the brackets in it, by what closes them
    for match in _NESTING.finditer(text):
        bracket, place = match[0], match.start()
        if bracket == "{":
            braces.append(place)
            waiting.append({})
        elif bracket == "}" and braces:
            found[braces.pop()] = place
            waiting.pop()
        elif bracket.isspace() or bracket == "}":
            braces, waiting = [], [{}]
        elif bracket in _CLOSING:
            waiting[-1].setdefault(_CLOSING[bracket], []).append(place)
        else:
            found |= dict.fromkeys(waiting[-1].pop(bracket, ()), place)
    return found


def _inclusion(text: str, closings: Mapping[int, int], match: re.Match[str]) -> Iterator[Inclusion]:
    wanted = 2 if match["two"] else 1
    places = itertools.islice(_arguments(text, closings, match.end(), "{"), wanted)
    groups = [text[start + 1 : end] for start, end in places]
    if not groups and match["one"] == "input" and (bare := _BARE.match(text, match.end())):
        groups = [bare[1]]
    name = "".join(group.strip().strip('"') for group in groups) if len(groups) == wanted else ""
    if not name or re.search(r"[\\#{}\n]|\.bbl$", name):  # a name that a macro makes up; a finished list
        return
    beside = (match["two"] or match["one"]).startswith("sub")
    yield Inclusion(match.start(), (f"{name}.tex", name), beside)
