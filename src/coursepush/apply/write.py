"""The statements that write a plan's changes and their history; apply decides nothing here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import polars as pl

from coursepush.apply.given_again import let_go_of_ids
from coursepush.errors import ApplyError
from coursepush.model.elements import ADVISORY, COURSE_INFO, SETUP_ELEMENTS, SetupElement, Use
from coursepush.model.tables import ATTRIBUTES, SQL_TYPES, TABLES
from coursepush.model.verdicts import WRITING, Verdict
from coursepush.plan.text import ROW_COLUMNS, plan_rows_sql
from coursepush.store.database import Session

_UPDATING = ", ".join(f"'{v}'" for v in (Verdict.UPDATE, Verdict.RELINK, Verdict.RENAME))
_WRITING = ", ".join(f"'{v}'" for v in WRITING)


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """A setup table that a push writes, on one hop, with the elements that share it."""

    hop: int
    name: str
    elements: tuple[SetupElement, ...]

    @property
    def family(self) -> str:
        return self.elements[0].family


def written_tables() -> list[WrittenTable]:
    """Every setup table a push writes, in the order of a push."""
    found: list[WrittenTable] = []
    for hop, level in ((1, "course"), (2, "section")):
        families = dict.fromkeys(e.family for e in SETUP_ELEMENTS if hop == 1 or e.has_sections)
        for family in families:
            elements = tuple(e for e in SETUP_ELEMENTS if e.family == family)
            found.append(WrittenTable(hop, f"{level}_{family}", elements))
    return found


def working_tables(prefix: str) -> list[str]:
    """The temporary tables that writing a plan makes."""
    names = [table.name for table in written_tables()]
    return [f"{prefix}written_{name}" for name in ("course", "custom_field", *names)]


def write_setup(session: Session, prefix: str, push_id: int, table: WrittenTable) -> None:
    """Write one setup table: history first, then the rows; every count is checked against the verdicts."""
    changes = f"temp.main.{prefix}written_{table.name}"
    session.run(f"written {table.name}", f"create temp table {changes} as\n{_changes_sql(prefix, table)}")
    rows = dict(
        session.rows(
            f"count {table.name}",
            f"select verdict, count(*) from {changes} group by verdict",
        )
    )
    if rows.get("insert"):
        let_go_of_ids(session, table.name, changes)
    images = _image_names(table.name)
    befores = ", ".join(f"b_{name}" for name in images)
    afters = ", ".join(f"a_{name}" for name in images)
    session.run(
        f"history {table.name}",
        f"insert into push.history_{table.name} (push_id, element, verdict, was_used, row_id, "
        f"{', '.join(f'before_{name}' for name in images)}, {', '.join(f'after_{name}' for name in images)})\n"
        f"select $push_id, element, verdict, was_used, row_id, {befores}, {afters} from {changes} order by row_id",
        {"push_id": push_id},
    )
    count_changed(
        session,
        f"delete {table.name}",
        f"delete from {table.name} as r using {changes} as c where c.verdict = 'delete' and r.row_id = c.row_id",
        rows.get("delete", 0),
    )
    sets = ", ".join(f"{name} = c.a_{name}" for name in images if name != "owner_id")
    count_changed(
        session,
        f"update {table.name}",
        f"update {table.name} as r set {sets} from {changes} as c "
        f"where c.verdict in ({_UPDATING}) and r.row_id = c.row_id",
        sum(rows.get(verdict, 0) for verdict in ("update", "relink", "rename")),
    )
    count_changed(
        session,
        f"insert {table.name}",
        f"insert into {table.name} (row_id, {', '.join(images)})\n"
        f"select row_id, {afters} from {changes} where verdict = 'insert' order by row_id",
        rows.get("insert", 0),
    )
    _check_written(session, table, changes)


def _changes_sql(prefix: str, table: WrittenTable) -> str:
    """One row a row to write, with typed images before and after and the id it has or gets."""
    names = [name for name in _image_names(table.name) if name not in ("owner_id", "parent_row_id")]
    links = [name for name in ("is_link_broken",) if name in names]
    values = [name for name in names if name not in links]
    selects: list[str] = []
    for element in table.elements:
        source = f"{prefix}verdict_{table.hop}_{element.name}"
        images = ["case when c.verdict <> 'insert' then c.owner_id end as b_owner_id", "c.b_parent_row_id"]
        images += [f"c.b_{name}" for name in links] + [_typed(table.name, "b", name) for name in values]
        images += ["case when c.verdict <> 'delete' then c.owner_id end as a_owner_id", "c.a_parent_row_id"]
        images += [f"c.a_{name}" for name in links] + [_typed(table.name, "a", name) for name in values]
        selects.append(
            f"select '{element.name}' as element, c.verdict, "
            f"coalesce(c.row_id, c.restored_id, n.row_id) as row_id, "
            f"c.verdict = 'insert' and {_was_used(prefix, table.hop, element)} as was_used, "
            f"{', '.join(images)}\n"
            f"from {source} as c\n"
            f"left join {prefix}new_id_{table.hop} as n on n.family = '{table.family}' "
            "and n.owner_id = c.owner_id and n.upper_row_id = c.upper_row_id\n"
            f"where c.verdict in ({_WRITING})"
        )
    return "\nunion all\n".join(selects)


def _was_used(prefix: str, hop: int, element: SetupElement) -> str:
    """Whether work was there already on a row that is added: an undo may then still take it away."""
    work = f"select 1 from {prefix}work_{hop} as w where w.owner_id = c.owner_id"
    if element.use is Use.TASK:
        return f"exists ({work} and w.task_id = c.a_task_id)"
    if element.use is Use.OPTION:
        return (
            f"exists ({work} and w.task_id = c.a_task_id and list_has_any(w.terms, "
            "range(least(c.a_cumulative_from_term_seq, c.a_term_seq), c.a_term_seq + 1)))"
        )
    if element.use is Use.COMPOSITE:
        return (
            f"(exists ({work} and w.task_id = c.a_task_id and list_contains(w.terms, c.a_term_seq)) or "
            f"exists ({work} and w.task_id = c.a_child_task_id and list_contains(w.terms, c.a_child_term_seq)))"
        )
    return "false"


def _typed(table: str, side: str, name: str) -> str:
    """A column of a change table as the setup table stores it: the text of a list becomes the list."""
    column = f"c.{side}_{name}"
    if TABLES[table].column(name).kind != "ids":
        return f"{column} as {side}_{name}"
    return (
        f"case when {column} = '' then []::bigint[] "
        f"else cast(string_split({column}, ';') as bigint[]) end as {side}_{name}"
    )


def _image_names(table: str) -> list[str]:
    return [column.name for column in TABLES[table].columns[1:]]


def _check_written(session: Session, table: WrittenTable, changes: str) -> None:
    """What must hold afterwards: every row stands as planned, and no id or business key is there twice."""
    differs = " or ".join(f"r.{name} is distinct from c.a_{name}" for name in _image_names(table.name))
    wrong = session.value(
        f"check {table.name}",
        f"select count(*) from {changes} as c left join {table.name} as r on r.row_id = c.row_id "
        f"where case when c.verdict = 'delete' then r.row_id is not null else r.row_id is null or {differs} end",
    )
    key = ["lower(name)" if name == "name" else name for name in table.elements[0].key]
    touched = f"owner_id in (select coalesce(a_owner_id, b_owner_id) from {changes})"
    twice = session.value(
        f"check keys of {table.name}",
        f"select count(*) from (select 1 from {table.name} where {touched} "
        f"group by owner_id, {', '.join(key)} having count(*) > 1 "
        f"union all select 1 from {table.name} where {touched} group by row_id having count(*) > 1)",
    )
    if wrong or twice:
        raise ApplyError(
            f"After writing {table.name}, {wrong or 0:,} rows did not stand as planned and {twice or 0:,} keys "
            "stood twice. Everything was rolled back; please report this with the plan's digest."
        )


def write_attributes(session: Session, prefix: str, push_id: int) -> None:
    """Write course attributes and district-defined fields, history first."""
    verdicts = f"{prefix}verdict_1_course_info"
    wide = f"temp.main.{prefix}written_course"
    columns = ",\n    ".join(
        f"bool_or(field = '{c.name}') as has_{c.name}, "
        f"cast(max(after_value) filter (where field = '{c.name}') as {SQL_TYPES[c.kind]}) as new_{c.name}"
        for c in ATTRIBUTES
    )
    session.run(
        "written course",
        f"create temp table {wide} as\n-- one row a course with attributes to write\n"
        f"select course_id,\n    {columns}\nfrom {verdicts}\n"
        "where verdict = 'update' and not starts_with(field, 'custom.')\ngroup by course_id",
    )
    names = [column.name for column in ATTRIBUTES]
    after = {name: f"case when w.has_{name} then w.new_{name} else c.{name} end" for name in names}
    session.run(
        "history course",
        f"insert into push.history_course (push_id, course_id, {', '.join(f'before_{n}' for n in names)}, "
        f"{', '.join(f'after_{n}' for n in names)})\n"
        f"select $push_id, c.course_id, {', '.join(f'c.{n}' for n in names)}, "
        f"{', '.join(after[n] for n in names)}\n"
        f"from course as c join {wide} as w on w.course_id = c.course_id order by c.course_id",
        {"push_id": push_id},
    )
    sets = ", ".join(f"{name} = case when w.has_{name} then w.new_{name} else c.{name} end" for name in names)
    count_changed(
        session,
        "update course",
        f"update course as c set {sets} from {wide} as w where w.course_id = c.course_id",
        session.value("count course", f"select count(*) from {wide}"),
    )
    _write_custom_fields(session, prefix, push_id)


def _write_custom_fields(session: Session, prefix: str, push_id: int) -> None:
    written = f"temp.main.{prefix}written_custom_field"
    session.run(
        "written custom_field",
        f"create temp table {written} as\n-- one row a course and district-defined field to write\n"
        "select v.course_id, substr(v.field, 8) as field, f.owner_id is not null as had_row, "
        "not v.removes_row as has_row, v.before_value, v.after_value\n"
        f"from {prefix}verdict_1_course_info as v\n"
        "left join custom_field as f on f.level = 'course' and f.owner_id = v.course_id "
        "and f.field = substr(v.field, 8)\n"
        "where v.verdict = 'update' and starts_with(v.field, 'custom.')",
    )
    counts = session.rows(
        "count custom_field",
        "select count(*) filter (where not has_row), count(*) filter (where had_row and has_row), "
        f"count(*) filter (where not had_row) from {written}",
    )[0]
    session.run(
        "history custom_field",
        "insert into push.history_custom_field (push_id, course_id, field, had_row, has_row, before_value, "
        f"after_value)\nselect $push_id, * from {written} order by course_id, field",
        {"push_id": push_id},
    )
    match = "f.level = 'course' and f.owner_id = w.course_id and f.field = w.field"
    count_changed(
        session,
        "delete custom_field",
        f"delete from custom_field as f using {written} as w where not w.has_row and {match}",
        counts[0],
    )
    count_changed(
        session,
        "update custom_field",
        f"update custom_field as f set value = w.after_value from {written} as w "
        f"where w.had_row and w.has_row and {match}",
        counts[1],
    )
    count_changed(
        session,
        "insert custom_field",
        "insert into custom_field (level, owner_id, field, value)\n"
        f"select 'course', course_id, field, after_value from {written} where not had_row",
        counts[2],
    )


def write_advisory(session: Session, prefix: str, push_id: int) -> None:
    """Write the sections' advisory flags, history first."""
    verdicts = f"{prefix}verdict_2_advisory"
    session.run(
        "history section",
        "insert into push.history_section (push_id, section_id, before_is_advisory, after_is_advisory)\n"
        f"select $push_id, section_id, before_value, after_value from {verdicts} where verdict = 'update' "
        "order by section_id",
        {"push_id": push_id},
    )
    count_changed(
        session,
        "update section",
        f"update section as s set is_advisory = v.after_value from {verdicts} as v "
        "where v.verdict = 'update' and v.section_id = s.section_id",
        session.value("count section", f"select count(*) from {verdicts} where verdict = 'update'"),
    )


