"""The rows of a made-up district, made where the district is kept.

Everything is made by SQL over whole tables, in the steps of the files under ``sql/``: the organisation, the
banks, the course masters as they once were, courses and sections copied from them, what schools and teachers
changed, a year of students' work, what the district changed on its course masters since, and what was given up
although it was in use. What looks like chance is ``draw(stream, id)``, a number taken from the md5 of the seed,
the stream's name and an id, so neither threads nor the database's version nor the order of rows make a difference.

Setup is made in temporary tables and written in the order of its key at the end. Students' work is far larger; it
is written in that order straight away, in as many batches of sections as the size's profile says (a number that
does not grow with the rows), so that no more than one batch has to be held and sorted at a time.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from importlib.resources import files

import polars as pl

from coursepush.errors import RequestError
from coursepush.model.elements import KNOWN_LOCKS
from coursepush.model.tables import TABLES, WORK, Table, create_table_sql
from coursepush.simulate.profiles import PROFILES, Profile
from coursepush.store.database import Session, Statement

SETUP_FILES = ("1_organisation", "2_banks", "3_masters", "4_courses", "5_school_edits", "6_sections")
WORK_FILE = "7_work"
LATER_FILES = ("8_since", "9_left_over")

_WORK = {table.name for table in WORK}
_SETUP = [table for table in TABLES.values() if table.name not in _WORK]


def profile_of(size: str) -> Profile:
    """The profile of that name.

    Raises:
        RequestError: there is no such size.
    """
    if size not in PROFILES:
        raise RequestError.unknown("size", size, PROFILES)
    return PROFILES[size]


def fill_simulated(session: Session, size: str, seed: int) -> None:
    """Make every table of the model in ``district.main``, in which there is none yet, each in order of its key.

    Args:
        session: one that may write to the district. Temporary tables that it makes are gone at the end.
        size: one of PROFILES.
        seed: the same seed makes the same rows.

    Raises:
        RequestError: there is no such size.
        StoreError: memory or disk space ran out.
    """
    profile = profile_of(size)
    there_before = _temporary_tables(session)
    session.run_all([(f"create {table.name}", create_table_sql(table)) for table in TABLES.values()])
    session.run_all([_make_workplace(table) for table in _SETUP])
    _take_in_sizes(session, profile, seed)
    for name in SETUP_FILES:
        session.run_all(_statements(name))
    _fill_work(session, profile)
    for name in LATER_FILES:
        session.run_all(_statements(name))
    session.run_all([_write(table) for table in _SETUP])
    for name in sorted(_temporary_tables(session) - there_before):
        session.run("drop what it was made from", f"drop table temp.main.{name}")
    session.run("drop draw", "drop macro temp.main.draw")
    session.run("drop luck of a score", "drop macro temp.main.luck_of_a_score")


def _temporary_tables(session: Session) -> set[str]:
    rows = session.rows("temporary tables", "select table_name from duckdb_tables() where database_name = 'temp'")
    return {str(name) for (name,) in rows}


def _make_workplace(table: Table) -> Statement:
    """The table in which setup is made; steps find it under its name, before the district's own.

    Its columns are spelled out: what DuckDB 1.5 puts, in order, into a temporary table that was made from a table
    without rows is lost.
    """
    columns = ", ".join(f"{column.name} {column.sql_type}" for column in table.columns)
    return (f"make room for {table.name}", f"create temp table {table.name} ({columns})")


def _take_in_sizes(session: Session, profile: Profile, seed: int) -> None:
    """The numbers of the profile, the known locks, the list of real courses, and where chance comes from."""
    session.take_in("level_size", pl.DataFrame([{"level": n, **asdict(s)} for n, s in profile.levels.items()]))
    numbers = {name: value for name, value in asdict(profile).items() if name not in profile.levels}
    session.take_in("size_of", pl.DataFrame([numbers]))
    session.take_in("known_lock", pl.DataFrame({"lock": list(KNOWN_LOCKS)}))
    session.take_in("sced_course", _sced_courses())
    session.run(
        "draw",
        "create temp macro draw(stream, id) as "
        f"('0x' || left(md5(concat_ws(':', '{int(seed)}', stream, id)), 8))::bigint",
    )
    luck = _mixed("assignment_luck", "student_luck") if profile.has_quick_scores else _OF_ITS_OWN
    session.run(
        "luck of a score",
        f"create temp macro luck_of_a_score(assignment_id, student_id, assignment_luck, student_luck) as {luck}",
    )


_OF_ITS_OWN = "draw('score', assignment_id || '/' || student_id)"
_ODD = 0x45D9F3B  # an odd factor that spreads the bits of 32-bit numbers; the product stays under 2 ** 63


def _mixed(one: str, other: str) -> str:
    """SQL: a number of 32 bits from two, which looks like chance although either of them comes many times."""
    mixed = f"xor({one}, ({other} * {_ODD}) & 4294967295)"
    for _ in range(2):
        mixed = f"((xor({mixed}, {mixed} >> 16) * {_ODD}) & 4294967295)"
    return mixed


def _sced_courses() -> pl.DataFrame:
    """Real courses with their codes, in the order in which a district offers them; `list_no` keeps that order."""
    text = files("coursepush.simulate").joinpath("sced_courses.csv").read_bytes()
    return pl.read_csv(text, infer_schema=False).with_row_index("list_no")


_LAST_WORKING_SECTION = """
-- one row: the last of the sections that students work in; theirs are the smallest ids
select max(section_id) from section_plan where end_year = 2026 and not is_summer
"""

_BATCH = """
-- one row a section of the batch
create or replace temp table batch_section as
select * from section_plan where section_id between $first and $last
"""


def _fill_work(session: Session, profile: Profile) -> None:
    """Students' work, by batches of sections: a fixed number of statements for each size."""
    last_section = int(session.value("last section with work", _LAST_WORKING_SECTION))
    width = -(-last_section // profile.batches)
    for first in range(1, last_section + 1, width):
        session.run(
            "sections of the batch", _BATCH, {"first": first, "last": min(first + width - 1, last_section)}
        )
        session.run_all(_statements(WORK_FILE))


_STEP = re.compile(r"^-- step ([^:\n]+): ", re.MULTILINE)


def _statements(file: str) -> list[Statement]:
    """The steps of one file, each with its name."""
    text = files("coursepush.simulate").joinpath("sql", f"{file}.sql").read_text(encoding="utf-8")
    _, *parts = _STEP.split(text)
    return [(name, f"-- {text}") for name, text in zip(parts[::2], parts[1::2], strict=True)]


def _write(table: Table) -> Statement:
    names = ", ".join(table.names)
    return (
        f"write {table.name}",
        f"insert into district.main.{table.name} ({names}) select {names} from temp.main.{table.name} "
        f"order by {', '.join(table.key)}",
    )
