"""What README, CONTRIBUTING and the contributing pages say is so, and what there is they say."""

from __future__ import annotations

import re
import shutil
import textwrap
import tomllib
from typing import get_args

import click
import pytest
from click.testing import CliRunner
from tests.documents import ROOT, code, commands, fences, invocation, make_targets, options, read, rows, targets
from tests.test_rules import CASES

from shoulders import addresses, cards, cli, model
from shoulders.demo.commands import demo
from shoulders.exports import FORMATS
from shoulders.fetch import SERVICES
from shoulders.handwritten import read_concepts
from shoulders.ids import propose_key
from shoulders.load import load_data
from shoulders.rules import RULES, check
from shoulders.rules.facts import REQUIRED, TYPES

READMES = ("README.md", "README.zh.md")
GUIDES = ("CONTRIBUTING.md", "docs/en/contributing.md", "docs/zh/contributing.md")
PAGES = (*READMES, *GUIDES, "CHANGELOG.md", "data/README.md", "demos/README.md")
WORK_TABLES = {"CONTRIBUTING.md": "field of a work", "docs/zh/contributing.md": "条目的字段"}
NEEDED = {"yes": True, "是": True}
RECORDS: dict[str, type[model.Record]] = {
    "field of a work": model.Work,
    "field of an author": model.Author,
    "field of an equation": model.Equation,
    "field of an edge": model.Edge,
    "field of a link": model.Link,
    "field of a retraction": model.Retraction,
    "field of a person": model.Person,
    "field of a venue": model.Venue,
    "field of a topic": model.Topic,
    "field of a reading list": model.ReadingList,
    "field of a section": model.Section,
    "field of an item": model.Item,
}
COMMANDS = {"": cli.main, **cli.main.commands}
COMMANDS |= {f"demo {name}": command for name, command in demo.commands.items()}


class TestFields:
    @pytest.mark.parametrize("heading", RECORDS)
    def test_every_field_has_its_line_in_the_order_of_the_model(self, heading):
        fields = RECORDS[heading].model_fields
        table = rows("CONTRIBUTING.md", heading)
        assert [code(name)[0] for name, _, _ in table] == list(fields)
        assert {code(name)[0] for name, needed, _ in table if needed in NEEDED} == {
            name for name, field in fields.items() if field.is_required()
        }
        assert all(meaning for _, _, meaning in table)

    def test_the_chinese_table_holds_the_same_fields(self):
        english, chinese = (rows(page, heading) for page, heading in WORK_TABLES.items())
        assert [row[0] for row in chinese] == [row[0] for row in english]
        assert [row[1] in NEEDED for row in chinese] == [row[1] in NEEDED for row in english]
        assert [bool(row[1]) for row in chinese] == [bool(row[1]) for row in english]

    def test_every_table_of_fields_is_held_to_a_record(self):
        assert {*re.findall(r"^\| (field of [a-z ]+) \|", read("CONTRIBUTING.md"), re.MULTILINE)} == {*RECORDS}

    def test_every_field_of_a_card(self):
        lines = [line.strip() for line in read("CONTRIBUTING.md").splitlines()]
        start = lines.index("| field of a card | needed | what it holds |") + 2
        assert [code(line)[0] for line in lines[start : start + len(cards.FIELDS)]] == list(cards.FIELDS)
        assert not lines[start + len(cards.FIELDS)].startswith("|")

    def test_fields_that_need_one_of_a_few_words_name_them(self):
        table = {code(row[0])[0]: code(row[2]) for row in rows("CONTRIBUTING.md", "field of a work")}
        assert table["kind"] == list(model.KINDS)
        venue = {code(row[0])[0]: code(row[2]) for row in rows("CONTRIBUTING.md", "field of a venue")}
        assert venue["kind"] == list(get_args(model.Venue.model_fields["kind"].annotation))

    @pytest.mark.parametrize(
        ("page", "heading"), [("CONTRIBUTING.md", "type | when"), ("docs/zh/contributing.md", "类型")]
    )
    def test_types_of_edges(self, page, heading):
        assert tuple(code(row[0])[0] for row in rows(page, heading)) == model.EDGE_TYPES

    def test_types_of_each_kind(self):
        table = {code(kind)[0]: code(types) for kind, types in rows("CONTRIBUTING.md", "kind")}
        assert table == {kind: list(types) for kind, types in TYPES.items()}
        assert all(table[kind][0] == model.ENTRY_TYPE_OF_KIND[kind] for kind in model.KINDS if kind != "paper")

    def test_fields_that_each_type_needs(self):
        table = {
            code(name)[0]: re.sub(r"` or `", "|", needs).replace("`", "").split(", ")
            for name, needs in rows("CONTRIBUTING.md", "type | needs")
        }
        assert table == {name: list(needs) for name, needs in REQUIRED.items()}


