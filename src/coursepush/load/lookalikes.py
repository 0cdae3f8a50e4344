"""Names that look the same and are not: told with both shown letter by letter, and mended on request.

Where people paste from web pages and spreadsheets, ``Home Work`` comes with a no-break space, a zero-width one,
two blanks, or in full-width letters. A push takes it for another name and adds a second row that nobody can tell
from the first. Two names look the same when they are equal without case, in compatibility form (Unicode NFKC),
without letters that have no width, and with blanks collapsed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from coursepush.load.checks import staged
from coursepush.load.findings import Findings, place
from coursepush.model.tables import TABLES
from coursepush.store import Session

PAIRS_SHOWN = 3

_ODD = r"[^\x21-\x7e ]|  "
"""What a name has that may look like another: a letter beyond ASCII, or two blanks."""

_BLANKS = r"[\s\p{Z}\x{2800}]+"  # the last one is the blank of Braille
_NO_WIDTH = (
    r"[\p{Cf}\p{Cc}\x{034F}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{3164}\x{FFA0}\x{FE00}-\x{FE0F}\x{E0100}-\x{E01EF}]"
)
_CALLED = {"\t": "tab", "\n": "line end", "\r": "line end"}
_HYPHENS = r"[\x{2010}\x{2011}]"  # NFKC makes a hyphen of the no-break one, which is not yet the one that is typed


@dataclass(frozen=True, slots=True)
class Names:
    """A column of names that must be told apart.

    `owner`: columns within which; none: in the whole table. `family`: columns whose names a push carries into one
    another, so that all of them are mended alike. `above`: SQL that joins, to a row of the table (alias given),
    the rows one level up (alias upper) whose names it is to be told apart from, too.
    """

    family: str
    table: str
    column: str
    owner: tuple[str, ...] = ()
    above: str = ""


_MASTER_OF_COURSE = "join staged_course_master as upper on upper.master_id = given.master_id"

NAMES: tuple[Names, ...] = (
    Names("category", "master_category", "name", ("owner_id",)),
    Names(
        "category",
        "course_category",
        "name",
        ("owner_id",),
        "join staged_course as owner on owner.course_id = given.owner_id "
        "join staged_master_category as upper on upper.owner_id = owner.master_id",
    ),
    Names(
        "category",
        "section_category",
        "name",
        ("owner_id",),
        "join staged_section as owner on owner.section_id = given.owner_id "
        "join staged_course_category as upper on upper.owner_id = owner.course_id",
    ),
    Names("number", "course_master", "number", ("catalog_id",)),
    Names("number", "course", "number", ("calendar_id",), _MASTER_OF_COURSE),
    Names("section", "section", "number", ("course_id",)),
    Names("course", "course_master", "name", ("master_id",)),
    Names("course", "course", "name", ("course_id",), _MASTER_OF_COURSE),
    Names("calendar", "calendar", "name"),
    Names("catalog", "catalog", "name"),
    Names("school", "school", "name"),
    Names("task", "grading_task", "name", ("is_standard",)),
    Names("test", "assessment_test", "name"),
    Names("group", "score_group", "name"),
    Names("scale", "grading_scale", "name"),
)


def clean_name(text: pl.Expr) -> pl.Expr:
    """A name as it looks: compatibility form, one blank between words, no letter without width.

    Example:
        >>> names = pl.DataFrame({"name": ["Home\\u00a0Work", "Home  Work", "\\u200bHome Work"]})
        >>> names.select(clean_name(pl.col("name")))["name"].unique().to_list()
        ['Home Work']
    """
    one_blank = text.str.normalize("NFKC").str.replace_all(_BLANKS, " ")
    seen = one_blank.str.replace_all(_NO_WIDTH, "").str.replace_all(_HYPHENS, "-")
    return seen.str.normalize("NFKC").str.replace_all(" +", " ").str.strip_chars(" ")


def shown(name: str) -> str:
    """A name in which every letter shows: ``Home<no-break space U+00A0>Work``, ``Home<2 blanks>Work``.

    Example:
        >>> shown("Home\\u00a0Work"), shown("Home  Work")
        ('Home<no-break space U+00A0>Work', 'Home<2 blanks>Work')
    """
    parts: list[str] = []
    for letter in name:
        if letter == " " and parts and parts[-1].endswith(" "):
            parts[-1] += " "
        elif letter == " " or (letter.isprintable() and unicodedata.normalize("NFKC", letter) == letter):
            parts.append(letter)
        else:
            called = _CALLED.get(letter) or unicodedata.name(letter, "letter without a name").lower()
            parts.append(f"<{called} U+{ord(letter):04X}>")
    return "".join(f"<{len(part)} blanks>" if part.isspace() and len(part) > 1 else part for part in parts)


def find_look_alikes(session: Session, tables: Collection[str]) -> bool:
    """Make the temporary table `look_alike`, and say whether there are any.

    One row a name of the given tables that looks like another of its owner, or of the owner above, and is not the
    same: family, table_name, column_name, source_line, value, other (what it looks like), folded (how both look).
    """
    meant = [one for one in NAMES if one.table in tables]
    if not meant or not _find_odd(session, meant):
        return False
    hits = "\nunion all\n".join(_hits(one) for one in meant)
    session.run(
        "names that look alike",
        # one row a name that looks like another and differs from it
        f"create temp table look_alike as\n{hits}",
    )
    session.run("drop odd names", "drop table odd_name")
    if session.value("any look-alike", "select count(*) from look_alike"):
        return True
    session.run("drop look-alikes", "drop table look_alike")
    return False


def _find_odd(session: Session, names: Collection[Names]) -> bool:
    """Make `odd_name`: value, clean; one row a name that does not look as it is written. Whether there are any."""
    values = " union ".join(f"select {one.column} as value from {staged(one.table)}" for one in names)
    found = session.frame(
        "names beyond plain letters",
        # one row a name with a letter beyond ASCII, or two blanks
        f"select value from ({values}) where regexp_matches(value, '{_ODD}') order by value",
    )
    odd = found.with_columns(clean=clean_name(pl.col("value"))).filter(
        (pl.col("clean") != pl.col("value")) & (pl.col("clean") != "")
    )
    if odd.is_empty():
        return False
    session.take_in("odd_name", odd)
    return True


def _hits(one: Names) -> str:
    owner = "".join(f"given.{column}, " for column in one.owner)
    same = "".join(f"seen.{column} is not distinct from first.{column} and " for column in one.owner)
    seen = f"""(
            -- one row a name that may look like another
            select given.*, lower(given.{one.column}) as value_key,
                lower(coalesce(odd.clean, given.{one.column})) as folded
            from {staged(one.table)} as given
            left join odd_name as odd on odd.value = given.{one.column}
            where lower(coalesce(odd.clean, given.{one.column})) in (select lower(clean) from odd_name)
        )"""
    told = f"'{one.family}' as family, '{one.table}' as table_name, '{one.column}' as column_name"
    within = f"""
        select {told}, seen.source_line, seen.{one.column} as value, first.value as other, seen.folded
        from {seen} as seen
        join (
            -- one row an owner and look that several names have; the plain one goes first
            select {owner}given.folded,
                coalesce(
                    min(given.{one.column}) filter (where given.value_key = given.folded), min(given.{one.column})
                ) as value
            from {seen} as given
            group by all
            having count(distinct given.value_key) > 1
        ) as first on {same}first.folded = seen.folded
        where seen.value_key <> lower(first.value)"""
    if not one.above:
        return within
    return f"""{within}
        union all
        select {told}, given.source_line, given.{one.column} as value, min(upper.{one.column}) as other,
            given.folded
        from {seen} as given
        {one.above}
        left join odd_name as odd on odd.value = upper.{one.column}
        where lower(coalesce(odd.clean, upper.{one.column})) = given.folded
            and lower(upper.{one.column}) <> given.value_key
        group by all"""


def warn_of_look_alikes(
    session: Session, tables: Collection[str], files: dict[str, str | None], findings: Findings
) -> None:
    """One warning a column that has names which look like others, with the first pairs letter by letter."""
    if not find_look_alikes(session, tables):
        return
    hits = session.rows(
        "look-alikes",
        # one row a column and pair of names, the first pairs of each, with the number of rows of all
        f"""
        with pair as (
            select table_name, column_name, value, other, min(source_line) as first_line,
                count(distinct source_line) as pair_rows
            from look_alike
            group by table_name, column_name, value, other
        ), ranked as (
            select *, row_number() over (partition by table_name, column_name order by first_line, value, other)
                    as nth,
                sum(pair_rows) over (partition by table_name, column_name) as row_count
            from pair
        )
        select table_name, column_name, value, other, cast(row_count as bigint)
        from ranked
        where nth <= {PAIRS_SHOWN}
        order by table_name, column_name, nth
        """,
    )
    session.run("drop look-alikes", "drop table look_alike")
    for table, column in dict.fromkeys((str(hit[0]), str(hit[1])) for hit in hits):
        pairs = [(str(hit[2]), str(hit[3]), int(hit[4])) for hit in hits if hit[:2] == (table, column)]
        number, file = pairs[0][2], files.get(table)
        rows = "1 row" if number == 1 else f"{number:,} rows"
        told = "; ".join(f"'{shown(value)}' looks like '{shown(other)}'" for value, other, _ in pairs)
        findings.warn(
            "look_alike",
            f"{place(table, file, None)}, {rows}: the {column} looks like another one and is not the same, so a "
            f"push takes them for two. {told}. Correct them in the source, or load with repair=True (--repair).",
            table=table,
            file=file,
            column=column,
            value=told,
        )


def mend_look_alikes(session: Session, tables: Collection[str], repairs: str) -> None:
    """Write names that look like another as they look, in all columns of their family; list them in `repairs`.

    Where a name must be unique and the plain one is taken, or wanted by several, it stays: a category's is
    numbered later (:mod:`coursepush.load.repair`), the others are warned of.
    """
    if not find_look_alikes(session, tables):
        return
    session.run(
        "looks to mend",
        # one row a family and look that more than one name has
        "create temp table mended_look as select distinct family, folded from look_alike",
    )
    session.run("drop look-alikes", "drop table look_alike")
    for one in (one for one in NAMES if one.table in tables):
        _mend_column(session, one, repairs)
    session.run("drop looks", "drop table mended_look")


def _mend_column(session: Session, one: Names, repairs: str) -> None:
    found = session.frame(
        f"odd names of {one.table}",
        # one row a name with a letter beyond ASCII, or two blanks
        f"select distinct {one.column} as value from {staged(one.table)} "
        f"where regexp_matches({one.column}, '{_ODD}') order by value",
    )
    odd = found.with_columns(clean=clean_name(pl.col("value"))).filter(pl.col("clean") != pl.col("value"))
    session.take_in("odd_name", odd)
    unique = [key for key in TABLES[one.table].unique if one.column in key and one.family != "category"]
    is_free = "true"
    for key in unique:
        others = " and ".join(f"held.{part} = wanted.{part}" for part in key if part != one.column) or "true"
        parts = "".join(f", wanted.{part}" for part in key if part != one.column)
        is_free = (
            f"not exists (select 1 from {staged(one.table)} as held where {others} "
            f"and held.{one.column} = wanted.clean) "
            f"and count(*) over (partition by wanted.clean{parts}) = 1"
        )
    session.run(
        f"note look-alikes of {one.table}",
        # one row a name that was mended: before and after
        f"""
        insert into {repairs}
        select '{one.table}', source_line, 'look_alike', '{one.column}', before, clean
        from (
            select wanted.source_line, wanted.{one.column} as before, wanted.clean, {is_free} as is_free
            from (
                select given.*, odd.clean
                from {staged(one.table)} as given
                join odd_name as odd on odd.value = given.{one.column}
                join mended_look as look on look.family = '{one.family}' and look.folded = lower(odd.clean)
            ) as wanted
        )
        where is_free
        """,
    )
    session.run(
        f"mend look-alikes of {one.table}",
        # one row a name that was mended
        f"""
        update {staged(one.table)} as given
        set {one.column} = mended.after
        from {repairs} as mended
        where mended.table_name = '{one.table}' and mended.column_name = '{one.column}'
            and mended.rule = 'look_alike' and mended.source_line = given.source_line
        """,
    )
    session.run("drop odd names", "drop table odd_name")
