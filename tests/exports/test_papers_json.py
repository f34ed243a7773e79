"""The catalog as JSON, and the schemas, judged by a JSON Schema validator."""

from __future__ import annotations

import json
from typing import get_args

import jsonschema
import pytest
import yaml
from tests.exports.builders import invented

from shoulders.catalog import Catalog
from shoulders.exports import papers_json
from shoulders.model import EntryType, Kind, Work

VALIDATOR = jsonschema.Draft202012Validator


class EditorLoader(yaml.SafeLoader):
    """YAML as editors read it: numbers are numbers, but YAML 1.2 knows no dates."""


EditorLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

ENTRY = """
- key: byron-2019-toys
  kind: paper
  type: article
  title: Deep Toys
  authors:
    - Ada Byron
    - organisation: Lantern Lab
  year: 2019
  month: 6
  first_public: 2018-10-11
  volume: 17
  number: 5
  pages: 7
  arxiv: 1810.04805
  isbn: 9787111593737
  verified: false
  summary: {en: What it says., zh: 它说了什么。}
  added: 2026-01-02
"""


@pytest.fixture(scope="module")
def schema():
    found = json.loads(papers_json.schema())
    VALIDATOR.check_schema(found)
    return VALIDATOR(found)


@pytest.fixture(scope="module")
def editor():
    found = json.loads(papers_json.editor_schema())
    VALIDATOR.check_schema(found)
    return VALIDATOR(found)


@pytest.fixture(scope="module")
def document():
    return json.loads(papers_json.render(invented()))


def test_the_document_fits_its_schema(document, schema):
    assert document["$schema"] == papers_json.SCHEMA_NAME
    schema.validate(document)


def test_the_document_holds_every_record(document):
    catalog = invented()
    for name in ("works", "people", "venues", "topics", "lists"):
        assert len(document[name]) == len(getattr(catalog, name)) > 0


def test_authors_are_resolved(document):
    work = next(work for work in document["works"] if work["key"] == "shao-2021-wanju")
    assert work["authors"][0] == {
        "display": "Yan Shao",
        "family": "Shao",
        "given": "Yan",
        "native": "邵砚",
        "orcid": "0000-0002-1825-0097",
        "person": "shao-yan",
    }
    assert work["authors"][-1]["organisation"] is True
    assert work["type"] == "book"


def test_demos_are_named(schema):
    catalog = Catalog(works=invented().works, demos={"byron-2019-bert": ("toy_bert", "toy_gpt")})
    document = json.loads(papers_json.render(catalog))
    schema.validate(document)
    assert [work.get("demos") for work in document["works"]][:2] == [["toy_bert", "toy_gpt"], None]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document["works"][0].update(colour="red"),
        lambda document: document["works"][0].pop("title"),
        lambda document: document["works"][0]["authors"][0].pop("person"),
        lambda document: document["works"][0].update(authors=["Ada Byron"]),
        lambda document: document["venues"][0].update(kind="pub"),
        lambda document: document.update(extra=[]),
    ],
)
def test_the_schema_refuses_what_is_not_ours(document, schema, spoil):
    broken = json.loads(json.dumps(document))
    spoil(broken)
    assert not schema.is_valid(broken)


def test_editors_accept_what_the_loader_accepts(editor):
    editor.validate(yaml.load(ENTRY, EditorLoader))  # noqa: S506 - a safe loader


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        ("title: Deep Toys", "titel: Deep Toys"),
        ("kind: paper", "kind: papers"),
        ("type: article", "type: journal"),
        ("month: 6", "month: 13"),
        ("year: 2019", "year: [2019]"),
        ("- Ada Byron", "- {nom: Ada Byron}"),
        ("verified: false", "verified: perhaps"),
    ],
)
def test_editors_mark_what_the_loader_refuses(editor, line, broken):
    assert not editor.is_valid(yaml.load(ENTRY.replace(line, broken), EditorLoader))  # noqa: S506 - a safe loader


def test_editors_complete_every_field_and_choice():
    work = json.loads(papers_json.editor_schema())["$defs"]["Work"]
    assert list(work["properties"]) == list(Work.model_fields)
    assert work["properties"]["kind"]["enum"] == list(get_args(Kind))
    assert work["properties"]["type"]["anyOf"][0]["enum"] == list(get_args(EntryType))
    assert set(work["required"]) == {name for name, field in Work.model_fields.items() if field.is_required()}
