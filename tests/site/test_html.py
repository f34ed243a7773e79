"""The Nu HTML checker on every kind of page of the real and the invented site: no error, no warning."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from tests.site.kinds import file_of, pages_of_each_kind
from tests.tools import require_tool

JAR = Path(__file__).parent.parent / "validator/node_modules/vnu-jar/build/dist/vnu.jar"


GUESS = "This document appears to be written in"
"""Left out, with reason: a guess. A Chinese page on an English work consists mostly of its title and its BibTeX."""


def _check(files: list[Path]) -> list[str]:
    java = require_tool("java", "apt-get install default-jre-headless")
    if not JAR.is_file():
        message = "needs the Nu HTML checker: make test installs it (npm ci in tests/validator)"
        pytest.fail(message) if os.environ.get("CI") == "true" else pytest.skip(message)
    command = [java, "-jar", str(JAR), "--stdout", "--exit-zero-always", "--format", "json", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    messages = json.loads(done.stdout)["messages"]
    return [
        f"{m.get('url')}:{m.get('lastLine')}: {m['type']}: {m['message']}"
        for m in messages
        if GUESS not in m["message"]
    ]


def test_the_real_site_is_valid(real_site):
    assert _check([file_of(real_site, path) for path in pages_of_each_kind(real_site)]) == []


def test_every_page_of_edge_cases_is_valid(invented_site):
    assert _check(sorted(invented_site.rglob("*.html"))) == []


def test_the_checker_finds_what_is_wrong(tmp_path):
    page = tmp_path / "index.html"
    page.write_text("<!doctype html><html lang=en><title>x</title><p id=a><p id=a><div><span></div>")
    assert len(_check([page])) >= 2
