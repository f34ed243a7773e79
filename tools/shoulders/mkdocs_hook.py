"""Plain `mkdocs build` and `mkdocs serve` stamp the catalog into one language: the only file that knows MkDocs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from mkdocs.exceptions import Abort

from shoulders import build, rendering, stamp
from shoulders.model import LANGUAGES, Language
from shoulders.settings import SettingsError


def on_post_build(config: Any) -> None:
    """Fill the site that MkDocs has just built; problems of the data stop the build."""
    if os.environ.get(rendering.HOOK_OFF):
        return
    root = Path(config.config_file_path).parent
    language: Language = next((lang for lang in LANGUAGES if lang == config.theme["language"]), "en")
    site = Path(config.site_dir)
    try:
        build.stamp_site(root, site, {language: site})
    except (build.ProblemsError, build.BuildError, stamp.StampError, SettingsError) as error:
        raise Abort(str(error)) from None
