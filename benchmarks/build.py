"""`shoulders build` beside plain mkdocs-material, Zensical and Hugo on the same invented entries, in one run.

The others make the entries' pages alone, from Markdown; ours makes the pages of entries, authors, topics, venues and
years with every export, with and without search, in one language and in both; from nothing but formatted citations,
and again after the first entry was changed, so that all others moved. They take turns; medians are told.
"""

from __future__ import annotations

import argparse
import math
import re
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import projects
from benchmarks.many_works import many_works
from benchmarks.measure import Cost, in_memory, machine, median, run

from shoulders import kept
from shoulders.project import open_project

OURS = {
    "ours": ("en", "picture,search"),
    "ours, both languages": ("en,zh", "picture,search"),
    "ours, with search": ("en", "picture"),
}
"""Our builds: their languages, and the stages left out. Pictures for links are measured alone, at the end."""
EVERYTHING = "ours, everything"
AGAIN = ", again"
COLD = "ours, no citations kept"
STAGES = ("load", "check", "render", "cite", "stamp", "written", "pages", "export", "search", "picture")
MARKS = ("<!-- build: begin -->", "<!-- build: end -->")


@dataclass(frozen=True, slots=True)
class Contender:
    """Who builds: what it is called, and what runs it once in a folder of its own."""

    name: str
    build: Callable[[], Cost]


def contenders(folder: Path) -> list[Contender]:
    """Everybody, in the order of their turns."""
    return [
        *(
            Contender(name + again, _ours(folder / "ours", *how, forget=forget))
            for name, how in OURS.items()
            for again, forget in (("", ("records", "pages", "rendered")), (AGAIN, ()))
        ),
        Contender("mkdocs-material", _command(folder / "mkdocs", [*_python("mkdocs"), "build", "--quiet"])),
        Contender("Zensical", _command(folder / "mkdocs", [*_python("zensical"), "build", "--clean"])),
        Contender("Hugo", _command(folder / "hugo", [*_python("hugo"), "--quiet", "--destination", "site"])),
    ]


def _python(module: str) -> list[str]:
    return [sys.executable, "-m", module]


def _command(folder: Path, command: Sequence[str]) -> Callable[[], Cost]:
    def build() -> Cost:
        _put_away(folder / "site")
        return run(command, folder=folder, made=folder / "site", environment={"NO_MKDOCS_2_WARNING": "1"})

    return build


def _ours(project: Path, languages: str, leave_out: str, *, forget: Sequence[str]) -> Callable[[], Cost]:
    """A build of ours after a change, without what is to be forgotten of that which the last one kept."""

    def build() -> Cost:
        _put_away(project / "site")
        _change(project / "data/papers.yaml")
        for name in forget:
            shutil.rmtree(project / kept.FOLDER / name, ignore_errors=True)
        command = [sys.executable, str(Path(__file__).with_name("one_build.py")), str(project), languages, leave_out]
        return run(command, folder=project, made=project / "site")

    return build


def _change(file: Path) -> None:
    """Change the first entry; a line more stands before it, so that all entries move."""
    file.write_text("# A line more.\n" + file.read_text("utf-8").replace(" en: ", " en: Again. ", 1), "utf-8")


def _put_away(site: Path) -> None:
    """Make room for a build; to delete many files would make a disk slow for it, so that there all go at the end."""
    if site.exists() and in_memory(site):
        shutil.rmtree(site)
    elif site.exists():
        site.rename(site.with_name(f"site.{secrets.token_hex(4)}"))


def measure(folder: Path, rounds: int, alone: bool, say: Callable[[str], None]) -> dict[str, Cost]:
    """The median cost of every contender, by name; `alone`, of ours only."""
    project = folder / "ours"
    say(f"  {COLD}")
    found = {COLD: [_ours(project, "en", "picture,search", forget=[""])()]}
    for number in range(1, rounds + 1):
        turns = contenders(folder)
        for contender in turns if number % 2 else reversed(turns):
            if contender.name.startswith("ours") or not alone:
                say(f"  round {number} of {rounds}: {contender.name}")
                found.setdefault(contender.name, []).append(contender.build())
    if not alone:
        say(f"  {EVERYTHING}")
        found[EVERYTHING] = [_ours(project, "en,zh", "", forget=("records", "pages", "rendered"))()]
    return {name: median(costs) for name, costs in found.items()}


