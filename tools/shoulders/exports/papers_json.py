"""The whole catalog as one JSON document, with its schema; and the schema that editors check `data/papers.yaml` by.

Both schemas are generated from the model; nothing here reads or writes a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, create_model

from shoulders.catalog import Catalog, Credit
from shoulders.model import Author, Person, ReadingList, Record, Topic, Venue, Work

SCHEMA_NAME = "papers.schema.json"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
ROLES = ("authors", "editors", "translators")

NUMBERS_IN_YAML = ("arxiv", "isbn", "openreview")
"""Identifiers that look like numbers: the loader keeps them as text, an editor may take them for numbers."""

# As a file holds it: an author may be a plain string. (The reference that `AuthorField` spells out by itself is one
# that pydantic cannot resolve.)
Written = tuple[str | Author, ...]
WRITTEN_WORK = create_model(
    "Work", __base__=Work, __doc__=Work.__doc__, authors=(Written, ()), editors=(Written, ()), translators=(Written, ())
)


class CreditRecord(Record):
    """An author, editor or translator as the work prints the name, and the person's page."""

    display: str
    family: str
    given: str | None = None
    particle: str | None = None
    suffix: str | None = None
    native: str | None = None
    organisation: bool | None = None
    orcid: str | None = None
    person: str


def render(catalog: Catalog) -> str:
    """All records as JSON, a line each, in the order of the files; fields without a value are left out."""
    return b"".join(document(catalog, (line(catalog, work).encode() for work in catalog.works))).decode()


def document(catalog: Catalog, works: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces of the document, with the lines of all works.

    In bytes, for one Chinese character makes a text twice as large.
    """
    yield f'{{"$schema": "{SCHEMA_NAME}"'.encode()
    records = {name: getattr(catalog, name) for name in ("people", "venues", "topics", "lists")}
    for name, lines in {"works": works, **{name: map(_line, some) for name, some in records.items()}}.items():
        yield f',\n"{name}": ['.encode()
        between = b"\n"
        for text in lines:
            yield between
            yield text
            between = b",\n"
        yield b"\n]" if between == b",\n" else b"]"
    yield b"}\n"


def line(catalog: Catalog, work: Work) -> str:
    """What the document says of a work."""
    record = work.model_dump(mode="json", exclude_none=True, exclude=set(ROLES))
    for role in ROLES:
        credits = catalog.credit(getattr(work, role))
        people = [catalog.directory.get(found.person) for found in credits]
        record[role] = [_credit(*pair) for pair in zip(credits, people, strict=True)]
    record["type"] = work.entry_type
    if demos := catalog.demos.get(work.key):
        record["demos"] = list(demos)
    return json.dumps(record, ensure_ascii=False)


def _line(record: Record) -> bytes:
    return json.dumps(record.model_dump(mode="json", exclude_none=True), ensure_ascii=False).encode()


@lru_cache(1 << 16)  # a person comes again with each work
def _credit(credit: Credit, person: Person | None) -> dict[str, Any]:
    name = credit.name
    record = CreditRecord(
        display=name.display,
        family=name.family,
        given=name.given or None,
        particle=name.particle or None,
        suffix=name.suffix or None,
        native=name.native or None,
        organisation=name.organisation or None,
        orcid=person.orcid if person else None,
        person=credit.person,
    )
    return record.model_dump(mode="json", exclude_none=True)


def schema() -> str:
    """The JSON Schema of what `render` gives."""
    properties: dict[str, Any] = {"$schema": {"type": "string"}}
    definitions: dict[str, Any] = {"Credit": CreditRecord.model_json_schema()}
    for name, model in (
        ("works", WRITTEN_WORK),
        ("people", Person),
        ("venues", Venue),
        ("topics", Topic),
        ("lists", ReadingList),
    ):
        definition = model.model_json_schema()
        definitions |= definition.pop("$defs", {})
        definitions[model.__name__] = definition
        properties[name] = {"type": "array", "items": {"$ref": f"#/$defs/{model.__name__}"}}
    work = definitions["Work"]
    for role in ROLES:
        work["properties"][role] = {"type": "array", "items": {"$ref": "#/$defs/Credit"}}
    demos = {"type": "array", "items": {"type": "string"}, "description": "The demos that run this paper's idea."}
    work["properties"]["demos"] = demos
    work["required"] = sorted({*work["required"], *ROLES, "type"})
    del definitions[Author.__name__]  # every author is resolved into a credit
    return _schema_text(
        {
            "title": "Catalog",
            "description": "Works with their resolved authors, people, venues, topics and reading lists.",
            "type": "object",
            "properties": properties,
            "required": sorted(properties),
            "additionalProperties": False,
            "$defs": dict(sorted(definitions.items())),
        }
    )


def editor_schema() -> str:
    """The JSON Schema of `data/papers.yaml`, for editors that complete and check it."""
    document = TypeAdapter(list[WRITTEN_WORK]).json_schema()
    properties = document["$defs"]["Work"]["properties"]
    for name in NUMBERS_IN_YAML:
        for choice in properties[name]["anyOf"]:
            if choice["type"] == "string":
                choice["type"] = ["string", "number"]
    return _schema_text({"title": "Works", **document})


def _schema_text(document: dict[str, Any]) -> str:
    return json.dumps({"$schema": DIALECT, **_bounded(document)}, ensure_ascii=False, indent=2) + "\n"


def _bounded(node: Any) -> Any:
    """The schema with bounds under their names in JSON Schema: pydantic leaves `ge` behind a validator as it is."""
    if isinstance(node, list):
        return [_bounded(part) for part in node]
    if not isinstance(node, dict):
        return node
    names = {"ge": "minimum", "le": "maximum"} if node.get("type") == "integer" else {}
    return {names.get(name, name): _bounded(part) for name, part in node.items()}
