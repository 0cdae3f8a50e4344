"""From catalog to section: which rows an answer is about, and what a plan says of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from coursepush.model.elements import ADVISORY, COURSE_INFO, ELEMENTS_BY_NAME, field_label
from coursepush.plan.requests.registry import KINDS
from coursepush.plan.rules import Mode
from coursepush.reports.why.key import Key
from coursepush.reports.why.place import Place
from coursepush.reports.why.rules import (
    FIELD_SECTIONS,
    UNJUDGED_SECTIONS,
    WHOLE_SECTIONS,
    rule_of,
    section_of,
)
from coursepush.reports.why.words import catalog_words, master_words, skipped_words, unjudged_words, verdict_words

HOPS = {1: "course", 2: "section"}

STEPS: dict[str, Any] = {
    "level": pl.String,
    "stands": pl.String,
    "link": pl.String,
    "verdict": pl.String,
    "reason": pl.String,
    "rule": pl.String,
    "rule_section": pl.String,
    "mode": pl.String,
    "why": pl.String,
    "what_to_do": pl.String,
    "row_id": pl.Int64,
}


@dataclass
class Case:
    """All that was read for one answer.

    Attributes:
        standing: every row of the element, or the field, on the levels asked about.
        pairs: hop → the verdicts on that owner's rows; after :func:`relate`, those that belong to the answer.
        fields: hop → the verdict on the field; no row where it has none.
        whole: hop → why the whole course, or the element on it, is skipped.
        unreached: hop → why the plan has no verdicts there at all (a code of words.UNJUDGED).
        modes: hop → the mode in which the rows are judged; None for plans that are no push.
        kinds: hop → the kind of the plan that judges them (see plan/requests/registry.py).
        locks: of the course master's catalog.
        idle_terms: terms of the calendar in which the section does not meet.
        is_given: whether the verdicts are of a plan that the user has.
    """

    place: Place
    element: str
    key: Key
    levels: tuple[str, ...]
    standing: pl.DataFrame
    pairs: dict[int, pl.DataFrame] = field(default_factory=dict[int, pl.DataFrame])
    fields: dict[int, pl.DataFrame] = field(default_factory=dict[int, pl.DataFrame])
    whole: dict[int, str] = field(default_factory=dict[int, str])
    unreached: dict[int, str] = field(default_factory=dict[int, str])
    modes: dict[int, Mode | None] = field(default_factory=dict[int, "Mode | None"])
    kinds: dict[int, str] = field(default_factory=dict[int, str])
    locks: frozenset[str] = frozenset()
    idle_terms: frozenset[int] = frozenset()
    is_given: bool = False

    @property
    def is_field(self) -> bool:
        return self.key.field is not None

    def rows_on(self, level: str) -> pl.DataFrame:
        return self.standing.filter(pl.col("level") == level)

    def asked_on(self, level: str) -> pl.DataFrame:
        """The row or field of that very key on a level: one row, or none."""
        rows = self.rows_on(level)
        if self.is_field:
            return rows.filter(pl.col("field") == self.key.field)
        return rows.filter(pl.col("key_id").is_in([] if self.key.key_id is None else [self.key.key_id]))

    @property
    def lock(self) -> str:
        """The lock that governs it."""
        if self.element in (COURSE_INFO, ADVISORY):
            return f"{COURSE_INFO}.{self.key.field}"
        return ELEMENTS_BY_NAME[self.element].locks[0]

    @property
    def weights_alone(self) -> bool:
        """Of composite grades, the catalog locks the weights alone."""
        return self.element == "composite_grades" and self.lock not in self.locks

    @property
    def is_idle(self) -> bool:
        """The section does not meet in the term it is for."""
        return self.key.term in self.idle_terms


def relate(case: Case) -> None:
    """Keep of the standing rows and verdicts those that belong to the answer (rows; fields go by their names).

    On each level the row of the key itself; what the section's row pairs with on the course, and that on the
    master, whatever its name; and downwards what pairs with the rows found so far. What an undo brings back may
    pair with nothing.
    """
    found = {level: set(case.asked_on(level)["row_id"].drop_nulls()) for level in ("master", "course", "section")}
    course, section = case.pairs[1], case.pairs[2]
    found["course"] |= _some(section.filter(_is_in("row_id", found["section"])), "upper_row_id")
    found["master"] |= _some(course.filter(_is_in("row_id", found["course"])), "upper_row_id")
    comes_back = pl.col("row_id").is_null() & pl.col("after_key_id").is_in([case.key.key_id or ""]).fill_null(
        False
    )
    course = course.filter(
        _is_in("row_id", found["course"]) | _is_in("upper_row_id", found["master"]) | comes_back
    )
    found["course"] |= _some(course, "row_id")
    added = [case.key.key_id, *course.filter(pl.col("verdict") == "insert")["after_key_id"]]
    new = pl.col("upper_is_new") & pl.col("wanted_key_id").is_in([one for one in added if one is not None])
    section = section.filter(
        _is_in("row_id", found["section"])
        | _is_in("upper_row_id", found["course"])
        | new.fill_null(False)
        | comes_back
    )
    found["section"] |= _some(section, "row_id")
    case.pairs = {1: course, 2: section}
    keep = pl.any_horizontal(
        *((pl.col("level") == level) & _is_in("row_id", ids) for level, ids in found.items()), pl.lit(False)
    )
    case.standing = case.standing.filter(keep)


def _is_in(column: str, ids: set[int]) -> pl.Expr:
    return pl.col(column).is_in(sorted(ids)).fill_null(False)


def _some(frame: pl.DataFrame, column: str) -> set[int]:
    return set(frame[column].drop_nulls())


def make_steps(case: Case) -> pl.DataFrame:
    """The answer level by level; see :class:`coursepush.reports.why.Why`."""
    steps = [_catalog(case), *_master(case), *_level(case, 1)]
    if "section" in case.levels:
        steps += _level(case, 2)
    return pl.DataFrame(steps, schema=STEPS)


def _catalog(case: Case) -> dict[str, Any]:
    stands, why, what = catalog_words(case.place, case.element, case.lock, case.locks, case.key.field)
    section = (
        "4.1" if case.is_field else "4.4" if case.weights_alone and "composite_weights" in case.locks else "4"
    )
    if case.place.master_id is not None and not case.place.is_reached:
        section = "1.2"
    return {"level": "catalog", "stands": stands, "rule_section": section, "why": why, "what_to_do": what}


def _master(case: Case) -> list[dict[str, Any]]:
    rows = case.asked_on("master") if case.is_field else case.rows_on("master")
    steps: list[dict[str, Any]] = []
    section = None if case.place.master_is_active else "1.2"  # no course master, or an inactive one
    for row in _asked_first(case, rows):
        why, what = master_words(case.place, has_it=True)
        step = {
            "level": "master",
            "stands": row["stands"],
            "row_id": row["row_id"],
            "why": why,
            "what_to_do": what,
        }
        steps.append({**step, "rule_section": section})
    if not steps:
        is_blank = case.is_field and case.place.master_id is not None
        why, what = master_words(case.place, has_it=is_blank)
        step = {"level": "master", "stands": "blank" if is_blank else None, "rule_section": section}
        steps.append({**step, "why": why, "what_to_do": what})
    return steps


def _level(case: Case, hop: int) -> list[dict[str, Any]]:
    if case.is_field:
        return [_field_step(case, hop)]
    level = HOPS[hop]
    present = case.rows_on(level)
    by_id = {row["row_id"]: row for row in present.to_dicts()}
    pairs = case.pairs[hop].to_dicts()
    steps: list[tuple[Any, dict[str, Any]]] = []
    mode = case.modes.get(hop)
    for pair in pairs:
        row = by_id.get(pair["row_id"])
        rule, section = None, _section_of_kind(case, hop)
        if mode is not None:
            rule = rule_of(pair["rule_no"], hop)
            section = section_of(rule, pair["verdict"], weights_alone=hop == 1 and case.weights_alone)
        why, what = verdict_words(hop, pair, is_given=case.is_given, is_idle=hop == 2 and case.is_idle)
        step = {
            "level": level,
            "stands": row and row["stands"],
            "link": pair["link"],
            "verdict": pair["verdict"],
            "reason": pair["reason"],
            "rule": rule and rule.text,
            "rule_section": section,
            "mode": mode,
            "why": why,
            "what_to_do": what,
            "row_id": pair["row_id"],
        }
        steps.append((_order(case, row, pair["wanted_key_id"] == case.key.key_id), step))
    judged = {pair["row_id"] for pair in pairs}
    for row in present.to_dicts():
        if row["row_id"] not in judged:
            steps.append((_order(case, row, False), _unjudged(case, hop, row)))
    if not steps:
        return [_unjudged(case, hop, None)]
    return [step for _, step in sorted(steps, key=lambda one: one[0])]


def _unjudged(case: Case, hop: int, row: Mapping[str, Any] | None) -> dict[str, Any]:
    """A row, or its absence, of which the plan has no verdict of its own."""
    reason = case.whole.get(hop)
    if reason is not None:
        section, (why, what) = WHOLE_SECTIONS.get(reason), skipped_words(reason)
    else:
        code = _code(case, hop, has_it=row is not None)
        section, (why, what) = UNJUDGED_SECTIONS.get(code), unjudged_words(code, case.is_given)
    return {
        "level": HOPS[hop],
        "stands": row and row["stands"],
        "link": row and row["link"],
        "verdict": None if reason is None else "skip",
        "reason": reason,
        "rule_section": section,
        "why": why,
        "what_to_do": what,
        "row_id": row and row["row_id"],
    }


def _code(case: Case, hop: int, *, has_it: bool) -> str:
    """Why a plan says nothing of it: a code of words.UNJUDGED."""
    if hop in case.unreached:
        return case.unreached[hop]
    if hop == 2 and not has_it and case.is_idle and case.asked_on("course").height:
        return "not_meeting"
    if hop == 1 and case.weights_alone:
        return "weights_alone"
    return "left_out" if has_it else ("nothing_above" if hop == 2 else "nowhere_above")


def _section_of_kind(case: Case, hop: int) -> str | None:
    """The section of RULES.md by which a plan that is no push judges."""
    kind = case.kinds.get(hop)
    return None if kind is None else KINDS[kind].section


def _field_step(case: Case, hop: int) -> dict[str, Any]:
    level = HOPS[hop]
    here, above = case.asked_on(level), case.asked_on("master" if hop == 1 else "course")
    stands = here["stands"][0] if here.height else "blank"
    told = case.fields.get(hop)
    step: dict[str, Any] = {"level": level, "stands": stands}
    if told is not None and told.height:
        wanted = above["stands"][0] if above.height else "blank"
        if hop == 2 and wanted == "blank":
            wanted = "no"
        label = field_label(case.key.field or "")
        pair = {
            "verdict": told["verdict"][0],
            "reason": told["reason"][0],
            "link": "linked",
            "use": None,
            "change": f"{label} {stands} → {wanted}",
        }
        why, what = verdict_words(hop, pair, is_given=case.is_given, is_idle=False)
        step |= {"verdict": pair["verdict"], "reason": pair["reason"], "why": why, "what_to_do": what}
        return {**step, "rule_section": _section_of_kind(case, hop) or FIELD_SECTIONS[hop]}
    reason = case.whole.get(hop)
    if reason is not None:
        why, what = skipped_words(reason)
        step |= {"verdict": "skip", "reason": reason, "why": why, "what_to_do": what}
        return {**step, "rule_section": WHOLE_SECTIONS.get(reason)}
    code = case.unreached.get(hop, "field_not_locked")
    why, what = unjudged_words(code, case.is_given)
    return {**step, "rule_section": UNJUDGED_SECTIONS.get(code), "why": why, "what_to_do": what}


def _order(case: Case, row: Mapping[str, Any] | None, is_wanted: bool) -> tuple[int, int]:
    """What was asked about first: the row of the key, what comes from the row of the key, the rest."""
    is_asked = row is not None and row["key_id"] == case.key.key_id
    return (0 if is_asked else 1 if is_wanted else 2, row["row_id"] if row is not None else 2**62)


def _asked_first(case: Case, rows: pl.DataFrame) -> Sequence[Mapping[str, Any]]:
    return sorted(rows.to_dicts(), key=lambda row: _order(case, row, False))
