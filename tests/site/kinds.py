"""One page of each kind, in both languages, for tests that look at every kind."""

from __future__ import annotations

from pathlib import Path

WORKS = (  # one with two demos, and one of each kind that is no paper
    "devlin-etal-2019-bert",
    "goldberg-2018-jiyu",
    "thunlp-2019-plmpapers",
    "alammar-2018-illustrated",
    "manning-2019-natural",
)
FIXED = (
    "",
    "404.html",
    "papers/",
    "authors/",
    "venues/",
    "years/",
    "topics/",
    "lists/",
    "timeline/",
    "demos/",
    "books/",
    "repos/",
    "export/",
    "selection/",
    "how-it-works/",
    "planted-bugs/",
    "concepts/",
    "concepts/transformer/",
    "concepts/attention-in-vision/",
    "contributing/",
    "about/",
)


def pages_of_each_kind(site: Path, works: int = 6) -> list[str]:
    """Addresses: every hand-written page, works of each kind, and one page of each other kind, in both languages."""
    paths = [*FIXED, *(f"papers/{key}/" for key in WORKS)]
    for kind in ("papers", "authors", "venues", "years", "topics", "lists", "timeline"):
        entries = sorted(path.name for path in (site / kind).iterdir() if path.is_dir())
        step = max(1, len(entries) // works) if kind == "papers" else max(1, len(entries))
        paths += [f"{kind}/{name}/" for name in entries[::step]]
    return [prefix + path for prefix in ("", "zh/") for path in paths]


def file_of(site: Path, path: str) -> Path:
    """The file behind an address."""
    return site / (path + "index.html" if path.endswith("/") or not path else path)
