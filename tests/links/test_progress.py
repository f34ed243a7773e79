"""An interrupted run goes on where it stopped: what is kept, for how long, and what is not believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shoulders.links.progress import Progress
from shoulders.links.record import Sighting

NOW = datetime(2026, 1, 2, 9, 30, tzinfo=UTC)
NAMES = [f"https://example.org/{name}" for name in "abcde"]


def sighting(name, hours=1, finding="fine"):
    return Sighting(address=name, at=NOW - timedelta(hours=hours), finding=finding, said="词" * (finding != "fine"))


@pytest.fixture
def progress(tmp_path):
    return Progress(tmp_path)


@pytest.fixture
def file(tmp_path):
    return tmp_path / ".cache/shoulders/links.jsonl"


def test_what_was_learnt_within_a_day_is_kept_the_latest_of_each(progress):
    for each in (
        sighting(NAMES[0], 5, "missing"),
        sighting(NAMES[1], 23),
        sighting(NAMES[2], 24),
        sighting(NAMES[0], 2),
        sighting(NAMES[3], -1),
        sighting(NAMES[4], 3),
    ):
        progress.add(each)
    assert progress.sightings(NAMES[:4], NOW) == {NAMES[0]: sighting(NAMES[0], 2), NAMES[1]: sighting(NAMES[1], 23)}


def test_what_is_cleared_is_gone(progress, file):
    progress.clear()
    progress.add(sighting(NAMES[0]))
    progress.clear()
    assert progress.sightings(NAMES, NOW) == {}
    assert not file.exists()


def test_a_line_cut_off_anywhere_spoils_no_other(progress, file):
    progress.add(sighting(NAMES[0], finding="missing"))
    first = file.read_bytes()
    whole = 0
    for size in range(len(first) + 1):
        file.write_bytes(first[:size])
        progress.add(sighting(NAMES[1]))
        found = progress.sightings(NAMES, NOW)
        assert found[NAMES[1]] == sighting(NAMES[1])
        assert found.get(NAMES[0]) in (None, sighting(NAMES[0], finding="missing"))
        whole += NAMES[0] in found
    assert whole == 1


@pytest.mark.parametrize(
    "junk",
    [
        b"\xff\xfe\x00",
        b"[]",
        b"{}",
        b'{"address": "javascript:x", "at": "2026-01-02T09:00:00Z", "finding": "fine"}',
        b'{"address": "https://example.org/a", "at": "yesterday", "finding": "fine"}',
        b'{"address": "https://example.org/a", "at": "2026-01-02T09:00:00", "finding": "fine"}',
        b'{"address": "https://example.org/a", "at": "2026-01-02T09:00:00Z", "finding": "dead"}',
        b'{"address": "https://example.org/a", "at": "2026-01-02T09:00:00Z", "finding": "fine", "status": "200"}',
        b'{"address": "https://example.org/a", "at": "2026-01-02T09:00:00Z", "finding": "missing", "said": ""}',
        b'{"address": "https://example.org/a", "at": "2026-01-02T09:00:00Z", "finding": "fine", "said": "why"}',
    ],
)
def test_what_does_not_read_as_it_was_written_is_not_there(progress, file, junk):
    progress.add(sighting(NAMES[1]))
    file.write_bytes(junk + file.read_bytes())
    assert progress.sightings(NAMES, NOW) == {NAMES[1]: sighting(NAMES[1])}


def test_a_disk_that_keeps_nothing_is_no_failure(tmp_path, progress):
    (tmp_path / ".cache").write_text("a file where the folder should be")
    progress.add(sighting(NAMES[0]))
    assert progress.sightings(NAMES, NOW) == {}
    progress.clear()
