"""What a reader finds: queries in both languages, slips, facets, keys, and what is asked of the server for it."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from benchmarks.many_works import many_works
from benchmarks.search import write_site
from playwright.sync_api import Browser, Page
from tests.site.conftest import Watched

from shoulders.build import open_project
from shoulders.search.terms import STOP, terms

# Language, query, and the key of the work that has to be among the first three.
QUERIES = """
en | attention is all you need       | vaswani-etal-2017-attention
en | vaswani 2017                    | vaswani-etal-2017-attention
en | transformer                     | vaswani-etal-2017-attention
en | attention                       | vaswani-etal-2017-attention
en | bert                            | devlin-etal-2019-bert
en | devlin-etal-2019-bert           | devlin-etal-2019-bert
en | 1409.0473                       | bahdanau-etal-2015-neural
en | https://arxiv.org/abs/1810.04805 | devlin-etal-2019-bert
en | lukasz kaiser                   | vaswani-etal-2017-attention
en | gpt2                            | radford-etal-2019-language
en | GPT-2                           | radford-etal-2019-language
en | word2vec                        | mikolov-etal-2013-efficient
en | long short-term memory          | hochreiter-schmidhuber-1997-long
en | lstm                            | hochreiter-schmidhuber-1997-long
en | residual network                | he-etal-2016-deep
en | batch norm                      | ioffe-szegedy-2015-batch
en | layer normalisation             | ba-etal-2016-layer
en | squeeze excitation              | hu-etal-2018-squeeze
en | lottery tickets                 | frankle-carbin-2019-lottery
en | rotary position embedding       | su-etal-2024-roformer
en | knowledge distill               | hinton-etal-2015-distilling
en | byte pair encoding              | sennrich-etal-2016-neural
en | schutze negated probes          | kassner-schutze-2020-negated
en | s2-mlp                          | yu-etal-2022-s2
en | masked autoencoder              | he-etal-2022-masked
en | neurips 2017 attention          | vaswani-etal-2017-attention
zh | 注意力 机制                     | bahdanau-etal-2015-neural
zh | 注意力机制                      | bahdanau-etal-2015-neural
zh | 残差                            | he-etal-2016-deep
zh | 残差网络                        | he-etal-2016-deep
zh | 预训练语言模型                  | shao-liu-2021-yuxunlian
zh | 词向量                          | mikolov-etal-2013-efficient
zh | 记忆网络                        | weston-etal-2015-memory
zh | 神经机器翻译                    | bahdanau-etal-2015-neural
zh | 层归一化                        | ba-etal-2016-layer
zh | 字节对编码                      | sennrich-etal-2016-neural
zh | 门控线性单元                    | gehring-etal-2017-convolutional-sequence
zh | 邵浩                            | shao-liu-2021-yuxunlian
zh | 谷歌 翻译                       | wu-etal-2016-google
zh | vaswani 2017                    | vaswani-etal-2017-attention
zh | gpt                             | radford-etal-2018-improving
zh | BERT蒸馏                        | sanh-etal-2019-distilbert
zh | 旋转 位置编码                   | su-etal-2024-roformer
zh | 阅读理解 数据                   | rajpurkar-etal-2016-squad
zh | 忒修斯之船                      | xu-etal-2020-bert
zh | ＢＥＲＴ                        | devlin-etal-2019-bert
zh | 彩票 剪枝                       | frankle-carbin-2019-lottery
zh | 十字交叉                        | huang-etal-2019-ccnet
""".strip()
# The same, misspelt.
MISSPELT = """
en | vaswni                          | vaswani-etal-2017-attention
en | trasformer                      | vaswani-etal-2017-attention
en | hochrieter lstm                 | hochreiter-schmidhuber-1997-long
en | atention is all you need        | vaswani-etal-2017-attention
en | bahdnau                         | bahdanau-etal-2015-neural
en | mikolv word vectors             | mikolov-etal-2013-efficient
en | distilation hinton              | hinton-etal-2015-distilling
zh | trasformer                      | vaswani-etal-2017-attention
zh | pennigton 词向量                | pennington-etal-2014-glove
zh | bhadanau 注意力                 | bahdanau-etal-2015-neural
zh | 注意利机制                      | bahdanau-etal-2015-neural
zh | 预训练语言模形                  | shao-liu-2021-yuxunlian
""".strip()
HOME = {"en": "", "zh": "zh/"}


def _rows(table: str) -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in line.split("|")) for line in table.splitlines()]


def put(page: Page, query: str) -> list[str]:
    """Put a query; the addresses of the results, without what stands before the language's root."""
    if not page.locator(".sh-search").is_visible():
        page.keyboard.press("/")
    page.locator(".sh-search input").fill(query)
    page.locator(".sh-search__body[aria-busy=false]").wait_for()
    links = page.locator(".sh-search li a").evaluate_all("links => links.map((link) => link.href)")
    return [re.sub(r"^/(deep/er/)?(zh/)?", "", urlsplit(link).path) for link in links]


