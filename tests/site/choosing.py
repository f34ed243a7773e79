"""What the tests of the selection share: choosing works, and reading what the page of the selection shows and gives."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page

BERT, ATTENTION, MEMORY = "devlin-etal-2019-bert", "vaswani-etal-2017-attention", "weston-etal-2015-memory"
CHOSEN = [BERT, MEMORY, ATTENTION]


def choose(page: Page, keys: list[str]) -> None:
    """As if these had been chosen before."""
    page.evaluate("keys => localStorage.setItem('shoulders.selection', JSON.stringify(keys))", keys)


def kept(page: Page) -> list[str]:
    """What the browser keeps."""
    keys: list[str] = page.evaluate("JSON.parse(localStorage.getItem('shoulders.selection') || '[]')")
    return keys


def count(page: Page) -> str:
    """The number in the header."""
    number = page.locator(".sh-chosen__count")
    return number.inner_text() if number.is_visible() else ""


def listed(page: Page) -> list[str]:
    """The keys on the page of the selection, in order."""
    page.locator(".sh-selection .sh-rows > li").first.wait_for()
    keys: list[str] = page.locator(".sh-selection .sh-rows > li").evaluate_all(
        "rows => rows.map((row) => row.dataset.key || row.querySelector('code').textContent)"
    )
    return keys


def take(page: Page, name: str) -> tuple[str, bytes]:
    """Choose a format and download it: file name and bytes."""
    page.get_by_role("radio", name=name, exact=True).check()
    page.locator(".sh-selection__made").filter(has_text=re.compile(f"^{re.escape(name)} · ")).wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("Download|下载")).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()
