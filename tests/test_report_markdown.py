"""The text of a report in a comment: no text of the catalog becomes anything but text, and it never grows too long."""

from __future__ import annotations

import pypandoc
import pytest
from lxml import html
from tests.site.hostile import PAYLOADS

from shoulders.report.markdown import LIMIT, render
from shoulders.report.record import MOST, Change, Difference, Fault, Report

AT_GITHUB = (
    "@everyone @organisation/team a@b.example",
    "#1 GH-7 owner/repository#3 0123456789abcdef0123456789abcdef01234567",
    "https://evil.example www.evil.example [a](https://evil.example) <https://evil.example>",
    "![x](https://evil.example/x.png) [![x][1]](y) [1]: https://evil.example",
    "| a | b |\\| c \\\\| d",
    "- [x] done\\",
    "# A heading",
    "$x$ $$x$$ $`x`$ :smile: #ff0000",
    "> [!WARNING]",
    "```suggestion",
    "~~~mermaid",
    "``````````````",
    "`a`` ``` b```` `",
    "</code></td></tr></table>",
    "</code><img src=https://evil.example/x.png><code>",
    "&lt;/code&gt;&#10;&#10;# A heading",
    "<!-- shoulders report -->",
    "<details><summary>x</summary>",
    "[^1]: note [[wiki]] ==mark== ~~gone~~ ^up^",
    "fixes #1, closes #2",
)
TEXTS = [payload for payload in (*PAYLOADS, *AT_GITHUB) if payload.isprintable()]


def report(text: str, *more: str) -> Report:
    """A report that says something in every place where a text can stand."""
    work = Change(
        kind="works",
        id="ashdown-2010-dark",
        state="changed",
        title=text,
        differences=(Difference(field=text, before=text, after=text), Difference(field="note", after=text)),
        bibtex=("@misc{a,", *(more or (text,)), "}"),
        builds_on=("lowe-2009-old", "good-2008-x"),
        led_to=("shao-2011-doors",),
        alike=("quill-2012-y",),
    )
    venue = Change(kind="venues", id="cil", state="new", differences=(Difference(field="name", after=text),))
    return Report(
        changes=(work, venue),
        change_count=2,
        problems=(Fault(path=text, line=7, id=text, field=text, message=text),),
        problem_count=1,
    )


def drawn(text: str) -> html.HtmlElement:
    """A report as a reader of GitHub's Markdown draws it."""
    shown = pypandoc.convert_text(text, "html", "gfm", ["--wrap=preserve", "--syntax-highlighting=none"])
    return html.fragment_fromstring(shown, create_parent="div")


def outside(tree: html.HtmlElement) -> str:
    """The page without what stands in code: there nothing is linked, mentioned or read as a formula."""
    for element in tree.xpath("//code | //pre"):
        element.text = ""
        for child in element:
            element.remove(child)
    return html.tostring(tree, encoding="unicode")


PLAIN = outside(drawn(render(report("plain"))))


