"""MkDocs renders what is written by hand, and the shells of the catalog's pages, each language in its own process.

It takes a second, and is not asked again where nothing changed of what it renders.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from shoulders import addresses, rendered_store
from shoulders.model import Language
from shoulders.rendered_store import Sources
from shoulders.settings import CONFIG_FILES
from shoulders.stages import BuildError
from shoulders.stamp import write

HOOK_OFF = "SHOULDERS_HOOK_OFF"
"""The environment variable that keeps our hook in MkDocs from filling what it rendered: the build does."""
# A formula of a page that cannot be converted is no bug, and MkDocs has named the page: the way there says nothing.
_FORMULA = re.compile(r"^Traceback .*?^shoulders\.mathml\.MathError: [^\n]*", re.DOTALL | re.MULTILINE)


class Rendering:
    """The languages, rendered side by side; what is kept of a language is taken in the place of rendering it."""

    def __init__(self, root: Path, staging: Path, languages: Sequence[Language]) -> None:
        self.root, self.staging, self.languages = root, staging, languages
        self.running: dict[Language, subprocess.Popen[str]] = {}
        self.sources = self._sources()

    def start(self) -> None:
        """Begin."""
        for language in self.languages:
            target = _rendered(self.staging, language)
            remove(target)
            files = rendered_store.find(self.root, language, self.sources) if self.sources else None
            if files is None:
                self.running[language] = self._mkdocs(language, target)
            for name, body in (files or {}).items():
                write(target / name, body)

    def _mkdocs(self, language: Language, target: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
        command += ["--config-file", str(self.root / CONFIG_FILES[language]), "--site-dir", str(target)]
        environment = os.environ | {HOOK_OFF: "1", "NO_MKDOCS_2_WARNING": "1", "PYTHONHASHSEED": "0"}
        return subprocess.Popen(
            command, cwd=self.root, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def finish(self) -> None:
        """Wait, and put what was rendered into one folder.

        Raises:
            BuildError: when MkDocs fails or warns.
        """
        outputs = {language: process.communicate()[0] for language, process in self.running.items()}
        for language, output in outputs.items():
            if self.running[language].returncode:
                raise BuildError("MkDocs could not render the pages:\n" + _FORMULA.sub("", output).strip())
        unchanged = self.sources if self.running and self.sources == self._sources() else None
        for language in self.languages:
            folder = _rendered(self.staging, language)
            if unchanged and language in self.running:
                rendered_store.keep(self.root, language, unchanged, folder)
            folder.rename(self.staging / addresses.of_language(language))

    def _sources(self) -> Sources | None:
        try:
            return Sources.now(self.root)
        except OSError:  # MkDocs tells what it cannot read
            return None

    def __enter__(self) -> Self:
        """What is started from here on is ended."""
        return self

    def __exit__(self, *_: object) -> None:
        """End what still runs, and take away what was not put into the one folder."""
        for process in self.running.values():
            process.kill()  # does nothing to one that has ended
            process.wait()
            if process.stdout:
                process.stdout.close()
        for language in self.languages:
            remove(_rendered(self.staging, language))


def _rendered(staging: Path, language: Language) -> Path:
    """Where MkDocs renders a language."""
    return staging.with_name(f"{staging.name}.{language}")


def remove(folder: Path) -> None:
    """Take away a folder with all it holds, or the link that stands in its place; one that is not there is no error."""
    if folder.is_symlink():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
