"""MkDocs is asked again whenever something changed of what it renders, and else never."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.site.conftest import make_project

from shoulders import kept, rendered_store
from shoulders.model import LANGUAGES
from shoulders.rendered_store import FOLDER, Sources
from shoulders.rendering import Rendering
from shoulders.stages import BuildError

PAGE = "docs/en/how-it-works.md"


@pytest.fixture(scope="module")
def rendered_once(root, invented_root, tmp_path_factory) -> Path:
    """A project that was rendered."""
    project = make_project(root, invented_root, tmp_path_factory.mktemp("rendered") / "project")
    rendered(project)
    return project


@pytest.fixture
def project(rendered_once, tmp_path) -> Path:
    """A copy of its own, with what is kept."""
    return shutil.copytree(rendered_once, tmp_path / "project")


@pytest.fixture
def asked(monkeypatch) -> list[list[str]]:
    """Every time that MkDocs was asked."""
    commands: list[list[str]] = []
    real = subprocess.Popen

    def heard(command: list[str], *given: Any, **named: Any) -> subprocess.Popen[Any]:
        commands.append(command)
        return real(command, *given, **named)

    monkeypatch.setattr(subprocess, "Popen", heard)
    return commands


def rendered(project: Path, meanwhile: Callable[[], object] = bool) -> dict[str, bytes]:
    """What is rendered, by its path; `meanwhile` happens while MkDocs works."""
    staging = project / "staging"
    with Rendering(project, staging, LANGUAGES) as rendering:
        rendering.start()
        meanwhile()
        rendering.finish()
    files = [path for path in staging.rglob("*") if path.is_file()]
    found = {path.relative_to(staging).as_posix(): path.read_bytes() for path in files if "sitemap" not in path.name}
    shutil.rmtree(staging)
    return found


def test_what_did_not_change_is_not_rendered_again(project, asked):
    before = rendered(project)
    assert asked == [], "also where the project was moved"
    shutil.rmtree(project / kept.FOLDER)
    assert rendered(project) == before
    assert len(asked) == len(LANGUAGES)


def append(name: str, text: str) -> Callable[[Path], object]:
    """A change that writes something at the end of a file."""

    def change(project: Path) -> None:
        with (project / name).open("a", encoding="utf-8") as file:
            file.write(text)

    return change


CHANGES: dict[str, Callable[[Path], object]] = {
    "a page": append(PAGE, "\nOne more line.\n"),
    "a page less": lambda project: (project / "docs/zh/citing.md").unlink(),
    "a new page": append("docs/en/concepts/new.md", "# New\n"),
    "a file of the theme": append("docs/overrides/assets/shoulders.css", "/* more */"),
    "the configuration": append("mkdocs.yml", "copyright: Nobody\n"),
    "that of one language": append("mkdocs.zh.yml", "copyright: Nobody\n"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_changed_is_seen(project, change):
    change(project)
    assert rendered_store.find(project, "zh", Sources.now(project)) is None


def test_a_changed_page_is_rendered_again_and_kept(project, asked):
    before = rendered(project)
    append(PAGE, "\nOne more line.\n")(project)
    after = rendered(project)
    assert len(asked) == len(LANGUAGES)
    assert {name for name in after if after[name] != before.get(name)} == {"how-it-works/index.html"}
    assert rendered(project) == after
    assert len(asked) == len(LANGUAGES)


def test_the_environment_that_the_configuration_names_counts(project, monkeypatch):
    before = Sources.now(project)
    monkeypatch.setenv("SHOULDERS_OF_NOBODY", "x")
    assert Sources.now(project) == before
    for name in ("SHOULDERS_SITE_URL", "SHOULDERS_REPO_URL", "SHOULDERS_CONTACT"):
        with monkeypatch.context() as context:
            context.setenv(name, "https://example.org/x/")
            assert Sources.now(project).mark != before.mark


def test_it_counts_however_it_is_named(project, monkeypatch):
    for said in (
        "!ENV SOME_NAME",
        "!ENV [OTHER, SOME_NAME]",
        "!ENV\n  - SOME_NAME\n  - x",
        "!ENV [ 'SOME_NAME',\n  x]",
    ):
        with (project / "mkdocs.zh.yml").open("a", encoding="utf-8") as file:
            file.write(f"copyright: {said}\n")
        before = Sources.now(project)
        with monkeypatch.context() as context:
            context.setenv("SOME_NAME", "other")
            assert Sources.now(project).mark != before.mark, said


def test_odd_files_beside_the_pages_are_no_matter(project):
    before = Sources.now(project)
    folder = project / "docs/en"
    (folder / ".#about.md").symlink_to("nobody@nowhere")  # an editor's lock
    (folder / ".git").mkdir()
    (folder / ".git/pipe").write_text("x")
    os.mkfifo(folder / "pipe")
    assert Sources.now(project).mark == before.mark
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.png")).write_bytes(b"x")
    assert Sources.now(project).mark != before.mark


def test_every_installed_library_counts(project, tmp_path, monkeypatch):
    before = Sources.now(project)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "mkdocs_material-99.dist-info").mkdir()
    assert Sources.now(project).mark != before.mark


@pytest.mark.parametrize("harm", ["emptied", "cut off", "a byte changed", "deleted"])
def test_what_came_to_harm_is_rendered_again(project, asked, harm):
    before = rendered(project)
    for path in (project / FOLDER).iterdir():
        body = path.read_bytes()
        changed = body[:-9] + bytes([body[-9] ^ 1]) + body[-8:]
        path.write_bytes({"emptied": b"", "cut off": body[:-7], "a byte changed": changed}.get(harm, b""))
    if harm == "deleted":
        shutil.rmtree(project / kept.FOLDER)
    assert rendered(project) == before
    assert len(asked) == len(LANGUAGES)


@pytest.mark.parametrize("name", ["../outside.html", "/outside.html", "a/../../outside.html"])
def test_nothing_outside_of_the_site_is_written(project, asked, name):
    before, sources = rendered(project), Sources.now(project)
    kept.write_value(project / FOLDER / "en.pickle", (sources.mark, {name: b"x"}))
    assert rendered(project) == before
    assert len(asked) == 1


@pytest.mark.parametrize("value", [None, 7, (1, 2, 3), ("MARK",), ("MARK", 7), ("MARK", {}), {"MARK": {}}])
def test_what_is_no_rendering_counts_for_nothing(project, value):
    sources = Sources.now(project)
    marked = tuple(sources.mark if part == "MARK" else part for part in value) if isinstance(value, tuple) else value
    kept.write_value(project / FOLDER / "en.pickle", marked)
    assert rendered_store.find(project, "en", sources) is None


def test_what_changed_while_it_was_rendered_is_not_kept(project):
    """Also where it was changed back: MkDocs may have read the change."""
    page = project / PAGE
    text = page.read_bytes()
    shutil.rmtree(project / kept.FOLDER)

    def there_and_back() -> None:
        page.write_text("# Meanwhile\n", "utf-8")
        page.write_bytes(text)
        os.utime(page, ns=(1, 1))

    rendered(project, there_and_back)
    assert rendered_store.find(project, "en", Sources.now(project)) is None


@pytest.mark.parametrize("where", ["docs/en/new.md", "docs/overrides/new.html"])
def test_what_came_and_went_while_it_was_rendered_is_not_kept(project, where):
    shutil.rmtree(project / kept.FOLDER)

    def come_and_go() -> None:
        (project / where).write_text("# Meanwhile\n", "utf-8")
        (project / where).unlink()

    rendered(project, come_and_go)
    assert rendered_store.find(project, "en", Sources.now(project)) is None


def test_what_fails_fails_again(project, asked):
    append(PAGE, "\n[nowhere](nowhere.md)\n")(project)
    for count in (1, 2):
        with pytest.raises(BuildError, match=r"nowhere\.md"):
            rendered(project)
        assert len(asked) == count * len(LANGUAGES)


def test_a_disk_that_takes_nothing_harms_nothing(project, asked):
    shutil.rmtree(project / FOLDER)
    (project / FOLDER).write_text("a file in the place of the folder")
    assert rendered(project) == rendered(project)
    assert len(asked) == 2 * len(LANGUAGES)
