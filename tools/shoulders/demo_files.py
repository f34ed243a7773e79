"""Read the demos with all that stands beside them: cards, cells, records, tests. Runs and imports none of them."""

from __future__ import annotations

import ast
import tomllib
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from shoulders import listing, runs
from shoulders.cards import read_cards
from shoulders.gallery import Demo
from shoulders.problems import Problem
from shoulders.sources import read_sources, requirements
from shoulders.textfile import TextError, read_text


def read_demos(root: Path) -> tuple[dict[str, Demo], list[Problem]]:
    """The demos by name, and what is wrong with their cards, cells and records."""
    cards, problems = read_cards(root)
    records, of_records = runs.read_runs(root, {name: card.entry for name, card in cards.items()})
    problems += of_records
    pins = requirements(root)
    found: dict[str, Demo] = {}
    for name, card in cards.items():
        try:
            text = read_text(root / "demos" / f"{name}.py")
            sections = tuple(listing.sections(text))
            sources = read_sources(root, name)
        except listing.ListingError as error:
            problems.append(Problem(f"demos/{name}.py", error.line, name, "cell", str(error)))
            continue
        except (TextError, OSError, SyntaxError) as error:
            problems.append(Problem(f"demos/{name}.py", 1, name, "", f"expected readable imports: {error}"))
            continue
        run = records.get(name)
        figure = read_text(runs.figure_path(root, name)) if run and run.figure else ""
        changed = tuple(run.changed(sources, pins)) if run else ()
        tests, bugs = _tests(root, name), _bugs(root, name)
        found[name] = Demo(card, text, sections, run, figure, changed, sources.demos, (), tests, bugs)
    return {name: replace(demo, imported_by=_importers(found, name)) for name, demo in found.items()}, problems


def _importers(demos: dict[str, Demo], name: str) -> tuple[str, ...]:
    return tuple(other for other, demo in demos.items() if name in demo.imports)


def _tests(root: Path, name: str) -> tuple[str, ...]:
    """The names of a demo's tests, which read as sentences."""
    try:
        return _names(read_text(root / "tests" / "demos" / f"test_{name}.py"))
    except (TextError, OSError, SyntaxError, ValueError):
        return ()


@lru_cache(maxsize=256)
def _names(text: str) -> tuple[str, ...]:
    functions = (node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
    return tuple(name.removeprefix("test_").replace("_", " ") for name in functions if name.startswith("test_"))


def _bugs(root: Path, name: str) -> int:
    try:
        listed = tomllib.loads(read_text(root / "tests" / "demos" / "mutants" / f"{name}.toml"))
    except (TextError, OSError, ValueError):
        return 0
    bugs = listed.get("mutant", [])
    return len(bugs) if isinstance(bugs, list) else 0
