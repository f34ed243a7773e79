"""Pages that are kept from one build to the next are never wrong: byte for byte those of a build from nothing."""

from __future__ import annotations

import copy
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.site.conftest import make_invented

from shoulders import ego, kept, page_store, pages
from shoulders.build import fill
from shoulders.model import LANGUAGES
from shoulders.problems import ProblemsError
from shoulders.project import open_project
from shoulders.rendering import Rendering
from shoulders.stages import Stages, quiet
from shoulders.stamp import SHELL_ID
from shoulders.workers import VARIABLE

FILES = ("papers", "people", "venues", "topics", "lists")


@pytest.fixture(scope="module")
def prepared(root, invented_root, tmp_path_factory):
    """The invented project, and what MkDocs makes of it."""
    folder = tmp_path_factory.mktemp("kept")
    project = make_invented(root, invented_root, folder / "project")
    parts = project / "data/papers"
    whole = project / "data/papers.yaml"
    whole.write_text("".join(path.read_text("utf-8") for path in (whole, *sorted(parts.glob("*.yaml")))), "utf-8")
    shutil.rmtree(parts)
    with Rendering(project, folder / "rendered", LANGUAGES) as rendering:
        rendering.start()
        rendering.finish()
    for path in [path for path in (folder / "rendered").rglob("*") if path.is_file()]:
        if SHELL_ID not in path.parts:  # what else there is takes time and shows nothing here
            path.unlink()
    return folder


@pytest.fixture
def project(prepared, tmp_path, monkeypatch):
    """A copy of its own, built once; in one process, so that what is made can be counted."""
    monkeypatch.setenv(VARIABLE, "1")
    monkeypatch.setattr(ego, "LIMIT", 3)  # of the invented works only few others stand on many
    project = shutil.copytree(prepared / "project", tmp_path / "project")
    shutil.copytree(prepared / "rendered", project / "rendered")
    built(project)
    return project


@pytest.fixture
def made(monkeypatch) -> list[str]:
    """The works, people, venues, years and topics whose pages are made."""
    names: list[str] = []

    def heard(real: Callable[..., pages.Page]) -> Callable[..., pages.Page]:
        def make(*given: Any, **named: Any) -> pages.Page:
            page = real(*given, **named)
            names.append(page.id)
            return page

        return make

    for name in ("work_page", "person_page", "venue_page", "year_page", "topic_page"):
        monkeypatch.setattr(pages, name, heard(getattr(pages, name)))
    return names


def built(project: Path) -> dict[str, bytes]:
    """All files of the project's site by their address."""
    site = project / "site"
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(project / "rendered", site)
    folders = {language: site / ("" if language == "en" else language) for language in LANGUAGES}
    fill(open_project(project), site, folders, Stages(quiet, quiet), leave_out=("picture", "search"))
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def built_from_nothing(project: Path) -> dict[str, bytes]:
    """The same with nothing kept but formatted citations, which another test looks after."""
    aside = project / "aside"
    (project / page_store.FOLDER).rename(aside)
    try:
        return built(project)
    finally:
        shutil.rmtree(project / page_store.FOLDER, ignore_errors=True)
        aside.rename(project / page_store.FOLDER)


def with_demos(project: Path) -> set[str]:
    """The works that have demos: their pages are not kept."""
    return set(open_project(project).catalog.demos)


Data = dict[str, list[dict[str, Any]]]


def read(project: Path) -> Data:
    """The data files, every scalar as text."""
    return {name: yaml.load((project / f"data/{name}.yaml").read_text("utf-8"), yaml.BaseLoader) for name in FILES}  # noqa: S506 - makes text only


def write(project: Path, data: Data) -> None:
    """Write the data files."""
    for name, records in data.items():
        text = "".join(yaml.safe_dump([record], allow_unicode=True, sort_keys=False) for record in records)
        (project / f"data/{name}.yaml").write_text(text or "[]\n", "utf-8")


def one(chance: random.Random, records: list[dict[str, Any]], *having: str) -> dict[str, Any]:
    """One of the records that have these fields."""
    return chance.choice([record for record in records if all(record.get(name) for name in having)] or [{}])


def retitle(chance: random.Random, data: Data) -> None:
    """A work is called otherwise; others name it."""
    one(chance, data["papers"], "title")["title"] = f"Title {chance.randrange(10**6)}"


def nickname(chance: random.Random, data: Data) -> None:
    """A work is called otherwise for short; its neighbours in lists and pictures show it."""
    one(chance, data["papers"])["nickname"] = f"Nick{chance.randrange(100)}"