def test_the_page_is_headings_tables_and_code():
    tree = drawn(render(report("plain")))
    assert {element.tag for element in tree.iter()} == {
        *("div", "h3", "h4", "ul", "li", "strong", "b", "table", "tr", "th", "td", "code", "pre")
    }
    assert [heading.text_content() for heading in tree.iter("h4")] == [
        "Problems · 问题",
        "Changed · 改动: Work · 条目 ashdown-2010-dark",
        "New · 新增: Venue · 发表处 cil",
    ]
    assert [pre.text_content().strip() for pre in tree.iter("pre")] == ["@misc{a,\nplain\n}"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_shown_and_does_nothing(text):
    tree = drawn(render(report(text)))
    cells = [code.text_content() for code in tree.iter("code") if code.getparent().tag == "td"]
    assert cells.count(text) >= 8, "it is shown as it is"
    assert cells.count(f"{text}:7") == 1
    assert f"\n{text}\n" in "".join(tree.xpath("//pre//text()"))
    assert outside(tree) == PLAIN


@pytest.mark.parametrize(
    "lines", [TEXTS, ["```", "", "# A heading", "@everyone"], ["   ````", "```", "", "<img src=x>"]]
)
def test_no_line_ends_a_fence(lines):
    assert outside(drawn(render(report("plain", *lines)))) == PLAIN


def test_nothing_is_told_of_nothing():
    tree = drawn(render(Report()))
    assert [item.text_content() for item in tree.iter("li")] == [
        "The check finds no problem · 检查发现 0 个问题",
        "No record changes · 没有改动任何条目",
    ]
    assert not list(tree.iter("table"))


def test_what_there_is_is_counted():
    changes = [Change(kind="works", id=f"a-2001-x{number}", state="new") for number in range(3)]
    changes.append(Change(kind="works", id="b-2001-x", state="removed"))
    changes.append(Change(kind="topics", id="doors", state="changed"))
    items = list(drawn(render(Report(changes=tuple(changes), change_count=5, problem_count=2))).iter("li"))
    assert [item.text_content() for item in items] == [
        "The check finds 2 problems · 检查发现 2 个问题",
        "Work · 条目: 3 new, 1 removed",
        "Topic · 主题: 1 changed",
    ]


def works(count: int, **said: object) -> Report:
    """A report of so many new works, each of which says this."""
    fields = {"kind": "works", "state": "new", **said}
    changes = tuple(Change.model_validate({"id": f"a-2001-x{number}", **fields}) for number in range(count))
    return Report(changes=changes, change_count=count)


FAULT = Fault(path='"' * 9999, line=10**9, id='"' * 9999, field='"' * 9999, message='"' * 9999)
FIELDS = (Difference(field="'" * 999, before="<" * 999, after=">" * 999),) * MOST
HUGE = {
    "many problems": Report(problems=(FAULT.model_copy(update={"path": "a"}),) * MOST, problem_count=9999),
    "many changes": works(MOST, title="<" * 900),
    "many fields": works(1, differences=FIELDS),
    "many keys": works(50, builds_on=(f"b-2001-{'y' * 90}",) * MOST),
    "much BibTeX": works(1, bibtex=("`" * 20_000, "x" * 20_000)),
    "everything": Report(
        changes=works(30, title='"' * 20_000, differences=FIELDS, bibtex=("x" * 999,) * 19).changes,
        change_count=10**9,
        problems=(FAULT,) * MOST,
        problem_count=10**9,
    ),
}


@pytest.mark.parametrize("what", HUGE)
def test_a_comment_is_never_too_long_and_says_what_it_leaves_out(what):
    report = HUGE[what]
    text = render(report, [f"a-2001-{'x' * 90}{number}.png" for number in range(MOST)])
    assert len(text) <= LIMIT
    assert "No room for" in text or "too long to show" in text or "+480" in text
    tree = drawn(text)
    assert not list(tree.iter("a", "img", "script"))
    assert text.count("<table>") == text.count("</table>") == len(list(tree.iter("table")))


def test_what_is_left_out_is_counted():
    text = render(HUGE["many problems"])
    rows = len(list(drawn(text).iter("tr"))) - 1
    assert 0 < rows < MOST
    assert f"**No room for {9999 - rows} more" in text
    text = render(HUGE["many changes"].model_copy(update={"change_count": MOST + 9}))
    shown = len(list(drawn(text).iter("h4")))
    assert 0 < shown < MOST
    assert text.endswith(f"**No room for {MOST + 9 - shown} more · 篇幅所限，另有 {MOST + 9 - shown} 处未列出**\n")


def test_saying_that_something_is_left_out_has_its_room():
    assert max(len(render(works(MOST, title="x" * size))) for size in range(700, 760)) in range(LIMIT - 200, LIMIT + 1)


def test_of_a_work_whose_bibtex_is_too_long_the_rest_is_told():
    text = render(HUGE["much BibTeX"])
    assert "`a-2001-x0`" in text
    assert text.endswith("BibTeX: too long to show · 过长，此处从略\n")


def test_it_is_the_same_each_time():
    assert render(report("plain")) == render(report("plain"))
    assert render(report("plain")).endswith("</table>\n")
