"""What the records say about each other: one small function per rule.

Each rule takes the loaded data and yields problems; the modules group them by what they look at. Fields by
themselves are checked by `model`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from shoulders.data import Data
from shoulders.problems import Problem
from shoulders.rules import facts, formulas, identity, people, pointing, wording
from shoulders.rules.checked import Checked, normal_title, to_catalog

__all__ = ["RULES", "Checked", "Rule", "check", "check_texts", "normal_title", "to_catalog"]

Rule = Callable[[Checked], Iterable[Problem]]
BETWEEN: tuple[Rule, ...] = (
    identity.unique_ids,
    identity.unique_works,
    identity.values_once,
    identity.list_items_once,
    pointing.references,
    pointing.not_to_itself,
    pointing.topics_two_levels,
    pointing.cycles,
    pointing.edges_point_back,
    pointing.edges_once,
    pointing.venues_are_used,
    pointing.demos_name_works,
    pointing.concept_pages_exist,
    people.persons_are_known,
    people.native_names_are_known,
    people.namesakes_are_told_apart,
    people.variants_are_apart,
    people.authors_once,
    people.people_are_used,
    facts.years,
    facts.arxiv_agrees,
    facts.acl_agrees,
    facts.later_dates,
    facts.required_fields,
    facts.type_fits_kind,
    facts.titles_in_chinese,
    facts.unverified_fields_exist,
    facts.protected_words_stand_in_title,
)
OF_TEXTS: tuple[Rule, ...] = (
    formulas.formulas_convert,
    wording.both_languages,
    wording.texts_in_their_language,
    wording.tidy_spaces,
    wording.chinese_punctuation,
)
"""Rules that look at the texts of one record alone: what they found well written is not looked at again."""
RULES = (*BETWEEN, *OF_TEXTS)


def check(data: Data, demos: Mapping[str, str] | None = None, concepts: Iterable[str] = ()) -> list[Problem]:
    """Every problem of the data, those met while reading included, by file and line.

    `demos` gives for each demo (the name of its file) the key of the work it shows; `concepts` names the concept pages.
    """
    checked = Checked(data, dict(demos or {}), frozenset(concepts))
    found = {problem for rule in (*BETWEEN, _of_texts) for problem in rule(checked)}
    fresh = (problem for problem in found if not checked.told(problem))
    return sorted({*data.problems, *fresh})


def check_texts(data: Data) -> None:
    """Find out which records are well written, for the memory to know."""
    _of_texts(Checked(data))


def _of_texts(checked: Checked) -> Iterable[Problem]:
    found = [problem for rule in OF_TEXTS for problem in rule(checked)]
    checked.remember(found)
    return found
