"""The whole catalog as one JSON document, with its schema; and the schema that editors check `data/papers.yaml` by.

Both schemas are generated from the model; nothing here reads or writes a file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any

from pydantic import TypeAdapter, create_model

from shoulders.catalog import Catalog, Credit
from shoulders.exports.csl import list_of_lines
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
    credit = cache(partial(_credit, catalog))  # a person comes again with each work
    records: dict[str, list[dict[str, Any]]] = {
        "works": [_work(catalog, work, credit) for work in catalog.works],
        "people": _dump(catalog.people),
        "venues": _dump(catalog.venues),
        "topics": _dump(catalog.topics),
        "lists": _dump(catalog.lists),
    }
    parts = [f'"$schema": "{SCHEMA_NAME}"', *(f'"{name}": {_lines(some)}' for name, some in records.items())]
    return "{" + ",\n".join(parts) + "}\n"


def _dump(records: Iterable[Record]) -> list[dict[str, Any]]:
    return [record.model_dump(mode="json", exclude_none=True) for record in records]


def _lines(records: Iterable[dict[str, Any]]) -> str:
    return list_of_lines(json.dumps(record, ensure_ascii=False) for record in records)


def _work(catalog: Catalog, work: Work, credit: Callable[[Credit], dict[str, Any]]) -> dict[str, Any]:
    record = work.model_dump(mode="json", exclude_none=True, exclude=set(ROLES))
    for role in ROLES:
        record[role] = [credit(found) for found in catalog.credit(getattr(work, role))]
    record["type"] = work.entry_type
    if demos := catalog.demos.get(work.key):
        record["demos"] = list(demos)
    return record


def _credit(catalog: Catalog, credit: Credit) -> dict[str, Any]:
    name, person = credit.name, catalog.directory.get(credit.person)
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
