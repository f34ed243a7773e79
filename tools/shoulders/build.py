"""Build the whole site: check, render, stamp, export, index, and only then replace the previous site."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

from shoulders import (
    addresses,
    citations,
    kept,
    page_store,
    page_tasks,
    preview,
    site_files,
    stamp,
    templating,
    workers,
)
from shoulders.model import LANGUAGES, Language
from shoulders.page_store import Shelves
from shoulders.page_tasks import Target
from shoulders.problems import ProblemsError
from shoulders.project import Project, open_project, without_collector
from shoulders.rendering import Rendering, remove
from shoulders.stages import BuildError, Progress, Report, Stages, part, quiet
from shoulders.wholefile import WriteError, alone


@without_collector()
def build(
    root: Path,
    *,
    site: Path | None = None,
    languages: Sequence[Language] = LANGUAGES,
    leave_out: Collection[str] = (),
    report: Report = quiet,
    progress: Progress = quiet,
) -> Path:
    """Build the site of the project in `root`, by default into `root/site`.

    Args:
        root: the project's folder.
        site: where the site goes; what stands there is replaced when the new one is whole.
        languages: in which it is built; English is the first.
        leave_out: stages that are left out, of `picture` and `search`: a benchmark measures the others alone.
        report: hears a line for each stage that is done.
        progress: hears the name of a stage and how many of how many parts of it are done; 0 of 0 when it begins.

    Raises:
        ProblemsError: when the data has problems.
        BuildError: when a step fails.
    """
    site = site or root / "site"
    _refuse_other_folders(root, site)
    stage = Stages(report, progress)
    site.parent.mkdir(parents=True, exist_ok=True)
    try:
        with alone(site.parent):
            pages = _build(root, site, languages, leave_out, stage)
    except WriteError as error:
        raise BuildError(f"another build beside {site} goes on: wait until it has ended") from error
    stage.report(f"{pages} pages in {stage.total:.1f} s: {site}")
    return site


def _build(root: Path, site: Path, languages: Sequence[Language], leave_out: Collection[str], stage: Stages) -> int:
    staging = site.with_name(site.name + ".new")
    remove(staging)
    try:
        with Rendering(root, staging, languages) as rendering:
            rendering.start()  # goes on while the data are read
            with stage("check"):
                project = _open(root, languages, stage)
            with stage("render"):
                rendering.finish()
        folders = {language: staging / addresses.of_language(language) for language in languages}
        pages = fill(project, staging, folders, stage, leave_out, previewed=site == root / "site")
        with stage("replace"):
            replace(staging, site)
        return pages
    finally:  # also when it fails or Ctrl-C ends it
        remove(staging)


def _open(root: Path, languages: Iterable[Language], stage: Stages) -> Project:
    """The project, and with it the templates: what is kept is known by those that are there now."""
    project = open_project(root, done=stage.done)
    for language in languages:
        templating.load(language)
    return project


@without_collector()
def fill(
    project: Project,
    site: Path,
    folders: Mapping[Language, Path],
    stage: Stages,
    leave_out: Collection[str] = (),
    *,
    previewed: bool = False,
) -> int:
    """Make the catalog's pages, exports and search index in a rendered site; the number of its pages.

    `folders` holds where each language's rendered pages stand, inside `site` or `site` itself. Previews of changed
    entries will go into a site that is `previewed`.

    Raises:
        BuildError: when citations cannot be made.
        stamp.StampError: when a folder holds no shells.
    """
    with stage("cite"):
        cited = format_citations(project, stage.done)
    views = {language: project.view(language, cited) for language in folders}
    with stage("stamp"):
        shells = {language: stamp.take_shells(folder) for language, folder in folders.items()}
        if previewed:
            preview.keep_shells(project.root, shells)
        targets = [
            Target(view, folders[language], shells[language], Shelves(view, project.root / page_store.FOLDER))
            for language, view in views.items()
        ]
        # Listed now: when they are filled, other pages stand between them.
        written = [stamp.written_files(target.folder, target.view.language) for target in targets]
        tasks: dict[str, Iterable[stamp.Task]] = {  # side by side, what takes longest first
            "written": [
                partial(_stamp_written, target, site, files, searched="search" not in leave_out)
                for target, files in zip(targets, written, strict=True)
            ],
            "export": site_files.exports(targets[0].view, site, targets[0].shelves),
            "pages": chain(page_tasks.other_tasks(targets), page_tasks.work_tasks(targets, site)),
        }
        made = stage.run(tasks)
        stamped = stamp.together(made, folders)
        exported = dict(pair for part in made for pair in part.exports.items())
        site_files.write_exports(project.catalog, site, exported)
        site_files.write_root(views, site, stamped)
    if "picture" not in leave_out:
        with stage("picture"):
            site_files.write_pictures(views, folders, project.root / kept.FOLDER / "og", stage.done)
    return sum(map(len, stamped.values()))


def _stamp_written(target: Target, site: Path, files: Sequence[Path], *, searched: bool) -> stamp.Made:
    """The hand-written pages of a language, and its search index, which finds them too."""
    view = target.view
    written = list(stamp.fill_written(view, target.folder, files))
    if searched:
        with part("search"):
            site_files.write_search(view, site, written)
    return stamp.Made({view.language: [page.path for page in written]})


def stamp_site(
    root: Path, site: Path, folders: Mapping[Language, Path] | None = None, *, report: Report = quiet
) -> int:
    """Fill a site that any builder left in `site`, each language where it stands; the number of its pages.

    Raises:
        ProblemsError: when the data has problems.
        BuildError: when citations cannot be made.
        stamp.StampError: when `site` holds no shells.
    """
    stage = Stages(report, quiet)
    with stage("check"):
        project = _open(root, folders or LANGUAGES, stage)
    return fill(project, site, folders or stamp.language_folders(site), stage)


def _refuse_other_folders(root: Path, site: Path) -> None:
    """What stands at `site` is replaced, so it has to be a site."""
    holds_other = site.is_dir() and any(site.iterdir()) and not (site / "index.html").is_file()
    if site in (root, *root.parents) or holds_other or (site.exists() and not site.is_dir()):
        raise BuildError(f"expected a folder for the site alone, got '{site}', which holds something else")


def format_citations(
    project: Project, done: workers.Done = workers.ignored
) -> Mapping[str, Mapping[str, citations.Citation]]:
    """Every work's formatted citations, from the cache where they are there.

    Raises:
        BuildError: when the processor fails.
    """
    try:
        return citations.format_citations(project.catalog, project.catalog.works, project.root / kept.FOLDER, done)
    except citations.CitationError as error:
        raise BuildError(str(error)) from error


def replace(staging: Path, site: Path) -> None:
    """Put the new site in the place of the old one by two renames; if the second fails, the first is undone."""
    old = site.with_name(site.name + ".old")
    remove(old)
    try:
        if site.exists():
            site.rename(old)
        staging.rename(site)
    except BaseException:
        if old.exists() and not site.exists():
            old.rename(site)
        raise
    remove(old)


__all__ = ["BuildError", "ProblemsError", "Project", "build", "open_project"]
