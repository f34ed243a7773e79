"""What a Typst document cites: `@key` in text, `cite(<key>)` in code.

Reads Typst as far as it takes to tell text from code, since quotation marks hold a string in the one and mean nothing
in the other. Runs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from shoulders.cite import Citation, Inclusion, Label, Mark

_NAME = r"[^\W\d][\w-]*"
_STRING = r'"(?:[^"\\]|\\.)*"?'
_SHARED = r"""
    (?P<comment>//[^\n]*|/\*)
    | (?P<raw>`{3,}|``|`[^`]*`?)
    | (?P<math>\$)
    | (?P<opened>[\[({])
    | (?P<closed>[\])}])
"""
_TEXT = re.compile(
    rf"""
    (?P<skip>\\.|https?://[^\s\[\]()"]*)
    | @(?P<key>[\w:.-]*[\w-])
    | <(?P<label>[\w:.-]+)>
    | (?P<code>\#)
    | {_SHARED}
    """,
    re.VERBOSE | re.DOTALL,
)
_MATH = re.compile(rf"(?P<skip>\\.|{_STRING})|(?P<code>\#)|{_SHARED}", re.VERBOSE | re.DOTALL)
_CITE = r'\bcite\s*\(\s*(?:<(?P<cited>[\w:.-]+)>|label\(\s*"(?P<named>[^"]*)"\s*\))'
_CODE = re.compile(
    rf"""(?P<cite>{_CITE})
    | (?P<include>\binclude\s*"(?P<file>[^"]*)")
    | (?P<skip>{_STRING})
    | (?P<end>[\n;])
    | {_SHARED}
    """,
    re.VERBOSE | re.DOTALL,
)
_FIRST = re.compile(
    rf"""(?:context\s+)?
    (?:(?P<statement>(?:let|set|show|import|include|return)\b)
    | (?P<branch>(?:if|for|while)\b)
    | (?P<cite>{_CITE})
    | {_STRING} | {_NAME} | (?=[\[({{]))
    """,
    re.VERBOSE | re.DOTALL,
)
_ATTACHED = re.compile(rf"\.{_NAME}|(?=[\[(])")
_ELSE = re.compile(r"\s*else\b")
_BLOCK_COMMENT = re.compile(r"/\*|\*/")
_LINE, _BLOCK, _CHAIN = "\n", "block", "chain"  # what ends code that no bracket holds
_CLOSING = {"[": "]", "(": ")", "{": "}"}


def marks(text: str) -> Iterator[Mark]:
    """The citations, inclusions and labels of a document, in their order.

    >>> [mark.key for mark in marks('As @cho says "of @luong" #text("and @no")')]
    ['cho', 'luong']
    """
    return _Reader(text).marks()


class _Reader:
    """A place in the text, and what is open there: for each bracket how its content is read, and what closes it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.open: list[tuple[re.Pattern[str], str]] = [(_TEXT, "")]

    def marks(self) -> Iterator[Mark]:
        while self.place < len(self.text):
            pattern, closing = self.open[-1]
            if closing == _CHAIN:
                self._attached()
                continue
            match = pattern.search(self.text, self.place)
            if not match:
                return
            self.place = match.end()
            found = match.groupdict()
            if key := found.get("key") or found.get("cited") or found.get("named"):
                yield Citation(match.start(), key)
            elif found.get("label"):
                yield Label(match["label"])
            elif found.get("file"):
                name = match["file"]
                yield Inclusion(match.start(), (name.lstrip("/"),), beside=not name.startswith("/"))
            if found.get("cite"):
                self.open.append((_CODE, ")"))
            elif found.get("code"):
                yield from self._code()
            else:
                self._step(match, closing)

    def _step(self, match: re.Match[str], closing: str) -> None:
        """Go past a comment or raw text, into a bracket, or out of one."""
        kind, said = match.lastgroup, match[0]
        if kind == "comment" and said == "/*":
            self._past_comment()
        elif kind == "raw" and said.startswith("```"):
            end = self.text.find(said, self.place)
            self.place = end + len(said) if end >= 0 else len(self.text)
        elif kind == "math":
            if closing == "$":
                self.open.pop()
            else:
                self.open.append((_MATH, "$"))
        elif kind == "opened" and (match.re is _CODE or (match.re is _TEXT and said == "[")):
            self._enter(said)
        elif kind == "end" and closing == _LINE:
            self.open.pop()
        elif kind == "closed":
            self._closed(said, closing, match.start())

    def _enter(self, bracket: str) -> None:
        self.open.append((_TEXT if bracket == "[" else _CODE, _CLOSING[bracket]))

    def _closed(self, bracket: str, closing: str, place: int) -> None:
        if closing in (_LINE, _BLOCK):  # a bracket around the code: look at it again from outside
            self.open.pop()
            self.place = place
        elif bracket == closing:
            self.open.pop()
            branch = self.open[-1][1] == _BLOCK and bracket in "]}"
            if branch and not _ELSE.match(self.text, self.place):
                self.open.pop()

    def _past_comment(self) -> None:
        depth = 1
        while depth and (match := _BLOCK_COMMENT.search(self.text, self.place)):
            depth += 1 if match[0] == "/*" else -1
            self.place = match.end()
        if depth:
            self.place = len(self.text)

    def _code(self) -> Iterator[Citation]:
        """Go into the code that a `#` begins."""
        match = _FIRST.match(self.text, self.place)
        if not match:
            return
        if match["statement"] or match["branch"]:
            self.place = match.start("statement") if match["statement"] else match.end()
            self.open.append((_CODE, _LINE if match["statement"] else _BLOCK))
            return
        self.place = match.end()
        self.open.append((_CODE, _CHAIN))
        if match["cite"]:
            yield Citation(match.start("cite"), match["cited"] or match["named"])
            self.open.append((_CODE, ")"))
        elif (bracket := self.text[self.place : self.place + 1]) == "{":
            self._enter(bracket)
            self.place += 1

    def _attached(self) -> None:
        """Go on with the calls and fields that hang on an expression, or leave it."""
        match = _ATTACHED.match(self.text, self.place)
        if not match:
            self.open.pop()
        elif match[0]:
            self.place = match.end()
        else:
            self._enter(self.text[self.place])
            self.place += 1
