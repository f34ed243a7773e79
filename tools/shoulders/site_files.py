"""What the site offers besides pages, at its root: whole exports, data, demos, pictures, search, sitemap.

Says what is written where; how each is made is the business of others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from html import escape
from operator import attrgetter
from pathlib import Path
from urllib.parse import quote

from shoulders import addresses, lineage_data, llms, notebook, search, svg, workers
from shoulders.browse import Browse
from shoulders.catalog import Catalog
from shoulders.exports import FORMATS, Format, papers_json
from shoulders.gallery import Demo
from shoulders.model import Language, Work
from shoulders.opengraph import site as opengraph
from shoulders.opengraph import store as pictures
from shoulders.page_store import PageStore, Parts, Shelves, by_shelf
from shoulders.stamp import Exports, Made, Task, write
from shoulders.view import View

PICTURES = 128  # that a task draws


def exports(view: View, site: Path, shelves: Shelves | None = None) -> Iterator[Task]:
    """What writes at its address what other programs take: `papers.json` with its schema, data, demos.

    `shelves` keep the records of works.
    """
    yield partial(_write_papers_json, view, site, shelves)
    yield partial(_write_lineage, view, site)
    yield partial(_write_citations, view, site)
    yield partial(_write_demos, view, site)


def write_exports(catalog: Catalog, site: Path, ones: Mapping[str, Exports]) -> None:
    """The whole catalog and each list in each format, from what the formats say of each work."""
    for name, form in FORMATS.items():

        def document(works: Iterable[Work], name: str = name, form: Format = form) -> str:
            return form.together(ones[work.key][name] for work in works)

        write(site / f"papers{form.suffix}", document(catalog.works))
        for found in catalog.lists:
            listed = (step for item in found.items if (step := catalog.find(item.key)))
            write(site / addresses.list_export(found.id, form.suffix), document(listed))


def _write_papers_json(view: View, site: Path, shelves: Shelves | None) -> Made:
    catalog, lines = view.catalog, dict[str, bytes]()
    for number, works in by_shelf(catalog.works, attrgetter("key")).items():
        store = shelves.store("records", number) if shelves else PageStore()
        for work in works:
            mark = shelves.mark_of_record(work) if shelves else ""
            lines[work.key] = store.get(mark, partial(_record, catalog, work))["json"].encode()
        store.save()
    write(site / "papers.json", b"".join(papers_json.document(catalog, (lines[work.key] for work in catalog.works))))
    write(site / "papers.schema.json", papers_json.schema())
    return Made()


def _record(catalog: Catalog, work: Work) -> Parts:
    return {"json": papers_json.line(catalog, work)}


def _write_lineage(view: View, site: Path) -> Made:
    for address, text in lineage_data.files(view.catalog, view.gallery.verified_works):
        write(site / address, text)
    return Made()


def _write_citations(view: View, site: Path) -> Made:
    for address, text in Browse(view).citation_files():
        write(site / address, text)
    return Made()


def _write_demos(view: View, site: Path) -> Made:
    for demo in view.demos.values():
        _write_demo(view, site, demo)
    return Made()


def _write_demo(view: View, site: Path, demo: Demo) -> None:
    """A demo's source, its notebook, and its figure for light and for dark pages."""
    write(site / addresses.demo(demo.name, ".py"), demo.text)
    repository = f"{view.settings.repo_url}.git" if view.settings.repo_url else ""
    write(site / addresses.demo(demo.name, ".ipynb"), notebook.render(demo.text, demo.card, repository=repository))
    if demo.figure:
        write(site / addresses.demo(demo.name, ".svg"), demo.figure)
        write(site / addresses.demo(demo.name, ".dark.svg"), svg.dark(demo.figure))


def write_pictures(
    views: Mapping[Language, View], folders: Mapping[Language, Path], cache: Path, done: workers.Done = workers.ignored
) -> None:
    """The pictures that are shown with links, and the icons, in the folder of each language; `cache` may be deleted."""
    marks = [file for folder in folders.values() if (file := folder / "assets" / "logo.svg").is_file()]
    mark = marks[0].read_text("utf-8") if marks else ""
    wanted = opengraph.wanted_pictures(views)
    portions = [wanted[start : start + PICTURES] for start in range(0, len(wanted), PICTURES)]
    workers.run([partial(_write_pictures, some, folders, mark, cache) for some in portions], done)
    pictures.forget((words for *_, words in wanted), mark, cache)
    for folder in folders.values():
        icon = folder / "assets" / "favicon.svg"
        for address, data in opengraph.icon_files(icon.read_text("utf-8")) if icon.is_file() else ():
            write(folder / address, data)


def _write_pictures(
    wanted: Sequence[opengraph.Wanted], folders: Mapping[Language, Path], mark: str, cache: Path
) -> None:
    for language, address, data in opengraph.pictures(wanted, mark=mark, cache=cache):
        write(folders[language] / address, data)


def write_search(view: View, site: Path, written: Sequence[search.Written]) -> None:
    """The search index of a language, which finds its hand-written pages too."""
    for path, text in search.files(view.catalog, view.language, written):
        write(site / path, text)


def write_root(views: Mapping[Language, View], site: Path, stamped: Mapping[Language, Sequence[str]]) -> None:
    """The sitemap of all stamped languages, robots.txt and llms.txt."""
    view = next(iter(views.values()))
    settings = view.settings
    rows = []
    paths = {language: frozenset(made) for language, made in stamped.items()}
    for path in sorted(frozenset().union(*paths.values())):
        having = [language for language in stamped if path in paths[language]]
        links = {lang: settings.absolute(quote(addresses.of_language(lang) + path)) for lang in having}
        alternates = "".join(
            f'<xhtml:link rel="alternate" hreflang="{lang}" href="{escape(link)}"/>' for lang, link in links.items()
        )
        rows += [f"<url><loc>{escape(link)}</loc>{alternates}</url>" for link in links.values()]
    write(
        site / "sitemap.xml",
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n' + "\n".join(rows) + "\n</urlset>\n",
    )
    write(site / "robots.txt", f"User-agent: *\nAllow: /\nSitemap: {settings.absolute('sitemap.xml')}\n")
    write(site / "llms.txt", llms.render(view))
