"""Other builders give the same site: plain MkDocs through the hook, and Zensical followed by `shoulders stamp`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_HEAD = re.compile(r'(?:<link rel="canonical"|<meta name="robots").*?(?=\s*</head>)', re.DOTALL)
_CONTENT = re.compile(r'<div id="content">(.*)</div>\s*</article>', re.DOTALL)
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)">')
EXPORTS = ("papers.bib", "papers.biblatex.bib", "papers.ris", "papers.csl.json", "papers.json", "feed.xml", "llms.txt")


def _run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def _parts(site: Path) -> dict[str, tuple[str, ...]]:
    """Title, description, head metadata and content of every page."""
    parts = {}
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        if "http-equiv" in text:
            continue
        found = [pattern.search(text) for pattern in (_TITLE, _DESCRIPTION, _HEAD, _CONTENT)]
        assert all(found), path
        parts[path.relative_to(site).as_posix()] = tuple(" ".join(match[0].split()) for match in found if match)
    return parts


def _ours(site: Path) -> dict[str, bytes]:
    """Every file that is neither a page nor the theme's."""
    files = {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}
    theirs = re.compile(r".*\.html|(zh/)?(assets/.*|search\.json|objects\.inv)")
    return {name: path.read_bytes() for name, path in files.items() if not theirs.fullmatch(name)}


@pytest.fixture
def project(invented_project: Path, tmp_path: Path) -> Path:
    shutil.copytree(invented_project, tmp_path / "project", ignore=shutil.ignore_patterns("site", "site.*"))
    return tmp_path / "project"


def _english(site: Path) -> dict[str, tuple[str, ...]]:
    return {name: parts for name, parts in _parts(site).items() if not name.startswith("zh/")}


def test_plain_mkdocs_builds_one_language_through_the_hook(project, invented_site):
    done = _run("mkdocs", "build", "--strict", folder=project)
    assert done.returncode == 0, done.stderr
    assert _english(project / "site") == _english(invented_site)
    for name in EXPORTS:
        assert (project / "site" / name).read_bytes() == (invented_site / name).read_bytes(), name


def test_plain_mkdocs_stops_on_problems_of_the_data(project):
    papers = project / "data/papers.yaml"
    papers.write_text(papers.read_text("utf-8") + "\n- key: broken\n", "utf-8")
    done = _run("mkdocs", "build", folder=project)
    assert done.returncode != 0
    assert "data/papers.yaml:" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_zensical_and_stamp_give_the_same_addresses_fragments_and_metadata(project, invented_site):
    for config in ("mkdocs.yml", "mkdocs.zh.yml"):
        done = _run("zensical", "build", "--strict", "--config-file", config, folder=project)
        assert done.returncode == 0, done.stdout + done.stderr
    done = _run("shoulders", "stamp", folder=project)
    assert done.returncode == 0, done.stderr
    assert _parts(project / "site") == _parts(invented_site)
    assert _ours(project / "site") == _ours(invented_site)
