"""Reading lists as paths: state and note of each work, kept in the browser, taken along as a file, printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

LIST = "lists/reinvent-bert/"
FIRST, SECOND = "weston-etal-2015-memory", "bahdanau-etal-2015-neural"


def state(page, key):
    return page.locator(f'[data-reading="{key}"] select')


def note(page, key):
    box = page.locator(f'[data-reading="{key}"]')
    if not box.locator("details").evaluate("element => element.open"):
        box.locator("summary").click()
    return box.locator("textarea")


@pytest.mark.parametrize("path", [LIST, "zh/" + LIST])
def test_progress_and_notes_survive_reload_and_stand_on_the_works_own_page(real, path):
    page = real.open(path)
    said = page.locator(".sh-progress .sh-progress__said")
    assert ("0 of 14 read" if path == LIST else "已读 0 / 14") in said.inner_text()
    state(page, FIRST).select_option("read")
    state(page, SECOND).select_option("reading")
    note(page, SECOND).fill("ask about <b>alignment</b>\nsection 3")
    assert ("1 of 14 read, 1 being read" if path == LIST else "已读 1 / 14，在读 1") in said.inner_text()
    page.reload()
    assert state(page, FIRST).input_value() == "read"
    assert note(page, SECOND).input_value() == "ask about <b>alignment</b>\nsection 3"
    assert page.locator(".sh-head progress").evaluate("bar => [bar.value, bar.max]") == [1, 14]
    page = real.open(f"papers/{SECOND}/")
    assert state(page, SECOND).input_value() == "reading"
    assert real.errors == []
    assert real.foreign == []


def test_next_to_read_is_what_is_being_read_and_before_it_what_it_stands_on(real):
    page = real.open(LIST)
    following = page.locator(".sh-head .sh-progress__next a")
    assert following.inner_text() == "Memory Networks"
    keys = page.locator("[data-reading]").evaluate_all("boxes => boxes.map((box) => box.dataset.reading)")
    for key in keys[:5]:
        state(page, key).select_option("read")
    assert following.get_attribute("href") == f"#{keys[5]}"
    bert = "devlin-etal-2019-bert"
    state(page, bert).select_option("reading")
    waiting = page.locator(f"#{bert}").get_attribute("data-before").split()
    assert waiting, "BERT stands on works of the list"
    target = following.get_attribute("href")[1:]
    assert target != bert
    before = {key: (page.locator(f"#{key}").get_attribute("data-before") or "").split() for key in keys}

    def reaches(key: str) -> bool:
        return target in before[key] or any(reaches(earlier) for earlier in before[key])

    assert reaches(bert), "what is named stands under BERT"
    assert all(state(page, key).input_value() == "read" for key in before[target])
    for key in keys:
        state(page, key).select_option("read")
    assert page.locator(".sh-head .sh-progress__next").inner_text() == "All read."


def test_what_to_read_before_is_told_without_a_script(browser, real):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(real.base + LIST)
    before = page.locator("#vaswani-etal-2017-attention .sh-before")
    assert before.inner_text().startswith("Read before this")
    assert before.locator("a").count() >= 1
    assert not page.locator(".sh-reading").first.is_visible()
    context.close()


def test_the_file_is_taken_along_to_another_browser(real, browser, tmp_path):
    page = real.open(LIST)
    state(page, FIRST).select_option("read")
    note(page, FIRST).fill("读完了")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export progress").click()
    kept = tmp_path / "progress.json"
    waiting.value.save_as(kept)
    data = json.loads(kept.read_text("utf-8"))
    assert (data["format"], data["version"]) == ("shoulders-reading", 1)
    assert {name: data["works"][FIRST][name] for name in ("state", "note")} == {"state": "read", "note": "读完了"}

    context = browser.new_context()
    other = context.new_page()
    other.goto(real.base + LIST)
    state(other, SECOND).select_option("reading")
    other.locator("input[type=file]").set_input_files(kept)
    other.get_by_text("1 work in the file, 1 taken over").wait_for()
    assert state(other, FIRST).input_value() == "read"
    assert note(other, FIRST).input_value() == "读完了"
    assert state(other, SECOND).input_value() == "reading", "what was here stays"
    other.locator("input[type=file]").set_input_files(kept)
    other.get_by_text("1 work in the file, 0 taken over").wait_for()
    context.close()


def test_of_two_words_on_a_work_the_later_counts(real, tmp_path):
    page = real.open(LIST)
    old = {"state": "reading", "note": "old", "changed": "2020-01-01T00:00:00.000Z"}
    new = {"state": "reading", "note": "new", "changed": "2100-01-01T00:00:00.000Z"}
    state(page, FIRST).select_option("read")
    for said, expected in ((old, "read"), (new, "reading")):
        file = tmp_path / "progress.json"
        file.write_text(json.dumps({"format": "shoulders-reading", "version": 1, "works": {FIRST: said}}), "utf-8")
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_text(f"{int(expected == 'reading')} taken over").wait_for()
        assert state(page, FIRST).input_value() == expected


@pytest.mark.parametrize(
    "content",
    [
        "",
        "no JSON",
        "[]",
        "null",
        '{"works": {}}',
        '{"format": "shoulders-reading", "works": [1]}',
        '{"format": "another", "works": {"a-2020-b": {"state": "read"}}}',
        '{"format": "shoulders-reading", "works": {"__proto__": {"state": "read"}, "<img>": {"state": "read"}}}',
        '{"format": "shoulders-reading", "works": {"a-2020-b": null, "c-2020-d": {"state": 7, "note": {}}}}',
    ],
)
def test_another_file_is_told_and_changes_nothing(real, tmp_path, content):
    page = real.open(LIST)
    state(page, FIRST).select_option("read")
    before = page.evaluate("localStorage['shoulders.reading']")
    (tmp_path / "other.json").write_text(content, "utf-8")
    page.locator("input[type=file]").set_input_files(tmp_path / "other.json")
    page.locator(".sh-keeping [role=status]").filter(has_text="file").wait_for()
    assert page.evaluate("localStorage['shoulders.reading']") == before
    assert real.errors == []


@pytest.mark.parametrize("kept", ["{", "[]", '{"works": {"a": 1}}', '{"works": "x"}', "null"])
def test_what_the_browser_kept_may_be_spoilt(real, kept):
    page = real.open(LIST)
    page.evaluate("kept => { localStorage['shoulders.reading'] = kept; }", kept)
    page.reload()
    state(page, FIRST).select_option("read")
    page.reload()
    assert state(page, FIRST).input_value() == "read"
    assert real.errors == []


def test_with_storage_blocked_it_works_within_the_page_and_says_so(real):
    real.page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name,"
        " { configurable: true, get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    page = real.open(LIST)
    state(page, FIRST).select_option("read")
    assert "1 of 14 read" in page.locator(".sh-progress .sh-progress__said").inner_text()
    assert "keeps nothing" in page.locator(".sh-keeping [role=status]").inner_text()
    assert real.errors == []


def test_two_tabs_agree(real):
    page = real.open(LIST)
    other = page.context.new_page()
    other.goto(real.base + "lists/")
    state(page, FIRST).select_option("read")
    other.get_by_text("1 of 14 read").wait_for()
    other.close()


def test_a_list_prints_as_a_syllabus(real, tmp_path):
    page = real.open(LIST)
    note(page, FIRST).fill("Bring questions")
    page.emulate_media(media="print")
    assert page.locator(f'[data-reading="{FIRST}"] .sh-note-printed').inner_text() == "Bring questions"
    assert page.locator(f"#{FIRST} .sh-entry__title a").is_visible()
    for hidden in (".sh-keeping", f'[data-reading="{FIRST}"] select', ".sh-note-box", ".md-header"):
        assert not page.locator(hidden).first.is_visible(), hidden
    key = f"getComputedStyle(document.querySelector('[id=\"{FIRST}\"] .sh-entry'), '::after').content"
    assert page.evaluate(key) == f'"{FIRST}"', "by which a reader on paper finds it"
    pdf = tmp_path / "syllabus.pdf"
    page.pdf(path=pdf)
    assert Path(pdf).read_bytes().startswith(b"%PDF")
