"""What stands on each picture, in words: of a work its title, names, year and place, of the site what it is.

Chooses and orders words and knows no size, font or colour but the lane's number.
"""

from __future__ import annotations

from dataclasses import dataclass

from shoulders.model import LANGUAGES, Work
from shoulders.view import View


@dataclass(frozen=True, slots=True)
class Card:
    """The words on the picture of a work."""

    lane: int
    topic: str
    nickname: str
    title: str
    translated: str
    names: tuple[tuple[str, str, str], ...]  # each also in Latin script, and what stands between it and the next
    more: str  # "and {n} more"
    place: str
    state: str  # "good" for a work whose demo runs, "bad" for one retracted
    said: str  # of that state
    site: str

    @property
    def alt(self) -> str:
        """The picture in words."""
        names = "".join(name + comma for name, _, comma in self.names[:3]).rstrip(" ,、")
        if len(self.names) > 3:
            names += " " + self.more.replace("{n}", str(len(self.names) - 3))
        return " · ".join(part for part in (self.title, names, self.place, self.said) if part)


@dataclass(frozen=True, slots=True)
class Cover:
    """The words on the picture of the site."""

    name: str
    other: str  # its name in the other language
    line: str
    facts: str
    lanes: int

    @property
    def alt(self) -> str:
        """The picture in words."""
        return " · ".join((self.name, self.line))


def card(view: View, work: Work) -> Card:
    """What the picture of a work says in the language of the view."""
    retracted, runs = work.retracted is not None, work.key in view.gallery.verified_works
    nickname = work.nickname or ""
    names = [credit.name for credit in view.catalog.credits[work.key]]
    return Card(
        lane=view.lane(work),
        topic=next((topic.name.get(view.language) for topic in view.lane_topic(work)), view.t(work.kind)),
        nickname="" if work.title.casefold().startswith(nickname.casefold()) else nickname,
        title=work.title,
        translated=view.translated(work) if work.language != view.language else "",
        names=tuple((view.name(name), name.display, view.comma(name)) for name in names)
        or ((view.t("unknown_author"), "", ""),),
        more=view.t("and_more"),
        place=_place(view, work),
        state="bad" if retracted else "good" if runs else "",
        said=view.t("retracted") if retracted else view.t("runs_verified") if runs else "",
        site=" · ".join([view.site_name, *_other_names(view)]),
    )


def cover(view: View) -> Cover:
    """What the picture of the site says in the language of the view."""
    catalog = view.catalog
    counts = {
        "n_works": len(catalog.works),
        "n_lists": len(catalog.lists),
        "n_runs": len(view.gallery.verified),
    }
    return Cover(
        name=view.site_name,
        other=" · ".join(_other_names(view)),
        line=view.settings.descriptions[view.language],
        facts=" · ".join(view.count(name, number) for name, number in counts.items() if number),
        lanes=len(catalog.lanes),
    )


def _place(view: View, work: Work) -> str:
    venue = view.catalog.venue.get(work.venue or "")
    where = view.venue_short(venue) if venue else work.publisher or ""
    kind = "" if work.kind == "paper" else view.t(work.kind)
    return " · ".join(part for part in (f"{where} {work.year}".strip(), kind) if part)


def _other_names(view: View) -> list[str]:
    """What the site is called in the other language, where that is something else."""
    names = [view.settings.names[language] for language in LANGUAGES]
    return [name for name in names if name != view.site_name]
