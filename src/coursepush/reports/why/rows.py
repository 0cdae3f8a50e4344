"""What an answer reads: the rows that stand, a plan's verdicts on them, what pushes and others did to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from coursepush.model.elements import ADVISORY, COURSE_INFO, ELEMENTS_BY_NAME, SetupElement
from coursepush.model.verdicts import WRITING
from coursepush.plan.standing import key_id_sql, master_rows_sql, standing_rows_sql
from coursepush.plan.tables import PlanTables
from coursepush.plan.text import json_object
from coursepush.reports.drift.report import last_pushed_sql
from coursepush.reports.reading import report_sql
from coursepush.reports.why.key import Key
from coursepush.reports.why.place import Place
from coursepush.reports.words import (
    bank_sql,
    change_sql,
    kinds_sql,
    names_of_rows,
    row_words_sql,
    value_words_sql,
)
from coursepush.store.database import Session
from coursepush.store.layout import has_history

LEVELS = ("master", "course", "section")
_WRITING = ", ".join(f"'{verdict}'" for verdict in WRITING)


def levels_of(element: str, place: Place) -> tuple[str, ...]:
    """The levels below the catalog that an answer goes through; some data types have no rows on sections."""
    has_sections = element == ADVISORY or (element in ELEMENTS_BY_NAME and ELEMENTS_BY_NAME[element].has_sections)
    return LEVELS if has_sections and place.section_id is not None else LEVELS[:2]


def read_standing(session: Session, prefix: str, place: Place, element: str) -> pl.DataFrame:
    """Every row (or field) of the element on the course master, the course and the section.

    Columns: level, row_id, parent_row_id, key, key_id, field, values (JSON text), link, what, stands (in words).
    Makes ``<prefix>master``, ``<prefix>owner`` and ``<prefix>standing``.
    """
    owners: list[str] = ["select 1 as hop, $course_id::bigint as owner_id"]
    values: dict[str, Any] = {"course_id": place.course_id}
    if "section" in levels_of(element, place):
        owners.append("select 2, $section_id::bigint")
        values["section_id"] = place.section_id
    # one row a course or section asked about
    session.run("owners", f"create temp table {prefix}owner as\n{' union all '.join(owners)}", values)
    session.run(
        "master",
        # one row: the course master, or none
        f"create temp table {prefix}master as\nselect $master_id::bigint as master_id",
        {"master_id": place.master_id},
    )
    parents = {"course": "null::bigint", "section": "null::bigint"}
    joins = ""
    spec = ELEMENTS_BY_NAME.get(element)
    for hop, level in ((1, "course"), (2, "section")):
        if spec is not None and (level == "course" or spec.has_sections):
            its_row = f"case s.hop when {hop} then s.row_id end"
            joins += f"\nleft join {spec.table(level)} as p{hop} on p{hop}.row_id = {its_row}"
            parents[level] = f"p{hop}.parent_row_id"
    is_asked = f"s.element = '{element}'"
    if element == ADVISORY:
        is_asked = f"(s.element = '{ADVISORY}' or (s.element = '{COURSE_INFO}' and s.field = 'is_advisory'))"
    session.run(
        "standing",
        report_sql("why/standing").format(
            p=prefix,
            masters=master_rows_sql(f"{prefix}master"),
            below=standing_rows_sql(f"{prefix}owner"),
            joins=joins,
            parent=f"coalesce({parents['course']}, {parents['section']})",
            is_asked=is_asked,
        ),
    )
    return session.frame("standing in words", _words_sql(f"{prefix}standing"))


def key_words(session: Session, element: str, key: Key) -> str | None:
    """What a key is called, in the words in which rows are."""
    if key.key is None:
        return None
    row = (
        f"(select 0 as place, '{element}' as element, null::varchar as field, $key::varchar as key, "
        "null::varchar as now)"
    )
    return str(session.frame("key in words", _words_sql(row), {"key": key.key})["what"][0])


def _words_sql(source: str) -> str:
    """One row a row of `source` with what it is and, of standing rows, what stands there in words."""
    value = value_words_sql("r.element", "r.field", "r.now")
    return report_sql("why/words").format(
        source=source,
        row_words=row_words_sql("whole"),
        kinds=kinds_sql(),
        **names_of_rows(),
        value=value,
        bank=bank_sql(),
    )


# -- verdicts --------------------------------------------------------------------------------------------


PAIRS: dict[str, Any] = {
    "hop": pl.Int32,
    **dict.fromkeys(("row_id", "upper_row_id"), pl.Int64),
    "upper_is_new": pl.Boolean,
    "rule_no": pl.Int32,
    **dict.fromkeys(("link", "verdict", "reason", "use", "wanted_key_id", "after_key_id", "change"), pl.String),
}
"""What :func:`read_pairs` gives. `rule_no`: as in the plan's tables, null too of what is linked and equal;
`wanted_key_id`: the key of the row above, where the plan keeps it; `after_key_id`: the row's own as it will stand;
`change`: what changes, in words."""


def read_pairs(
    session: Session, plans: Mapping[int, PlanTables], element: SetupElement, owners: Mapping[int, int | None]
) -> pl.DataFrame:
    """The verdicts of plans on one course's and one section's rows of one element. Shape: :data:`PAIRS`.

    Args:
        plans: hop → the tables of the plan that judges it. owners: hop → the course or section.
    """
    if not plans:
        return pl.DataFrame(schema=PAIRS)
    found = session.frame(
        "verdicts",
        report_sql("why/pairs").format(
            selects="\nunion all\n".join(_pair(hop, plan, element) for hop, plan in plans.items()),
            row_words=row_words_sql("r"),
            change=change_sql(),
        ),
        {f"owner_{hop}": owners[hop] for hop in plans},
    )
    return found.select(pl.col(name).cast(kind) for name, kind in PAIRS.items())


def _pair(hop: int, plan: PlanTables, element: SetupElement) -> str:
    wanted, after = (json_object(element.key_columns, f"v.{side}_{{}}") for side in "wa")
    first = element.key[0]
    return report_sql("why/pair").format(
        hop=hop,
        verdicts=plan.verdicts(hop, element),
        same=plan.same(hop),
        element=element.name,
        wanted=f"case when v.w_{first} is not null then {key_id_sql(element.name, wanted)} end",
        after_key=f"case when v.a_{first} is not null then {key_id_sql(element.name, after)} end",
        before=f"case when v.b_{first} is not null then {json_object(element.values, 'v.b_{}')} end",
        after=f"case when v.a_{first} is not null then {json_object(element.values, 'v.a_{}')} end",
    )


def read_field_verdict(session: Session, plan: PlanTables, hop: int, place: Place, field: str) -> pl.DataFrame:
    """The verdict of a plan on one field: verdict, reason; no row where it has none."""
    if hop == 1:
        sql = f"from {plan.fields} where course_id = $owner and field = $field"
        values: Mapping[str, Any] = {"owner": place.course_id, "field": field}
    else:
        sql = f"from {plan.flags} where section_id = $owner"
        values = {"owner": place.section_id}
    return session.frame(
        f"verdict on hop {hop}",
        # one row: the verdict on the field
        f"select verdict, reason {sql}",
        values,
    )


def read_whole(session: Session, plan: PlanTables, place: Place, element: str) -> dict[int, str]:
    """Hop → the reason for which the whole course, or the element on it, is skipped."""
    on_course = COURSE_INFO if element == ADVISORY else element
    rows = session.rows(
        "skipped whole",
        # one row a hop on which the course is skipped whole
        f"select hop, max(reason) from {plan.whole} where course_id = $course_id and element in ('*', $element) "
        "group by hop",
        {"course_id": place.course_id, "element": on_course},
    )
    return {int(hop): str(reason) for hop, reason in rows}


# -- what pushes and others did --------------------------------------------------------------------------

_PUSHES: dict[str, Any] = {
    "level": pl.String,
    "push_id": pl.Int64,
    "title": pl.String,
    "applied_at": pl.Datetime("us"),
    "verdict": pl.String,
    "before": pl.String,
    "after": pl.String,
    "undone_by": pl.Int64,
}


def read_pushes(
    session: Session, place: Place, element: str, key: Key, row_ids: Mapping[str, Sequence[int]]
) -> pl.DataFrame:
    """Every push of the history that wrote the row or field, the newest first; see :class:`Why`.

    Args:
        row_ids: per level, the rows asked about: a category may have had another name when a push wrote it.
    """
    if not has_history(session):
        return pl.DataFrame(schema=_PUSHES)
    is_category = element == "categories"
    of_row, rows = "false", {}
    if is_category:
        # A category may have had another name when a push wrote it. Which row a push wrote is told by the typed
        # history, which follows rows to their new ids; the ids in plan rows are those of then, and may be another
        # row's by
        # now.
        of_row = " or ".join(
            f"exists (select 1 from push.history_{level}_category as t where h.hop = {hop} "
            f"and t.push_id = h.push_id and coalesce(t.before_owner_id, t.after_owner_id) = h.{level}_id "
            f"and list_contains(${level}_rows::bigint[], t.row_id) "
            "and lower(coalesce(t.after_name, t.before_name)) = lower(h.key ->> '$.name'))"
            for hop, level in ((1, "course"), (2, "section"))
        )
        rows = {f"{level}_rows": list(row_ids.get(level, ())) for level in ("course", "section")}
    old_name = "lower('{\"name\":' || cast(to_json(h.before ->> '$.name') as varchar) || '}')"
    sql = report_sql("why/pushes").format(
        writing=_WRITING,
        key_id=key_id_sql(element, "h.key"),
        old_key_id=old_name if is_category else "null::varchar",
        of_row=of_row,
    )
    found = session.frame(
        "pushes",
        sql,
        {
            "course_id": place.course_id,
            "section_id": place.section_id,
            "on_course": COURSE_INFO if element == ADVISORY else element,
            "element": element,
            "field": key.field,
            "key_id": key.key_id,
            **rows,
        },
    )
    undone = _undone(session)
    wrote = found.select("level", pl.col("push_id").alias("undone_by"))
    return (
        found.join(undone, on="push_id", how="left")
        .join(wrote.unique().with_columns(did=True), on=["level", "undone_by"], how="left")
        .with_columns(undone_by=pl.when(pl.col("did")).then(pl.col("undone_by")))
        .select(pl.col(name).cast(kind) for name, kind in _PUSHES.items())
        .sort(["push_id", "level"], descending=[True, True], maintain_order=True)
    )


def _undone(session: Session) -> pl.DataFrame:
    """push_id, undone_by: pushes that an undo took back which is itself still in force."""
    pushes = session.rows("undone", "select push_id, undoes from push.history order by push_id desc")
    taken: dict[int, int] = {}
    for push, undone in pushes:
        if undone is not None and push not in taken:
            taken[int(undone)] = int(push)
    return pl.DataFrame(
        {"push_id": list(taken), "undone_by": list(taken.values())},
        schema={"push_id": pl.Int64, "undone_by": pl.Int64},
    )


def read_last_pushed(session: Session, prefix: str, element: str, key: Key) -> pl.DataFrame:
    """As our last push left it: level, push_id, after (JSON text; null where that push took it away).

    Makes ``<prefix>last_pushed``; needs ``<prefix>owner``.
    """
    session.run("last pushed", last_pushed_sql(session, prefix))
    return session.frame(
        "as last pushed",
        report_sql("why/last_pushed").format(p=prefix),
        {
            "element": element,
            "on_course": COURSE_INFO if element == ADVISORY else element,
            "place": key.place,
        },
    )


def read_drift(session: Session, place: Place, element: str, key: Key) -> pl.DataFrame:
    """The refreshes in which others changed it, the newest first: level, refresh_id, when, change, before, now."""
    return session.frame(
        "drifted",
        report_sql("why/drifted").format(key_id=key_id_sql(element, "d.key")),
        {
            "course_id": place.course_id,
            "section_id": place.section_id,
            "on_course": COURSE_INFO if element == ADVISORY else element,
            "element": element,
            "field": key.field,
            "key_id": key.key_id,
        },
    )
