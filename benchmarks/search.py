"""How many bytes a query asks for in a large catalog, and how long it takes, in the system's Chromium.

Takes an invented catalog (`many_works.py`), writes its search index and nothing else of the site, and puts queries as a
reader would, one after the other, in both languages. Bytes are those of the files asked for the first time, compressed
as a web server sends them; the code of the search itself is counted with the first query.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import http.server
import random
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.many_works import many_works
from playwright.sync_api import Page, Request, sync_playwright

from shoulders import search, stamp
from shoulders.build import open_project
from shoulders.catalog import Catalog
from shoulders.model import LANGUAGES, Language

ASSETS = ROOT / "docs/overrides/assets"
SCRIPT = 'import { open } from "./assets/search.js"; window.opened = () => open();'
PAGE = (
    '<!doctype html><html lang="{language}"><meta charset="utf-8"><title>Search</title><link rel="icon" href="data:,">'
    '<link rel="stylesheet" href="assets/shoulders.css"><body><script type="module">{script}</script></body></html>'
)


def write_site(catalog: Catalog, site: Path) -> None:
    """The search index of a catalog in both languages, each with an empty page that can open the search."""
    for language, folder in (("en", site), ("zh", site / "zh")):
        stamp.write(folder / "index.html", PAGE.format(language=language, script=SCRIPT))
        for script in [*ASSETS.glob("*.js"), *ASSETS.glob("*.css")]:
            stamp.write(folder / "assets" / script.name, script.read_text("utf-8"))
    for language in LANGUAGES:
        for path, text in search.files(catalog, language, ()):
            stamp.write(site / path, text)


def queries(catalog: Catalog, language: Language, count: int = 40) -> list[str]:
    """What readers might ask for: whole titles, parts of them, people with years, keys, slips, Chinese phrases."""
    chance = random.Random(2)
    asked = ["transformer", "attention model", "pre-training", "a", "con", "trasformer"]
    for number, work in enumerate(chance.sample(catalog.works, count)):
        words = work.title.split()
        name = catalog.credits[work.key][0].name.family
        chinese = "".join(sign for sign in work.summary.zh or "" if "\u4e00" <= sign <= "\u9fff")
        place = chance.randrange(max(1, len(chinese) - 8))
        if language == "zh" and number % 2:
            asked.append(chinese[place : place + chance.choice([1, 2, 3, 4, 4, 6, 8])])
        else:
            slip = name[: len(name) // 2] + name[len(name) // 2 + 1 :]
            asked.append([work.title, " ".join(words[:2]), f"{name} {work.year}", work.key, slip][number // 2 % 5])
    return asked


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The address of a folder, served on this machine."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


class Reader:
    """Puts queries on a page and counts the files that each asks for."""

    def __init__(self, page: Page, site: Path) -> None:
        self.page, self.site = page, site
        self.asked: list[str] = []
        self.seen: set[str] = set()
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        path = unquote(urlsplit(request.url).path).lstrip("/")
        if path not in self.seen and not path.endswith("/"):
            self.seen.add(path)
            self.asked.append(path)

    def sizes(self) -> list[int]:
        """The compressed sizes of what was asked for since the last time."""
        sizes = [len(gzip.compress((self.site / path).read_bytes(), 6)) for path in self.asked if path]
        self.asked.clear()
        return sizes

    def put(self, query: str) -> float:
        """Type a query; the seconds until its results are shown."""
        start = time.perf_counter()
        self.page.locator(".sh-search input").fill(query)
        self.page.locator(".sh-search [aria-busy=false]").wait_for()
        return time.perf_counter() - start


def measure(page: Page, site: Path, asked: Sequence[str]) -> list[tuple[str, list[int], float]]:
    """Each query with the sizes of the files that it asks for, and its seconds."""
    reader = Reader(page, site)
    page.wait_for_function("Boolean(window.opened)")
    page.wait_for_load_state("networkidle")
    reader.sizes()  # the page itself
    page.evaluate("opened()")
    found = []
    for query in asked:
        seconds = reader.put(query)
        found.append((query, reader.sizes(), seconds))
    return found


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--works", type=int, default=10_000)
    parser.add_argument("--verbose", action="store_true", help="tell each query")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or parser.error("needs chromium: apt-get install chromium")
    catalog = many_works(open_project(ROOT).catalog, options.works)
    with tempfile.TemporaryDirectory(prefix="shoulders-search-") as folder, sync_playwright() as playwright:
        site = Path(folder)
        start = time.perf_counter()
        write_site(catalog, site)
        files = [path for path in site.rglob("*.json") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        print(f"{options.works} works: {len(files)} files, {size / 1e6:.1f} MB in {time.perf_counter() - start:.1f} s")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        with served(site) as address:
            for language in LANGUAGES:
                page = browser.new_page()
                page.goto(address + ("" if language == "en" else f"{language}/"))
                found = measure(page, site, queries(catalog, language))
                if options.verbose:
                    for query, sizes, seconds in found:
                        print(f"  {query:60.60} {len(sizes):3} {sum(sizes) / 1000:6.1f} kB {seconds * 1000:5.0f} ms")
                later = [sum(sizes) / 1000 for _, sizes, _ in found[1:]]
                first, shown = found[0][1], statistics.median(seconds for _, _, seconds in found)
                print(f"  {language}: first query {sum(first) / 1000:.1f} kB in {len(first)} files")
                print(f"      later ones: median {statistics.median(later):.1f} kB, most {max(later):.1f} kB")
                print(f"      results are shown after {shown * 1000:.0f} ms (median)")
        browser.close()


if __name__ == "__main__":
    main()