class TestRules:
    def test_every_rule_is_told_in_order(self):
        assert [code(row[0])[0] for row in rows("CONTRIBUTING.md", "rule")] == [rule.__name__ for rule in RULES]

    @pytest.mark.parametrize("row", rows("CONTRIBUTING.md", "rule"), ids=lambda row: row[0])
    def test_what_a_rule_says_is_quoted(self, row):
        name, phrases = code(row[0])[0], code(row[1])
        said = [problem for case in CASES.get(name, []) for problem in case.problems]
        if name == "demos_name_works":
            said = ["demos/wrong.py:1: wrong: Entry: expected the key of a work, got 'x'"]
        assert phrases
        for phrase in phrases:
            assert any(phrase in problem for problem in said), phrase


class TestExamples:
    def test_the_minimal_entry_is_the_same_everywhere(self):
        minimal = [fences(page, "yaml")[0] for page in GUIDES]
        assert minimal == minimal[:1] * len(GUIDES)

    def test_the_minimal_entry_alone_has_no_problem(self, tmp_path):
        shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("runs"))
        self.append(tmp_path / "data" / "papers.yaml", fences("CONTRIBUTING.md", "yaml")[0])
        assert check(load_data(tmp_path), concepts=read_concepts(ROOT)) == []

    @pytest.mark.parametrize("page", GUIDES)
    def test_all_examples_of_a_page_together_have_no_problem(self, page, tmp_path):
        """Blocks that begin with a file go into that file; those that begin with a field, into the minimal entry."""
        shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("runs"))
        minimal, *others = fences(page, "yaml")
        parts = [block for block in others if block.startswith("  ")]
        self.append(tmp_path / "data" / "papers.yaml", minimal + "".join(parts))
        for block in others:
            if block not in parts:
                file = re.match(r"# (data/[a-z]+\.yaml)\n", block)
                assert file, block
                self.append(tmp_path / file[1], block)
        before, after = len(load_data(ROOT).works), len(load_data(tmp_path).works)
        assert check(load_data(tmp_path), concepts=read_concepts(ROOT)) == []
        assert after > before

    def test_the_command_finds_nothing_to_say_about_it(self, tmp_path):
        shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("runs"))
        for name in ("mkdocs.yml", "mkdocs.zh.yml"):
            shutil.copy(ROOT / name, tmp_path)
        shutil.copytree(ROOT / "docs", tmp_path / "docs")
        self.append(tmp_path / "data" / "papers.yaml", fences("CONTRIBUTING.md", "yaml")[0])
        assert CliRunner().invoke(cli.main, ["check", "--root", str(tmp_path)]).exit_code == 0

    def test_keys_of_the_examples_are_those_that_would_be_proposed(self, tmp_path):
        (tmp_path / "data").mkdir()
        works = [block for block in fences("CONTRIBUTING.md", "yaml") if "  kind: paper" in block]
        (tmp_path / "data" / "papers.yaml").write_text("\n".join(works), "utf-8")
        found = [loaded.record for loaded in load_data(tmp_path).works]
        assert len(found) == len(works) == 2
        names = [["Shao", "Ashdown"], ["Ashdown", "van den Berk", "Shao"]]
        assert [work.key for work in found] == [
            propose_key(family, work.year, work.title) for family, work in zip(names, found, strict=True)
        ]

    def append(self, file, text):
        file.write_text(file.read_text("utf-8") + "\n" + textwrap.dedent(text), "utf-8")


class TestCommands:
    @pytest.mark.parametrize("page", PAGES)
    def test_targets_that_a_page_names_exist(self, page):
        named = {target for line in commands(page) for target in make_targets(line)}
        assert named <= targets()

    def test_every_target_is_told(self):
        assert {code(row[0])[0] for row in rows("CONTRIBUTING.md", "target")} == {f"make {name}" for name in targets()}
        assert targets() >= {"serve", "site", "test", "check", "lint", "clean", "help"}

    @pytest.mark.parametrize("page", PAGES)
    def test_commands_that_a_page_names_exist(self, page):
        for line in commands(page):
            called = invocation(line)
            if called and called[0] not in COMMANDS:
                assert called[0].startswith("-"), line
            elif called:
                named = {word for word in called[1] if word.startswith("--")}
                assert named <= {*options(COMMANDS[called[0]]), "--help"}, line

    def test_every_command_is_told_with_every_option_and_choice(self):
        table = {
            code(row[0])[0].removeprefix("shoulders").strip(): code(row[1])
            for row in rows("CONTRIBUTING.md", "command")
        }
        assert table.keys() == COMMANDS.keys()
        for name, command in COMMANDS.items():
            expected = []
            for option_name, option in options(command).items():
                expected += [option_name, *(option.type.choices if isinstance(option.type, click.Choice) else ())]
            assert table[name] == expected, name

    def test_commands_in_the_readme_run(self, monkeypatch):
        monkeypatch.chdir(ROOT)
        lines = [
            line for block in fences("README.md", "sh") for line in block.splitlines() if "shoulders export" in line
        ]
        assert len(lines) == 3
        for line in lines:
            called = invocation(line)
            assert called
            result = CliRunner().invoke(cli.main, [called[0], *called[1]])
            assert result.exit_code == 0, result.output
            assert result.stdout_bytes


