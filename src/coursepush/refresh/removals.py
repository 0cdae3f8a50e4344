"""A refresh that would take much away asks first, and remembers what courses and sections that went were called.

A week's extract of one school, a file that was cut, a filter left on in an export: each would empty the district
without a word. So much is refused until it is asked for (MODEL.md 9).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from coursepush.errors import RemovalError, counted, examples
from coursepush.load.checks import staged
from coursepush.load.findings import Findings
from coursepush.model.tables import SETUP, TABLES
from coursepush.refresh.identity import SETUP_TABLES, identity
from coursepush.refresh.pushed import PUSHED_TABLES
from coursepush.store.database import Session
from coursepush.store.templates import template

_HERE = "coursepush.refresh"

AT_LEAST = 10
"""So many courses, sections or rows of setup of a level may go without being asked for."""

SHARE = 20
"""More than one in so many may not."""

_LEVELS = {
    "course": "courses",
    "section": "sections",
    "master_setup": "rows of course masters' setup",
    "course_setup": "rows of courses' setup",
    "section_setup": "rows of sections' setup",
}

_CURE = (
    "Nothing was written. If the extract is not whole (one school, a filter, a file cut short), export it "
    "again. If all "
    "this has really gone, ask for it: district.refresh(source, allow_removals=True), or coursepush refresh "
    "--allow-removals."
)


@dataclass(frozen=True)
class _Part:
    """One table of a level: SQL of its rows now, and of those that would go (both over ``d``)."""

    level: str
    table: str
    held: str
    gone: str


def check_removals(session: Session, read: Collection[str], kept: Collection[str]) -> None:
    """Refuse to take away a whole school, much of a level, or all rows of a table.

    Rows that pushes added here and no extract had yet do not count: they are told as not carried out. Nor do those
    that a push took away here and the source now, too.

    Args:
        read: the tables that the extract gives. kept: those that stay; others are let go because it was asked for.

    Raises:
        RemovalError: so much would go; with the numbers of each school.
    """
    parts = _parts(read, kept)
    counts = {part.table: _counts(session, part) for part in parts}
    reasons: list[tuple[str, str | None, str, int]] = []
    schools = _schools_gone(session) if {"school", "calendar", "course"} & set(read) else []
    if schools:
        noun = "the whole school" if len(schools) == 1 else f"{len(schools):,} whole schools"
        reasons.append(("school_gone", "school", f"{noun} {examples(schools)}", len(schools)))
    for level, noun in _LEVELS.items():
        of_level = [counts[part.table] for part in parts if part.level == level]
        held, gone = (sum(one) for one in zip(*of_level, strict=True)) if of_level else (0, 0)
        if gone >= AT_LEAST and gone * SHARE > held:
            table = level if level in TABLES else None
            reasons.append(("many_gone", table, f"{gone:,} of {held:,} {noun}", gone))
    for name in TABLES:
        held = _emptied(session, name, counts.get(name)) if name in {*read, *kept} else 0
        if held:
            reasons.append(("table_emptied", name, f"{_all(held)} of {name}", held))
    if reasons:
        raise _refused(session, parts, reasons)


def remember_removed(session: Session, refresh_id: int) -> None:
    """Keep what courses and sections that go are called: reports and undo plans can then name them."""
    words = {"refresh_id": refresh_id, "courses": staged("course"), "sections": staged("section")}
    session.run("remember what goes", template(_HERE, "remember_removed").format_map(words))


def _parts(read: Collection[str], kept: Collection[str]) -> list[_Part]:
    parts: list[_Part] = []
    for name in ("course", "section"):
        if name in read or name in kept:
            key = TABLES[name].key[0]
            gone = f"d.{key} not in (select {key} from {staged(name)})"
            parts.append(_Part(name, name, f"from district.main.{name} as d", gone))
    for name in SETUP_TABLES:
        held = f"from district.main.{name} as d"
        if name in PUSHED_TABLES:
            held += f" anti join pushed_{name} as p on p.row_id = d.row_id and p.before_owner_id is null"
        if name in read:
            gone = f"d.row_id not in (select old_id from same_{name})"
            if name in PUSHED_TABLES:  # what a push from here took away, and the source now too
                names, keys = zip(*identity(TABLES[name], "d"), strict=True)
                gone += (
                    f" and ({', '.join(keys)}) not in "
                    f"(select {', '.join(names)} from last_pushed_{name} where v is null)"
                )
        elif name in kept:
            gone = f"d.row_id not in (select row_id from {staged(name)})"
        else:
            continue
        parts.append(_Part(f"{name.partition('_')[0]}_setup", name, held, gone))
    return parts


def _counts(session: Session, part: _Part) -> tuple[int, int]:
    row = session.rows(
        f"what would go of {part.table}",
        # one row: how many rows there are, and how many of them would go
        f"select count(*), coalesce(count_if({part.gone}), 0) {part.held}",
    )[0]
    return int(row[0]), int(row[1])


def _schools_gone(session: Session) -> list[str]:
    words = {"schools": staged("school"), "calendars": staged("calendar"), "courses": staged("course")}
    return [str(row[0]) for row in session.rows("schools gone", template(_HERE, "schools_gone").format_map(words))]


def _emptied(session: Session, name: str, counts: tuple[int, int] | None) -> int:
    """How many rows a table has that would have none left; 0 where some stay."""
    if session.value(f"rows left in {name}", f"select count(*) from {staged(name)}"):
        return 0
    if TABLES[name] in SETUP and counts is not None:
        return counts[0]
    if name == "custom_field":  # those that pushes added here are not the source's
        sql = (
            "select count(*) from district.main.custom_field as d anti join pushed_custom_field as p "
            "on d.level = 'course' and p.course_id = d.owner_id and p.field = d.field and not p.had_row"
        )
        return int(session.value("fields held", sql))
    return int(session.value(f"rows held in {name}", f"select count(*) from district.main.{name}"))


def _all(number: int) -> str:
    return "the only row" if number == 1 else f"all {number:,} rows"


def _refused(
    session: Session, parts: list[_Part], reasons: list[tuple[str, str | None, str, int]]
) -> RemovalError:
    by_school = _by_school(session, parts)
    findings = Findings()
    for rule, table, words, number in reasons:
        findings.refuse(rule, f"This extract would take away {words}.", table=table, value=str(number))
    lines: list[str] = []
    for school in by_school["school"].unique(maintain_order=True):
        rows = by_school.filter(pl.col("school").eq_missing(school))
        told = ", ".join(
            f"{gone:,} of {held:,} {_LEVELS[level]}"
            for level, held, gone in rows.select("level", "held", "gone").rows()
        )
        lines.append(f"{school or 'The district'}: {told}.")
        findings.refuse("gone_by_school", lines[-1])
    shown = "".join(f"\n  {line}" for line in lines[:20])
    more = f"\n  and {counted(len(lines) - 20, 'more school')}" if len(lines) > 20 else ""
    what = "; ".join(words for _, _, words, _ in reasons)
    return RemovalError(f"This refresh would take away {what}. {_CURE}{shown}{more}", findings.frame(), by_school)


def _by_school(session: Session, parts: list[_Part]) -> pl.DataFrame:
    """level, school (null: the district), held, gone; one row a school and level that loses some."""
    selects: list[str] = []
    for part in parts:
        if part.level == "master_setup":
            school, join = "null::bigint as school_id, null::varchar as school", ""
        else:
            school = "o.school_id, o.school"
            owner = "owner_id" if part.level.endswith("_setup") else f"{part.level}_id"
            place, key = (
                ("of_section", "section_id") if part.level.startswith("section") else ("place", "course_id")
            )
            join = f" left join {place} as o on o.{key} = d.{owner}"
        selects.append(f"select '{part.level}' as level, {school}, {part.gone} as is_gone {part.held}{join}")
    if not selects:
        return pl.DataFrame(schema={"level": pl.String, "school": pl.String, "held": pl.Int64, "gone": pl.Int64})
    sql = template(_HERE, "removed_of_school").format(selects="\n    union all\n    ".join(selects))
    found = session.frame("what would go by school", sql)
    order = {level: place for place, level in enumerate(_LEVELS)}
    return found.sort(
        pl.col("school").is_null(), "school", pl.col("level").replace_strict(order, return_dtype=pl.Int64)
    )
