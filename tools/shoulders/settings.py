"""What `mkdocs.yml` and `mkdocs.zh.yml` say once for everything: addresses, names, contact."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import yaml

from shoulders.model import LANGUAGES, Language

CONFIG_FILES: dict[Language, str] = {"en": "mkdocs.yml", "zh": "mkdocs.zh.yml"}


@dataclass(frozen=True, slots=True)
class Settings:
    """The site's own facts, the same for the builder and for what is stamped."""

    site_url: str  # with a slash at the end
    repo_url: str  # empty when the site names no repository
    contact: str
    names: dict[Language, str]
    descriptions: dict[Language, str]

    def absolute(self, address: str) -> str:
        """The full address of a page or file given from the root of the site."""
        return self.site_url + address

    def edit_url(self, path: str, line: int) -> str:
        """Where a line of a file in the repository is shown, to be edited from there."""
        return f"{self.repo_url}/blob/main/{path}#L{line}" if self.repo_url else ""

    def correction_url(self, key: str, title: str) -> str:
        """Where a reader says what is wrong with an entry: the issue form, its title and the key filled in."""
        filled = urlencode({"template": "fix-entry.yml", "title": title, "key": key}, quote_via=quote)
        return f"{self.repo_url}/issues/new?{filled}" if self.repo_url else ""


class SettingsError(ValueError):
    """What `mkdocs.yml` says cannot be used; the message names the file and the setting."""


class _Loader(yaml.SafeLoader):
    """MkDocs's own dialect: `!ENV` looks at the environment; other tags name Python objects nobody needs here."""


def _environment(loader: _Loader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        values = loader.construct_sequence(node)
        if not values:
            raise yaml.constructor.ConstructorError(None, None, "expected a name in !ENV, got none", node.start_mark)
        *names, default = values
    else:
        names, default = [loader.construct_scalar(node)], None  # type: ignore[arg-type]  # the loader refuses others
    return next((os.environ[name] for name in names if os.environ.get(name)), default)


_Loader.add_constructor("!ENV", _environment)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)


def load_settings(root: Path) -> Settings:
    """The settings of the site whose `mkdocs.yml` stands in `root`.

    Raises:
        SettingsError: when a file or a setting is missing or cannot be read.
    """
    configs = {language: _read(root / name) for language, name in CONFIG_FILES.items()}
    main = configs["en"]
    for name in ("site_url", "site_name", "site_description"):
        if not isinstance(main.get(name), str):
            raise SettingsError(f"{CONFIG_FILES['en']}: {name}: expected a text, got {main.get(name)!r}")
    if not isinstance(main.get("extra") or {}, dict):
        raise SettingsError(f"{CONFIG_FILES['en']}: extra: expected a mapping, got {main['extra']!r}")
    for name in ("site_name", "site_description"):
        if not isinstance(configs["zh"].get(name, ""), str):
            raise SettingsError(f"{CONFIG_FILES['zh']}: {name}: expected a text, got {configs['zh'][name]!r}")
    merged = {language: {**main, **configs[language]} for language in LANGUAGES}
    return Settings(
        site_url=main["site_url"].rstrip("/") + "/",
        repo_url=str(main.get("repo_url") or "").rstrip("/"),
        contact=str((main.get("extra") or {}).get("contact") or ""),
        names={language: merged[language]["site_name"] for language in LANGUAGES},
        descriptions={language: merged[language]["site_description"] for language in LANGUAGES},
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        data = yaml.load(path.read_text("utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader with one more tag
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"{path.name}: expected a readable YAML file: {error}") from None
    if not isinstance(data, dict):
        raise SettingsError(f"{path.name}: expected settings, got {type(data).__name__}")
    return data
