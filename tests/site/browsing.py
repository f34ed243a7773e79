"""What the tests of the page of all works share: what must remain, computed by other means than the page's."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import parse_qs

from playwright.sync_api import Locator, Page

from shoulders.catalog import Catalog
from shoulders.model import Work


def bare(text: str) -> str:
    """Without accents and case."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("ł", "l"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def remaining(catalog: Catalog, address: str) -> set[str]:
    """The keys of the works that an address asks for."""
    asked = {name: values[0].split(",") for name, values in parse_qs(address.lstrip("?")).items()}

    def fits(work: Work) -> bool:
        venue = catalog.venue.get(work.venue or "")
        names = [name for one in catalog.credits[work.key] for name in (one.name.display, one.name.native)]
        places = [venue.name, venue.short, venue.name_zh] if venue else [work.publisher]
        titles = [work.translated.en, work.translated.zh] if work.translated else []
        text = bare(" ".join(filter(None, [work.title, work.nickname, work.key, *names, *places, *titles])))
        topics = {name for own in work.topics for name in (own, catalog.topic[own].parent)}
        lists = {found.id for found in catalog.lists_of_work.get(work.key, ())}
        return (
            all(term in text for term in bare(" ".join(asked.get("q", []))).split())
            and work.kind in asked.get("kind", [work.kind])
            and work.venue in asked.get("venue", [work.venue])
            and topics >= set(asked.get("topic", []))
            and lists >= set(asked.get("list", []))
            and int(asked.get("from", ["0"])[0]) <= int(work.first_public[:4]) <= int(asked.get("to", ["9999"])[0])
            and (work.key in catalog.demos or "demo" not in asked)
        )

    return {work.key for work in catalog.works if fits(work)}


def shown(page: Page) -> list[str]:
    """The keys of the rows, in order."""
    keys: list[str] = page.locator(".sh-rows > [data-key]").evaluate_all("rows => rows.map((row) => row.dataset.key)")
    return keys


def says(page: Page, pattern: str) -> None:
    """Wait until the page says how many works fit."""
    page.locator(".sh-browse__status").filter(has_text=re.compile(pattern)).wait_for()


def box(page: Page, name: str, value: str) -> Locator:
    """A choice of the filters; a subtopic is unfolded first."""
    found = page.locator(f".sh-facets input[name={name}][value='{value}']")
    if not found.is_visible():
        found.evaluate("box => { const under = box.closest('ul, details'); under.hidden = false; under.open = true; }")
    return found