class TestReadme:
    @pytest.mark.parametrize("page", PAGES)
    def test_what_a_page_links_is_there(self, page):
        text = re.sub(r"^( *)```.*?^\1```$", "", read(page), flags=re.MULTILINE | re.DOTALL)
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            path, _, anchor = link.partition("#")
            if link.startswith("https://"):
                continue
            target = (ROOT / page).parent / path if path else ROOT / page
            assert target.exists(), link
            if anchor:
                titles = re.findall(r"^#+ (.*)$", target.read_text("utf-8"), re.MULTILINE)
                slugs = {re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") for title in titles}
                assert anchor in slugs | {*re.findall(r'<a id="([a-z]+)">', target.read_text("utf-8"))}, link

    @pytest.mark.parametrize("page", READMES)
    def test_what_the_map_names_is_there(self, page):
        heading = {"README.md": "folder or file", "README.zh.md": "文件夹或文件"}[page]
        for row in rows(page, heading):
            for name in code(row[0]):
                assert (ROOT / name).exists(), name
                assert (ROOT / name).is_dir() == name.endswith("/")

    def test_both_say_the_same(self):
        assert len({len(re.findall(r"^## ", read(page), re.MULTILINE)) for page in READMES}) == 1
        english, chinese = ([re.sub(r"#.*", "", block) for block in fences(page, "sh")] for page in READMES)
        assert english == chinese

    @pytest.mark.parametrize("page", READMES)
    def test_each_links_the_other_language_and_two_pictures(self, page):
        (other,) = {*READMES} - {page}
        assert f"]({other})" in read(page)
        pictures = re.findall(r"!\[([^\]]+)\]\((docs/pictures/[^)]+\.png)\)", read(page))
        assert len(pictures) == 2
        for text, name in pictures:
            assert len(text) > 20
            assert (ROOT / name).stat().st_size < 250_000

    @pytest.mark.parametrize("page", READMES)
    def test_environment_variables_are_those_of_the_settings(self, page):
        heading = {"README.md": "variable", "README.zh.md": "变量"}[page]
        assert [code(row[0])[0] for row in rows(page, heading)] == re.findall(r"!ENV \[([A-Z_]+),", read("mkdocs.yml"))

    @pytest.mark.parametrize("page", READMES)
    def test_addresses_are_those_of_the_site(self, page):
        named = {span for span in commands(page) if span.startswith("/") and span not in ("/", "/zh/")}
        known = {f"/papers{form.suffix}" for form in FORMATS.values()}
        known |= {f"/{addresses.export('<key>', form.suffix)}" for form in FORMATS.values()}
        assert named - known == {
            f"/{addresses.list_export('<list>', '.bib')}",
            "/papers.json",
            "/papers.schema.json",
            "/" + ("zh/" if page == "README.zh.md" else "") + "feed.xml",
        }
        assert known <= named

    def test_the_system_programs_are_those_that_are_installed(self):
        script = read(".ci/system-packages")
        listed = re.findall(r"^need \S+ (.*)$", script, re.MULTILINE) + re.findall(r"packages\+=\(([^)$\"]+)\)", script)
        packages = {package for line in listed for package in line.split()} - {"make"}
        for page in READMES:
            (line,) = [line for line in commands(page) if line.startswith("sudo apt-get install ")]
            assert set(line.split()[3:]) == packages

    def test_the_version_of_python_is_that_of_the_project(self):
        lowest = tomllib.loads(read("pyproject.toml"))["project"]["requires-python"].removeprefix(">=")
        for page in (*READMES, "docs/en/contributing.md", "docs/zh/contributing.md"):
            assert f"Python {lowest} " in read(page)

    def test_files_of_the_catalog_are_told(self):
        told = {code(row[0])[0] for row in rows("data/README.md", "file")}
        data = ROOT / "data"
        files = {path.relative_to(data).as_posix() for path in data.rglob("*") if path.suffix in (".yaml", ".json")}
        assert {name for name in files if not name.startswith("runs/")} | {"runs/", "links.json"} == told


def test_every_service_that_is_asked_has_its_variable_in_the_table():
    table = [(code(name)[0], code(stands)[0]) for name, stands in rows("CONTRIBUTING.md", "variable")]
    assert table == [(service.variable, service.base) for service in SERVICES]
