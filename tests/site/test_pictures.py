"""Pictures of pages for those who read a pull request: which are taken, and that they are pictures of a page."""

from __future__ import annotations

import importlib
import struct
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.documents import ROOT
from tests.tools import require_tool

from shoulders.build import open_project
from shoulders.report import folder
from shoulders.report.record import Change, Report


@pytest.fixture
def page_picture(monkeypatch, invented_project):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    tool = importlib.import_module("page_picture")
    monkeypatch.setattr(tool, "ROOT", invented_project)
    return tool


def report(*keys: str, problems: int = 0) -> Report:
    changes = tuple(Change(kind="works", id=key, state="new") for key in keys)
    gone = Change(kind="works", id="gone-2001-x", state="removed")
    venue = Change(kind="venues", id="cil", state="new")
    return Report(changes=(*changes, gone, venue), change_count=len(keys) + 2, problem_count=problems)


def test_a_report_is_given_a_picture_of_each_page_that_a_comment_then_names(
    page_picture, invented_project, invented_site, tmp_path, monkeypatch
):
    require_tool("chromium", "apt-get install chromium")
    monkeypatch.setattr(page_picture, "build", lambda root: {invented_project: invented_site}[root])
    keys = [work.key for work in open_project(invented_project).catalog.works[:2]]
    folder.write(tmp_path, report(*keys))
    with ThreadPoolExecutor(1) as apart:  # the tests' own browser may already run in this thread
        apart.submit(page_picture.main, tmp_path, ()).result()
    for key in keys:
        image = (tmp_path / f"{key}.png").read_bytes()
        assert struct.unpack(">II", image[16:24]) == (1280, page_picture.HEIGHT)
        assert 30_000 < len(image) < folder.MAX_PICTURE
    assert len(list(tmp_path.glob("*.png"))) == 2
    (tmp_path / "gone-2001-x.png").write_bytes(image)
    assert folder.pictures(tmp_path, folder.read(tmp_path)) == tuple(f"{key}.png" for key in keys)


def test_few_are_taken_and_none_of_data_with_problems(page_picture, tmp_path, capsys):
    folder.write(tmp_path, report(*(f"a-2001-x{number}" for number in range(9))))
    assert page_picture.wanted(tmp_path) == tuple(f"a-2001-x{number}" for number in range(5))
    folder.write(tmp_path, report("a-2001-x", problems=2))
    page_picture.main(tmp_path, ())
    assert list(tmp_path.glob("*.png")) == []
    assert capsys.readouterr().out == "No picture is taken: a site is only built of data without problems\n"


@pytest.mark.parametrize("key", ["../../x", "a-2001-x", "--help", "x.png"])
def test_what_is_no_key_of_a_work_is_refused(page_picture, tmp_path, key):
    with pytest.raises(SystemExit, match="expected the key of a work, got"):
        page_picture.main(tmp_path, (key,))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_a_report_is_refused(page_picture, tmp_path):
    with pytest.raises(SystemExit, match=r"report\.json: expected a report, got none"):
        page_picture.main(tmp_path, ())