def redate(chance: random.Random, data: Data) -> None:
    """A work was public on another day of its year; others order by it."""
    work = one(chance, data["papers"], "first_public")
    work["first_public"] = f"{work['first_public'][:4]}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"


def reyear(chance: random.Random, data: Data) -> None:
    """A work was public in another year, which may have been without works, or now is."""
    work = one(chance, data["papers"], "first_public")
    year = int(work["first_public"][:4]) + chance.choice([-2, -1, 1, 2])
    work["first_public"] = f"{year}{work['first_public'][4:]}"
    work["year"] = str(max(year, int(work["year"])))


def respell(chance: random.Random, data: Data) -> None:
    """A name is printed with an accent: it heads the person's page, and stands on those of coauthors."""
    work = one(chance, data["papers"], "authors")
    name = work["authors"][0]
    if isinstance(name, str):
        work["authors"][0] = name.replace("a", "á", 1) if "á" not in name else name.replace("á", "a")


def recast(chance: random.Random, data: Data) -> None:
    """A work has one author less."""
    work = one(chance, data["papers"], "authors")
    del work["authors"][chance.randrange(len(work["authors"]))]


def reason(chance: random.Random, data: Data) -> None:
    """An edge says something else."""
    work = one(chance, data["papers"], "edges")
    for edge in work.get("edges", [])[:1]:
        edge["why"]["en"] = f"Because of {chance.randrange(100)}."


def unedge(chance: random.Random, data: Data) -> None:
    """A work stands on one less."""
    work = one(chance, data["papers"], "edges")
    if work:
        work["edges"].pop()


def reedge(chance: random.Random, data: Data) -> None:
    """A work stands on one more."""
    later, earlier = one(chance, data["papers"]), one(chance, data["papers"])
    edge = {"to": earlier["key"], "type": "extends", "why": {"en": "It does.", "zh": "确实如此。"}}
    later["edges"] = [*later.get("edges", []), edge]


def explain(chance: random.Random, data: Data) -> None:
    """A work explains another, or no more."""
    work = one(chance, data["papers"])
    work["explains"] = [] if work.get("explains") else [one(chance, data["papers"])["key"]]
    if not work["explains"]:
        del work["explains"]


def alias(chance: random.Random, data: Data) -> None:
    """A work has a former key."""
    work = one(chance, data["papers"])
    work["aliases"] = [*work.get("aliases", []), f"former-{chance.randrange(1000, 2000)}-key"]


def retopic(chance: random.Random, data: Data) -> None:
    """A work is on another topic, which gives it another colour."""
    one(chance, data["papers"])["topics"] = [one(chance, data["topics"])["id"]]


def move(chance: random.Random, data: Data) -> None:
    """Entries stand in another order."""
    chance.shuffle(data["papers"])


def remove(chance: random.Random, data: Data) -> None:
    """An entry is gone."""
    del data["papers"][chance.randrange(len(data["papers"]))]


def revenue(chance: random.Random, data: Data) -> None:
    """A venue is called otherwise."""
    one(chance, data["venues"])["name"] = f"Venue of {chance.randrange(100)}"


def rename_topic(chance: random.Random, data: Data) -> None:
    """A topic is called otherwise."""
    one(chance, data["topics"])["name"] = {"en": f"Topic {chance.randrange(100)}", "zh": "主题"}


def abbreviate(chance: random.Random, data: Data) -> None:
    """A venue is called otherwise for short, or in Chinese."""
    one(chance, data["venues"])[chance.choice(["short", "name_zh"])] = f"第{chance.randrange(100)}V"


def reorder(chance: random.Random, data: Data) -> None:
    """Topics stand in another order, which gives them other colours."""
    chance.shuffle(data["topics"])


def reperson(chance: random.Random, data: Data) -> None:
    """A person has another address."""
    one(chance, data["people"])["url"] = f"https://example.org/{chance.randrange(100)}"


def relist(chance: random.Random, data: Data) -> None:
    """A list has another order."""
    section = one(chance, data["lists"])["sections"][0]
    chance.shuffle(section["items"])


def renote(chance: random.Random, data: Data) -> None:
    """A list says something else of its first work."""
    item = one(chance, data["lists"])["sections"][0]["items"][0]
    item["note"] = {"en": f"Note {chance.randrange(100)}.", "zh": "注意。"}


