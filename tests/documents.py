"""Reads what the documents of this repository name: code, tables, targets, commands."""

from __future__ import annotations

import re
from pathlib import Path

import click

ROOT = Path(__file__).parent.parent


def read(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def fences(page: str, language: str) -> list[str]:
    """The code blocks of a page in a language, without the indentation of the list they stand in."""
    opening = rf"^( *)```(?:{language}|[ ]\{{ [.]{language} [^\n]*)\n"
    found = re.findall(rf"{opening}(.*?)^\1```$", read(page), re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", text, flags=re.MULTILINE) for indent, text in found]


def commands(page: str) -> list[str]:
    """Every line of shell code and every code span of a page."""
    text = re.sub(r"^( *)```.*?^\1```$", "", read(page), flags=re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", text)
    lines = [line.partition("  #")[0].strip() for block in fences(page, "sh") for line in block.splitlines()]
    return [line for line in [*spans, *lines] if line]


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the table whose first column has this heading."""
    lines = read(page).splitlines()
    (start,) = [number for number, line in enumerate(lines) if line.startswith(f"| {heading} |")]
    body = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        body.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return body


def code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):.*## ", read("Makefile"), re.MULTILINE))


def make_targets(line: str) -> list[str]:
    match = re.match(r"(?:[A-Z_]+=\S+ )*make((?: [A-Z]+=\S+| [a-z-]+)+)$", line)
    return [word for word in match[1].split() if "=" not in word] if match else []


def invocation(line: str) -> tuple[str, list[str]] | None:
    """The subcommand and the arguments of a line that calls `shoulders`."""
    words = line.partition(" > ")[0].split()
    if not words or words[0].removeprefix(".venv/bin/") != "shoulders":
        return None
    if words[1:2] == ["demo"] and len(words) > 2 and not words[2].startswith("-"):
        return f"demo {words[2]}", words[3:]
    return (words[1], words[2:]) if len(words) > 1 else ("", [])


def options(command: click.Command) -> dict[str, click.Option]:
    found = {name: option for option in command.params if isinstance(option, click.Option) for name in option.opts}
    return {name: option for name, option in found.items() if name.startswith("--")}
