"""What runs of demos proved: the report that a demo writes, and the record of it in `data/runs/`.

Runs nothing. Reports and records are untrusted: whatever is in them is checked here before anyone sees it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, StringConstraints, ValidationError, model_validator

from shoulders import svg
from shoulders.problems import Problem, expected, quoted
from shoulders.sources import Sources
from shoulders.textfile import TextError, read_text

FOLDER = "data/runs"
Line = Annotated[str, StringConstraints(max_length=400, pattern=r"^[^\x00-\x1f\x7f]*$")]
Said = Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=r"^[^\x00-\x1f\x7f]+$")]
Positive = Annotated[FiniteFloat, Field(ge=0)]

ModelT = TypeVar("ModelT", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Claim(_Strict):
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


class Report(_Strict):
    """What a demo says of its run."""

    entry: Said
    claims: tuple[Claim, ...] = Field(min_length=1, max_length=60)
    caption: Line = ""
    config: dict[Said, bool | int | FiniteFloat | Line] = Field(max_length=60)
    seconds: Positive
    versions: dict[Said, Line] = Field(max_length=20)

    @model_validator(mode="after")
    def _can_fail(self) -> Report:
        statements = [claim.statement for claim in self.claims]
        if twice := next((text for text in statements if statements.count(text) > 1), None):
            raise ValueError(f"expected each statement once, got {quoted(twice)} twice")
        if not any(claim.gated for claim in self.claims):
            raise ValueError("expected at least one claim with a bound, got none")
        return self


class Spread(_Strict):
    """The values of every claim over several seeds, and of which sources they were measured."""

    seeds: tuple[int, ...] = Field(min_length=1, max_length=100)
    values: dict[Said, tuple[FiniteFloat, ...]]  # of each statement, one a seed
    sources: dict[Said, Said]

    @model_validator(mode="after")
    def _complete(self) -> Spread:
        if short := next((said for said, values in self.values.items() if len(values) != len(self.seeds)), None):
            raise ValueError(f"expected a value for every seed, got {len(self.values[short])} of {quoted(short)}")
        return self


class Run(_Strict):
    """The record of a run in which every claim held."""

    entry: Said
    date: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$")]
    device: Said
    seed: int
    seconds: Positive
    memory_mib: Positive
    network: Literal["closed by the kernel", "closed in Python"]
    versions: dict[Said, Line]
    requirements: dict[Said, Line]
    sources: dict[Said, Said]
    config: dict[Said, bool | int | FiniteFloat | Line]
    claims: tuple[Claim, ...] = Field(min_length=1)
    caption: Line = ""
    figure: Line = ""  # the fingerprint of the figure, which stands beside the record
    spread: Spread | None = None

    @model_validator(mode="after")
    def _held(self) -> Run:
        if failed := next((claim for claim in self.claims if not claim.holds), None):
            raise ValueError(f"expected claims that hold, got {failed.value:g} for {quoted(failed.statement)}")
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
        ValueError: naming everything that is wrong with it.
    """
    return _parse(Report, text)


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
            try:
                runs[path.stem] = _read(root, path, demos[path.stem])
            except ValueError as error:
                problems += [Problem(where, 1, path.stem, "", line) for line in str(error).split("\n")]
    return runs, problems


def _read(root: Path, path: Path, entry: str) -> Run:
    try:
        run = _parse(Run, read_text(path))
        figure = read_text(figure_path(root, path.stem)) if run.figure else ""
    except TextError as error:
        raise ValueError(error.message) from None
    except OSError as error:
        raise ValueError(f"expected a readable file: {error.strerror}") from None
    if run.entry != entry:
        raise ValueError(f"entry: {expected('the key on the card of the demo', run.entry, [entry])}")
    if run.figure:
        if fingerprint(figure.encode()) != run.figure:
            raise ValueError(f"figure: expected the figure of this run beside it, got another; run {path.stem} again")
        svg.check(figure)
    return run


def dump(run: Run) -> str:
    """The record as text: sorted, indented, the same for the same run."""
    return json.dumps(run.model_dump(mode="json"), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def fingerprint(data: bytes) -> str:
    """A figure's content in 16 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()[:16]


def _parse(model: type[ModelT], text: str) -> ModelT:
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise ValueError("\n".join(_faults(error))) from None


_EXPECTED = {
    "finite_number": "a finite number",
    "float_type": "a number",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "string_type": "a text",
    "model_type": "a mapping",
    "dict_type": "a mapping",
    "tuple_type": "a list",
    "too_short": "a list that is not empty",
    "greater_than_equal": "a number that is not negative",
    "string_pattern_mismatch": "a text of the right form on one line",
}


def _faults(error: ValidationError) -> Iterator[str]:
    for fault in error.errors(include_url=False)[:20]:
        place = ".".join(str(step) for step in fault["loc"])
        said = str(fault["ctx"]["error"]) if fault["type"] == "value_error" else ""
        if fault["type"] == "missing":
            said = "expected a value, got nothing"
        elif fault["type"] == "extra_forbidden":
            said = "expected a known field, got another"
        elif fault["type"] == "json_invalid":
            said = f"expected JSON: {fault['msg']}"
        elif not said and fault["type"] in _EXPECTED:
            said = expected(_EXPECTED[fault["type"]], fault["input"])
        yield f"{place}: {said or fault['msg']}" if place else said or fault["msg"]