CHANGES: list[Callable[[random.Random, Data], None]] = [
    *(retitle, nickname, redate, reyear, respell, recast, reason, unedge, reedge, explain, alias, retopic, move),
    *(remove, revenue, abbreviate, rename_topic, reorder, reperson, relist, renote),
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_after_changes_at_random_every_file_is_that_of_a_build_from_nothing(project, change):
    """Each kind of change six times, one after the other, and others between them."""
    chance = random.Random(change.__name__)
    write(project, sound := read(project))
    built(project)
    count = 0
    while count < 6:
        data = copy.deepcopy(sound)
        for some in (change, *chance.sample(CHANGES, chance.choice([0, 0, 2]))):
            some(chance, data)
        write(project, data)
        try:
            open_project(project)
        except ProblemsError:
            continue
        sound, count = data, count + 1
        quick, whole = built(project), built_from_nothing(project)
        assert [name for name in {*quick, *whole} if quick.get(name) != whole.get(name)] == []


def test_which_heirs_are_drawn_depends_on_how_many_stand_on_them(project):
    """Works that are no neighbours come to stand on an heir: the picture draws the heirs on which most others stand."""

    def drawn(site: dict[str, bytes]) -> list[str]:
        picture = re.search(r'<div class="sh-ego">.*?</div>', site[page].decode(), re.DOTALL)
        return re.findall(r'href="\.\./([^/"]+)/"|href="[^"]*papers/([^/"]+)/"', picture[0] if picture else "")

    write(project, data := read(project))
    for name in ("demos", "data/runs"):  # pages with demos are not kept
        shutil.rmtree(project / name)
    catalog = open_project(project).catalog
    star = max(catalog.led_to, key=lambda key: len(catalog.led_to[key]))
    heirs = [descent.later for descent in catalog.led_to[star]]
    page = f"papers/{star}/index.html"
    before, changed = drawn(built(project)), 0
    assert before
    for heir in heirs:
        tried = copy.deepcopy(data)
        for record in tried["papers"]:
            work = catalog.by_key[record["key"]]
            if work.first_public > heir.first_public and work not in heirs and work.kind == "paper":
                edge = {"to": heir.key, "type": "extends", "why": {"en": "It does.", "zh": "确实如此。"}}
                record["edges"] = [*(known for known in record.get("edges", []) if known["to"] != heir.key), edge]
        write(project, tried)
        quick = built(project)
        assert quick == built_from_nothing(project)
        changed += drawn(quick) != before
    assert changed


def test_a_topic_shows_its_entry_points_also_where_they_are_on_other_topics(project):
    write(project, data := read(project))
    topic = next(topic for topic in data["topics"] if topic.get("entry_points"))
    other = next(work for work in data["papers"] if topic["id"] not in work.get("topics", ()))
    topic["entry_points"] = [other["key"]]
    write(project, data)
    built(project)
    other["title"] = "Another title"
    write(project, data)
    quick = built(project)
    assert b"Another title" in quick[f"topics/{topic['id']}/index.html"]
    assert quick == built_from_nothing(project)


def test_what_did_not_change_is_not_made_again(project, made):
    built(project)
    assert set(made) == with_demos(project)


def test_entries_that_only_moved_are_not_made_again(project, made):
    file = project / "data/papers.yaml"
    file.write_text("# A line more.\n" + file.read_text("utf-8"), "utf-8")
    quick = built(project)
    assert set(made) == with_demos(project)
    assert quick == built_from_nothing(project)


@pytest.mark.parametrize("harm", ["emptied", "cut off", "a byte changed", "of another version", "deleted"])
def test_what_came_to_harm_is_made_again(project, made, harm, monkeypatch):
    for path in (project / page_store.FOLDER).iterdir():
        body = path.read_bytes()
        changed = body[:-9] + bytes([body[-9] ^ 1]) + body[-8:]
        path.write_bytes({"emptied": b"", "cut off": body[:-7], "a byte changed": changed}.get(harm, body))
    if harm == "deleted":
        shutil.rmtree(project / kept.FOLDER)
    if harm == "of another version":
        monkeypatch.setattr(kept, "made_by", lambda: b"another")
    before = {path: text for path, text in built(project).items() if path.startswith("papers/")}
    assert len(made) > len(with_demos(project)) * 2
    made.clear()
    assert before.items() <= built(project).items()
    assert set(made) == with_demos(project)


def test_what_is_no_more_shown_is_forgotten(project):
    def held() -> int:
        return sum(path.stat().st_size for path in (project / page_store.FOLDER).iterdir())

    file = project / "data/papers.yaml"
    before = held()
    for number in range(5):
        text = file.read_text("utf-8")
        file.write_text(text.replace("Counts pairs", f"{number} counts pairs", 1), "utf-8")
        built(project)
    assert held() < before * 1.1


def test_a_disk_that_takes_nothing_harms_nothing(project, made):
    shutil.rmtree(project / page_store.FOLDER)
    (project / page_store.FOLDER).write_text("a file in the place of the folder")
    first = built(project)
    count = len(made)
    assert built(project) == first
    assert len(made) == 2 * count
