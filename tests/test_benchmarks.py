"""The invented catalogs that benchmarks build are sound, and what they measure is what was spent."""

from __future__ import annotations

import sys

import pytest
from benchmarks import build as bench
from benchmarks import measure, projects
from benchmarks.many_works import many_works
from benchmarks.measure import Cost

from shoulders.catalog import Catalog
from shoulders.project import open_project


@pytest.fixture(scope="module")
def many(root) -> Catalog:
    """As many works as show how they are made."""
    return many_works(open_project(root).catalog, 400)


def test_an_invented_project_passes_the_check_and_holds_the_same_works(many, tmp_path, monkeypatch):
    monkeypatch.setattr(projects, "TOGETHER", 150)
    projects.write_project(many, tmp_path / "project")
    found = open_project(tmp_path / "project").catalog
    assert [work.title for work in found.works] == [work.title for work in many.works]
    parts = sorted(path.name for path in (tmp_path / "project/data/papers").iterdir())
    assert parts == ["part-002.yaml", "part-003.yaml"]
    assert 300 < len(found.descents) < 1300
    assert (found.topics, found.venues) == (many.topics, tuple(v for v in many.venues if v.id in found.works_of_venue))
    assert [item.key for one in found.lists for item in one.items] == [i.key for one in many.lists for i in one.items]
    assert sum(bool(work.equations) for work in found.works) > 10
    assert len(found.works_of_person) < 0.75 * sum(len(work.authors) for work in found.works), "authors come again"


def test_the_others_get_the_same_entries(many, tmp_path):
    projects.write_mkdocs(many, tmp_path / "mkdocs")
    projects.write_hugo(many, tmp_path / "hugo")
    keys = {f"{work.key}.md" for work in many.works}
    for folder in ("mkdocs/docs/papers", "hugo/content/papers"):
        assert {path.name for path in (tmp_path / folder).iterdir()} == keys
    assert "theme:\n  name: material\n" in (tmp_path / "mkdocs/mkdocs.yml").read_text("utf-8")


SPENDS = """
import subprocess, sys
from pathlib import Path
held = bytearray(150_000_000)
held[::4096] = b"x" * len(held[::4096])
made = Path("made"); made.mkdir()
(made / "a").write_bytes(b"x" * 300_000)
(made / "b").write_bytes(b"x" * 200_000)
child = "import time; b = bytearray(90_000_000); b[::4096] = b'x' * len(b[::4096])\\nend = time.process_time() + 0.6\\n"
subprocess.run([sys.executable, "-c", child + "while time.process_time() < end: pass"], check=True)
print("done")
"""


def test_a_command_costs_what_it_and_its_children_spend(tmp_path):
    cost = measure.run([sys.executable, "-c", SPENDS], folder=tmp_path, made=tmp_path / "made")
    assert (cost.files, cost.size, cost.output) == (2, 0.5, "done\n")
    assert 240 < cost.memory < 400, "both at the same time"
    assert cost.wall >= 0.6
    assert cost.cpu >= 0.6


def test_a_command_that_fails_says_what_it_said(tmp_path):
    with pytest.raises(RuntimeError, match=r"ended with 3: out of ink"):
        measure.run([sys.executable, "-c", "print('out of ink'); exit(3)"], folder=tmp_path, made=tmp_path)


def test_the_table_tells_ratios_and_is_kept_in_the_place_of_the_last(tmp_path, monkeypatch):
    costs = {
        "ours": Cost(3.0, 5.0, 200.0, 70, 9.0, "  check     1.25 s\n    pages   2.50 s of a processor\n"),
        "mkdocs-material": Cost(12.0, 12.0, 300.0, 40, 8.0),
        "Hugo": Cost(2.0, 3.0, 100.0, 30, 7.0),
    }
    text = bench.table(4200, costs)
    assert "### 4,200 works" in text
    assert "| ours | 3.0 | 0.25 | 1.50 | 5.0 | 200 | 70 | 9 |" in text
    assert "| ours |  | 1.25 |  |  |  |  | 2.50 |  |  |  |" in text
    monkeypatch.setattr(bench, "__file__", str(tmp_path / "build.py"))
    (tmp_path / "README.md").write_text(f"Before\n\n{bench.MARKS[0]}\nold\n{bench.MARKS[1]}\n\nAfter\n")
    bench.keep(text)
    bench.keep(text)
    kept = (tmp_path / "README.md").read_text("utf-8")
    assert kept == f"Before\n\n{bench.MARKS[0]}\n\n{text}\n{bench.MARKS[1]}\n\nAfter\n"


def test_bounds_say_what_is_reached():
    def costs(ours: float, memory: float) -> dict[str, Cost]:
        times = {
            "ours": ours,
            "ours, both languages": 11.0,
            "ours, with search": 7.0,
            "ours, again": 4.0,
            "ours, both languages, again": 6.0,
            "ours, with search, again": 14.0,
            "mkdocs-material": 20.0,
            "Hugo": 3,
        }
        return {name: Cost(wall, wall, memory) for name, wall in times.items()}

    text = bench.bounds({3_000: costs(2.0, 5), 10_000: costs(5.0, 701)})
    rows = [[part.strip() for part in line.strip("|").split("|")] for line in text.splitlines()[4:]]
    assert {what: (measured, reached) for what, measured, _, reached in rows} == {
        "without search, of mkdocs-material": ("0.25", "yes"),
        "without search, of Hugo": ("1.67", "**no**"),
        "with search, of mkdocs-material": ("0.35", "yes"),
        "both languages, of one": ("2.2", "**no**"),
        "memory, MB": ("701", "**no**"),
        "of 3,000 works": ("2.5", "yes"),
        "without search, of mkdocs-material, again": ("0.2", "yes"),
        "without search, of Hugo, again": ("1.33", "yes"),
        "with search, of mkdocs-material, again": ("0.7", "**no**"),
        "both languages, of one, again": ("1.5", "yes"),
        "memory, MB, again": ("701", "**no**"),
        "of 3,000 works, again": ("1", "yes"),
    }
    assert bench.bounds({300: costs(1.0, 5)}) == ""
