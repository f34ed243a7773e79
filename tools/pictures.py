"""Take the pictures that the READMEs show, of the site in `site/`, with the system's Chromium.

Builds nothing; `make pictures` does so before. No part of the package: it needs what only the tests need.
"""

from __future__ import annotations

import functools
import http.server
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parent.parent
MOST_BYTES = 250_000


@dataclass(frozen=True, slots=True)
class Picture:
    """What is taken: the name of the file, the address on the site, the colours, and how much of the page."""

    name: str
    address: str
    colours: Literal["light", "dark"]
    height: int = 800


PICTURES = (
    Picture("home-light", "", "light", 910),
    Picture("work-dark-zh", "zh/papers/vaswani-etal-2017-attention/", "dark"),
)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


def take(browser: Browser, address: str, *, colours: Literal["light", "dark"] = "light", height: int = 800) -> bytes:
    """The beginning of a page, 1280 pixels wide, as a PNG."""
    context = browser.new_context(
        viewport={"width": 1280, "height": height}, color_scheme=colours, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    image = page.screenshot(animations="disabled", caret="hide")
    context.close()
    return image


@contextmanager
def browsing(site: Path) -> Iterator[tuple[Browser, str]]:
    """A browser and the address, with a slash at the end, under which it finds the site."""
    chromium = shutil.which("chromium")
    if not chromium:
        sys.exit("Pictures need Chromium: sudo apt-get install chromium fonts-noto-cjk")
    handler = functools.partial(_Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser, f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            browser.close()
            server.shutdown()


def main() -> None:
    """Write every picture to `docs/pictures/`."""
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(exist_ok=True)
    with browsing(ROOT / "site") as (browser, base):
        for picture in PICTURES:
            image = take(browser, base + picture.address, colours=picture.colours, height=picture.height)
            if len(image) > MOST_BYTES:
                sys.exit(f"{picture.name}: expected at most {MOST_BYTES} bytes, got {len(image)}")
            (folder / f"{picture.name}.png").write_bytes(image)
            print(f"{picture.name}: {len(image) // 1000} kB")


if __name__ == "__main__":
    main()
