"""Modules import one way, the core is pure, and files and functions stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "tools" / "shoulders"
MODULES = {path.relative_to(PACKAGE).with_suffix("").as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}

# What each module of the core may import from the package; what is not named here is above the core.
CORE = {
    "ids": "",
    "names": "",
    "problems": "",
    "textfile": "",
    "safeyaml": "problems textfile",
    "scalars": "ids names problems",
    "model": "names scalars",
    "catalog": "ids model names",
    "describe": "model problems safeyaml",
    "memory": "kept model",
    "data": "memory model problems safeyaml",
    "load": "data describe memory model problems safeyaml textfile",
    "mathml": "",
    "rules/checked": "catalog data model problems safeyaml",
    "rules/identity": "ids data model problems rules safeyaml",
    "rules/pointing": "ids data model problems rules safeyaml",
    "rules/people": "data model names problems rules safeyaml",
    "rules/facts": "ids model names problems rules",
    "rules/formulas": "mathml model problems rules",
    "rules/wording": "model names problems rules safeyaml",
    "rules/__init__": "data problems rules",
}
SURFACE = (
    "pages templating view lineage lineage_data ego timeline addresses listing svg matching against steps issue_form "
    "report/record report/markdown edit/join edit/draft edit/propose lookup/same"
).split()
CITE = "latex auxiliary typst capitals locators matches repair lint selection".split()
PURE = [
    *CORE,
    *(
        name
        for name in MODULES
        if name.startswith(("exports/", "readers/", "search/")) or name in SURFACE or name.removeprefix("cite/") in CITE
    ),
]
IMPURE = (
    "time",
    "subprocess",
    "requests",
    "socket",
    "urllib.request",
    "random",
    "os",
    "mkdocs",
    "yaml",
    "shoulders.load",
)
IMPURE_CALLS = ("now", "utcnow", "today", "fromtimestamp", "environ", "getenv", "getcwd", "write_text", "write_bytes")


def imports(path: Path) -> Iterator[str]:
    """The full names of what a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def siblings(path: Path) -> set[str]:
    """The modules of the package that a file imports."""
    return {name.split(".")[1] for name in imports(path) if name.startswith("shoulders.")}


@pytest.mark.parametrize("module", CORE)
def test_the_core_imports_one_way(module: str) -> None:
    assert siblings(MODULES[module]) <= set(CORE[module].split())


@pytest.mark.parametrize("module", PURE)
def test_the_core_has_no_clock_no_disk_no_network_no_site_builder(module: str) -> None:
    allowed = {"safeyaml": {"yaml"}, "load": set(), "rules/checked": {"shoulders.load"}}.get(module, set())
    allowed |= {"shoulders.load"} if module.startswith("rules/") else set()
    bad = {found for name in imports(MODULES[module]) for found in IMPURE if f"{name}.".startswith(f"{found}.")}
    assert bad <= allowed
    calls = {node.attr for node in ast.walk(ast.parse(MODULES[module].read_text())) if isinstance(node, ast.Attribute)}
    assert not calls & set(IMPURE_CALLS)


@pytest.mark.parametrize(
    ("library", "only"),
    [
        ("requests", {"fetch/transport"}),
        ("mkdocs", {"mkdocs_hook"}),
        ("markdown_it", {"readers/markdown"}),
        ("pylatexenc", {"exports/latex", "readers/latex"}),
        ("resvg_py", {"opengraph/icons"}),
        ("uharfbuzz", {"opengraph/draw", "opengraph/fonts"}),
    ],
)
def test_a_library_has_one_user(library: str, only: set[str]) -> None:
    users = {name for name, path in MODULES.items() if any(f"{i}.".startswith(f"{library}.") for i in imports(path))}
    assert users <= only


def test_only_mkdocs_knows_the_hook() -> None:
    assert [name for name, path in MODULES.items() if "mkdocs_hook" in siblings(path)] == []


@pytest.mark.parametrize("module", MODULES)
def test_files_and_functions_are_small(module: str) -> None:
    """House style: 300 lines a file, unless its docstring says why not; 40 lines the body of a function."""
    text = MODULES[module].read_text()
    tree = ast.parse(text)
    docstring = ast.get_docstring(tree) or ""
    assert docstring or not tree.body
    assert len(text.splitlines()) <= 300 or "lines" in docstring
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[1:2] if ast.get_docstring(node) else node.body[:1]
            assert (node.end_lineno or 0) - (first[0].lineno if first else node.lineno) < 40, node.name
