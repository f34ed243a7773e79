"""Pictures are drawn once: the same words the same bytes, from the cache what is as it was, and not too much in it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from tests.builders import make_work
from tests.opengraph.pictures import CARD, COVER, MARK, SQUARE, view

from shoulders import addresses
from shoulders.model import LANGUAGES
from shoulders.opengraph import canvas, icons, site, store
from shoulders.opengraph.draw import draw


@pytest.fixture
def drawn(monkeypatch):
    """What was drawn, each time it was."""
    seen = []

    def drawing(words, mark):
        seen.append(words)
        return draw(words, mark)

    monkeypatch.setattr(store, "draw", drawing)
    return seen


def files(folder, *wanted, mark=MARK):
    return list(store.files(wanted or (CARD, COVER), mark, folder))


def test_each_is_drawn_once_and_then_kept(tmp_path, drawn):
    first = files(tmp_path / "og")
    assert files(tmp_path / "og") == first
    assert drawn == [CARD, COVER]
    assert first == [canvas.png(draw(words, lambda size: icons.mark(MARK, size))) for words in (CARD, COVER)]
    assert files(None) == first, "no folder, no cache"


@pytest.mark.parametrize(
    "damage", [b"", b"x", None, slice(0, -1), slice(5, None)], ids=["empty", "other", "gone", "cut", "beheaded"]
)
def test_a_damaged_file_is_drawn_anew(tmp_path, drawn, damage):
    first = files(tmp_path, CARD)
    (kept,) = tmp_path.iterdir()
    if damage is None:
        kept.unlink()
    else:
        kept.write_bytes(kept.read_bytes()[damage] if isinstance(damage, slice) else damage)
    assert files(tmp_path, CARD) == first == files(tmp_path, CARD)
    assert drawn == [CARD, CARD]


def test_other_words_another_mark_or_other_fonts_are_drawn_anew(tmp_path, drawn, monkeypatch):
    files(tmp_path, CARD)
    files(tmp_path, replace(CARD, place="COW 2011"))
    files(tmp_path, CARD, mark=SQUARE.format("M0 0h4v8H0z"))
    monkeypatch.setattr(store, "VERSIONS", ("another font",))
    files(tmp_path, CARD)
    assert len(drawn) == 4
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 3, "the same picture under two names"


def test_it_does_not_hoard(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "SPARE", 1)
    for number in range(9):
        card = replace(CARD, place=f"COW {number}")
        files(tmp_path, card)
        store.forget([card], MARK, tmp_path)
        assert len(list(tmp_path.iterdir())) <= 2 * 1 + 1
    files(tmp_path, replace(CARD, place="COW 8"))
    assert len(list(tmp_path.iterdir())) >= 1


def test_more_than_are_in_memory_together_come_in_their_order(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "TOGETHER", 2)
    wanted = [replace(CARD, lane=lane) for lane in range(5)]
    assert files(tmp_path, *wanted) == [canvas.png(draw(w, lambda size: icons.mark(MARK, size))) for w in wanted]


def test_another_process_draws_the_same():
    code = (
        "import sys, hashlib; from tests.opengraph.test_store import *; "
        "print(hashlib.sha256(b''.join(store.files([CARD, COVER], MARK))).hexdigest())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            check=True, capture_output=True, text=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(said) == 1


def test_every_work_has_its_picture_at_each_key_that_it_ever_had(tmp_path):
    work = make_work(aliases=["old-2009-key"])
    views = {language: view(work, language=language) for language in LANGUAGES}
    made = {
        (language, address): file
        for language, address, file in site.pictures(site.wanted_pictures(views), cache=tmp_path)
    }
    pages = (addresses.SITE_PICTURE, addresses.picture(work.key), addresses.picture("old-2009-key"))
    assert set(made) == {(language, address) for language in LANGUAGES for address in pages}
    assert made["en", pages[1]] == made["en", pages[2]] != made["zh", pages[1]]
    assert max(map(len, made.values())) < 40_000
