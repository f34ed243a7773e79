"""Built sites that the tests of this folder read, and a browser that opens them."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, Route, sync_playwright
from tests.demo_builder import write_demo, write_record
from tests.site.choosing import CHOSEN, choose, listed
from tests.tools import require_tool

from shoulders.build import build, open_project
from shoulders.catalog import Catalog

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def real_site(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of this repository's own catalog."""
    return build(root, site=tmp_path_factory.mktemp("real") / "site")


@pytest.fixture(scope="session")
def catalog(root: Path) -> Catalog:
    """This repository's own catalog."""
    return open_project(root).catalog


@pytest.fixture(scope="session")
def invented_project(root: Path, invented_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the invented catalog and, of the hand-written pages, those that cite no real work."""
    return make_invented(root, invented_root, tmp_path_factory.mktemp("invented"))


def make_invented(root: Path, invented_root: Path, folder: Path) -> Path:
    """The invented project in `folder`, with three invented demos: verified, changed since its run, never run."""
    project = make_project(root, invented_root, folder)
    keys = [work.key for work in open_project(project).catalog.works[:3]]
    write_demo(project, "pebbles", keys[0])
    write_demo(project, "heaps", keys[1], imports="\nfrom pebbles import count\n")
    write_demo(project, "sand", keys[2])
    write_record(project, "pebbles", keys[0])
    write_record(project, "heaps", keys[1], sources={"heaps.py": "changed since"}, figure="")
    return project


@pytest.fixture(scope="session")
def invented_site(invented_project: Path) -> Path:
    """The site of the catalog of edge cases."""
    return build(invented_project)


def make_project(root: Path, data_root: Path, project: Path) -> Path:
    """A project in `project` with the data of `data_root`, our own pages and settings, and a page that cites."""
    shutil.copytree(root / "docs", project / "docs")
    shutil.copytree(data_root / "data", project / "data")
    for name in ("mkdocs.yml", "mkdocs.zh.yml"):
        text = (root / name).read_text("utf-8").replace("tools/shoulders/", f"{root}/tools/shoulders/")
        (project / name).write_text(text, "utf-8")
    for language in ("en", "zh"):
        folder = project / "docs" / language  # our own pages cite works that are not there
        for path in (folder / "how-it-works.md", folder / "about.md", *(folder / "concepts").glob("*.md")):
            name = path.stem
            text = f"---\ntitle: {name}\ndescription: {name}\n---\n\n# {name}\n\n## One\n\nA formula $x^2$.\n"
            path.write_text(text, "utf-8")
    return project


class _Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128  # a page asks for forty files at once; those without room try again seconds later


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def serve() -> Iterator[object]:
    """A function that serves a folder on this machine and gives its address, with a slash at the end."""
    servers: list[http.server.ThreadingHTTPServer] = []

    def start(folder: Path) -> str:
        handler = functools.partial(_Quiet, directory=str(folder))
        server = _Server(("127.0.0.1", 0), handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    path = require_tool("chromium", "apt-get install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield running
        running.close()


class Watched:
    """A browser page that notes what must not happen: foreign requests, errors, dialogs."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        self.foreign: list[str] = []
        self.errors: list[str] = []
        self.dialogs: list[str] = []
        page.route("**/*", self._route)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("dialog", self._dialog)

    def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _route(self, route: Route) -> None:
        if route.request.url.startswith((self.base, "data:", "blob:")):
            route.continue_()
        else:
            self.foreign.append(route.request.url)
            route.abort()

    def open(self, path: str) -> Page:
        """Open an address of the site."""
        self.page.goto(self.base + path)
        return self.page


@pytest.fixture
def real(browser: Browser, real_site: Path, serve) -> Iterator[Watched]:
    """A watched page of the real site at desktop width."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield Watched(context.new_page(), serve(real_site))
    context.close()


@pytest.fixture
def chosen(real: Watched) -> Page:
    """The page of the selection with three works chosen."""
    page = real.open("selection/")
    choose(page, CHOSEN)
    page.reload()
    assert listed(page) == CHOSEN
    return page
