"""A demo that joins shows on the gallery and on the page of its work; its card is read, the demo is never run."""

from __future__ import annotations

import pytest
from lxml import html
from tests.site.conftest import make_project

from shoulders.addresses import Place
from shoulders.build import ProblemsError, open_project
from shoulders.pages import fragment, work_page

DEMO = '''"""Counting pebbles with a <b>very</b> small network.

Entry: {key}
Claim: Two pebbles are more than one,
  and three are more than two.
Run: 3 seconds
"""

raise SystemExit("nobody may run this")
'''


@pytest.fixture
def project(root, invented_root, tmp_path):
    folder = make_project(root, invented_root, tmp_path / "project")
    (folder / "demos").mkdir()
    return folder


def test_a_demo_shows_on_the_gallery_and_on_its_work(project, invented):
    work = invented.works[0]
    (project / "demos/pebbles.py").write_text(DEMO.format(key=work.key))
    (project / "demos/shared.py").write_text("no card is asked of what is no demo")
    view = open_project(project).view("en", {})
    gallery = html.fromstring(fragment(view, "demos", Place("en", "demos/")))
    assert gallery.find(".//h2/a").get("href") == f"../papers/{work.key}/#demos"
    assert "Two pebbles are more than one, and three are more than two." in gallery.text_content()
    assert "Counting pebbles with a <b>very</b> small network." in gallery.text_content()
    body = html.fromstring(work_page(view, view.catalog.by_key[work.key]).body)
    assert "demos/pebbles.py" in body.find(".//section[@aria-labelledby='demos']").text_content()
    assert ("demos", "Demos") in view.sections(view.catalog.by_key[work.key])
    other = work_page(view, view.catalog.works[1]).body
    assert "demos/pebbles.py" not in other


def test_a_demo_without_a_known_work_is_a_problem(project, invented):
    key = invented.works[0].key
    (project / "demos/lost.py").write_text(DEMO.format(key=key + "x"))
    (project / "demos/silent.py").write_text("x = 1\n")
    (project / "demos/torn.py").write_text("def (\n")
    with pytest.raises(ProblemsError) as caught:
        open_project(project)
    lost, silent, torn = (str(problem) for problem in caught.value.problems)
    assert lost.startswith("demos/lost.py:1: ")
    assert f"did you mean '{key}'" in lost
    assert "demos/silent.py:1: silent: card: expected a docstring" in silent
    assert "demos/torn.py:1: torn: card: expected Python, got SyntaxError" in torn
