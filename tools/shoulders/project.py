"""A project as it stands on the disk: its data loaded and checked, with what the site needs besides.

Makes no page; what only pages need is imported when one asks for a view.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shoulders import demo_files, handwritten, load, read_ahead, rules, workers
from shoulders.catalog import Catalog
from shoulders.links import places, record
from shoulders.memory import Memory
from shoulders.model import Language
from shoulders.problems import ProblemsError
from shoulders.settings import Settings, load_settings

if TYPE_CHECKING:
    from shoulders.citations import Citation
    from shoulders.gallery import Demo
    from shoulders.handwritten import Concept
    from shoulders.view import View


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
    marks: Mapping[str, str]  # by key, what stands for all that an entry says

    def view(self, language: Language, cited: Mapping[str, Mapping[str, Citation]]) -> View:
        """The catalog in one language."""
        from shoulders.view import View

        return View(
            self.catalog,
            self.settings,
            language,
            cited,
            self.lines,
            self.demos,
            self.concepts,
            self.links.dead,
            self.marks,
        )


def open_project(
    root: Path,
    *,
    stale_links: bool = False,
    memory: Memory | None = None,
    done: workers.Done = workers.ignored,
) -> Project:
    """Load and check everything under `root`; `stale_links` lets records of links pass that stand nowhere any more.

    What is read and sound is kept for the next time, in `memory`, by default below the project's `.cache/`. Where that
    may take a while, `done` hears how much is read.

    Raises:
        ProblemsError: when the data or a citation has problems.
    """
    with without_collector():
        return _open(root, stale_links, read_ahead.remembered(root, done) if memory is None else memory)


@contextmanager
def without_collector() -> Iterator[None]:
    """Without looking for garbage, of which there is little: a tenth of the time of a build of 10,000 works."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()  # and back, as old: or all that was made is looked through, 0.4 s for 10,000 works
            gc.enable()
            gc.unfreeze()


def _open(root: Path, stale_links: bool, memory: Memory) -> Project:
    data = load.load_data(root, memory)
    found, demo_problems = demo_files.read_demos(root)
    demos = {name: demo.card.entry for name, demo in found.items()}
    pages = handwritten.read_concepts(root)
    problems = rules.check(data, demos, pages) + demo_problems
    memory.save()
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
    marks = {loaded.record.key: loaded.mark for loaded in data.works}
    return Project(root, catalog, load_settings(root), lines, found, pages, links, marks)
