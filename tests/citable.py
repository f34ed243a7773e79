"""Works of every type, as styles of citation tell them apart."""

from __future__ import annotations

import re
from typing import Any

from shoulders.catalog import Catalog
from shoulders.model import Author, Person, Text, Venue, Work

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
CONFERENCE = {"type": "inproceedings", "booktitle": "Proceedings of Something", "pages": "1-9"}
