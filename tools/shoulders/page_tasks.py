"""Makes the catalog's pages as tasks: those of works with their exports, and all others.

Pages for which nothing has changed are taken from what the last build kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from html import escape
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple, TypeVar
from urllib.parse import quote

from shoulders import addresses, pages
from shoulders.addresses import Place
from shoulders.browse import Browse
from shoulders.catalog import Catalog
from shoulders.exports import FORMATS, feed
from shoulders.heads import head
from shoulders.model import Language, Work
from shoulders.page_store import PageStore, Parts, Shelves, by_shelf
from shoulders.pages import Page
from shoulders.stamp import CONTENT, HEAD, SHELL_ID, Made, Shells, StampError, Task, write
from shoulders.view import View

T = TypeVar("T")


class Target(NamedTuple):
    """A language: its view, the folder of its pages, the shells that these fill, and what is kept of them, if any."""

    view: View
    folder: Path
    shells: Shells
    shelves: Shelves | None = None

    def store(self, kind: str, number: int) -> PageStore:
        """What is kept of pages of a kind on a shelf."""
        return self.shelves.store(kind, number) if self.shelves else PageStore()


def other_tasks(targets: Sequence[Target]) -> Iterator[Task]:
    """What makes all pages but those of works, and the data that belong to a language."""
    for target in targets:
        yield partial(_write_data, target)
        for kind, wanted in groupby(pages.other_pages(target.view), key=attrgetter("kind")):
            for number, some in by_shelf(wanted, attrgetter("id")).items():
                yield partial(_stamp_others, target, kind, number, some)


def work_tasks(targets: Sequence[Target], site: Path) -> Iterator[Task]:
    """What makes the page of every work in every language, and its exports."""
    for number, works in by_shelf(targets[0].view.catalog.works, attrgetter("key")).items():
        yield partial(_stamp_works, targets, number, site, works)


def _stamp_works(targets: Sequence[Target], number: int, site: Path, works: Iterable[Work]) -> Made:
    stores = [target.store("papers", number) for target in targets]
    made = stamp_works(targets, site, works, stores)
    for store in stores:
        store.save()
    return made


def stamp_works(targets: Sequence[Target], site: Path, works: Iterable[Work], stores: Sequence[PageStore] = ()) -> Made:
    """The pages of some works in every language, and their exports, which the pages show too.

    `stores` keep those of each language; without them all is made anew.
    """
    catalog = targets[0].view.catalog
    stores = stores or [PageStore() for _ in targets]
    exports: dict[str, Mapping[str, str]] = {}
    paths: dict[Language, list[str]] = {target.view.language: [] for target in targets}
    for work in works:
        marks = [target.shelves.mark_of_work(work) if target.shelves else "" for target in targets]
        alone = stores[0].get(marks[0] and f"exports {marks[0]}", partial(_alone, catalog, work))
        for name, form in FORMATS.items():
            text = form.together([alone[name]])
            for key in (work.key, *work.aliases):
                write(site / addresses.export(key, form.suffix), text)
        exports[work.key] = alone
        for target, store, mark in zip(targets, stores, marks, strict=True):
            parts = store.get(mark, partial(_work_parts, target.view, work, alone))
            whole = parts | {CONTENT: pages.with_place(target.view, work, parts[CONTENT])}
            paths[target.view.language].append(_write_page(target, "papers", work.key, whole))
    return Made(paths, exports)


def _stamp_others(target: Target, kind: str, number: int, wanted: Iterable[pages.Wanted]) -> Made:
    store, made = target.store(kind, number), []
    for page in wanted:
        mark = target.shelves.mark_of_page(kind, page.id) if target.shelves else ""
        made.append(_write_page(target, kind, page.id, store.get(mark, partial(_other_parts, target.view, page))))
    store.save()
    return Made({target.view.language: made})


def _alone(catalog: Catalog, work: Work) -> dict[str, str]:
    return {name: form.one(catalog, work) for name, form in FORMATS.items()}


def _work_parts(view: View, work: Work, exports: Mapping[str, str]) -> Parts:
    return _parts(view, pages.work_page(view, work, exports, placed=False))


def _other_parts(view: View, page: pages.Wanted) -> Parts:
    return _parts(view, page.make())


def _parts(view: View, page: Page) -> Parts:
    """What goes into a page's shell."""
    return {
        "@@TITLE@@": escape(page.title),
        "@@DESCRIPTION@@": escape(page.description),
        HEAD: head(view, Place(view.language, page.path), page.title, page.description, page),
        CONTENT: page.body,
    }


def _write_page(target: Target, kind: str, id: str, parts: Parts) -> str:
    """Write a page; returns its address in its language."""
    if kind not in target.shells:
        raise StampError(f"expected a shell {kind}/{SHELL_ID}/index.html in {target.folder}, got none")
    values = parts | {SHELL_ID: quote(id)}
    html = "".join(values.get(part, part) for part in target.shells[kind])
    path = f"{kind}/{id}/"
    write(target.folder / path / "index.html", html)
    return path


def _write_data(target: Target) -> Made:
    """What stands beside the pages of a language: redirects, its feed, the data of its list of works."""
    view, folder = target.view, target.folder
    _write_redirects(view, folder)
    for name in ("sitemap.xml", "sitemap.xml.gz"):  # the builder's, which knows only the shells
        (folder / name).unlink(missing_ok=True)
    write(folder / "feed.xml", feed.render(view.catalog, view.language, view.settings.site_url, view.site_name))
    for address, text in Browse(view).files():
        write(folder / address, text)
    return Made()


def _write_redirects(view: View, folder: Path) -> None:
    """Former keys lead to the page of the key that stands now; search engines follow the canonical address."""
    for alias, key in view.catalog.aliases.items():
        target = view.settings.absolute(addresses.of_language(view.language) + addresses.work(key))
        way = f"../{quote(key)}/"
        html = (
            f'<!doctype html><html lang="{view.language}"><head><meta charset="utf-8"><title>{escape(key)}</title>'
            f'<link rel="canonical" href="{escape(target)}"><meta http-equiv="refresh" content="0; url={way}">'
            f'</head><body><p><a href="{way}">{escape(key)}</a></p></body></html>'
        )
        write(folder / addresses.work(alias) / "index.html", html)