def status(page: Page) -> str:
    """What the search says of the query."""
    return page.locator(".sh-search__status").inner_text()


@pytest.fixture(scope="module")
def asking(browser: Browser, real_site: Path, serve) -> Iterator[dict[str, Page]]:
    """A page of the real site in each language, for many queries."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    pages = {}
    for language, path in HOME.items():
        watched = Watched(context.new_page(), serve(real_site))
        pages[language] = watched.open(path)
    yield pages
    context.close()


# what is found ---------------------------------------------------------------------------------


def test_there_are_sixty_queries_a_dozen_of_them_misspelt():
    assert len(_rows(QUERIES)) + len(_rows(MISSPELT)) == 60
    assert len(_rows(MISSPELT)) == 12


@pytest.mark.parametrize(("language", "query", "key"), _rows(QUERIES))
def test_a_query_brings_its_work_to_the_top_three(asking, language, query, key):
    assert f"papers/{key}/" in put(asking[language], query)[:3]


@pytest.mark.parametrize(("language", "query", "key"), _rows(MISSPELT))
def test_a_misspelt_query_brings_its_work_to_the_top_three_and_says_so(asking, language, query, key):
    assert f"papers/{key}/" in put(asking[language], query)[:3]
    assert status(asking[language]).startswith(("Nothing found for “", "没有找到“", "没有完全匹配的结果"))


@pytest.mark.parametrize(
    ("language", "query", "path"),
    [
        ("en", "ashish vaswani", "authors/ashish-vaswani/"),
        ("en", "attention", "topics/attention/"),
        ("en", "tokenization", "topics/tokenisation/"),
        ("en", "re-invent bert", "lists/reinvent-bert/"),
        ("en", "neurips", "venues/neurips/"),
        ("en", "citation key aliases", "how-it-works/"),
        ("zh", "刘一烽", "authors/yifeng-liu/"),
        ("zh", "机器翻译", "topics/machine-translation/"),
        ("zh", "重新发明 bert", "lists/reinvent-bert/"),
        ("zh", "工作原理", "how-it-works/"),
    ],
)
def test_people_topics_lists_venues_and_pages_are_found(asking, language, query, path):
    assert path in put(asking[language], query)[:3]


def test_every_title_and_every_name_finds_its_own(asking, root):
    """What the index makes of a text, a query makes too, for whatever stands in the catalog."""
    catalog = open_project(root).catalog
    texts = [work.title for work in catalog.works] + [name.display for name in catalog.person_names.values()]
    texts += [f"{name.native}" for name in catalog.person_names.values() if name.native]
    texts += [
        "ǅungla ŒUVRE ıłø ß Æ",
        "e\u0301tude",
        "S²-MLP ½ ①",
        "𠮷野家の注意",
        "Ｆｕｌｌ－ｗｉｄｔｈ",
        "İstanbul",
        "a–b‑c-d_e",
        "ﬁne",
    ]
    script = (
        "async ([texts, stop]) => { const { units } = await import('./assets/search-text.js'); "
        "return texts.map((text) => units(text, stop)); }"
    )
    for text, units in zip(texts, asking["en"].evaluate(script, [texts, sorted(STOP)]), strict=True):
        held = {term for part in terms(text) for term in part}
        for unit in units:
            whole = [unit["word"], *unit["whole"]]
            assert unit.get("stop") or any(term in held for term in whole), f"{text}: {unit} of {held}"


def test_plural_spelling_and_beginning_do_not_matter(asking):
    page = asking["en"]
    works = {
        query: put(page, query)
        for query in ("transformer", "transformers", "transform", "quantization", "quantisation")
    }
    assert works["transformer"][0] == works["transformers"][0] == works["transform"][0]
    assert set(works["quantization"]) == set(works["quantisation"])


def test_excerpts_mark_what_was_asked_with_accents_and_in_chinese(asking):
    put(asking["en"], "lukasz kaiser")
    marks = asking["en"].locator(".sh-search mark").all_inner_texts()
    assert {"Łukasz", "Kaiser"} <= set(marks)
    put(asking["zh"], "预训练语言模型")
    assert "预训练语言模型" in asking["zh"].locator(".sh-search mark").all_inner_texts()
    put(asking["en"], "gpt2")
    assert "GPT-2" in asking["en"].locator(".sh-search mark").all_inner_texts()


# what was meant --------------------------------------------------------------------------------


def test_a_slip_shows_the_results_of_what_was_meant_and_says_so(asking):
    page = asking["en"]
    meant = put(page, "vaswani attention")
    assert put(page, "vaswni attention") == meant
    assert status(page) == "Nothing found for “vaswni attention”. Results for “vaswani attention”:"
    put(asking["zh"], "vaswni 注意力")
    assert status(asking["zh"]) == "没有找到“vaswni 注意力”，以下是“vaswani 注意力”的结果："


def test_other_words_that_may_have_been_meant_are_buttons_that_search(asking):
    page = asking["en"]
    assert put(page, "bret") == ["authors/brett-mensh/", "papers/mensh-kording-2017-ten/"]
    assert page.locator(".sh-search__meant").text_content() == "Did you mean: bert"
    page.get_by_role("button", name="bert", exact=True).click()
    page.locator(".sh-search li:nth-child(10)").wait_for()
    assert page.locator(".sh-search input").input_value() == "bert"
    put(page, "convnxt")  # of several near words one is searched, the others are offered
    assert (page.locator(".sh-search__meant").text_content() or "").startswith("Or: ")


def test_what_holds_only_a_part_stands_apart(asking):
    page = asking["en"]
    put(page, "vaswani 2017")
    assert status(page) == "1 result"
    assert page.locator(".sh-search__also").inner_text() == "With only a part of it:"
    assert "authors/ashish-vaswani/" in put(page, "vaswani 2017")
    put(page, "vaswani 1988")
    assert status(page) == "Nothing holds all of it. The nearest:"


@pytest.mark.parametrize(
    ("language", "said", "link"),
    [("en", "Nothing found for: xyzzyplugh", "papers/"), ("zh", "没有找到：xyzzyplugh", "zh/papers/")],
)
def test_nothing_found_is_said_with_a_way_on(asking, language, said, link):
    page = asking[language]
    assert put(page, "xyzzyplugh") == []  # though words that begin with x are there
    assert status(page) == said
    assert urlsplit(page.locator(".sh-search__meant a").evaluate("link => link.href")).path == f"/{link}"


# facets and more -------------------------------------------------------------------------------


def test_facets_count_what_they_show(real):
    page = real.open("")
    put(page, "attention")
    facets = page.locator(".sh-search__facets")
    counts = dict(re.findall(r"(.+) (\d+)", "\n".join(facets.get_by_role("button").all_inner_texts())))
    assert int(counts["All"]) == sum(int(count) for name, count in counts.items() if name != "All")
    facets.get_by_role("button", name="Topics").focus()
    page.keyboard.press("Enter")
    page.locator(".sh-search__facet[data-group=topics][aria-pressed=true]").wait_for()
    assert status(page) == f"{counts['Topics']} results"
    assert all(link.startswith("topics/") for link in put(page, "attention"))
    assert page.locator(".sh-search__facet[aria-pressed=true]").inner_text().startswith("Topics")
    put(page, "vaswani 2017")  # no topic: the choice is given up
    assert page.locator(".sh-search li").first.inner_text().startswith("Attention Is All You Need")
    assert real.errors == []


def test_years_narrow_the_works(real):
    page = real.open("")
    put(page, "attention")
    select = page.get_by_label("Year", exact=True)
    (count,) = [text for text in select.locator("option").all_inner_texts() if text.startswith("2017")]
    select.select_option("2017")
    page.wait_for_function(
        "document.querySelector('.sh-search__status').textContent.startsWith('" + count[6:-1] + " ')"
    )
    assert all(" · 2017" in text for text in page.locator(".sh-search__by").all_inner_texts())
    assert page.evaluate("document.activeElement.tagName") == "SELECT"


def test_more_results_are_shown_on_demand_and_get_the_focus(real):
    page = real.open("")
    first = put(page, "attention")
    assert len(first) == 10
    page.get_by_role("button", name="Show 10 more").click()
    page.locator(".sh-search li:nth-child(20)").wait_for()
    assert page.evaluate("[...document.querySelectorAll('.sh-search li a')].indexOf(document.activeElement)") == 10
    links = page.locator(".sh-search li a").evaluate_all("links => links.map((link) => link.href)")
    assert len(set(links)) == 20


def test_a_page_is_shown_once_by_its_best_section(real):
    page = real.open("")
    put(page, "attention")
    page.locator(".sh-search__facet[data-group=pages]").click()
    page.locator(".sh-search__facet[data-group=pages][aria-pressed=true]").wait_for()
    results = put(page, "attention")
    assert len(results) > 5
    assert len(set(results)) == len(results)
    put(page, "stream that sub-layers add to")
    link = page.locator(".sh-search li a").first.evaluate("link => link.hash")
    assert link == "#a-stream-that-sub-layers-add-to"


# keys, focus, and what is remembered ---------------------------------------------------------


def test_arrows_enter_and_escape(real):
    page = real.open("zh/about/")
    assert put(page, "GloVe")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.tagName") == "INPUT"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")  # typed on a result, it goes to the field
    assert page.locator(".sh-search input").input_value() in ("x", "GloVex")
    put(page, "GloVe")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/zh/papers/pennington-etal-2014-glove/"))


def test_enter_at_once_waits_for_the_answer_and_opens_it(real):
    page = real.open("")
    page.keyboard.press("/")
    page.keyboard.type("vaswani 2017\n")
    page.wait_for_url("**/papers/vaswani-etal-2017-attention/")


def test_enter_at_once_does_not_open_what_was_only_guessed(real):
    page = real.open("")
    page.keyboard.press("/")
    page.keyboard.type("vaswni\n")
    page.locator(".sh-search__body[aria-busy=false]").wait_for()
    page.wait_for_timeout(300)
    assert page.locator(".sh-search").is_visible()


def test_escape_closes_and_the_focus_returns(real):
    page = real.open("")
    page.get_by_role("button", name="Search", exact=True).focus()
    page.keyboard.press("Enter")
    put(page, "bert")
    page.keyboard.press("Escape")
    assert not page.locator(".sh-search").is_visible()
    assert page.evaluate("document.activeElement.dataset.searchOpen") == ""


def test_the_query_is_there_when_the_search_opens_again(real):
    page = real.open("")
    put(page, "bert")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.locator(".sh-search input").input_value() == "bert"
    assert page.locator(".sh-search li").count() == 10
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page = real.open("about/")
    page.keyboard.press("/")
    assert page.locator(".sh-search input").input_value() == "bert"
    assert status(page) == "Press Enter to search again."
    page.wait_for_timeout(200)
    assert not [url for url in asked if "/search/" in url]
    page.keyboard.press("Enter")
    page.locator(".sh-search li:nth-child(10)").wait_for()
    assert page.url.endswith("/about/"), "the first Enter asks, it opens nothing"


def test_a_section_of_this_page_closes_the_search(real):
    page = real.open("concepts/transformer/")
    put(page, "stream that sub-layers add to")
    page.locator(".sh-search li a").first.click()
    page.wait_for_url("**/concepts/transformer/#a-stream-that-sub-layers-add-to")
    assert not page.locator(".sh-search").is_visible()


@pytest.mark.parametrize(("width", "scheme", "language"), [(390, "light", "zh"), (1280, "dark", "en")])
def test_the_open_search_is_accessible_and_fits(browser, real_site, serve, width, scheme, language):
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 800}, reduced_motion="reduce"
    )
    watched = Watched(context.new_page(), serve(real_site))
    page = watched.open(HOME[language])
    for query in ("attention", "vaswani 2017", "vaswni", "xyzzyplugh"):
        put(page, query)
        found = Axe().run(page).response["violations"]
        assert [(violation["id"], [node["html"][:120] for node in violation["nodes"]]) for violation in found] == []
        sizes = page.locator(".sh-search :is(button, select, li > a)").evaluate_all(
            "all => all.filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect().height)"
        )
        assert all(size >= 24 for size in sizes)
        assert page.locator(".sh-search__body").evaluate("body => body.scrollWidth <= body.clientWidth")
    context.close()


# what is asked of the server ------------------------------------------------------------------


def test_nothing_of_the_index_is_asked_for_before_a_key(real):
    asked: list[str] = []
    real.page.on("request", lambda request: asked.append(request.url))
    page = real.open("")
    page.keyboard.press("/")
    page.wait_for_timeout(300)
    assert [url for url in asked if "/search/" in url] == []
    assert put(page, "bert")
    assert [url for url in asked if "/search/en" in url]


@pytest.fixture(scope="module")
def many(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of nothing but the search of 1,500 invented works."""
    site = tmp_path_factory.mktemp("many")
    write_site(many_works(open_project(root).catalog, 1500), site)
    return site


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_query_asks_for_few_small_files(browser, many, serve, language):
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(unquote(urlsplit(request.url).path).lstrip("/")))
    page.goto(serve(many) + HOME[language])
    page.wait_for_function("Boolean(window.opened)")
    page.evaluate("opened()")
    assert not [path for path in asked if path.startswith("search/")]
    seen: set[str] = set()
    queries = ["transformer", "attention model", "a", "con", "trasformer", "注意力模型的预训练方法"]
    queries.append(
        "adam bengio cho devlin elman frankle graves hinton ioffe jain kudo lecun"
    )  # of which five are asked for
    for number, query in enumerate(queries):
        asked.clear()
        page.locator(".sh-search input").fill(query)
        page.locator(".sh-search__body[aria-busy=false]").wait_for()
        new = {path for path in asked if path.startswith("search/")} - seen
        seen |= new
        sizes = [len(gzip.compress((many / path).read_bytes())) for path in new]
        names = [path.rpartition("/")[2] for path in new]
        assert sum(name.startswith("r") for name in names) <= 15, "ten results, five near ones"
        assert sum(name.startswith("t") for name in names) <= 10, "five words, each with what begins with it"
        assert max(sizes, default=0) < 10_000, query
        assert sum(sizes) < (60_000 if number == 0 else 40_000), query
    page.close()


