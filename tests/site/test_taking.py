"""What the selection gives: every format byte for byte as the command writes it, and formatted citations."""

from __future__ import annotations

import re

import pytest
from pybtex.database import parse_string
from tests.site.choosing import CHOSEN, choose, take
from tests.site.conftest import Watched

from shoulders.build import format_citations
from shoulders.citations import STYLE_NAMES
from shoulders.export import export
from shoulders.exports import FORMATS
from shoulders.project import open_project


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_a_download_is_byte_for_byte_what_the_command_writes(chosen, root, form):
    name, taken = take(chosen, FORMATS[form].title)
    assert name == f"selection{FORMATS[form].suffix}"
    assert taken == export(open_project(root), form, keys=CHOSEN).encode()
    media = chosen.locator(f"[name=format][value={form}]").get_attribute("data-media")
    assert media == FORMATS[form].media_type


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_many_works_come_from_the_file_of_the_whole_catalog(real, root, form):
    project = open_project(root)
    keys = [work.key for work in project.catalog.works][::-1][:200]
    page = real.open("zh/selection/")
    choose(page, keys)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(real.base + f"zh/selection/?format={form}")
    _, taken = take(page, FORMATS[form].title)
    assert taken == export(project, form, keys=keys).encode()
    assert [url for url in asked if url.endswith(FORMATS[form].suffix)] == [real.base + "papers" + FORMATS[form].suffix]


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_files_of_edge_cases_are_cut_where_entries_end(browser, invented_site, serve, invented, form):
    page = Watched(browser.new_page(), serve(invented_site)).open("")
    suffix = FORMATS[form].suffix
    whole = (invented_site / f"papers{suffix}").read_bytes().decode()
    entries, again = page.evaluate(
        """async ([form, file]) => {
          const { entriesOf, fileOf } = await import(new URL("assets/bibliography.js", location.href));
          const entries = [...entriesOf(form, file)];
          const alone = entries.map(([key, entry]) => [key, fileOf(form, [entry])]);
          return [alone, fileOf(form, entries.map(([, entry]) => entry))];
        }""",
        [form, whole],
    )
    assert again == whole
    assert [key for key, _ in entries] == [work.key for work in invented.works]
    for key, entry in entries:
        assert entry.encode() == (invented_site / f"export/{key}{suffix}").read_bytes()
    page.context.close()


def test_the_clipboard_gets_bibtex_that_pybtex_reads(chosen, root):
    chosen.get_by_role("radio", name="BibTeX", exact=True).check()
    chosen.get_by_role("button", name="Copy", exact=True).click()
    chosen.get_by_role("button", name="Copied").wait_for()
    copied = chosen.evaluate("navigator.clipboard.readText()")
    assert copied == export(open_project(root), "bibtex", keys=CHOSEN)
    assert list(parse_string(copied, "bibtex").entries) == CHOSEN


@pytest.mark.parametrize("style", sorted(STYLE_NAMES))
def test_citations_are_each_works_own_and_numbered_where_the_style_numbers(chosen, root, style):
    cited = format_citations(open_project(root))
    lines = [cited[key][style].plain for key in CHOSEN]
    if style in ("ieee", "gbt"):
        lines = [f"[{number}] {line}" for number, line in enumerate(lines, 1)]
    name, taken = take(chosen, STYLE_NAMES[style])
    assert name == f"selection-{style}.txt"
    assert taken.decode() == "\n".join(lines) + "\n"
    shown = chosen.locator(".sh-selection__text > p").all_text_contents()
    assert shown == lines
    assert f"format={style}" in chosen.url


def test_copied_citations_keep_their_italics(chosen, root):
    chosen.get_by_role("radio", name="APA").check()
    chosen.locator(".sh-selection__text em").first.wait_for()
    chosen.get_by_role("button", name="Copy", exact=True).click()
    chosen.get_by_role("button", name="Copied").wait_for()
    html = chosen.evaluate("async () => (await (await navigator.clipboard.read())[0].getType('text/html')).text()")
    cited = format_citations(open_project(root))
    for key in CHOSEN:
        italic = re.search("<em>(.*?)</em>", cited[key]["apa"].html)
        assert italic is None or italic[0] in html
    assert "<em>" in html
