"""Chosen works in an export format, as `shoulders export` writes them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain

from shoulders import workers
from shoulders.exports import FORMATS, papers_json
from shoulders.model import Work
from shoulders.problems import expected
from shoulders.project import Project

TOGETHER = 1000  # works that a process takes at once: two cores write 10,000 in 0.5 seconds, one in 0.8


class ExportError(Exception):
    """Something cannot be exported; the message says what."""


def export(
    project: Project, form: str, *, keys: Sequence[str] = (), lists: Sequence[str] = (), topics: Sequence[str] = ()
) -> str:
    """The chosen works in an export format, each once, in the order asked for; all works when nothing is chosen.

    Raises:
        ExportError: naming every key, list or topic that does not exist.
    """
    catalog = project.catalog
    if form == "json":
        if keys or lists or topics:
            raise ExportError("--format json writes the whole catalog and takes no KEY, --list or --topic")
        return papers_json.render(catalog)
    listed = {found.id: found for found in catalog.lists}
    unknown = [expected("the key of a work", key, catalog.by_key) for key in keys if not catalog.find(key)]
    unknown += [expected("a reading list", name, listed) for name in lists if name not in listed]
    unknown += [expected("a topic", name, catalog.topic) for name in topics if name not in catalog.topic]
    if unknown:
        raise ExportError("; ".join(unknown))
    chosen = [catalog.find(key) for key in keys]
    chosen += [catalog.find(item.key) for name in lists for item in listed[name].items]
    chosen += [work for name in topics for work in catalog.works_of_topic.get(name, ())]
    if not (keys or lists or topics):
        chosen = [*catalog.works]
    works = [*{work.key: work for work in chosen if work}.values()]
    portions = [works[start : start + TOGETHER] for start in range(0, len(works), TOGETHER)]
    return FORMATS[form].together(chain(*workers.run([partial(_ones, project, form, some) for some in portions])))


def _ones(project: Project, form: str, works: Sequence[Work]) -> list[str]:
    return [FORMATS[form].one(project.catalog, work) for work in works]
