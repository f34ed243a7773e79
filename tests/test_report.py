"""What a pull request changes, from two folders of data or a commit: records, fields, and what is cited otherwise."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import Result
from tests.builders import edge, entry, make_work, paper, write_data
from tests.test_cli import run
from tests.test_rules import CASES

from shoulders.catalog import Catalog
from shoulders.exports import FORMATS
from shoulders.load import load_data
from shoulders.problems import Problem
from shoulders.report import folder
from shoulders.report.compare import apart, compare
from shoulders.report.markdown import render
from shoulders.report.record import MOST, Change, Difference, Report, from_json, to_json
from shoulders.rules import check, to_catalog

ROOT = Path(__file__).parent.parent
OLD = paper(
    "lowe-2009-old",
    title="Old Doors",
    authors=["Ida Lowe"],
    year=2009,
    first_public="2009-03-04",
    doi="10.5555/doors.3",
)
ALONE = paper("ashdown-2010-dark", title="In the Dark")
DARK = paper("ashdown-2010-dark", title="In the Dark", edges=[edge("lowe-2009-old")])
VENUE = entry(id="cil", kind="conference", name="Conference on Imagined Language")


def changed(root: Path, before: str, after: str, **others: str) -> Report:
    """What changes from one text of `papers.yaml` to the other."""
    was = to_catalog(load_data(write_data(root / "before", papers=before)))
    return compare(was, load_data(write_data(root / "after", papers=after, **others)))


def only(report: Report) -> Change:
    """The one change there is."""
    (change,) = report.changes
    return change


def test_a_new_work_is_told_with_what_it_stands_on_and_how_it_is_cited(tmp_path):
    change = only(changed(tmp_path, OLD, OLD + DARK))
    assert (change.kind, change.id, change.state) == ("works", "ashdown-2010-dark", "new")
    assert (change.title, change.builds_on, change.led_to) == ("In the Dark", ("lowe-2009-old",), ())
    assert change.differences == (), "its BibTeX tells"
    (loaded,) = [each for each in load_data(tmp_path / "after").works if each.record.key == change.id]
    catalog = to_catalog(load_data(tmp_path / "after"))
    assert "\n".join(change.bibtex) + "\n" == FORMATS["bibtex"].render(catalog, [loaded.record])


def test_a_work_that_goes_is_told_with_what_stood_on_it(tmp_path):
    report = changed(tmp_path, OLD + DARK, ALONE)
    gone = [change for change in report.changes if change.state == "removed"]
    assert [(change.id, change.led_to, change.bibtex) for change in gone] == [
        ("lowe-2009-old", ("ashdown-2010-dark",), ())
    ]


def test_changes_are_told_field_by_field_in_the_order_of_the_fields(tmp_path):
    after = DARK.replace("In the Dark", "In the Dusk").replace('"Imogen Ashdown"', '"Imogen Ashdown", "Yan Shao"')
    after = after.replace("What it says.", "What it said.")
    change = only(changed(tmp_path, OLD + DARK, OLD + after))
    assert change.state == "changed"
    assert [(part.field, part.before, part.after) for part in change.differences] == [
        ("title", "In the Dark", "In the Dusk"),
        ("authors.name", "", "Yan Shao"),
        ("summary.en", "What it says.", "What it said."),
    ]
    assert "  title = {In the Dusk}," in change.bibtex
    assert change.led_to == ()
    assert change.builds_on == ("lowe-2009-old",)


def test_bibtex_that_is_as_before_is_not_told_again(tmp_path):
    change = only(changed(tmp_path, DARK, DARK.replace("What it says.", "It says it.")))
    assert change.bibtex == ()


def test_order_comments_and_spaces_are_no_change(tmp_path):
    assert changed(tmp_path, OLD + DARK, f"# reordered\n{DARK}\n\n{OLD}").changes == ()


def test_what_stands_in_the_middle_of_a_list_does_not_move_the_rest(tmp_path):
    urls = [f"https://example.org/{number}" for number in range(5)]
    before, after = (paper(sources=[url for url in urls if url != left]) for left in (urls[2], ""))
    change = only(changed(tmp_path, before, after))
    assert change.differences == (Difference(field="sources", after=urls[2]),)


def test_a_work_under_a_new_key_is_the_same_work(tmp_path):
    after = OLD.replace("lowe-2009-old", "lowe-2009-doors", 1).rstrip("\n") + "\n  aliases: [lowe-2009-old]\n"
    change = only(changed(tmp_path, OLD, after))
    assert (change.id, change.state, change.alike) == ("lowe-2009-doors", "changed", ())
    assert [(part.field, part.before, part.after) for part in change.differences] == [
        ("key", "lowe-2009-old", "lowe-2009-doors"),
        ("aliases", "", "lowe-2009-old"),
    ]


@pytest.mark.parametrize(
    "same",
    [{"doi": "10.5555/DOORS.3"}, {"title": "OLD doors!", "authors": ["I. Lowe"]}],
    ids=["identifier", "title and first author"],
)
def test_a_new_work_that_may_be_there_already_is_suspected(tmp_path, same):
    assert only(changed(tmp_path, OLD, OLD + paper("shao-2011-doors", **same))).alike == ("lowe-2009-old",)


def test_a_name_in_two_scripts_is_one_name(tmp_path):
    person = entry(id="yan-shao", name="Shao, Yan", native="邵砚")
    before = write_data(tmp_path / "before", papers=paper(title="Doors", authors=["邵砚"]), people=person)
    new = paper("shao-2011-doors", title="Doors", authors=["Y. Shao"])
    after = write_data(tmp_path / "after", papers=paper(title="Doors", authors=["邵砚"]) + new, people=person)
    change = only(compare(to_catalog(load_data(before)), load_data(after)))
    assert change.alike == ("ashdown-2010-dark",)


def test_what_takes_the_place_of_a_work_is_not_suspected(tmp_path):
    report = changed(tmp_path, OLD, paper("shao-2011-doors", doi="10.5555/doors.3"))
    assert [(change.state, change.alike) for change in report.changes] == [("new", ()), ("removed", ())]


def test_other_records_are_told_field_by_field_too(tmp_path):
    before = to_catalog(load_data(write_data(tmp_path / "before", venues=VENUE)))
    after = VENUE.replace("Conference on", "Meeting on") + VENUE.replace('"cil"', '"col"')
    report = compare(before, load_data(write_data(tmp_path / "after", venues=after)))
    assert [(change.kind, change.id, change.state) for change in report.changes] == [
        ("venues", "col", "new"),
        ("venues", "cil", "changed"),
    ]
    assert [part.field for part in report.changes[0].differences] == ["id", "kind", "name"]
    name = ("Conference on Imagined Language", "Meeting on Imagined Language")
    assert report.changes[1].differences == (Difference(field="name", before=name[0], after=name[1]),)


def test_what_stands_in_for_a_wrong_field_is_no_change(tmp_path):
    wrong = DARK.replace("year: 2010", "yaer: 2010").replace("In the Dark", "In the Dusk")
    change = only(changed(tmp_path, DARK, wrong))
    assert [part.field for part in change.differences] == ["title"]
    assert change.bibtex == (), "of a year that is not known none is made"
    untitled = only(changed(tmp_path, "[]", paper(title=["In", "the", "Dark"])))
    assert (untitled.title, untitled.bibtex) == ("", ())
    unfinished = only(changed(tmp_path, "[]", paper(summary=None)))
    assert unfinished.bibtex[0] == "@misc{ashdown-2010-dark,", "which does not come from the summary"


@pytest.mark.parametrize("broken", ["- key: ashdown-2010-dark\n  kind: [", "\x00"])
def test_what_cannot_be_read_is_not_gone(tmp_path, broken):
    assert changed(tmp_path, DARK, broken).changes == ()


@pytest.mark.parametrize("rule", CASES)
def test_no_fault_of_the_data_stops_the_report(tmp_path, rule):
    for number, case in enumerate(CASES[rule]):
        data = load_data(write_data(tmp_path / f"{number}", **case.files))
        for before in (Catalog(), to_catalog(data)):
            report = compare(before, data, check(data))
            assert report.problem_count == len(case.problems)
            assert render(report)


def test_new_comes_before_changed_before_gone_each_by_key(tmp_path):
    before = paper("b-2001-x") + paper("a-2001-x") + paper("d-2001-x")
    after = paper("d-2001-x", title="Other") + paper("z-2001-x") + paper("c-2001-x")
    report = changed(tmp_path, before, after)
    assert [(change.state, change.id) for change in report.changes] == [
        ("new", "c-2001-x"),
        ("new", "z-2001-x"),
        ("changed", "d-2001-x"),
        ("removed", "a-2001-x"),
        ("removed", "b-2001-x"),
    ]
    assert report.works("new", "removed") == ("c-2001-x", "z-2001-x", "a-2001-x", "b-2001-x")


def test_beyond_a_limit_changes_and_problems_are_counted(tmp_path):
    many = "".join(paper(f"a-2001-x{number}") for number in range(MOST + 7))
    report = changed(tmp_path, "[]", many)
    assert (len(report.changes), report.change_count) == (MOST, MOST + 7)
    problems = [Problem("data/papers.yaml", number, "", "", "wrong") for number in range(MOST + 3)]
    found = compare(to_catalog(load_data(tmp_path / "before")), load_data(tmp_path / "before"), problems)
    assert (len(found.problems), found.problem_count) == (MOST, MOST + 3)


X, Y = "x" * 10, "y" * 10


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("a", "b", ("a", "b")),
        ("", "new " * 300, ("", ("new " * 250)[:-1] + "…")),
        ("one two", "one two three", ("one two", "one two three")),
        (f"{X * 9}A{Y * 9}", f"{X * 9}Bc{Y * 9}", (f"…{X * 4}A{Y * 4}…", f"…{X * 4}Bc{Y * 4}…")),
        ("aaa" * 50, "aaa" * 51, ("…" + "a" * 40, "…" + "a" * 43)),
        ("a\u202eb", "a\nb", ("a\\u202eb", "a\\x0ab")),
    ],
)  # fmt: skip
def test_of_long_texts_the_parts_that_differ_are_shown(before, after, shown):
    assert apart(before, after) == shown
    assert apart(after, before) == shown[::-1]


def test_a_report_is_read_as_it_was_written(tmp_path, invented_root):
    was = to_catalog(load_data(write_data(tmp_path, papers=paper())))
    report = compare(was, load_data(invented_root), [Problem("a\u202e.yaml", 3, "x\n", "y", "z")])
    assert report.change_count > 20
    assert from_json(to_json(report)) == report


# the command -------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path):
    """A project with one work, committed, and an edit of it."""
    for name in ("mkdocs.yml", "mkdocs.zh.yml"):
        (tmp_path / "project").mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / "project")
    root = write_data(tmp_path / "project", papers=ALONE)

    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=root, capture_output=True, check=True)

    git("init", "--quiet", "--initial-branch=main")
    git("add", ".")
    git("commit", "--quiet", "-m", "first")
    write_data(root, papers=OLD + DARK)
    return root


def said(*arguments: str | Path) -> Result:
    """The command, which must succeed."""
    result = run("report", *arguments)
    assert result.exit_code == 0, result.output
    return result


def test_the_command_compares_with_a_commit_or_a_folder(project, tmp_path):
    result = said("--root", project)
    assert "#### New · 新增: Work · 条目 `lowe-2009-old`" in result.stdout
    assert "#### Changed · 改动: Work · 条目 `ashdown-2010-dark`" in result.stdout
    assert "<code>edges.to</code></td><td></td><td><code>lowe-2009-old</code>" in result.stdout
    assert result.stderr == "2 changes; 0 problems\n"
    for base in ("main", "HEAD", "main~0"):
        assert said("--root", project, "--base", base).stdout == result.stdout
    write_data(tmp_path / "before", papers=OLD + ALONE)
    assert said("--root", project, "--before", tmp_path / "before").stderr == "1 change; 0 problems\n"


def test_the_data_may_stand_below_the_top_of_the_repository(project):
    (project / "deep").mkdir()
    for name in ("data", "mkdocs.yml", "mkdocs.zh.yml"):
        shutil.move(project / name, project / "deep" / name)
    assert said("--root", project / "deep").stderr == "2 changes; 0 problems\n", "the commit has no data there"
    for arguments in (["add", "."], ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-m", "moved"]):
        subprocess.run(["git", *arguments], cwd=project, capture_output=True, check=True)
    assert said("--root", project / "deep").stderr == "0 changes; 0 problems\n"


def test_problems_are_told_and_change_no_exit_code(project):
    write_data(project, papers=DARK)
    result = said("--root", project, "--base", "main")
    assert result.stderr == "1 change; 1 problem\n"
    assert "The check finds **1 problem**" in result.stdout
    assert "<td><code>data/papers.yaml:11</code></td><td><code>ashdown-2010-dark</code></td>" in result.stdout


@pytest.mark.parametrize("base", ["nowhere", "--all", "main:data", "-h", "main\n", ""])
def test_what_is_no_commit_is_told(project, base):
    result = run("report", "--root", project, f"--base={base}")
    if not base:
        assert result.exit_code == 0, "as if it were not given"
        return
    assert result.exit_code == 2
    assert "expected a commit of the repository, got '" in result.stderr
    assert result.stdout == ""


def test_only_one_thing_can_be_compared_with(project):
    result = run("report", "--root", project, "--base", "main", "--before", project)
    assert result.exit_code == 2
    assert "expected one of --base, --before and --from, got several" in result.stderr


def test_a_report_is_kept_and_told_again(project, tmp_path):
    first = said("--root", project)
    kept = said("--root", project, "--out", tmp_path / "kept")
    assert kept.stdout == ""
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == ["report.json", "report.md"]
    assert (tmp_path / "kept/report.md").read_text("utf-8") == first.stdout
    assert said("--root", project, "--from", tmp_path / "kept").stdout == first.stdout
    said("--root", project, "--from", tmp_path / "kept", "--out", tmp_path / "again")
    assert (tmp_path / "again/report.json").read_bytes() == (tmp_path / "kept/report.json").read_bytes()


# a folder of a stranger --------------------------------------------------------------------------

PNG = folder.PNG + b"rest"


def test_pictures_of_works_of_the_report_are_named_and_nothing_else(project, tmp_path):
    place = tmp_path / "kept"
    said("--root", project, "--out", place)
    (place / "lowe-2009-old.png").write_bytes(PNG)
    (place / "ashdown-2010-dark.png").write_bytes(b"<svg onload=alert(1)>")
    (place / "other-2010-x.png").write_bytes(PNG)
    (place / "@everyone.png").write_bytes(PNG)
    text = said("--root", project, "--from", place).stdout
    assert "页面截图：<code>lowe-2009-old.png</code>\n" in text
    assert text.count(".png") == 1
    (place / "lowe-2009-old.png").write_bytes(PNG + bytes(folder.MAX_PICTURE))
    assert ".png" not in said("--root", project, "--from", place).stdout, "too large"
    (place / "lowe-2009-old.png").unlink()
    (place / "lowe-2009-old.png").symlink_to(place / "other-2010-x.png")
    assert ".png" not in said("--root", project, "--from", place).stdout, "a link"


WORK = {"kind": "works", "id": "a", "state": "new"}
BAD = {
    "no JSON": ("{", "expected JSON as shoulders writes it"),
    "deep": ("[" * 100_000, "expected JSON as shoulders writes it"),
    "a list": ("[]", "expected a mapping, got a list"),
    "unknown field": ('{"html": "<b>"}', "html: expected a known field"),
    "a number for a text": ('{"problems": [{"path": 7}]}', "problems.0.path: expected a text, got '7'"),
    "a state": ('{"changes": [{"state": "@x"}]}', "changes.0.state: expected 'new', 'changed' or 'removed', got '@x'"),
    "a path for a key": ('{"changes": [{"id": "../../x"}]}', "changes.0.id: expected an identifier of a-z, 0-9"),
    "a key": ('{"changes": [{"builds_on": ["a b"]}]}', "changes.0.builds_on.0: expected a key like"),
    "two lines": ('{"changes": [{"title": "a\\n\\n# b"}]}', "changes.0.title: expected a text on one line"),
    "turned round": ('{"changes": [{"bibtex": ["\\u202e"]}]}', "changes.0.bibtex.0: expected a text on one line"),
    "a surrogate": ('{"changes": [{"title": "\\ud800"}]}', "expected JSON as shoulders writes it"),
    "long": (json.dumps({"changes": [{"title": "x" * 20_001}]}), "changes.0.title: "),
    "many": (json.dumps({"changes": [WORK] * (MOST + 1)}), f"changes: expected at most {MOST} of them"),
    "NaN": ('{"change_count": NaN}', "change_count"),
    "negative": ('{"change_count": -1}', "change_count: expected a number of at least 0, got '-1'"),
    "huge": (json.dumps({"change_count": 10**30}), "change_count: "),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_a_record_that_we_did_not_write_is_refused(tmp_path, what, project):
    text, told = BAD[what]
    (tmp_path / "report.json").write_text(text, "utf-8")
    result = run("report", "--root", project, "--from", tmp_path)
    assert result.exit_code == 1
    assert f"report.json: {told}" in result.stderr
    assert result.stdout == ""
    assert result.stderr.replace("\n", "").isprintable()
    assert len(result.stderr) < 20_000


def test_everything_that_is_wrong_is_told_at_once(tmp_path, project):
    (tmp_path / "report.json").write_text('{"change_count": -1, "problem_count": "2"}', "utf-8")
    result = run("report", "--root", project, "--from", tmp_path)
    assert len(result.stderr.splitlines()) == 2


def test_a_file_of_another_kind_is_refused(tmp_path, project):
    place = tmp_path / "report.json"
    for make, told in (
        (lambda: None, "report.json: expected a report, got none"),
        (place.mkdir, "report.json:1: expected a file, got a folder"),
        (lambda: place.rmdir() or place.symlink_to("/etc/hostname"), "report.json: expected a file, got a link"),
        (
            lambda: place.unlink() or place.write_bytes(b" " * (folder.MAX_REPORT + 1)),
            "report.json: expected at most 4",
        ),
        (lambda: place.write_bytes(b"\xff"), "report.json:1: expected text in UTF-8, got the byte 0xff"),
    ):
        make()
        result = run("report", "--root", project, "--from", tmp_path)
        assert result.exit_code == 1
        assert told in result.stderr


def test_nothing_is_half_written(project, tmp_path):
    (tmp_path / "out").write_text("a file where the folder is to be")
    result = run("report", "--root", project, "--out", tmp_path / "out" / "deeper")
    assert result.exit_code == 1
    assert "cannot write" in result.stderr


def test_a_record_holds_only_what_shows():
    with pytest.raises(ValueError, match="characters that show"):
        Change(kind="works", id="a-2001-x", state="new", title="a\u200bb")
    assert make_work("a-2001-x").key == Change(kind="works", id="a-2001-x", state="new").id
