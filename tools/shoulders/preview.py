"""The pages of changed entries, put into a built site at once: `shoulders serve` shows them before it builds the rest.

Runs as a process of its own that waits for its standard input: for each line it looks at the data and writes the pages
and exports of the entries that changed since it last did. They are the bytes that the build of the whole site makes.
"""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from shoulders import addresses, citations, kept, read_ahead
from shoulders.model import Language, Work
from shoulders.page_tasks import Target, stamp_works
from shoulders.problems import ProblemsError
from shoulders.project import Project, open_project
from shoulders.settings import SettingsError
from shoulders.stamp import Shells, StampError

UNUSABLE = (ProblemsError, SettingsError, OSError)
SHELLS = kept.FOLDER / "shells.json"


class Preview:
    """Follows the data of a project; its site was built from what they say at the beginning."""

    def __init__(self, root: Path, site: Path) -> None:
        self.root, self.site = root, site
        self._memory = read_ahead.remembered(root)
        self._works: dict[str, Work] = {}  # none until the data were sound once
        with suppress(*UNUSABLE):
            self._follow(open_project(root, memory=self._memory))

    def update(self) -> int:
        """Write the pages and exports of the entries that changed; how many these are.

        There are none where something is wrong, or nothing was built here: the build of the whole site tells.
        """
        shells: dict[Language, Shells] = json.loads(kept.read(self.root / SHELLS) or b"{}")
        try:
            project = open_project(self.root, memory=self._memory)
        except UNUSABLE:
            return 0
        before = self._works
        changed = [work for work in project.catalog.works if before.get(work.key) != work]
        self._follow(project)
        if not before or not changed or not shells:
            return 0
        try:
            self._write(project, shells, changed)
        except (citations.CitationError, StampError, OSError):
            return 0
        return len(changed)

    def _follow(self, project: Project) -> None:
        self._works = dict(project.catalog.by_key)

    def _write(self, project: Project, shells: Mapping[Language, Shells], works: list[Work]) -> None:
        cited = citations.format_citations(project.catalog, works, self.root / kept.FOLDER)
        targets = [
            Target(project.view(language, cited), self.site / addresses.of_language(language), cut)
            for language, cut in shells.items()
        ]
        stamp_works(targets, self.site, works)


def keep_shells(root: Path, shells: Mapping[Language, Shells]) -> None:
    """Keep the shells of a build for previews, where the disk takes them."""
    with suppress(OSError):
        kept.write(root / SHELLS, json.dumps(shells).encode())


def main(root: str, site: str) -> None:
    """Answer each line of standard input with how many entries changed."""
    preview = Preview(Path(root), Path(site))
    for _ in sys.stdin:
        print(preview.update(), flush=True)
        gc.collect()  # now that nobody waits; reading the data leaves some garbage, and does not look for it


if __name__ == "__main__":
    main(*sys.argv[1:])