def test_the_words_for_slips_are_asked_for_only_then(real):
    asked: list[str] = []
    real.page.on("request", lambda request: asked.append(request.url))
    page = real.open("")
    put(page, "attention transformer")
    assert not [url for url in asked if re.search(r"/search/en-\w+/[be]\d+\.json", url)]
    put(page, "trasformer")
    assert [url for url in asked if re.search(r"/search/en-\w+/[be]\d+\.json", url)]


def test_a_search_that_cannot_be_loaded_says_so_and_a_later_try_works(browser, real_site, serve):
    context = browser.new_context()
    page = context.new_page()
    page.goto(serve(real_site))
    page.route("**/search/en-*/t*.json", lambda route: route.abort())
    assert put(page, "bert") == []
    assert status(page) == "Search could not be loaded."
    page.unroute("**/search/en-*/t*.json")
    page.get_by_role("button", name="Try again").click()
    page.locator(".sh-search li").first.wait_for()
    assert page.evaluate("document.activeElement.tagName") == "INPUT"
    page.route("**/assets/search-*.js", lambda route: route.abort())
    page.reload()
    assert put(page, "bert") == []
    assert status(page) == "Search could not be loaded."
    page.unroute("**/assets/search-*.js")
    assert put(page, "bert ")
    context.close()


