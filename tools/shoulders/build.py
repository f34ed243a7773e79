"""Build the whole site: check, render, stamp, export, index, and only then replace the previous site."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shoulders import citations, demo_files, handwritten, load, rules, stamp
from shoulders.catalog import Catalog
from shoulders.exports import FORMATS, papers_json
from shoulders.gallery import Demo
from shoulders.handwritten import Concept
from shoulders.links import places, record
from shoulders.model import LANGUAGES, Language
from shoulders.problems import ProblemsError, expected
from shoulders.settings import CONFIG_FILES, Settings, load_settings
from shoulders.view import View

HOOK_OFF = "SHOULDERS_HOOK_OFF"
# A formula of a page that cannot be converted is no bug, and MkDocs has named the page: the way there says nothing.
_FORMULA = re.compile(r"^Traceback .*?^shoulders\.mathml\.MathError: [^\n]*", re.DOTALL | re.MULTILINE)
Report = Callable[[str], None]


class BuildError(Exception):
    """The site could not be built; the previous one stands untouched."""


@dataclass(frozen=True, slots=True)
class Project:
    """A checked catalog with what the site needs besides."""

    root: Path
    catalog: Catalog
    settings: Settings
    lines: Mapping[str, tuple[str, int]]  # where each entry stands
    demos: Mapping[str, Demo]  # by name
    concepts: Mapping[str, Concept]  # by name
    links: record.Record  # what is known of the links that are not fine

    def view(self, language: Language, cited: Mapping[str, Mapping[str, citations.Citation]]) -> View:
        """The catalog in one language."""
        return View(
            self.catalog, self.settings, language, cited, self.lines, self.demos, self.concepts, self.links.dead
        )


def open_project(root: Path, *, stale_links: bool = False) -> Project:
    """Load and check everything under `root`; `stale_links` lets records of links pass that stand nowhere any more.

    Raises:
        ProblemsError: when the data or a citation has problems.
    """
    data = load.load_data(root)
    found, demo_problems = demo_files.read_demos(root)
    demos = {name: demo.card.entry for name, demo in found.items()}
    pages = handwritten.read_concepts(root)
    problems = rules.check(data, demos, pages) + demo_problems
    catalog = rules.to_catalog(data, demos)
    keys = frozenset(catalog.by_key) | frozenset(catalog.aliases) | data.broken
    problems += handwritten.check_pages(root, keys)
    links, link_problems = record.read(root)
    problems += link_problems
    if not stale_links:
        problems += record.stale(root, places.strays(links.links, data, root))
    if problems:
        raise ProblemsError(problems)
    lines = {loaded.record.key: (loaded.path, loaded.block.line) for loaded in data.works}
    return Project(root, catalog, load_settings(root), lines, found, pages, links)


def build(root: Path, *, site: Path | None = None, report: Report = lambda _: None) -> Path:
    """Build the site of the project in `root`, by default into `root/site`.

    Raises:
        ProblemsError: when the data has problems.
        BuildError: when a step fails.
    """
    site = site or root / "site"
    _refuse_other_folders(root, site)
    stage = _Stages(report)
    with stage("check"):
        project = open_project(root)
    staging = site.with_name(site.name + ".new")
    _remove(staging)
    try:
        return _build(project, site, staging, stage)
    finally:  # also when it fails or Ctrl-C ends it
        for folder in (staging, *_rendered(staging).values()):
            _remove(folder)


def _build(project: Project, site: Path, staging: Path, stage: _Stages) -> Path:
    with stage("render"):
        render(project.root, staging)
    pages = fill(project, staging, stamp.language_folders(staging), stage)
    replace(staging, site)
    stage.report(f"{pages} pages in {stage.total:.1f} s: {site}")
    return site


def fill(project: Project, site: Path, folders: Mapping[Language, Path], stage: _Stages) -> int:
    """Make the catalog's pages, exports and search index in a rendered site; the number of its pages.

    `folders` holds where each language's rendered pages stand, inside `site` or `site` itself.

    Raises:
        BuildError: when citations cannot be made.
        stamp.StampError: when a folder holds no shells.
    """
    with stage("cite"):
        cited = format_citations(project)
    views = {language: project.view(language, cited) for language in folders}
    with stage("stamp"):
        stamped = {language: stamp.stamp_language(views[language], folder) for language, folder in folders.items()}
    with stage("export"):
        stamp.write_exports(next(iter(views.values())), site)
        stamp.write_root(views, site, stamped)
    with stage("picture"):
        stamp.write_pictures(views, folders, project.root / ".cache" / "shoulders" / "og")
    with stage("search"):
        for language, done in stamped.items():
            stamp.write_search(views[language], site, done)
    return sum(len(done.paths) for done in stamped.values())


def stamp_site(
    root: Path, site: Path, folders: Mapping[Language, Path] | None = None, *, report: Report = lambda _: None
) -> int:
    """Fill a site that any builder left in `site`, each language where it stands; the number of its pages.

    Raises:
        ProblemsError: when the data has problems.
        BuildError: when citations cannot be made.
        stamp.StampError: when `site` holds no shells.
    """
    stage = _Stages(report)
    with stage("check"):
        project = open_project(root)
    return fill(project, site, folders or stamp.language_folders(site), stage)


def _refuse_other_folders(root: Path, site: Path) -> None:
    """What stands at `site` is replaced, so it has to be a site."""
    holds_other = site.is_dir() and any(site.iterdir()) and not (site / "index.html").is_file()
    if site in (root, *root.parents) or holds_other or (site.exists() and not site.is_dir()):
        raise BuildError(f"expected a folder for the site alone, got '{site}', which holds something else")


def format_citations(project: Project) -> Mapping[str, Mapping[str, citations.Citation]]:
    """Every work's formatted citations, from the cache where they are there.

    Raises:
        BuildError: when the processor fails.
    """
    try:
        cache = project.root / ".cache" / "shoulders" / "citations"
        return citations.format_citations(project.catalog, project.catalog.works, cache)
    except citations.CitationError as error:
        raise BuildError(str(error)) from error


def export(
    project: Project, form: str, *, keys: Sequence[str] = (), lists: Sequence[str] = (), topics: Sequence[str] = ()
) -> str:
    """The chosen works in an export format, each once, in the order asked for; all works when nothing is chosen.

    Raises:
        BuildError: naming every key, list or topic that does not exist.
    """
    catalog = project.catalog
    if form == "json":
        if keys or lists or topics:
            raise BuildError("--format json writes the whole catalog and takes no KEY, --list or --topic")
        return papers_json.render(catalog)
    listed = {found.id: found for found in catalog.lists}
    unknown = [expected("the key of a work", key, catalog.by_key) for key in keys if not catalog.find(key)]
    unknown += [expected("a reading list", name, listed) for name in lists if name not in listed]
    unknown += [expected("a topic", name, catalog.topic) for name in topics if name not in catalog.topic]
    if unknown:
        raise BuildError("; ".join(unknown))
    chosen = [catalog.find(key) for key in keys]
    chosen += [catalog.find(item.key) for name in lists for item in listed[name].items]
    chosen += [work for name in topics for work in catalog.works_of_topic.get(name, ())]
    works = {work.key: work for work in chosen if work}
    everything = not (keys or lists or topics)
    return FORMATS[form].render(catalog, catalog.works if everything else list(works.values()))


def render(root: Path, staging: Path) -> None:
    """Let MkDocs render the hand-written pages and shells of both languages side by side.

    Raises:
        BuildError: when MkDocs fails or warns.
    """
    environment = os.environ | {HOOK_OFF: "1", "NO_MKDOCS_2_WARNING": "1", "PYTHONHASHSEED": "0"}
    targets = _rendered(staging)
    running: list[subprocess.Popen[str]] = []
    try:
        for language, target in targets.items():
            _remove(target)
            command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
            command += ["--config-file", str(root / CONFIG_FILES[language]), "--site-dir", str(target)]
            running.append(
                subprocess.Popen(
                    command, cwd=root, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
                )
            )
        outputs = [process.communicate()[0] for process in running]
    finally:
        for process in running:
            process.kill()  # does nothing to one that has ended
            process.wait()
    for process, output in zip(running, outputs, strict=True):
        if process.returncode:
            raise BuildError("MkDocs could not render the pages:\n" + _FORMULA.sub("", output).strip())
    targets["en"].rename(staging)
    for language, target in targets.items():
        if language != "en":
            target.rename(staging / language)


def _rendered(staging: Path) -> dict[Language, Path]:
    """Where MkDocs renders each language."""
    return {language: staging.with_name(f"{staging.name}.{language}") for language in LANGUAGES}


def replace(staging: Path, site: Path) -> None:
    """Put the new site in the place of the old one by two renames; if the second fails, the first is undone."""
    old = site.with_name(site.name + ".old")
    _remove(old)
    try:
        if site.exists():
            site.rename(old)
        staging.rename(site)
    except BaseException:
        if old.exists() and not site.exists():
            old.rename(site)
        raise
    _remove(old)


def _remove(folder: Path) -> None:
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


class _Stages:
    """Times the stages of a build and reports each when it is done."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.total = 0.0

    def __call__(self, name: str) -> _Stages:
        self.name = name
        return self

    def __enter__(self) -> None:
        self.start = time.perf_counter()

    def __exit__(self, *failure: object) -> None:
        seconds = time.perf_counter() - self.start
        self.total += seconds
        if failure[0] is None:
            self.report(f"  {self.name:<7} {seconds:6.2f} s")


__all__ = ["BuildError", "ProblemsError", "Project", "build", "open_project"]