def write_result_rows(session: Session, prefix: str, push_id: int) -> None:
    """Keep every verdict but `same` as `plan.rows()` shows it, for the push result."""
    columns = ", ".join(ROW_COLUMNS)
    session.run(
        "history_row",
        f"insert into push.history_row (push_id, {columns})\n"
        f"select $push_id, {columns} from (\n{plan_rows_sql(prefix)}\n)",
        {"push_id": push_id},
    )


def count_changed(session: Session, name: str, sql: str, expected: int) -> None:
    """Run a writing statement and check how many rows it changed."""
    changed = session.value(name, sql)
    if changed != expected:
        raise ApplyError(
            f"The step {name!r} changed {changed:,} rows where the plan has {expected:,}. Everything was rolled "
            "back; please report this with the plan's digest."
        )


Write = Callable[[Session, str, int], None]


def write_plan(session: Session, prefix: str, push_id: int, written: pl.DataFrame) -> Iterable[str]:
    """Write everything that a plan says, in the order of a push; yields the name of each part when done.

    `written` is the plan's counts of the verdicts that write: what has none of them takes no step.
    """
    goes = set(written.select("hop", "element").iter_rows())
    if (1, COURSE_INFO) in goes:
        write_attributes(session, prefix, push_id)
        yield "course"
    for table in written_tables():
        if any((table.hop, element.name) in goes for element in table.elements):
            write_setup(session, prefix, push_id, table)
            yield table.name
    if (2, ADVISORY) in goes:
        write_advisory(session, prefix, push_id)
        yield "section"
    write_result_rows(session, prefix, push_id)
    yield "history"
