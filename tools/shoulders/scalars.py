"""The types of single values in a record: what a string has to be to count as a line, a year or a DOI.

Records are built of them in `model`.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, WithJsonSchema

from shoulders import ids
from shoulders.names import parse_name
from shoulders.problems import character_name

MAX_LINE = 1000
MAX_TEXT = 20_000


def _whole_number(value: object) -> object:
    if isinstance(value, str):
        if not (value.isascii() and value.isdigit() and len(value) <= 9) or (value[0] == "0" and value != "0"):
            raise ValueError("a whole number")
        return int(value)
    return value


def _true_or_false(value: object) -> object:
    if isinstance(value, str):
        if value not in ("true", "false"):
            raise ValueError("true or false")
        return value == "true"
    return value


def _line(value: str) -> str:
    if "\n" in value:
        raise ValueError("a text on one line")
    return _text(value, most=MAX_LINE)


def _text(value: str, *, most: int = MAX_TEXT) -> str:
    if len(value) > most:
        raise ValueError(f"a text of at most {most} characters")
    if not value.strip():
        raise ValueError("a text that is not empty")
    odd = next((c for c in value if not c.isprintable() and c != "\n"), None)
    if odd:
        raise ValueError(f"a text without {character_name(odd)}")
    if not unicodedata.is_normalized("NFC", value):
        raise ValueError("a text whose accents are part of their letters (Unicode NFC)")
    return value


def _prose(value: str) -> str:
    return _text(value.rstrip("\n"))  # a block scalar (`|`) ends with a line end that nobody means


Line = Annotated[str, AfterValidator(_line)]
Prose = Annotated[str, AfterValidator(_prose)]
Whole = Annotated[int, BeforeValidator(_whole_number)]
Year = Annotated[int, BeforeValidator(_whole_number), Field(ge=1800, le=2100)]
Month = Annotated[int, BeforeValidator(_whole_number), Field(ge=1, le=12)]
Flag = Annotated[bool, BeforeValidator(_true_or_false)]
Number = Annotated[str, AfterValidator(_line), WithJsonSchema({"type": ["string", "integer"]})]
Key = Annotated[str, AfterValidator(ids.check_key), Field(examples=["vaswani-etal-2017-attention"])]
Slug = Annotated[str, AfterValidator(ids.check_slug), Field(examples=["machine-translation"])]
Url = Annotated[str, AfterValidator(ids.check_url), Field(examples=["https://aclanthology.org/N19-1423"])]
Date = Annotated[
    str,
    AfterValidator(ids.check_date),
    WithJsonSchema({"type": ["string", "integer"], "examples": ["2017-06-12"]}),
]
Day = Annotated[str, AfterValidator(ids.check_day), Field(examples=["2024-03-01"])]
Arxiv = Annotated[
    str,
    AfterValidator(ids.check_arxiv),
    WithJsonSchema({"type": ["string", "number"], "examples": ["1706.03762"]}),
]
ArxivClass = Annotated[str, AfterValidator(ids.check_arxiv_class), Field(examples=["cs.CL"])]
Doi = Annotated[str, AfterValidator(ids.check_doi), Field(examples=["10.18653/v1/N19-1423"])]
Isbn = Annotated[str, AfterValidator(ids.check_isbn), Field(examples=["978-7-111-59373-7"])]
Acl = Annotated[str, AfterValidator(ids.check_acl), Field(examples=["N19-1423"])]
OpenReview = Annotated[str, AfterValidator(ids.check_openreview), Field(examples=["H1eA7AEtvS"])]
Orcid = Annotated[str, AfterValidator(ids.check_orcid), Field(examples=["0000-0002-1825-0097"])]
Pages = Annotated[
    str,
    AfterValidator(ids.check_pages),
    WithJsonSchema({"type": ["string", "integer"], "examples": ["5998-6008"]}),
]


def _name(value: str) -> str:
    if not ids.slugify(parse_name(_line(value)).display):  # the address of the author's page
        raise ValueError("a name with letters or digits")
    return value


def _organisation(value: str) -> str:
    if not ids.slugify(_line(value)):
        raise ValueError("a name with letters or digits")
    return value


def _name_of_person(value: str, info: ValidationInfo) -> str:
    return _organisation(value) if info.data.get("organisation") else _name(value)


PersonName = Annotated[str, AfterValidator(_name_of_person)]
AuthorName = Annotated[str, AfterValidator(_name)]
OrganisationName = Annotated[str, AfterValidator(_organisation)]
