"""The catalog in `data/`, judged by the independent readers; skipped only while it does not load."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import rispy
import yaml
from tests.exports.readers import decoded, pandoc_cited, pandoc_items, read_bibtex, run_biber, run_bibtex, straight
from tests.exports.test_papers_json import EditorLoader

from shoulders.exports import FORMATS, biblatex, bibtex, feed, papers_json
from shoulders.load import load_data
from shoulders.rules import to_catalog

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def catalog():
    data = load_data(ROOT)
    assert data.works
    assert not data.problems, "see `shoulders check`"
    return to_catalog(data)


@pytest.mark.parametrize("style", ["plain", "abbrv", "unsrt"])
def test_bibtex_does_not_warn(catalog, style, tmp_path):
    warnings, bibliography = run_bibtex(FORMATS["bibtex"].render(catalog, catalog.works), style, tmp_path)
    assert warnings == ["warning$ -- 0"]
    assert bibliography.count(r"\bibitem") == len(catalog.works)


def test_biber_does_not_warn(catalog, tmp_path):
    assert run_biber(FORMATS["biblatex"].render(catalog, catalog.works), tmp_path) == []


def test_no_work_loses_the_type_it_has(catalog):
    for form, types in (("bibtex", bibtex.TYPES), ("biblatex", biblatex.TYPES)):
        entries = read_bibtex(FORMATS[form].render(catalog, catalog.works)).entries
        for work in catalog.works:
            assert entries[work.key].type == types[work.entry_type] or not work.authors, work.key


def test_titles_and_names_read_back(catalog):
    entries = read_bibtex(FORMATS["biblatex"].render(catalog, catalog.works)).entries
    for work in catalog.works:
        assert decoded(entries[work.key].fields["title"]) == straight(work.title), work.key
        assert len(entries[work.key].persons.get("author", [])) == len(work.authors), work.key


def test_no_latin_title_is_transliterated_away(catalog):
    entries = read_bibtex(FORMATS["bibtex"].render(catalog, catalog.works)).entries
    for work in catalog.works:
        if work.language == "en":
            assert decoded(entries[work.key].fields["title"]) == straight(work.title), work.key


def test_ris_and_csl_hold_every_work(catalog):
    assert len(rispy.loads(FORMATS["ris"].render(catalog, catalog.works))) == len(catalog.works)
    assert [item["id"] for item in json.loads(FORMATS["csl"].render(catalog, catalog.works))] == [
        work.key for work in catalog.works
    ]


def test_pandoc_reads_and_cites_every_work(catalog, tmp_path):
    for form in ("bibtex", "biblatex"):
        assert len(pandoc_items(FORMATS[form].render(catalog, catalog.works), form)) == len(catalog.works)
    cited = pandoc_cited(FORMATS["csl"].render(catalog, catalog.works), tmp_path)
    assert len(cited.strip().split("\n\n")) == len(catalog.works)


def test_json_fits_its_schema(catalog):
    jsonschema.Draft202012Validator(json.loads(papers_json.schema())).validate(json.loads(papers_json.render(catalog)))


def test_the_files_fit_the_schema_that_editors_use(catalog):
    assert catalog.works
    validator = jsonschema.Draft202012Validator(json.loads(papers_json.editor_schema()))
    for path in [ROOT / "data/papers.yaml", *sorted((ROOT / "data/papers").glob("*.yaml"))]:
        if path.exists():
            document = yaml.load(path.read_text("utf-8"), EditorLoader)  # noqa: S506 - a safe loader
            errors = [f"{path.name}: {error.json_path}: {error.message}" for error in validator.iter_errors(document)]
            assert errors == []


def test_exports_do_not_change_from_run_to_run(catalog):
    for shown in FORMATS.values():
        assert shown.render(catalog, catalog.works) == shown.render(catalog, catalog.works)
    assert feed.render(catalog, "zh", "https://example.org/", "T")
