"""The words of the interface in both languages; texts of the catalog itself live in `data/`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from shoulders.model import Language

WORDS: dict[str, tuple[str, str]] = {
    # kinds and entry types
    "paper": ("Paper", "论文"),
    "book": ("Book", "书"),
    "repo": ("Repository", "代码仓库"),
    "article": ("Article", "文章"),
    "course": ("Course", "课程"),
    "repos": ("Repositories", "代码仓库"),
    "articles": ("Articles", "文章"),
    "courses": ("Courses", "课程"),
    # edges, seen from the later and from the earlier work
    "extends": ("extends", "扩展"),
    "simplifies": ("simplifies", "简化"),
    "replaces": ("replaces", "取代"),
    "compares": ("compares with", "比较"),
    "critiques": ("critiques", "质疑"),
    "extends_back": ("extended by", "被扩展"),
    "simplifies_back": ("simplified by", "被简化"),
    "replaces_back": ("replaced by", "被取代"),
    "compares_back": ("compared by", "被比较"),
    "critiques_back": ("critiqued by", "被质疑"),
    # a work's page
    "editors": ("Editors", "编者"),
    "translators": ("Translators", "译者"),
    "unknown_author": ("Author unknown", "作者不详"),
    "published_in": ("Published in", "发表于"),
    "topics": ("Topics", "主题"),
    "licence": ("Licence", "许可证"),
    "code": ("Official code", "官方代码"),
    "website": ("Website", "网页"),
    "on_this_page": ("On this page", "本页内容"),
    "summary": ("What is new in it", "新在哪里"),
    "about_it": ("What it offers", "它提供什么"),
    "equations": ("Key equations", "关键公式"),
    "equation": ("Eq.", "式"),
    "lineage": ("Lineage", "传承"),
    "builds_on": ("Builds on", "站在谁的肩膀上"),
    "led_to": ("Led to", "谁站在它的肩膀上"),
    "no_builds_on": (
        "No earlier work of this catalog is named yet.",
        "尚未记录它所依据的更早工作。",
    ),
    "no_led_to": ("No later work of this catalog is named yet.", "尚未记录以它为基础的后续工作。"),
    "lineage_picture": ("Lineage of", "传承图："),
    "ego_more": ("and {n} more, below", "另有 {n} 项，见下"),
    "on_timeline": ("On the timeline", "在时间线上查看"),
    "path_from_here": ("Path to another work", "到另一项工作的路径"),
    "companions": ("Read alongside", "配套阅读"),
    "explains": ("Explains", "讲解"),
    "translation_of": ("Translation of", "译自"),
    "translations": ("Translations", "译本"),
    "read_before": ("Read before this", "先读"),
    "in_lists": ("In reading lists", "所在书单"),
    "step": ("Step", "第"),
    "step_of": ("of", "步，共"),
    "previous": ("Previous", "上一篇"),
    "next": ("Next", "下一篇"),
    "cite": ("Cite", "引用"),
    "formatted": ("Formatted citations", "格式化引文"),
    "copy": ("Copy", "复制"),
    "edit_entry": ("Edit this entry", "编辑此条目"),
    "suggest_correction": ("Suggest a correction", "提出更正"),
    "correction": ("Correction: {key}", "更正：{key}"),
    "colon": (":", "："),
    "comma": (", ", "，"),
    "line": ("line {n}", "第 {n} 行"),
    "retracted": ("Retracted", "已撤稿"),
    "unverified_entry": (
        "No second source was found for the facts of this entry.",
        "此条目的信息尚未找到第二个来源核实。",
    ),
    "unverified_works": (
        "For {n} of {all} works no second source was found:",
        "有 {n} 条（共 {all} 条）没有找到第二个来源：",
    ),
    "unverified_parts": (
        "For {n} works some fields come from one source only:",
        "有 {n} 条的个别字段只有一个来源：",
    ),
    "unverified_fields": ("From one source only:", "仅有一个来源的信息："),
    "dead_since": ("dead since {date}", "自 {date}起失效"),
    "archived_copy": ("archived copy", "存档副本"),
    "checked_against": ("Facts checked at", "信息核对来源"),
    "only_in_en": ("Only available in English so far.", "此段暂时只有英文。"),
    "only_in_zh": ("Only available in Chinese so far.", "此段暂时只有中文。"),
    "concepts": ("Concepts", "概念"),
    "explained_in": ("Explained in", "讲解页"),
    "demos": ("Demos", "演示"),
    "runs_verified": ("runs, verified", "可运行，已验证"),
    "runs_stale": ("changed since its last run", "上次运行后有改动"),
    "runs_never_run": ("not run yet", "尚未运行"),
    "the_run": ("What the last run proved", "最近一次运行证明了什么"),
    "claim": ("Claim", "论断"),
    "measured": ("Measured", "测得"),
    "bound": ("Bound", "界限"),
    "over_seeds": ("over {n} seeds", "{n} 个种子"),
    "control": ("control", "对照"),
    "control_why": (
        "A control leaves the idea out: it must fail where the idea succeeds.",
        "对照实验去掉这一思想：思想成功之处，对照必须失败。",
    ),
    "observations": ("Seen, but not gated", "观察到但不作为判据"),
    "seconds": ("CPU seconds", "CPU 秒数"),
    "memory": ("Memory", "内存"),
    "versions": ("Versions", "版本"),
    "ran_on": ("Run on", "运行日期"),
    "seed": ("Seed", "随机种子"),
    "device": ("Device", "设备"),
    "changed_since": ("Changed since that run:", "此后有改动："),
    "seeds_older": (
        "The seeds were run before the last change of the code.",
        "多种子结果测于代码最近一次改动之前。",
    ),
    "the_code": ("The code", "代码"),
    "code_from": ("Code from line {n}", "代码，始于第 {n} 行"),
    "head_of_file": ("Card and imports, from line {n}", "说明与导入，始于第 {n} 行"),
    "how_to_run": ("Run it", "自己运行"),
    "run_alone": ("alone", "单独运行"),
    "run_recorded": ("as CI does, with limits and a record", "像 CI 那样运行：有限制，留记录"),
    "notebook": ("Notebook", "笔记本"),
    "open_colab": ("Open in Colab", "在 Colab 中打开"),
    "source_file": ("Source file", "源文件"),
    "the_tests": ("What its tests compare", "测试比较了什么"),
    "bugs_planted": ("{n} bugs were planted to try these tests.", "为检验这些测试，埋入了 {n} 个错误。"),
    "code_on": ("Its demo imports the demo of", "它的演示导入了以下作品的演示"),
    "code_to": ("Its demo is imported by the demo of", "以下作品的演示导入了它的演示"),
    "filter_topic": ("Show demos on", "只看主题"),
    "filter_all": ("all topics", "全部主题"),
    "claims_held": ("{n} claims held", "{n} 条论断成立"),
    "demos_summary": ("{n} demos, {v} verified", "{n} 个演示，{v} 个已验证"),
    "key": ("Citation key", "引用键"),
    "details": ("Details", "详情"),
    # kinds of pages
    "list": ("Reading list", "书单"),
    "works_on": ("Works on this topic", "这一主题的作品"),
    "first_public_in": ("First public in", "首次公开于"),
    "coauthors": ("Writes with", "合作者"),
    "entry_points": ("Start here", "从这里开始"),
    "subtopics": ("Subtopics", "子主题"),
    "all_topics": ("All topics", "全部主题"),
    "all_authors": ("All authors", "全部作者"),
    "all_venues": ("All venues", "全部发表处"),
    "all_years": ("All years", "全部年份"),
    "all_works": ("All works", "全部条目"),
    "all_lists": ("All reading lists", "全部书单"),
    "keywords": ("Keywords", "关键词"),
    "timeline_of_list": ("Timeline of this list", "此书单的时间线"),
    "timeline": ("Timeline", "时间线"),
    "other_timelines": ("Other timelines", "其他时间线"),
    "timeline_of": ("Timeline: {list}", "时间线：{list}"),
    "timeline_whole": ("Whole catalog", "全部目录"),
    "as_list": ("The same as a list", "同样内容的列表"),
    "timeline_loading": ("The timeline is being drawn.", "正在绘制时间线。"),
    "path_title": ("Path between two works", "两项工作之间的路径"),
    "path_what": (
        "Pick two works and see the chain of ideas from the one to the other, or the nearest work on which both stand.",
        "选择两项工作，查看从一项到另一项的思想链条，或两者共同依据的最近的工作。",
    ),
    "path_needs_script": (
        "This needs JavaScript. The page of each work says what it stands on and what stands on it.",
        "此功能需要 JavaScript。每项工作的页面都列出它站在谁的肩膀上，谁又站在它的肩膀上。",
    ),
    "path_from": ("From", "从"),
    "path_to": ("To", "到"),
    "conference": ("Conference", "会议"),
    "journal": ("Journal", "期刊"),
    "preprint": ("Preprint server", "预印本平台"),
    "publisher": ("Publisher", "出版社"),
    "site": ("Website", "网站"),
    "references": ("References", "参考文献"),
    "no_demos": (
        "No demo stands in the catalog yet. Each one that joins will show here with what its last run proved.",
        "目录里还没有演示。加入的每个演示都会在这里展示，并附上最近一次运行所证明的内容。",
    ),
    "whole_catalog": ("The whole catalog", "整个目录"),
    "each_list": ("Each reading list", "每个书单"),
    "each_work": ("Each work", "每条"),
    "each_work_export": (
        "Every work has the same four files; its page links them.",
        "每条作品都有同样的四种文件，见其页面。",
    ),
    "and_more": ("and {n} more", "及另外 {n} 人"),
    # what is counted; of one thing English speaks otherwise
    "n_works": ("{n} works", "共 {n} 条"),
    "n_works_one": ("1 work", "共 1 条"),
    "n_lists": ("{n} reading lists", "{n} 个书单"),
    "n_lists_one": ("1 reading list", "1 个书单"),
    "n_runs": ("{n} demos that run", "{n} 个可运行的演示"),
    "n_runs_one": ("1 demo that runs", "1 个可运行的演示"),
    # the page of all works, and what readers choose from it
    "find_works": ("Find works", "查找条目"),
    "find_hint": ("Title, name, author, key, venue", "标题、简称、作者、引用键、发表处"),
    "sort": ("Order", "排序"),
    "sort_oldest": ("Oldest first", "从早到晚"),
    "sort_newest": ("Newest first", "从晚到早"),
    "sort_title": ("Title", "标题"),
    "sort_author": ("First author", "第一作者"),
    "sort_heirs": ("Most stood upon", "被承接最多"),
    "filters": ("Filters", "筛选"),
    "filter_and_sort": ("Filter and sort", "筛选与排序"),
    "first_public": ("First public", "首次公开"),
    "year_from": ("from", "从"),
    "year_to": ("to", "到"),
    "kind": ("Kind", "类型"),
    "topic": ("Topic", "主题"),
    "venue": ("Venue", "发表处"),
    "subtopics_of": ("Subtopics of {name}", "{name}的子主题"),
    "other_venues": ("{n} more venues", "另外 {n} 个发表处"),
    "with_demo": ("Has a demo", "有演示"),
    "demo": ("demo", "演示"),
    "runs": ("runs", "可运行"),
    "other_works": (
        "The {n} oldest of {all} works. All of them, year by year:",
        "最早的 {n} 条（共 {all} 条）。按年份查看全部：",
    ),
    "by_year": ("By year", "按年份"),
    "by_topic": ("By topic", "按主题"),
    "select": ("Select", "选择"),
    "selection_needs_script": (
        "A selection is kept by your browser with a script; scripts are off. Every work's page has its exports.",
        "所选条目由脚本保存在浏览器中，而脚本已关闭。每条作品的页面都有它的导出文件。",
    ),
    "selection_order": ("They are taken in this order", "导出时按此顺序排列"),
    "export_as": ("Take them with you", "带走所选条目"),
    "bibliography_files": ("Bibliography files", "文献文件"),
    "citation_styles": ("Formatted citations", "格式化引文"),
    "download": ("Download", "下载"),
    # header
    "feed": ("New in the catalog", "目录更新"),
    "series": ("Series and volume", "丛书与卷"),
    "number": ("Number", "期号"),
    "pages": ("Pages", "页码"),
    "place": ("Place", "地点"),
    "school": ("School", "学校"),
    "added": ("Added here", "收录于本站"),
    "format": ("Format", "格式"),
    "file": ("File", "文件"),
    "for_whom": ("For", "适用于"),
    "for_bibtex": ("LaTeX with BibTeX; plain ASCII", "使用 BibTeX 的 LaTeX；纯 ASCII"),
    "for_biblatex": ("LaTeX with biblatex and biber; UTF-8", "使用 biblatex 与 biber 的 LaTeX；UTF-8"),
    "for_ris": ("EndNote, Zotero, Mendeley, RefWorks", "EndNote、Zotero、Mendeley、RefWorks"),
    "for_csl": ("Zotero, pandoc and other CSL processors", "Zotero、pandoc 等 CSL 处理器"),
    "for_json": ("Programs: the whole catalog with lineage and summaries", "程序：含传承与摘要的整个目录"),
    "for_feed": ("Feed readers: what was added last", "订阅阅读器：最近加入的条目"),
    "schema": ("schema", "模式"),
    "previous_year": ("Year before", "前一年"),
    "next_year": ("Year after", "后一年"),
    "tagline": ("Read the paper, run the idea.", "读论文，跑想法。"),
    "pitch": (
        "A reading list for NLP and deep learning that says of every work what is new in it, "
        "whose shoulders it stands on, and how to cite it.",
        "一份自然语言处理与深度学习的阅读目录：每项工作新在哪里，站在谁的肩膀上，又该如何引用。",
    ),
    "begin_path": ("Begin the path", "从这条路径开始"),
    "search_all": ("Search papers, people, ideas", "搜索论文、作者、概念"),
    "what_runs": ("What runs", "跑起来的想法"),
    "timeline_label": ("Timeline: works by year and topic", "时间线：按年份与主题排列的条目"),
}

MONTHS = "January February March April May June July August September October November December".split()


@cache
@cache
def translator(language: Language) -> Callable[[str], str]:
    """The word of an id in a language."""
    column = 0 if language == "en" else 1
    words = {name: pair[column] for name, pair in WORDS.items()}
    return words.__getitem__


def count(name: str, number: int, language: Language) -> str:
    """How many there are of something.

    >>> count("n_works", 1, "en"), count("n_works", 308, "en"), count("n_works", 308, "zh")
    ('1 work', '308 works', '共 308 条')
    """
    english, chinese = WORDS[f"{name}_one" if number == 1 else name]
    return (english if language == "en" else chinese).replace("{n}", str(number))


def format_date(date: str, language: Language) -> str:
    """A full or partial ISO date as people write it.

    >>> format_date("2017-06-12", "en"), format_date("2017-06", "zh")
    ('12 June 2017', '2017 年 6 月')
    """
    year, month, day = (int(part or 0) for part in [*date.split("-"), "", ""][:3])
    if language == "zh":
        return f"{year} 年" + (f" {month} 月" if month else "") + (f" {day} 日" if day else "")
    return (f"{day} " if day else "") + (f"{MONTHS[month - 1]} " if month else "") + str(year)
