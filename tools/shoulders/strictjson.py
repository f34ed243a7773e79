"""JSON that strangers may have written, checked against a model; every fault is a field and a sentence.

Knows nothing of what the fields mean.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, FiniteFloat, PlainValidator, ValidationError

from shoulders.problems import expected, shortened
from shoulders.textfile import HIDDEN

ModelT = TypeVar("ModelT", bound=BaseModel)
_LARGEST = 2**53  # the whole numbers that every reader of JSON keeps
_LONGEST = 400  # characters of a text


class JsonError(ValueError):
    """Text that cannot be used, with the field and the sentence of every fault."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(f"{field}: {said}" if field else said for field, said in faults))


def _line(text: str) -> str:
    if len(text) > _LONGEST or HIDDEN.search(text) or "\n" in text or "\t" in text:
        raise ValueError(expected(f"a text of at most {_LONGEST} characters that all show, on one line", text))
    return text


def _said(text: str) -> str:
    if not text:
        raise ValueError("expected a text, got an empty one")
    return _line(text)


def _setting(value: Any) -> Any:
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, int) and abs(value) <= _LARGEST:  # true and false are whole numbers too
        return value
    if isinstance(value, str):
        return _line(value)
    raise ValueError(expected("a number, a text, true or false", value))


def _day(text: str) -> str:
    try:
        if datetime.date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise ValueError(expected("a day as YYYY-MM-DD", text))


Line = Annotated[str, AfterValidator(_line)]
Said = Annotated[str, AfterValidator(_said)]
Day = Annotated[str, AfterValidator(_day)]
Setting = Annotated[bool | int | float | str, PlainValidator(_setting)]
Seed = Annotated[int, Field(ge=0, le=_LARGEST)]
Positive = Annotated[FiniteFloat, Field(ge=0)]


class Strict(BaseModel):
    """A frozen record that knows all its fields and guesses no types."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def parse(model: type[ModelT], text: str) -> ModelT:
    """The text as a model.

    Raises:
        JsonError: naming everything that is wrong with it.
    """
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise JsonError(list(_faults(error))) from None


_EXPECTED = {
    "finite_number": "a finite number",
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "string_type": "a text",
    "model_type": "a mapping",
    "dict_type": "a mapping",
    "tuple_type": "a list",
    "too_short": "a list that is not empty",
    "too_long": "at most {max_length} of them",
    "greater_than_equal": "a number of at least {ge:g}",
    "less_than_equal": "a number of at most {le:g}",
    "literal_error": "{expected}",
}
_OTHER = {"missing": "expected a value, got nothing", "extra_forbidden": "expected a known field, got another"}


def _faults(error: ValidationError) -> Iterator[tuple[str, str]]:
    """The field and the sentence of each fault."""
    for fault in error.errors(include_url=False)[:20]:
        kind, context = fault["type"], fault.get("ctx", {})
        if kind == "value_error":
            said = str(context["error"])
        elif kind in _EXPECTED:
            said = expected(_EXPECTED[kind].format(**context), fault["input"])
        else:
            said = _OTHER.get(kind, f"expected JSON as shoulders writes it: {fault['msg']}")
        yield shortened(".".join(str(step) for step in fault["loc"])), said
