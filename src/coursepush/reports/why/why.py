"""Why a section has, lacks or keeps something: from the catalog's lock down to the section's own row."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from coursepush.errors import ForeignPlanError, RequestError
from coursepush.marks import Drawn
from coursepush.model.elements import ADVISORY, COURSE_INFO, ELEMENTS_BY_NAME, MASTER_PUSH_DATA
from coursepush.plan.door import plan_asked
from coursepush.plan.plan import Plan
from coursepush.plan.text import plan_verdicts_sql
from coursepush.reports.reading import Reading, reading_all
from coursepush.reports.why.answer import answer
from coursepush.reports.why.glance import why_html
from coursepush.reports.why.key import known_names, noun_of, read_key
from coursepush.reports.why.place import Place, find_place
from coursepush.reports.why.rows import (
    key_words,
    levels_of,
    read_drift,
    read_field_verdict,
    read_last_pushed,
    read_pairs,
    read_pushes,
    read_standing,
    read_whole,
)
from coursepush.reports.why.steps import HOPS, Case, make_steps, relate
from coursepush.reports.why.use import read_protection, use_line, use_words
from coursepush.store.database import Session, Store
from coursepush.store.layout import last_refresh

ELEMENTS: tuple[str, ...] = (*MASTER_PUSH_DATA, ADVISORY)
"""Data types that can be asked about."""


@dataclass(frozen=True, eq=False)
class Why(Drawn):
    """Why a section (or a course) has, lacks or keeps something.

    Attributes:
        title: what was asked.
        answer: one to three sentences.
        steps: level (catalog, master, course, section), stands (what is there in words; null: nothing), link,
            verdict and reason (of the push), rule (of the rule table, where one decided; a renamed category's is
            the one it is kept by), rule_section (of RULES.md, as :func:`coursepush.rules` takes it: "4.2"; where
            two decide, "5.1, 3.3"), mode (locked or overwrite, in which it was judged), why, what_to_do, row_id.
            One row a level, or one a row where several have to do with it, what was asked about first.
        rows: the rows read: level, row_id, parent_row_id, key, values; JSON text as in plan rows.
        protection: one row: level, row_id, assignments, inactive_assignments (of these, the ones switched off),
            scores, posted_grades, comments, students, other_students (enrolled, but not among them), sentence.
            What makes the row used, exactly; on a course over its sections; null where students' work was not
            loaded.
        pushes: every push that wrote it, the newest first: level, push_id, title, applied_at, verdict, before,
            after (JSON text), undone_by (the push that took it back).
        last_pushed: level, push_id, after: as our last push left it, null where that took it away.
        drifted: the refreshes that found it changed by others: level, refresh_id, when, change, before, now.
        note: what else is to be known of the plan that was given.
    """

    title: str
    answer: str
    steps: pl.DataFrame = field(repr=False)
    rows: pl.DataFrame = field(repr=False)
    protection: pl.DataFrame = field(repr=False)
    pushes: pl.DataFrame = field(repr=False)
    last_pushed: pl.DataFrame = field(repr=False)
    drifted: pl.DataFrame = field(repr=False)
    note: str = ""

    def __repr__(self) -> str:
        lines = [f"<Why: {self.title}>", *textwrap.wrap(self.answer, 100)]
        for row in self.steps.iter_rows(named=True):
            words = [row["stands"] or "-", row["link"] or "", _verdict(row)]
            said = f"{' · '.join(word for word in words if word).removesuffix('.')}. {row['why']}"
            said += f" [rule {row['rule_section']}]" if row["rule_section"] else ""
            lines += textwrap.wrap(said, 100, initial_indent=f"  {row['level']:<8}", subsequent_indent=" " * 10)
        for line in (use_line(self.protection), self.note):
            lines += textwrap.wrap(line, 100, initial_indent="  ", subsequent_indent="  ")
        decided = self.steps["rule_section"].drop_nulls()
        if len(decided):
            lines.append(f"  The rules in full: coursepush rules {decided[-1].split(',')[0]}")
        return "\n".join(_plain(line) for line in lines if line)

    def _repr_html_(self) -> str:
        return why_html(self, use_line(self.protection))


def why(
    store: Store,
    section: int | str | None = None,
    element: str | None = None,
    key: Any = None,
    *,
    course: int | str | None = None,
    calendar: int | str | None = None,
    plan: Plan | None = None,
) -> Why:
    """Why a section has, lacks or keeps something; without a section, why its course does.

    Without `plan`, the verdicts are those of a locked push of that one course's master, and of Push All Courses of
    that one section, as things stand.

    Args:
        section: its id, or its number as text, which `course` and `calendar` tell apart.
        element: a data type: course_info, grading_tasks, standards, assessments, categories, composite_grades,
            grade_calc_options, advisory.
        key: which of them: a name (or code, or id), a tuple such as (task, term), a dict of the key's columns, or
            the key of a plan's row. Of course_info, a field.
        course: number or id. calendar: name or id.
        plan: a plan of this process, for its verdicts.

    Raises:
        RequestError: something is unknown, ambiguous or of another form; the message lists what there is.
        ForeignPlanError: the plan was made for another district.
    """
    if element not in ELEMENTS:
        raise RequestError.unknown("data type", element, ELEMENTS)
    if plan is not None:
        _check_plan(store, plan)
        store = plan.store
    with reading_all(store) as found:
        place = find_place(found.session, section, course, calendar)
        return _answered(store, found, place, element, key, plan)


def _check_plan(store: Store, plan: Any) -> None:
    if not isinstance(plan, Plan):
        raise RequestError(
            f"plan is a plan of this process (district.plan_...), not {type(plan).__name__}. Load a saved one "
            "with district.load_plan(path), or leave plan out."
        )
    if plan.store is store:
        return
    with store.reading() as session:
        if plan.district_id != session.value("district", "select district_id from push.district"):
            raise ForeignPlanError("This plan was made for another district. Plan again here, or leave plan out.")


def _answered(store: Store, found: Reading, place: Place, element: str, given: Any, plan: Plan | None) -> Why:
    session = found.session
    standing = read_standing(found, place, element)
    key = read_key(session, place, element, given, standing)
    case = Case(place, element, key, levels_of(element, place), standing, is_given=plan is not None)
    case.locks = _locks(session, place)
    case.idle_terms = _idle_terms(session, place) if "section" in case.levels else frozenset()
    plans = _judging(store, session, case, plan)
    for hop, judging in plans.items():
        whole = read_whole(session, judging.tables, place, element)
        case.whole |= {hop: whole[hop]} if hop in whole else {}
    _read_verdicts(session, case, plans)
    known = None
    if case.is_field:
        fields = known_names(session, element, standing) if element == COURSE_INFO else [key.field]
        known = None if key.field in fields else [one for one in fields if one is not None]
        case.standing = standing.filter(pl.col("field") == key.field)
    else:
        relate(case)
        if case.standing.is_empty() and all(pairs.is_empty() for pairs in case.pairs.values()):
            known = known_names(session, element, standing)
    noun = noun_of(key, key_words(session, element, key), element)
    steps = make_steps(case)
    level = case.levels[-1]
    asked = {at: case.asked_on(at)["row_id"].drop_nulls().to_list() for at in HOPS.values()}
    protection = read_protection(found, place, element, level, asked[level][0] if asked[level] else None)
    pushes = read_pushes(session, place, element, key, asked)
    drifted = read_drift(session, place, element, key)
    who = place.section_label if place.section_id is not None else place.course_label
    rows = case.standing.rename({"now": "values"}).with_columns(key=pl.coalesce("key", "field"))
    return Why(
        title=f"{who}, {noun}",
        answer=answer(case, steps, noun, use_words(protection), pushes, drifted, known),
        steps=steps,
        rows=rows.select("level", "row_id", "parent_row_id", "key", "values"),
        protection=protection,
        pushes=pushes,
        last_pushed=read_last_pushed(found, element, key),
        drifted=drifted,
        note=_note(session, plan),
    )


def _read_verdicts(session: Session, case: Case, plans: Mapping[int, Plan]) -> None:
    place = case.place
    case.kinds = {hop: plan.request.kind for hop, plan in plans.items()}
    if case.key.field is not None:
        for hop, plan in plans.items():
            case.fields[hop] = read_field_verdict(session, plan.tables, hop, place, case.key.field)
        return
    spec = ELEMENTS_BY_NAME[case.element]
    owners = {1: place.course_id, 2: place.section_id}
    pairs = read_pairs(session, {hop: plan.tables for hop, plan in plans.items()}, spec, owners)
    case.pairs = {hop: pairs.filter(pl.col("hop") == hop) for hop in HOPS}
    case.modes = {hop: plan.request.mode_of(spec) for hop, plan in plans.items()}


def _locks(session: Session, place: Place) -> frozenset[str]:
    rows = session.rows(
        "locks", "select lock from catalog_lock where catalog_id = $catalog_id", {"catalog_id": place.catalog_id}
    )
    return frozenset(row[0] for row in rows)


def _idle_terms(session: Session, place: Place) -> frozenset[int]:
    """Terms of the calendar in which the section does not meet; a section without terms meets in all."""
    rows = session.rows(
        "terms not met in",
        # one row a term of the calendar in which the section does not meet
        "select t.term_seq from term as t where t.calendar_id = $calendar_id "
        "and exists (select 1 from section_term as m where m.section_id = $section_id) "
        "and not exists (select 1 from section_term as m where m.section_id = $section_id "
        "and m.term_seq = t.term_seq)",
        {"calendar_id": place.calendar_id, "section_id": place.section_id},
    )
    return frozenset(int(row[0]) for row in rows)


# -- whose verdicts --------------------------------------------------------------------------------------


def _judging(store: Store, session: Session, case: Case, plan: Plan | None) -> Mapping[int, Plan]:
    """The plan whose verdicts count on each hop; hops on which there are none are noted in `case.unreached`."""
    hops = [hop for hop, level in HOPS.items() if level in case.levels]
    if plan is None:
        return {hop: one for hop in hops if (one := _as_things_stand(store, session, case, hop)) is not None}
    reached = _reaches(session, case.place, plan)
    for hop in hops:
        code = None if reached else "not_in_plan"
        if code is None and plan.request.is_push and hop == 1 and hop not in plan.request.hops:
            code = "starts_at_courses"
        elif code is None and plan.request.is_push and hop == 2:
            code = _not_to_section(case, plan)
            if read_whole(session, plan.tables, case.place, "*").get(1) is not None:
                code = "course_skipped"
        if code is not None:
            case.unreached[hop] = code
    return dict.fromkeys(hops, plan)


def _as_things_stand(store: Store, session: Session, case: Case, hop: int) -> Plan | None:
    """A push of just this course, or just this section, planned now."""
    place = case.place
    if hop == 1 and not place.is_reached:
        case.unreached[1] = "no_master" if place.master_id is None else "other_catalog"
        return None
    if hop == 1:
        assert place.catalog_id is not None
        asked: dict[str, Any] = {"catalog": place.catalog_id, "year": place.year, "calendars": [place.calendar_id]}
        return plan_asked(store, session, "master_push", **asked, courses=[place.course_id])
    asked = {"calendar": place.calendar_id, "courses": [place.course_id], "sections": [place.section_id]}
    return plan_asked(store, session, "course_push", **asked)


def _reaches(session: Session, place: Place, plan: Plan) -> bool:
    """Whether the course, and the section if one was named, are in the plan's scope."""
    asked = plan.request.courses_sql() if plan.request.is_push else None
    courses, values = (plan_verdicts_sql(plan.tables), {}) if asked is None else asked
    found = f"select count(*) from (\n{courses}\n) where course_id = $course_id"
    return bool(session.value("is in scope", found, {"course_id": place.course_id, **values}))


def _not_to_section(case: Case, plan: Plan) -> str | None:
    """Why the plan has no verdicts on the section, though it reaches the course."""
    request, scope = plan.request, plan.scope
    if 2 not in request.hops:
        return "stops_at_courses"
    sections = request.only_sections
    if sections is not None and case.place.section_id not in sections:
        return "not_in_plan"
    assert scope is not None
    goes = scope.advisory if case.element == ADVISORY else case.element in {one.name for one in scope.hop2}
    return None if goes else "not_carried"


def _note(session: Session, plan: Plan | None) -> str:
    if plan is not None and plan.refresh_id < last_refresh(session):
        return f"The plan was made before refresh {plan.refresh_id + 1}: its verdicts are of the data before that."
    return ""


# -- in a terminal ---------------------------------------------------------------------------------------


def _verdict(row: Mapping[str, Any]) -> str:
    return " / ".join(row[name] for name in ("verdict", "reason") if row[name])


_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], " ")


def _plain(line: str) -> str:
    """A line without what a terminal would obey: control characters, and what turns its direction around."""
    return "".join(one if one >= " " and not "\x7f" <= one <= "\x9f" else " " for one in line).translate(_TURNING)
