"""How templates become text: compiled once for each language, fragments of many pages made once.

Knows no page; the templates stand in `templates/`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import cache
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from jinja2.runtime import Context
from markupsafe import Markup

from shoulders import words
from shoulders.addresses import Place
from shoulders.model import Language, Work
from shoulders.names import Name
from shoulders.view import View


class _Context(Context):
    """Calls and looks up as Python does: no function of ours asks for the context. A sixth of the time."""

    def call(
        self,
        function: Callable[..., Any],
        /,
        *args: Any,
        _loop_vars: object = None,
        _block_vars: object = None,
        **named: Any,
    ) -> Any:
        return function(*args, **named)


@cache
def environment(language: Language) -> Environment:
    """Where the templates of a language are compiled."""
    made = Environment(
        loader=PackageLoader("shoulders"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # or it looks at the disk for every page
    )
    made.context_class = _Context
    made.getattr = getattr  # type: ignore[assignment]  # nothing of ours is a mapping read with a dot
    made.globals |= {"row": _row, "person_link": _person, "by_year": _by_year}
    made.filters["t"] = words.translator(language)  # of constants, Jinja does this once: a fifth of the time
    return made


def _row(view: View, at: Place, work: Work) -> Markup:
    """A work as it stands in the lists of many pages."""
    return _once(view, ("row", at.base, work.key), lambda made: made.entry(view, at, work))


def _person(view: View, at: Place, slug: str, name: Name) -> Markup:
    """A name that leads to the person's page."""
    return _once(view, ("person", at.base, slug, name), lambda made: made.person(view, at, slug, name))


def _by_year(works: Iterable[Work]) -> Iterator[tuple[int, list[Work]]]:
    """Works, oldest first, by the year they were first public."""
    for year, group in groupby(works, key=lambda work: work.year_public):
        yield year, list(group)


def _once(view: View, mark: Hashable, make: Callable[[Any], Markup]) -> Markup:
    """A fragment of many pages: at 10,000 works, making each only once takes half the time off the pages of authors."""
    made = view.made.get(mark)
    if made is None:
        made = view.made[mark] = make(macros("macros.html", view.language))
    return made


@cache
def _template(name: str, language: Language) -> Template:
    return environment(language).get_template(name)


def load(language: Language) -> None:
    """Compile all templates of a language as they are now."""
    for name in environment(language).list_templates():
        _template(name, language)


@cache
def macros(template: str, language: Language) -> Any:
    """The macros of a template; to import them in each page instead takes a twentieth of the time of a page."""
    return _template(template, language).module


def render(template: str, *, s: View, **values: Any) -> str:
    """What a template makes of a view and more; `m` and `d` are the macros that pages share, and those of demos."""
    m, d = macros("macros.html", s.language), macros("demos.html", s.language)
    return _template(template, s.language).render(s=s, m=m, d=d, **values)
