"""Read the data files into records: the only reader of the catalog's YAML.

Every file is a list of records. All problems of all files are found in one pass; what records say about each
other is checked afterwards by `rules`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from shoulders.model import Person, ReadingList, Record, Topic, Venue, Work
from shoulders.problems import Problem, expected
from shoulders.safeyaml import Block, Location, YamlError, read_text, split_blocks

R = TypeVar("R", bound=Record)
R_co = TypeVar("R_co", bound=Record, covariant=True)
_NAMED = re.compile(r"^[- ] (?:key|id): *[\"']?([^\s\"'#]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Loaded(Generic[R_co]):
    """A record with the place it came from."""

    record: R_co
    path: str
    block: Block

    def problem(self, location: Location, message: str) -> Problem:
        """A problem of this record at a field."""
        return Problem(self.path, self.block.line_of(location), identity(self.record), field_name(location), message)


@dataclass
class Data:
    """Everything read, with the problems met on the way."""

    works: list[Loaded[Work]] = field(default_factory=list)
    people: list[Loaded[Person]] = field(default_factory=list)
    venues: list[Loaded[Venue]] = field(default_factory=list)
    topics: list[Loaded[Topic]] = field(default_factory=list)
    lists: list[Loaded[ReadingList]] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)  # names of records that could not be used
    problems: list[Problem] = field(default_factory=list)


def identity(record: Record) -> str:
    """The key of a work, or the id of another record."""
    return str(getattr(record, "key", None) or getattr(record, "id", ""))


def field_name(location: Iterable[str | int]) -> str:
    """A field's name for people: `edges[2].to`, counted from 1."""
    name = ""
    for step in location:
        name += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if name else step
    return name


def load_data(root: Path) -> Data:
    """All records under `root/data`, with every problem found while reading them."""
    data = Data()
    folder = root / "data"
    papers = [folder / "papers.yaml", *sorted((folder / "papers").glob("*.yaml"))]
    for path in papers:
        data.works += _load_file(path, root, Work, data)
    data.people = _load_file(folder / "people.yaml", root, Person, data)
    data.venues = _load_file(folder / "venues.yaml", root, Venue, data)
    data.topics = _load_file(folder / "topics.yaml", root, Topic, data)
    data.lists = _load_file(folder / "lists.yaml", root, ReadingList, data)
    return data


def _load_file(path: Path, root: Path, model: type[R], data: Data) -> list[Loaded[R]]:
    name, problems = path.relative_to(root).as_posix(), data.problems
    try:
        blocks = split_blocks(read_text(path))
    except FileNotFoundError:
        problems.append(Problem(name, 1, "", "", "expected this file, got none"))
        return []
    except OSError as error:
        problems.append(Problem(name, 1, "", "", f"expected a readable file: {error.strerror}"))
        return []
    except YamlError as error:
        problems.append(Problem(name, error.line, "", "", error.message))
        return []
    loaded = []
    for block in blocks:
        record = _load_block(block, name, model, problems)
        if record is not None:
            loaded.append(Loaded(record, name, block))
        elif named := _NAMED.search(block.text):
            data.broken.add(named[1])
    return loaded


def _load_block(block: Block, path: str, model: type[R], problems: list[Problem]) -> R | None:
    try:
        data = block.parse()
    except YamlError as error:
        problems.append(Problem(path, error.line, "", "", error.message))
        return None
    if not isinstance(data, dict):
        problems.append(Problem(path, block.line, "", "", expected("an entry with fields", data)))
        return None
    name = data.get("key", data.get("id"))
    who = name if isinstance(name, str) else ""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            location, message = describe(details, data, model)
            problems.append(Problem(path, block.line_of(location), who, field_name(location), message))
        return None


def describe(details: ErrorDetails, data: Any, model: type[Record]) -> tuple[Location, str]:
    """Where a validation error stands, and what was expected there, in the house's words."""
    location = _real_location(details["loc"], data)
    got, kind, context = details["input"], details["type"], details.get("ctx", {})
    if kind == "missing":
        return location, "expected a value, got nothing"
    if kind == "extra_forbidden":
        field = str(location[-1])
        fields = _fields_at(model, location[:-1])
        return location, expected("a known field", field, fields)
    if got is None:
        return location, "expected a value, got nothing"
    if kind == "literal_error":
        choices = [c.strip().strip("'") for c in context["expected"].replace(" or ", ", ").split(", ")]
        return location, expected("one of " + ", ".join(choices), got, choices)
    if kind == "value_error":
        return location, expected(str(context["error"]), got)
    what = {
        "string_type": "a text",
        "list_type": "a list",
        "tuple_type": "a list",
        "model_type": "a mapping",
        "model_attributes_type": "a mapping",
        "dict_type": "a mapping",
        "int_type": "a whole number",
        "bool_type": "true or false",
        "too_short": "a list that is not empty",
        "greater_than_equal": f"at least {context.get('ge')}",
        "less_than_equal": f"at most {context.get('le')}",
    }.get(kind, details["msg"])
    return location, expected(what, got)


def _real_location(loc: Sequence[str | int], data: Any) -> Location:
    """The location as the file has it, without the steps that only the model has."""
    steps: list[str | int] = []
    for step in loc:
        if isinstance(data, str):  # an author written as a plain string
            break
        steps.append(step)
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            data = None
    return tuple(steps)


def _fields_at(model: type[Record], location: Location) -> list[str]:
    """The fields a record may have at a place inside it."""
    current: Any = model
    for step in location:
        if isinstance(step, str):
            current = current.model_fields[step].annotation
        current = _record_in(current)
    return sorted(current.model_fields)


def _record_in(annotation: Any) -> Any:
    """The record type inside `X | None`, `tuple[X, ...]` or an annotated type."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return annotation
    return next((found for part in get_args(annotation) if (found := _record_in(part))), None)
