"""What pydantic found wrong with a record, in the house's words.

Translates validation errors; on which line they stand is for `load` to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from shoulders.model import Record
from shoulders.problems import Choices, expected
from shoulders.safeyaml import Location

_WORDS = {
    "string_type": "a text",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "too_short": "a list that is not empty",
}
_RECORDS = {
    "Text": "a text in each language ('en: ...' and 'zh: ...')",
    "Author": "a name, or a mapping with 'name' or 'organisation'",
}


MAX_SUGGESTIONS = 50  # in one entry


def describe_all(error: ValidationError, data: Any, model: type[Record]) -> Iterator[tuple[Location, str]]:
    """Each fault of an entry: where it stands, and what was expected there and found.

    A field that is missing because its name is misspelt is told once, at the misspelt name.
    """
    faults = error.errors(include_url=False)
    meant = set()
    for fault in faults[:MAX_SUGGESTIONS]:
        if fault["type"] == "extra_forbidden" and isinstance(name := fault["loc"][-1], str):
            near = fields_at(model, _real_location(fault["loc"], data)[:-1]).nearest(name)
            meant.add((*fault["loc"][:-1], near))
    for number, fault in enumerate(faults):
        if fault["type"] != "missing" or tuple(fault["loc"]) not in meant:
            yield describe(fault, data, model, suggest=number < MAX_SUGGESTIONS)


def describe(details: ErrorDetails, data: Any, model: type[Record], *, suggest: bool = True) -> tuple[Location, str]:
    """Where one fault stands in the entry, and what was expected there and found."""
    location = _real_location(details["loc"], data)
    got, kind, context = details["input"], details["type"], details.get("ctx", {})
    if kind == "missing" or (got is None and kind != "extra_forbidden"):
        return location, "expected a value, got nothing"
    if kind == "extra_forbidden":
        name = str(location[-1])
        return location, expected("a known field", name, fields_at(model, location[:-1]) if suggest else ())
    if kind == "literal_error":
        choices = [c.strip().strip("'") for c in context["expected"].replace(" or ", ", ").split(", ")]
        return location, expected("one of " + ", ".join(choices), got, choices if suggest else ())
    if kind == "value_error":
        said = str(context["error"])
        return location, f"expected {said}" if ", got " in said else expected(said, got)
    if kind in ("model_type", "model_attributes_type"):
        return location, expected(_RECORDS.get(context.get("class_name", ""), "a mapping"), got)
    if kind in ("greater_than_equal", "less_than_equal"):
        side = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
        return location, expected(f"a number that is {side}", got)
    return location, expected(_WORDS.get(kind, details["msg"]), got)


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


def fields_at(model: type[Record], location: Location) -> Choices:
    """The fields a record may have at a place inside it."""
    return _fields_at(model, tuple(step for step in location if isinstance(step, str)))


@lru_cache(maxsize=128)
def _fields_at(model: type[Record], names: tuple[str, ...]) -> Choices:
    current: Any = model
    for name in names:
        current = _record_in(current.model_fields[name].annotation)
    return Choices(sorted(current.model_fields))


def _record_in(annotation: Any) -> Any:
    """The record type inside `X | None`, `tuple[X, ...]` or an annotated type."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return annotation
    return next((found for part in get_args(annotation) if (found := _record_in(part))), None)
