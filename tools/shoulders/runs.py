"""What runs of demos proved: the report that a demo writes, and the record of it in `data/runs/`.

Runs nothing. Reports and records are untrusted: whatever is in them is checked here before anyone sees it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field, FiniteFloat, model_validator

from shoulders import svg
from shoulders.problems import Problem, expected, quoted
from shoulders.sources import Sources
from shoulders.strictjson import Day, JsonError, Line, Positive, Said, Seed, Setting, Strict, parse
from shoulders.textfile import TextError, read_text

FOLDER = "data/runs"
MAX_BYTES = 1024 * 1024  # of a record


class Claim(Strict):
    """One measured value and its bounds; without bounds it is an observation."""

    statement: Said
    value: FiniteFloat
    source: Line = ""
    at_least: FiniteFloat | None = None
    at_most: FiniteFloat | None = None
    control: bool = False

    @property
    def gated(self) -> bool:
        """Whether it can fail."""
        return self.at_least is not None or self.at_most is not None

    @property
    def holds(self) -> bool:
        """Whether the value is within the bounds."""
        above = self.at_least is None or self.value >= self.at_least
        return above and (self.at_most is None or self.value <= self.at_most)

    @property
    def bound(self) -> str:
        """The bounds as people write them: `≥ 0.95`; empty for an observation."""
        pairs = ("≥", self.at_least), ("≤", self.at_most)
        return " ".join(f"{sign} {bound:g}" for sign, bound in pairs if bound is not None)


class Report(Strict):
    """What a demo says of its run."""

    entry: Said
    claims: tuple[Claim, ...] = Field(max_length=60)
    caption: Line = ""
    config: dict[Said, Setting] = Field(max_length=60)
    seconds: Positive
    versions: dict[Said, Line] = Field(max_length=20)

    @model_validator(mode="after")
    def _sound(self) -> Report:
        _check_claims(self.claims)
        return self


def _check_claims(claims: Sequence[Claim]) -> None:
    statements = [claim.statement for claim in claims]
    if twice := next((text for text in statements if statements.count(text) > 1), None):
        raise ValueError(f"expected each statement once, got {quoted(twice)} twice")
    if not any(claim.gated for claim in claims):
        raise ValueError("expected at least one claim with a bound, got none")


class Spread(Strict):
    """The values of every claim over several seeds, and of which sources they were measured."""

    seeds: tuple[Seed, ...] = Field(min_length=1, max_length=100)
    values: dict[Said, tuple[FiniteFloat, ...]]  # of each statement, one a seed
    sources: dict[Said, Said]

    @model_validator(mode="after")
    def _complete(self) -> Spread:
        if short := next((said for said, values in self.values.items() if len(values) != len(self.seeds)), None):
            raise ValueError(f"expected a value for every seed, got {len(self.values[short])} of {quoted(short)}")
        return self


class Run(Strict):
    """The record of a run in which every claim held."""

    entry: Said
    date: Day
    device: Said
    seed: Seed
    seconds: Positive
    memory_mib: Positive
    network: Literal["closed by the kernel", "closed in Python"]
    versions: dict[Said, Line]
    requirements: dict[Said, Line]
    sources: dict[Said, Said]
    config: dict[Said, Setting]
    claims: tuple[Claim, ...] = Field(max_length=60)
    caption: Line = ""
    figure: Line = ""  # the fingerprint of the figure, which stands beside the record
    spread: Spread | None = None

    @model_validator(mode="after")
    def _held(self) -> Run:
        _check_claims(self.claims)
        if failed := next((claim for claim in self.claims if not claim.holds), None):
            raise ValueError(f"expected claims that hold, got {failed.value:g} for {quoted(failed.statement)}")
        values = self.spread.values if self.spread and self.spread.sources == self.sources else {}
        for claim in self.claims:
            for value in values.get(claim.statement, ()):
                if not claim.model_copy(update={"value": value}).holds:
                    raise ValueError(
                        f"expected claims that hold with every seed, got {value:g} for {quoted(claim.statement)}"
                    )
        return self

    def changed(self, sources: Sources, requirements: Mapping[str, str]) -> list[str]:
        """What is no longer as it was run: files and packages; empty for a fresh record."""
        now = sources.fingerprints
        files = [f"demos/{path}" for path in sorted({*now, *self.sources}) if now.get(path) != self.sources.get(path)]
        names = sorted({*requirements, *self.requirements})
        return files + [name for name in names if requirements.get(name) != self.requirements.get(name)]


def parse_report(text: str) -> Report:
    """The report that a demo wrote.

    Raises:
        JsonError: naming everything that is wrong with it.
    """
    return parse(Report, text)


def record_path(root: Path, name: str) -> Path:
    """Where the record of a demo stands."""
    return root / FOLDER / f"{name}.json"


def figure_path(root: Path, name: str) -> Path:
    """Where its figure stands."""
    return root / FOLDER / f"{name}.svg"


def read_runs(root: Path, demos: Mapping[str, str]) -> tuple[dict[str, Run], list[Problem]]:
    """The records of `demos` (name to key of its work) that are there, and what is wrong with any file there."""
    runs: dict[str, Run] = {}
    problems: list[Problem] = []
    for path in sorted((root / FOLDER).glob("[!.]*")):
        where = f"{FOLDER}/{path.name}"
        if path.stem not in demos or path.suffix not in (".json", ".svg"):
            problems.append(Problem(where, 1, "", "", expected("the record or figure of a demo", path.name, demos)))
        elif path.suffix == ".json":
            text = ""
            try:
                text = _text(path)
                runs[path.stem] = _read(root, path.stem, text, demos[path.stem])
            except JsonError as error:
                problems += [
                    Problem(where, _place(text, field), path.stem, field, said) for field, said in error.faults
                ]
        elif not record_path(root, path.stem).exists() or (path.stem in runs and not runs[path.stem].figure):
            problems.append(Problem(where, 1, path.stem, "", "expected a record that has a figure, got a figure alone"))
    return runs, problems


def _read(root: Path, name: str, text: str, entry: str) -> Run:
    run = parse(Run, text)
    if run.entry != entry:
        raise JsonError([("entry", expected("the key on the card of the demo", run.entry, [entry]))])
    if run.figure:
        figure = _text(figure_path(root, name), "figure")
        if fingerprint(figure.encode()) != run.figure:
            raise JsonError([("figure", f"expected the figure of this run beside it, got another; run {name} again")])
        try:
            svg.check(figure)
        except svg.FigureError as error:
            raise JsonError([("figure", str(error).removeprefix("figure: "))]) from None
    return run


def _text(path: Path, field: str = "") -> str:
    try:
        text = read_text(path)
    except TextError as error:
        raise JsonError([(field, error.message)]) from None
    except OSError as error:
        raise JsonError([(field, f"expected a readable file: {error.strerror}")]) from None
    if len(text) > MAX_BYTES:
        raise JsonError([(field, f"expected at most {MAX_BYTES >> 10} KiB, got more")])
    return text


def _place(text: str, field: str) -> int:
    """The line at which a field begins, as `dump` writes it; the first where it is not found."""
    found = re.search(rf'^ "{re.escape(field.split(".")[0])}":', text, re.MULTILINE) if field else None
    return text.count("\n", 0, found.start()) + 1 if found else 1


def dump(run: Run) -> str:
    """The record as text: sorted, indented, the same for the same run."""
    return json.dumps(run.model_dump(mode="json"), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def fingerprint(data: bytes) -> str:
    """A figure's content in 16 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()[:16]