def table(count: int, costs: Mapping[str, Cost]) -> str:
    """What a catalog of `count` works cost everybody, as Markdown; for ours, the stages too."""
    plain, hugo = (costs[name].wall if name in costs else math.nan for name in ("mkdocs-material", "Hugo"))
    lines = [
        f"### {count:,} works",
        "",
        "| builder | seconds | of mkdocs-material | of Hugo | processor seconds | memory, MB | files | MB |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, cost in sorted(costs.items(), key=lambda pair: pair[1].wall):
        lines.append(
            f"| {name} | {cost.wall:.1f} | {cost.wall / plain:.2f} | {cost.wall / hugo:.2f} | {cost.cpu:.1f} "
            f"| {cost.memory:.0f} | {cost.files:,} | {cost.size:.0f} |"
        )
    lines += [
        "",
        f"| stages of ours, in seconds; parts of stamp in processor seconds | {' | '.join(STAGES)} |",
        f"|---|{'--:|' * len(STAGES)}",
    ]
    for name, cost in costs.items():
        seconds = dict(re.findall(r"^ *(\w+) +([0-9.]+) s(?: of a processor)?$", cost.output, re.MULTILINE))
        if name.startswith("ours"):
            lines.append(f"| {name} | {' | '.join(seconds.get(stage, '') for stage in STAGES)} |")
    return "\n".join(lines) + "\n"


def bounds(costs: Mapping[int, Mapping[str, Cost]]) -> str:
    """What a build of 10,000 works is to reach, and whether it does, as Markdown; nothing where that was not measured.

    `costs` are those of every size, by name.
    """
    large = costs.get(10_000, {})
    if not {*OURS, *(name + AGAIN for name in OURS), "mkdocs-material", "Hugo"} <= {*large}:
        return ""
    plain, hugo = large["mkdocs-material"].wall, large["Hugo"].wall
    wanted = []
    for again in ("", AGAIN):
        ours, both, search = (large[name + again] for name in OURS)
        wanted += [
            (f"without search, of mkdocs-material{again}", ours.wall / plain, 0.25),
            (f"without search, of Hugo{again}", ours.wall / hugo, 1.5),
            (f"with search, of mkdocs-material{again}", search.wall / plain, 0.6),
            (f"both languages, of one{again}", both.wall / ours.wall, 1.8),
            (f"memory, MB{again}", max(ours.memory, both.memory, search.memory), 700),
        ]
        if 3_000 in costs:
            wanted.append((f"of 3,000 works{again}", ours.wall / costs[3_000]["ours" + again].wall, 3.7))
    lines = ["### Bounds at 10,000 works", "", "| what | measured | at most | reached |", "|---|--:|--:|---|"]
    lines += [
        f"| {what} | {found:.3g} | {most:g} | {'yes' if found <= most else '**no**'} |" for what, found, most in wanted
    ]
    return "\n".join(lines) + "\n"


def keep(text: str) -> None:
    """Put the tables into the README of the benchmarks, in the place of the last ones."""
    file = Path(__file__).with_name("README.md")
    before, _, rest = file.read_text("utf-8").partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    file.write_text(f"{before}{MARKS[0]}\n\n{text}\n{MARKS[1]}{after}", "utf-8")


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Example: python benchmarks/build.py --works 300 --rounds 3",
    )
    parser.add_argument("--works", type=int, nargs="+", default=[300, 3000, 10000], help="sizes of the catalogs")
    parser.add_argument("--rounds", type=int, default=3, help="how often everybody builds")
    parser.add_argument("--alone", action="store_true", help="ours only: the others take long at 100000")
    parser.add_argument("--keep", action="store_true", help="write the tables into benchmarks/README.md")
    asked = parser.parse_args()
    if min(asked.works) < 1 or asked.rounds < 1:
        parser.error("expected sizes and rounds of 1 or more")
    real = open_project(ROOT).catalog
    tables = [f"On {machine()}; medians of {asked.rounds} rounds.\n"]
    measured: dict[int, dict[str, Cost]] = {}
    for count in asked.works:
        print(f"{count:,} works", file=sys.stderr)
        with tempfile.TemporaryDirectory() as name:
            folder, catalog = Path(name), many_works(real, count)
            projects.write_project(catalog, folder / "ours")
            if not asked.alone:
                projects.write_mkdocs(catalog, folder / "mkdocs")
                projects.write_hugo(catalog, folder / "hugo")
            measured[count] = measure(folder, asked.rounds, asked.alone, lambda line: print(line, file=sys.stderr))
        tables.append(table(count, measured[count]))
        print(tables[-1], flush=True)
    if reached := bounds(measured):
        tables.append(reached)
        print(reached)
    if asked.keep:
        keep("\n".join(tables))


if __name__ == "__main__":
    main()
