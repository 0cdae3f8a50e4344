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
from coursepush.reports.why.words import (
    Words,
    catalog_words,
    master_words,
    rule_of,
    section_of,
    skipped_words,
    unjudged_words,
    verdict_words,
)

HOPS = {1: "course", 2: "section"}
FIELD_SECTIONS = {1: "4.1", 2: "5.2"}
"""The section of RULES.md that judges a field, by hop."""

STEPS: dict[str, Any] = {
    **dict.fromkeys(("level", "stands", "link", "verdict", "reason", "rule", "rule_section", "mode"), pl.String),
    **dict.fromkeys(("why", "what_to_do"), pl.String),
    "row_id": pl.Int64,
}

Row = Mapping[str, Any]
Step = dict[str, Any]


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
        column, value = ("field", self.key.field) if self.is_field else ("key_id", self.key.key_id)
        return self.rows_on(level).filter(pl.col(column) == pl.lit(value, pl.String))

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
    of_key = pl.col("after_key_id").is_in([case.key.key_id or ""]).fill_null(False)
    comes_back = pl.col("row_id").is_null() & of_key
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
    keep = [(pl.col("level") == level) & _is_in("row_id", ids) for level, ids in found.items()]
    case.standing = case.standing.filter(pl.any_horizontal(*keep))


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


def _step(level: str, stands: str | None, section: str | None, words: Words, **more: Any) -> Step:
    """A step; `section`: of RULES.md, by which it is so."""
    why, what = words
    return {"level": level, "stands": stands, "rule_section": section, "why": why, "what_to_do": what, **more}


def _catalog(case: Case) -> Step:
    stands, why, what = catalog_words(case.place, case.element, case.lock, case.locks, case.key.field)
    weights = case.weights_alone and "composite_weights" in case.locks
    section = "4.1" if case.is_field else "4.4" if weights else "4"
    if case.place.master_id is not None and not case.place.is_reached:
        section = "1.2"
    return _step("catalog", stands, section, (why, what))


def _master(case: Case) -> list[Step]:
    rows = case.asked_on("master") if case.is_field else case.rows_on("master")
    section = None if case.place.master_is_active else "1.2"  # no course master, or an inactive one
    if rows.is_empty():
        is_blank = case.is_field and case.place.master_id is not None
        words = master_words(case.place, has_it=is_blank)
        return [_step("master", "blank" if is_blank else None, section, words)]
    words = master_words(case.place, has_it=True)
    asked_first = sorted(rows.to_dicts(), key=lambda row: _order(case, row))
    return [_step("master", row["stands"], section, words, row_id=row["row_id"]) for row in asked_first]


def _level(case: Case, hop: int) -> Sequence[Step]:
    if case.is_field:
        return [_field_step(case, hop)]
    present = case.rows_on(HOPS[hop]).to_dicts()
    by_id = {row["row_id"]: row for row in present}
    steps: list[tuple[Any, Step]] = []
    for pair in case.pairs[hop].to_dicts():
        row = by_id.get(pair["row_id"])
        is_wanted = pair["wanted_key_id"] == case.key.key_id
        steps.append((_order(case, row, is_wanted=is_wanted), _judged(case, hop, pair, row)))
    judged = set(case.pairs[hop]["row_id"])
    left = [row for row in present if row["row_id"] not in judged]
    code = case.unreached.get(hop)
    steps += [(_order(case, row), _unjudged(case, hop, row, code or "left_out")) for row in left]
    if not steps:
        return [_unjudged(case, hop, None, code or _lacks(case, hop))]
    return [step for _, step in sorted(steps, key=lambda one: one[0])]


def _judged(case: Case, hop: int, pair: Row, row: Row | None) -> Step:
    """What the plan's verdict on a row, or on what is to be one, means."""
    mode, rule, section = case.modes.get(hop), None, _section_of_kind(case, hop)
    if mode is not None:
        rule = rule_of(pair["rule_no"], hop)
        section = section_of(rule, pair["verdict"], weights_alone=hop == 1 and case.weights_alone)
    words = verdict_words(hop, pair, is_given=case.is_given, is_idle=hop == 2 and case.is_idle)
    told = {name: pair[name] for name in ("link", "verdict", "reason", "row_id")}
    stands = None if row is None else row["stands"]
    return _step(HOPS[hop], stands, section, words, rule=rule and rule.text, mode=mode, **told)


def _unjudged(case: Case, hop: int, row: Row | None, code: str) -> Step:
    """A row, or its absence, of which the plan has no verdict of its own: as all is skipped, or by `code`."""
    reason = case.whole.get(hop)
    if hop == 1 and case.weights_alone and hop not in case.unreached:
        code = "weights_alone"
    told = {name: row and row[name] for name in ("link", "row_id")}
    stands = None if row is None else row["stands"]
    return _of_no_verdict(case, HOPS[hop], stands, reason, code) | told


def _of_no_verdict(case: Case, level: str, stands: str | None, reason: str | None, code: str) -> Step:
    if reason is not None:
        section, words = skipped_words(reason)
        return _step(level, stands, section, words, verdict="skip", reason=reason)
    section, words = unjudged_words(code, case.is_given)
    return _step(level, stands, section, words)


def _lacks(case: Case, hop: int) -> str:
    """Why a plan says nothing of what is not there."""
    if hop == 2 and case.is_idle and case.asked_on("course").height:
        return "not_meeting"
    return "nothing_above" if hop == 2 else "nowhere_above"


def _section_of_kind(case: Case, hop: int) -> str | None:
    """The section of RULES.md by which a plan that is no push judges."""
    kind = case.kinds.get(hop)
    return None if kind is None else KINDS[kind].section


def _field_step(case: Case, hop: int) -> Step:
    level = HOPS[hop]
    here, above = case.asked_on(level), case.asked_on("master" if hop == 1 else "course")
    stands = here["stands"][0] if here.height else "blank"
    told = case.fields.get(hop)
    if told is None or told.is_empty():
        code = case.unreached.get(hop, "field_not_locked")
        return _of_no_verdict(case, level, stands, case.whole.get(hop), code)
    wanted = above["stands"][0] if above.height else "blank"
    if hop == 2 and wanted == "blank":
        wanted = "no"
    verdict, reason = told.row(0)
    change = f"{field_label(case.key.field or '')} {stands} → {wanted}"
    pair = {"verdict": verdict, "reason": reason, "link": "linked", "use": None, "change": change}
    words = verdict_words(hop, pair, is_given=case.is_given, is_idle=False)
    section = _section_of_kind(case, hop) or FIELD_SECTIONS[hop]
    return _step(level, stands, section, words, verdict=verdict, reason=reason)


def _order(case: Case, row: Row | None, *, is_wanted: bool = False) -> tuple[int, int]:
    """What was asked about first: the row of the key, what comes from the row of the key, the rest."""
    is_asked = row is not None and row["key_id"] == case.key.key_id
    return (0 if is_asked else 1 if is_wanted else 2, row["row_id"] if row is not None else 2**62)
