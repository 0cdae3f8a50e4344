"""What an answer reads: the rows that stand, a plan's verdicts on them, what pushes and others did to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from coursepush.model.elements import ADVISORY, COURSE_INFO, ELEMENTS_BY_NAME, SetupElement
from coursepush.plan.standing import key_id_sql, master_rows_sql, standing_rows_sql
from coursepush.plan.tables import PlanTables
from coursepush.plan.text import json_object
from coursepush.reports.drift.report import last_pushed_sql
from coursepush.reports.reading import Reading, name_key_sql, report_sql
from coursepush.reports.why.key import Key
from coursepush.reports.why.place import Place
from coursepush.reports.words import bank_sql, change_sql, kinds_sql, names_of_rows, row_words_sql, value_words_sql
from coursepush.store.database import Session
from coursepush.store.layout import has_history

LEVELS = ("master", "course", "section")


def levels_of(element: str, place: Place) -> tuple[str, ...]:
    """The levels below the catalog that an answer goes through; some data types have no rows on sections."""
    has_sections = element == ADVISORY or (element in ELEMENTS_BY_NAME and ELEMENTS_BY_NAME[element].has_sections)
    return LEVELS if has_sections and place.section_id is not None else LEVELS[:2]


def read_standing(found: Reading, place: Place, element: str) -> pl.DataFrame:
    """Every row (or field) of the element on the course master, the course and the section.

    Columns: level, row_id, parent_row_id, key, key_id, field, values (JSON text), link, what, stands (in words).
    Makes ``{p}master``, ``{p}owner`` and ``{p}standing``.
    """
    section_id = place.section_id if "section" in levels_of(element, place) else None
    found.make(
        "owner",
        # one row a course or section asked about
        "select * from (select 1 as hop, $course_id::bigint as owner_id union all select 2, $section_id::bigint)\n"
        "where owner_id is not null",
        {"course_id": place.course_id, "section_id": section_id},
    )
    # one row: the course master, or none
    found.make("master", "select $master_id::bigint as master_id", {"master_id": place.master_id})
    spec = ELEMENTS_BY_NAME.get(element)
    tables = {} if spec is None else {1: spec.table("course")}
    if spec is not None and spec.has_sections:
        tables[2] = spec.table("section")
    of_field = f"(s.element = '{ADVISORY}' or (s.element = '{COURSE_INFO}' and s.field = 'is_advisory'))"
    found.do(
        "why/standing",
        masters=master_rows_sql(f"{found.prefix}master"),
        below=standing_rows_sql(f"{found.prefix}owner"),
        joins="".join(
            f"\nleft join {table} as p{hop} on p{hop}.row_id = case s.hop when {hop} then s.row_id end"
            for hop, table in tables.items()
        ),
        parent=f"coalesce({', '.join([*(f'p{hop}.parent_row_id' for hop in tables), 'null::bigint'])})",
        is_asked=of_field if element == ADVISORY else f"s.element = '{element}'",
    )
    return found.session.frame("standing in words", _words_sql(f"{found.prefix}standing"))


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
    return report_sql(
        "why/words",
        source=source,
        row_words=row_words_sql("whole"),
        kinds=kinds_sql(),
        **names_of_rows(),
        value=value_words_sql("r.element", "r.field", "r.now"),
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
    sql = report_sql(
        "why/pairs",
        selects="\nunion all\n".join(_pair(hop, plan, element) for hop, plan in plans.items()),
        row_words=row_words_sql("r"),
        change=change_sql(),
    )
    found = session.frame("verdicts", sql, {f"owner_{hop}": owners[hop] for hop in plans})
    return found.select(pl.col(name).cast(kind) for name, kind in PAIRS.items())


def _pair(hop: int, plan: PlanTables, element: SetupElement) -> str:
    def told(side: str, text: str) -> str:
        return f"case when v.{side}_{element.key[0]} is not null then {text} end"

    wanted, after = (json_object(element.key_columns, f"v.{side}_{{}}") for side in "wa")
    return report_sql(
        "why/pair",
        hop=hop,
        verdicts=plan.verdicts(hop, element),
        same=plan.same(hop),
        element=element.name,
        wanted=told("w", key_id_sql(element.name, wanted)),
        after_key=told("a", key_id_sql(element.name, after)),
        before=told("b", json_object(element.values, "v.b_{}")),
        after=told("a", json_object(element.values, "v.a_{}")),
    )


def read_field_verdict(session: Session, plan: PlanTables, hop: int, place: Place, field: str) -> pl.DataFrame:
    """The verdict of a plan on one field: verdict, reason; no row where it has none."""
    values: dict[str, Any] = {"owner": place.course_id, "field": field}
    source = f"{plan.fields} where course_id = $owner and field = $field"
    if hop == 2:
        values, source = {"owner": place.section_id}, f"{plan.flags} where section_id = $owner"
    # one row: the verdict on the field
    return session.frame(f"verdict on hop {hop}", f"select verdict, reason from {source}", values)


def read_whole(session: Session, plan: PlanTables, place: Place, element: str) -> dict[int, str]:
    """Hop → the reason for which the whole course, or the element on it, is skipped."""
    rows = session.rows(
        "skipped whole",
        # one row a hop on which the course is skipped whole
        f"select hop, max(reason) from {plan.whole} where course_id = $course_id and element in ('*', $element) "
        "group by hop",
        {"course_id": place.course_id, "element": _on_course(element)},
    )
    return {int(hop): str(reason) for hop, reason in rows}


# -- what pushes and others did --------------------------------------------------------------------------

_PUSHES: dict[str, Any] = {
    "level": pl.String,
    "push_id": pl.Int64,
    "title": pl.String,
    "applied_at": pl.Datetime("us"),
    **dict.fromkeys(("verdict", "before", "after"), pl.String),
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
    of_row, old_key_id, rows = "false", "null::varchar", {}
    if element == "categories":
        # Which row a push wrote is told by the typed history, which follows rows to their new ids; the ids in plan
        # rows are those of then, and may be another row's by now.
        of_row = " or ".join(
            f"exists (select 1 from push.history_{level}_category as t where h.hop = {hop} "
            f"and t.push_id = h.push_id and coalesce(t.before_owner_id, t.after_owner_id) = h.{level}_id "
            f"and list_contains(${level}_rows::bigint[], t.row_id) "
            "and lower(coalesce(t.after_name, t.before_name)) = lower(h.key ->> '$.name'))"
            for hop, level in ((1, "course"), (2, "section"))
        )
        rows = {f"{level}_rows": list(row_ids.get(level, ())) for level in ("course", "section")}
        old_key_id = name_key_sql("h.before")
    sql = report_sql("why/pushes", key_id=key_id_sql(element, "h.key"), old_key_id=old_key_id, of_row=of_row)
    found = session.frame("pushes", sql, {**_asked(place, element, key), **rows})
    taken = _undone(session)
    undone = found.with_columns(
        undone_by=pl.col("push_id").replace_strict(taken, default=None, return_dtype=pl.Int64)
    )
    wrote = found.select("level", undone_by="push_id", did=pl.lit(True)).unique()
    return (
        undone.join(wrote, on=["level", "undone_by"], how="left", maintain_order="left")
        .with_columns(undone_by=pl.when("did").then("undone_by"))
        .select(pl.col(name).cast(kind) for name, kind in _PUSHES.items())
    )


def _undone(session: Session) -> dict[int, int]:
    """Push → the undo that took it back and is itself still in force."""
    taken: dict[int, int] = {}
    for push, undone in session.rows("undone", "select push_id, undoes from push.history order by push_id desc"):
        if undone is not None and push not in taken:
            taken[int(undone)] = int(push)
    return taken


def read_last_pushed(found: Reading, element: str, key: Key) -> pl.DataFrame:
    """As our last push left it: level, push_id, after (JSON text; null where that push took it away).

    Makes ``{p}last_pushed``; needs ``{p}owner``.
    """
    found.run("last pushed", last_pushed_sql(found.session, found.prefix))
    values = {"element": element, "on_course": _on_course(element), "place": key.place}
    return found.frame("why/last_pushed", values)


def read_drift(session: Session, place: Place, element: str, key: Key) -> pl.DataFrame:
    """The refreshes in which others changed it, the newest first: level, refresh_id, when, change, before, now."""
    sql = report_sql("why/drifted", key_id=key_id_sql(element, "d.key"))
    return session.frame("drifted", sql, _asked(place, element, key))


def _asked(place: Place, element: str, key: Key) -> dict[str, Any]:
    """The row or field asked about, as the parameters of a step."""
    return {
        "course_id": place.course_id,
        "section_id": place.section_id,
        "on_course": _on_course(element),
        "element": element,
        "field": key.field,
        "key_id": key.key_id,
    }


def _on_course(element: str) -> str:
    """The data type that it is of on a course."""
    return COURSE_INFO if element == ADVISORY else element
