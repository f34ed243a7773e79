"""The same invented entries for each contender: a project of ours, and Markdown pages for MkDocs, Zensical and Hugo."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from shoulders.catalog import Catalog
from shoulders.exports import FORMATS
from shoulders.model import Record, Work

ROOT = Path(__file__).resolve().parent.parent
TOGETHER = 10_000  # entries in a file, which has to stay below a limit


def write_project(catalog: Catalog, folder: Path) -> None:
    """A project of ours that passes `shoulders check`: the entries as YAML, our settings, shells and pages."""
    data = folder / "data"
    data.mkdir(parents=True)
    for name in ("mkdocs.yml", "mkdocs.zh.yml"):
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "docs", folder / "docs")
    hook = Path("tools/shoulders/mkdocs_hook.py")
    (folder / hook).parent.mkdir(parents=True)
    shutil.copy(ROOT / hook, folder / hook)
    for page in (folder / "docs").rglob("*.md"):  # they cite works of ours, which are not there
        page.write_text(re.sub(r"\[@[^\]]*\]", "", page.read_text("utf-8")), "utf-8")
    used = {work.venue for work in catalog.works}
    files: Mapping[str, Sequence[Record]] = {
        "people": [person for person in catalog.people if person.id in catalog.works_of_person],
        "venues": [venue for venue in catalog.venues if venue.id in used],
        "topics": catalog.topics,
        "lists": catalog.lists,
    }
    for name, records in files.items():
        (data / f"{name}.yaml").write_text(_dump([_plain(record.model_dump()) for record in records]), "utf-8")
    for start in range(0, len(catalog.works), TOGETHER):
        part = data / "papers" / f"part-{start // TOGETHER + 1:03d}.yaml" if start else data / "papers.yaml"
        part.parent.mkdir(exist_ok=True)
        with part.open("w", encoding="utf-8") as stream:
            for work in catalog.works[start : start + TOGETHER]:
                stream.write(_dump([_entry(work)]))


def _entry(work: Work) -> dict[str, Any]:
    entry: dict[str, Any] = _plain(work.model_dump(exclude_unset=True))
    entry["authors"] = [author.get("name", author) for author in entry["authors"]]
    return entry


def _plain(value: Any) -> Any:
    """The value as data, without what is empty."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items() if part not in (None, (), [], "")}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


def _dump(records: Sequence[Any]) -> str:
    return yaml.dump(records, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=110)


def pages(catalog: Catalog) -> Iterator[tuple[str, str, str]]:
    """The page of each entry in Markdown: key, title and what stands below it."""
    for work in catalog.works:
        authors = ", ".join(author.name or "" for author in work.authors)
        lineage = "".join(f"- [{edge.to}](../{edge.to}/): {edge.why.en}\n" for edge in work.edges)
        bibtex = FORMATS["bibtex"].render(catalog, [work])
        yield (
            work.key,
            work.title,
            f"{authors}\n\n{work.year}, {work.venue}\n\n## Summary\n\n{work.summary.en}\n\n{work.summary.zh}\n\n"
            f"## Lineage\n\n{lineage}\n## Cite\n\n```\n{bibtex}```\n",
        )


def write_mkdocs(catalog: Catalog, folder: Path) -> None:
    """Plain mkdocs-material as it comes, the entries not in its navigation; Zensical reads the same files."""
    settings: Mapping[str, Any] = {
        "site_name": "Entries",
        "site_url": "https://example.org/",
        "theme": {"name": "material"},
        "nav": ["index.md"],
        "validation": {"nav": {"omitted_files": "ignore"}, "links": {"unrecognized_links": "ignore"}},
    }
    (folder / "docs/papers").mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(_dump([settings])[2:].replace("\n  ", "\n"), "utf-8")
    (folder / "docs/index.md").write_text("# Entries\n", "utf-8")
    for key, title, text in pages(catalog):
        (folder / f"docs/papers/{key}.md").write_text(f"# {title}\n\n{text}", "utf-8")


def write_hugo(catalog: Catalog, folder: Path) -> None:
    """Hugo with a bare template and nothing but the entries."""
    (folder / "content/papers").mkdir(parents=True)
    (folder / "layouts/_default").mkdir(parents=True)
    kinds = '["taxonomy", "term", "RSS", "sitemap", "home", "section", "404"]'
    (folder / "hugo.toml").write_text(f'baseURL = "https://example.org/"\ntitle = "Entries"\ndisableKinds = {kinds}\n')
    template = '<!doctype html><html lang="en"><meta charset="utf-8"><title>{{ .Title }}</title>'
    (folder / "layouts/_default/single.html").write_text(
        f"{template}<h1>{{{{ .Title }}}}</h1>{{{{ .Content }}}}</html>"
    )
    for key, title, text in pages(catalog):
        (folder / f"content/papers/{key}.md").write_text(f'---\ntitle: "{title}"\n---\n{text}', "utf-8")
