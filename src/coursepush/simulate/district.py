"""A made-up district of a given size, the same for the same seed.

Everything is made by SQL over whole tables, in the steps of the files under ``sql/``: the organisation, the
banks, the course masters as they once were, courses and sections copied from them, what schools and teachers
changed, a year of students' work, and last what the district changed on its course masters since. What looks
like chance is ``draw(stream, id)``, a number taken from the md5 of the seed, the stream's name and an id, so
neither threads nor the database's version nor the order of rows make a difference.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from importlib.resources import files

import polars as pl

from coursepush.errors import RequestError
from coursepush.model.elements import KNOWN_LOCKS
from coursepush.model.tables import TABLES, Table, create_table_sql
from coursepush.store.database import Session, Statement, Store


@dataclass(frozen=True, slots=True)
class Profile:
    """How much there is of everything in a district of one size.

    Masters are counted per catalog, courses follow from schools and masters (one course per school and year),
    sections are per course (those of high schools vary around theirs), assignments and students per section.
    """

    elementary_schools: int
    middle_schools: int
    high_schools: int
    elementary_masters: int
    middle_masters: int
    high_masters: int
    elementary_sections: int
    middle_sections: int
    high_sections: int
    teachers: int
    students_per_school: int
    class_size: int
    assignments: int


PROFILES: dict[str, Profile] = {
    "small": Profile(
        elementary_schools=2,
        middle_schools=1,
        high_schools=1,
        elementary_masters=14,
        middle_masters=18,
        high_masters=30,
        elementary_sections=2,
        middle_sections=3,
        high_sections=2,
        teachers=16,
        students_per_school=160,
        class_size=18,
        assignments=15,
    ),
}
"""The sizes on offer."""


def simulate_tables(size: str, seed: int, *, threads: int | None = None) -> dict[str, pl.DataFrame]:
    """Every table of the model for a made-up district, each with every column, ordered by key.

    Args:
        size: one of PROFILES.
        seed: the same seed makes the same rows.
        threads: how many threads the database may use; no matter to the rows.

    Raises:
        RequestError: there is no such size.
    """
    if size not in PROFILES:
        raise RequestError.unknown("size", size, PROFILES)
    store = Store(None, threads=threads)
    try:
        with store.writing() as session:
            _prepare(session, PROFILES[size], seed)
            session.run_all(_statements())
            return {table.name: session.frame(f"read {table.name}", _read_sql(table)) for table in TABLES.values()}
    finally:
        store.close()


def _prepare(session: Session, profile: Profile, seed: int) -> None:
    """The empty tables, the numbers of the profile, the list of real courses, and where chance comes from."""
    session.run_all([(f"create {table.name}", create_table_sql(table)) for table in TABLES.values()])
    session.take_in("size_of", pl.DataFrame([asdict(profile)]))
    session.take_in("known_lock", pl.DataFrame({"lock": list(KNOWN_LOCKS)}))
    session.take_in("sced_course", _sced_courses())
    session.run(
        "draw",
        "create temp macro draw(stream, id) as "
        f"('0x' || left(md5(concat_ws(':', '{int(seed)}', stream, id)), 8))::bigint",
    )


def _sced_courses() -> pl.DataFrame:
    """Real courses with their codes, in the order in which a district offers them; `list_no` keeps that order."""
    text = files("coursepush.simulate").joinpath("sced_courses.csv").read_bytes()
    return pl.read_csv(text, infer_schema=False).with_row_index("list_no")


_STEP = re.compile(r"^-- step ([^:\n]+): ", re.MULTILINE)


def _statements() -> list[Statement]:
    """The steps of all files in the order of the files' names, each with its name."""
    folder = files("coursepush.simulate").joinpath("sql")
    statements: list[Statement] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".sql"):
            _, *parts = _STEP.split(entry.read_text(encoding="utf-8"))
            for name, text in zip(parts[::2], parts[1::2], strict=True):
                statements.append((name, f"-- {text}"))
    return statements


def _read_sql(table: Table) -> str:
    return f"select {', '.join(table.names)} from district.main.{table.name} order by {', '.join(table.key)}"
