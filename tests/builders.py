"""Invented records and data files for tests, each valid until a test changes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from shoulders.load import load_data
from shoulders.model import Work
from shoulders.rules import check

FILES = ("papers", "people", "venues", "topics", "lists")


def fields(key: str = "ashdown-2010-dark", **changed: Any) -> dict[str, Any]:
    """The fields of a valid preprint; a field changed to None is left out."""
    known: dict[str, Any] = {
        "key": key,
        "kind": "paper",
        "type": "preprint",
        "title": f"Title of {key}",
        "authors": ["Imogen Ashdown"],
        "year": 2010,
        "first_public": "2010-03-04",
        "url": "https://example.org/",
        "summary": {"en": "What it says.", "zh": "它说了什么。"},
        "added": "2024-01-02",
    }
    return {name: value for name, value in {**known, **changed}.items() if value is not None}


def make_work(key: str = "ashdown-2010-dark", **changed: Any) -> Work:
    """A valid work with the given fields.

    >>> make_work(year=2011).year
    2011
    """
    return Work.model_validate(fields(key, **changed))


def entry(**values: Any) -> str:
    """An entry as YAML, one field a line."""
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
    return "- " + "\n  ".join(lines) + "\n"


def paper(key: str = "ashdown-2010-dark", **changed: Any) -> str:
    """A valid preprint as YAML of ten lines: key, kind, type, title, authors, year, first_public, ..."""
    return entry(**fields(key, **changed))


def edge(to: str, **changed: Any) -> dict[str, Any]:
    """A valid edge."""
    return {"to": to, "type": "extends", "why": {"en": "It does.", "zh": "确实如此。"}, **changed}


def write_data(root: Path, **files: str | bytes) -> Path:
    """Data files under `root`; those not given are lists of nothing."""
    (root / "data").mkdir(parents=True, exist_ok=True)
    for name in FILES:
        text = files.get(name, "[]\n")
        (root / "data" / f"{name}.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def problems_of(root: Path, **files: str | bytes) -> list[str]:
    """What `check` says of these data files."""
    return [str(problem) for problem in check(load_data(write_data(root, **files)))]
