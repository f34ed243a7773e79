"""The timeline at 10,000 works: bytes of its data, and how long the browser takes to draw, pan, zoom and light.

Invents the works and puts their lineage into a copy of a site that `shoulders build` made; tells milliseconds of this
machine, which say little on another.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import http.server
import shutil
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.many_works import many_works
from playwright.sync_api import Page, sync_playwright

from shoulders import lineage_data
from shoulders.build import open_project

PAN = """async () => {
  const stage = document.querySelector(".sh-stage");
  const frames = [], work = [];
  let last = await new Promise(requestAnimationFrame);
  for (let i = 0; i < 120; i++) {
    stage.scrollBy({ left: 24, top: 9, behavior: "instant" });
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - last); last = now;
  }
  frames.sort((a, b) => a - b);
  return { median: frames[60], slow: frames[114], worst: frames[119], drawn: stage.querySelectorAll("*").length };
}"""
TIMED = """async (action) => {
  const start = performance.now();
  (0, eval)(action);
  await new Promise(requestAnimationFrame);
  await new Promise((done) => setTimeout(done));
  return Math.round(performance.now() - start);
}"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server that does not tell what it serves."""

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def pan(page: Page) -> dict[str, Any]:
    """Milliseconds between frames while the window moves, and of processor time for each.

    Other programs change the former, not the latter.
    """
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def spent() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")

    before = spent()
    found: dict[str, Any] = page.evaluate(PAN)
    return {**{name: round(value) for name, value in found.items()}, "cpu": round((spent() - before) * 1000 / 120, 1)}


def measure(page: Page) -> dict[str, Any]:
    """What a reader would wait for."""
    click = "document.querySelectorAll('.sh-tools__zoom button')[{}].click()"
    found: dict[str, Any] = {"pan, whole": pan(page)}
    steps = [page.evaluate(TIMED, click.format(1)) for _ in range(9)]
    found["zoom in, ms each"] = steps
    found["pan, zoomed in"] = pan(page)
    light = "document.querySelector('.sh-picture a.sh-node').dispatchEvent(new FocusEvent('focusin', {bubbles: true}))"
    found["light a work, ms"] = page.evaluate(TIMED, light)
    found["pan, lit"] = pan(page)
    found["whole again, ms"] = page.evaluate(TIMED, click.format(2))
    return found


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path, nargs="?", default=ROOT / "site", help="a site that `shoulders build` made")
    parser.add_argument("--works", type=int, default=10_000)
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    options = parser.parse_args()
    files = dict(lineage_data.files(many_works(open_project(ROOT).catalog, options.works)))
    for name in ("index", "works", "titles", "why-en", "why-zh"):
        texts = [text.encode() for path, text in files.items() if path.startswith(f"lineage/{name}")]
        packed = [len(gzip.compress(text)) for text in texts]
        print(f"{name}: {len(texts)} files, {sum(map(len, texts)):,} bytes, {sum(packed):,} gzipped")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Path(folder) / "site"
        others = ("papers", "export", "authors", "lineage", "pagefind", "search")
        shutil.copytree(options.site, site, ignore=shutil.ignore_patterns(*others))
        for path, text in files.items():
            (site / path).parent.mkdir(exist_ok=True)
            (site / path).write_text(text, "utf-8")
        handler = functools.partial(Quiet, directory=str(site))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=options.chromium, args=["--no-sandbox", "--disable-gpu"])
        for width in (1440, 390):
            page = browser.new_page(viewport={"width": width, "height": 900})
            page.goto(f"http://127.0.0.1:{server.server_address[1]}/timeline/")
            page.locator(".sh-picture").wait_for()
            print(width, "drawn after ms:", round(page.evaluate("performance.now()")))
            for name, value in measure(page).items():
                print(f"  {name}: {value}")
            page.close()
        browser.close()
        server.shutdown()


if __name__ == "__main__":
    main()