def test_more_results_that_cannot_be_loaded_are_told_too(browser, real_site, serve):
    context = browser.new_context()
    page = context.new_page()
    page.goto(serve(real_site))
    put(page, "attention")
    page.route("**/search/en-*/r*.json", lambda route: route.abort())
    page.get_by_role("button", name="Show 10 more").click()
    page.get_by_role("button", name="Try again").wait_for()
    assert status(page) == "Search could not be loaded."
    page.unroute("**/search/en-*/r*.json")
    page.get_by_role("button", name="Try again").click()
    page.locator(".sh-search li:nth-child(10)").wait_for()
    context.close()


def test_a_newer_build_is_noticed_when_a_file_of_the_old_one_is_gone(browser, real_site, serve):
    context = browser.new_context()
    page = context.new_page()
    page.goto(serve(real_site))
    plan = json.loads((real_site / "search/en.json").read_text("utf-8"))
    old = {**plan, "folder": "search/en-gone/"}
    page.route("**/search/en.json", lambda route: route.fulfill(json=old))
    assert put(page, "bert") == []
    page.unroute("**/search/en.json")
    assert put(page, "bert 2019")
    context.close()


def test_the_search_works_where_storage_is_blocked(browser, real_site, serve):
    context = browser.new_context()
    context.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, "
        "{ get() { throw new DOMException('blocked', 'SecurityError'); } });"
    )
    watched = Watched(context.new_page(), serve(real_site))
    assert "papers/devlin-etal-2019-bert/" in put(watched.open(""), "bert")
    assert watched.errors == []
    context.close()


def test_the_search_works_under_a_sub_path(browser, real_site, serve, tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/er").symlink_to(real_site)
    context = browser.new_context()
    watched = Watched(context.new_page(), serve(tmp_path))
    page = watched.open("deep/er/zh/papers/")
    assert "papers/liu-etal-2019-roberta/" in put(page, "roberta")[:3]
    page.keyboard.press("Enter")
    page.wait_for_url("**/deep/er/zh/papers/liu-etal-2019-roberta/")
    assert watched.errors == []
    assert watched.foreign == []
    context.close()
