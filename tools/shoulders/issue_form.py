"""The issue form "add a paper" as GitHub writes it down, read as a proposal: which work, and what is said of it.

A stranger wrote it. Whatever is no field of the form is refused, and nothing is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shoulders import ids
from shoulders.lookup.identifiers import parse_identifier
from shoulders.problems import Problem, ProblemsError, character_name, expected
from shoulders.textfile import hidden_characters

HEADINGS: Mapping[str, str] = {
    "Identifier or address · 编号或网址": "identifier",
    "Summary in English · 英文摘要": "summary-en",
    "Summary in Chinese · 中文摘要": "summary-zh",
    "Topics · 主题": "topics",
    "Why it belongs here · 为什么应当收录": "why",
}
"""The labels of the form's fields and their ids; the form itself stands in `.github/ISSUE_TEMPLATE/add-paper.yml`."""

NOTHING = "_No response_"  # what GitHub writes where nobody wrote anything
MAX_CHARACTERS = 65_536  # GitHub's own limit


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the form says; what it leaves open is empty."""

    identifier: str
    summary_en: str = ""
    summary_zh: str = ""
    topics: tuple[str, ...] = ()

    @property
    def arguments(self) -> tuple[str, ...]:
        """What `shoulders` is called with to add the work, whether or not the entry is whole."""
        summaries = (("en", self.summary_en), ("zh", self.summary_zh))
        said = [f"--summary-{language}={text}" for language, text in summaries if text]
        return ("add", self.identifier, "--yes", "--unfinished", *said, *(f"--topic={topic}" for topic in self.topics))


def parse(body: str, path: str = "issue") -> Proposal:
    """The proposal that the body of an issue makes; `path` is what problems call it.

    Raises:
        ProblemsError: naming everything that is wrong with it.
    """
    if len(body) > MAX_CHARACTERS:
        message = f"expected at most {MAX_CHARACTERS} characters, got {len(body)}"
        raise ProblemsError([Problem(path, 1, "", "", message)])
    text = body.replace("\r\n", "\n").replace("\r", "\n")
    problems = [
        Problem(path, line, "", "", f"expected only characters that show, got {character_name(character)}")
        for line, character in hidden_characters(text)
    ]
    fields: dict[str, tuple[int, str]] = {}
    for line, name, value in _fields(text):
        if name not in HEADINGS:
            what = "a heading of the form"
            problems.append(Problem(path, line, "", "", expected(what, name, HEADINGS) if name else f"expected {what}"))
        elif HEADINGS[name] in fields:
            problems.append(Problem(path, line, "", HEADINGS[name], "expected each heading once"))
        else:
            fields[HEADINGS[name]] = (line + 1, value)
    proposal = _proposal(fields, path, problems)
    if problems:
        raise ProblemsError(problems)
    return proposal


def _fields(text: str) -> Iterator[tuple[int, str, str]]:
    """The line, heading and text of each part; what stands before the first heading has none."""
    parts = re.split(r"^###[ \t]+(.*)$", text, flags=re.MULTILINE)
    if parts[0].strip():
        yield 1, "", parts[0]
    line = 1 + parts[0].count("\n")
    for heading, value in zip(parts[1::2], parts[2::2], strict=True):
        said = value.strip()
        yield line, heading.strip(), "" if said == NOTHING else said
        line += value.count("\n")


def _proposal(fields: Mapping[str, tuple[int, str]], path: str, problems: list[Problem]) -> Proposal:
    """The proposal, as far as the fields are sound; adds what is wrong with them to `problems`."""
    line, said = fields.get("identifier", (1, ""))
    identifier = ""
    try:
        identifier = str(parse_identifier(said)) if said else ""
    except ValueError as error:
        problems.append(Problem(path, line, "", "identifier", str(error)))
    if not said:
        problems.append(Problem(path, line, "", "identifier", "expected an identifier or an address, got nothing"))
    line, listed = fields.get("topics", (1, ""))
    topics = tuple(dict.fromkeys(re.findall(r"[^\s,，、;；]+", listed)))
    for topic in topics:
        try:
            ids.check_slug(topic)
        except ValueError as error:
            problems.append(Problem(path, line, "", "topics", expected(str(error), topic)))
    english, chinese = (re.split(r"\s*\n\s*", fields.get(f"summary-{name}", (0, ""))[1]) for name in ("en", "zh"))
    return Proposal(identifier, " ".join(english), "".join(chinese), topics)
