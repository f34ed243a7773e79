"""Accessibility of each kind of page, judged by axe, in both languages and both colour schemes."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.site.conftest import Watched
from tests.site.kinds import pages_of_each_kind


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(browser, real_site, serve, scheme):
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    watched = Watched(context.new_page(), serve(real_site))
    found = []
    for path in pages_of_each_kind(real_site, works=3):
        watched.open(path)
        for violation in Axe().run(watched.page).response["violations"]:
            nodes = [node["html"][:160] for node in violation["nodes"][:3]]
            found.append(f"{path}: {violation['id']} ({len(violation['nodes'])}): {nodes}")
    assert found == []
    context.close()
