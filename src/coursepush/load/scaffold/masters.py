"""A starting grading setup for course masters that have none, from a small profile that a person edits.

Sources such as Ed-Fi say which courses a district has but not how they are graded. The scaffold gives every
such master the profile's tasks, categories, calculation options and composites, adds what the banks lack, and
sets the profile's locks. What is there already stays as it is, so running it again adds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from coursepush.errors import RequestError
from coursepush.load.scaffold.profile import Profile, load_profile
from coursepush.load.scaffold.steps import choose, fill_banks, set_up
from coursepush.load.without_setup import tell_anew
from coursepush.model.tables import TABLES
from coursepush.store import Session, Store
from coursepush.store.proof import Proof

__all__ = ["Profile", "load_profile", "scaffold"]

_WRITTEN = (
    "catalog_lock",
    "grading_scale",
    "grading_scale_mark",
    "grading_task",
    "master_task",
    "master_category",
    "master_composite",
    "master_grade_calc",
)
"""The tables that may get rows, in the order in which they are reported."""

_TEMPORARY = (
    "profile_lock",
    "profile_task",
    "profile_category",
    "profile_category_task",
    "profile_composite",
    "profile_scale",
    "profile_mark",
    "scaffold_catalog",
    "scaffold_master",
    "scaffold_scale",
    "scaffold_task",
    "scaffold_term",
)

_MONEY = pl.Decimal(9, 4)


def scaffold(store: Store, profile: Profile, *, catalog: int | None = None) -> pl.DataFrame:
    """Write the profile's setup for every active master that has none, of `catalog` or of all catalogs.

    A master has none when it has no categories, calculation options, composites, and no tasks but standards.
    Tasks and scales of the district's banks are used again where name (else, for tasks, code) is the same,
    case ignored. Terms are those of the catalog's calendar with the most; a catalog without terms gets no
    calculation options and no composites. Everything happens in one transaction.

    Returns:
        table, rows: how many rows each table got; eight rows, none of them left out for being zero.

    Raises:
        RequestError: there is no such catalog; or the profile names a scale that neither it nor the district
            has. Nothing was written.
    """
    with store.writing() as session:
        made = scaffold_in(session, profile, catalog=catalog)
        remembered = int(session.value("scaffolded", _REMEMBERED))
        session.proof = Proof(
            "The starting setup",
            lambda found: found.value("read back", _REMEMBERED) == remembered,
            look="at the course masters' setup",
        )
    return made


_REMEMBERED = "select count(*) from district.push.scaffolded"


def scaffold_in(session: Session, profile: Profile, *, catalog: int | None = None) -> pl.DataFrame:
    """The same within a piece of work that writes more."""
    _check_catalog(session, catalog)
    _take_in(session, profile)
    _check_scales(session, profile)
    before = _counts(session)
    for name in _WRITTEN:
        session.run(f"held {name}", f"create temp table held_{name} as select {key_text(name)} as key from {name}")
    choose(session, catalog, profile.semesters)
    fill_banks(session)
    set_up(session, profile.standards)
    after = _counts(session)
    _remember(session)
    tell_anew(session)
    for name in _TEMPORARY:
        session.run(f"drop {name}", f"drop table {name}")
    return after.join(before, on="table", maintain_order="left").select(
        "table", rows=pl.col("rows") - pl.col("rows_right")
    )


def key_text(name: str) -> str:
    """SQL: the key of a table of the model as one text."""
    return "concat_ws('/', " + ", ".join(TABLES[name].key) + ")"


def _remember(session: Session) -> None:
    """Remember which rows were added, so that a refresh leaves them: no source has them."""
    for name in _WRITTEN:
        session.run(
            f"scaffolded {name}",
            # one row a row that was added
            f"""
            insert into district.push.scaffolded (table_name, key)
            select '{name}', added.key
            from (select {key_text(name)} as key from district.main.{name}) as added
            anti join held_{name} as held on held.key = added.key
            order by added.key
            """,
        )
        session.run("drop held", f"drop table held_{name}")


def _check_catalog(session: Session, catalog: int | None) -> None:
    if catalog is None:
        return
    known = session.rows("catalogs", "select catalog_id from district.main.catalog order by catalog_id")
    if (catalog,) not in known:
        raise RequestError.unknown("catalog", catalog, [each for (each,) in known])


def _check_scales(session: Session, profile: Profile) -> None:
    """Refuse calculations that name a scale which is nowhere."""
    sources = [task.calculation for task in profile.tasks] + [profile.standards]
    named = {each.scale for each in sources if each is not None and each.scale is not None}
    rows = session.rows(
        "scales",
        "select name from district.main.grading_scale where name is not null "
        "union select name from profile_scale order by name",
    )
    known = [name for (name,) in rows]
    lost = sorted(named - {each for each in named if each.lower() in {name.lower() for name in known}})
    if lost:
        raise RequestError.unknown("grading scale", ", ".join(lost), known, "in the profile or the district")


def _counts(session: Session) -> pl.DataFrame:
    counts = " union all ".join(
        f"select {place} as place, '{name}' as \"table\", count(*) as rows from district.main.{name}"
        for place, name in enumerate(_WRITTEN)
    )
    return session.frame("count", f"{counts} order by place").drop("place")


# -- the profile as temporary tables ---------------------------------------------------------------------


def _take_in(session: Session, profile: Profile) -> None:
    """The profile as temporary tables; `position` is a row's place in it, counted from 0."""
    places = {task.name: place for place, task in enumerate(profile.tasks)}
    text, whole, flag = pl.String, pl.Int32, pl.Boolean
    calculation = {
        "calc_type": text,
        "scale": text,
        "weight_categories": flag,
        "use_percent": flag,
        "last_n": whole,
    }
    _take(session, "profile_lock", [(lock,) for lock in profile.locks], {"lock": text})
    _take(
        session,
        "profile_task",
        [
            (
                place,
                task.name,
                task.code,
                task.credit_type,
                task.credit,
                task.is_post_only,
                task.sequence,
                task.terms == "semester_end",
                *((None,) * 5 if task.calculation is None else task.calculation.values),
            )
            for place, task in enumerate(profile.tasks)
        ],
        {
            "position": whole,
            "name": text,
            "code": text,
            "credit_type": text,
            "credit": _MONEY,
            "is_post_only": flag,
            "sequence": whole,
            "ends_semester": flag,
            **calculation,
        },
    )
    _take(
        session,
        "profile_category",
        [
            (place, each.name, each.weight, each.sequence, each.is_excluded, each.drop_lowest)
            for place, each in enumerate(profile.categories)
        ],
        {
            "position": whole,
            "name": text,
            "weight": _MONEY,
            "sequence": whole,
            "is_excluded": flag,
            "drop_lowest": whole,
        },
    )
    _take(
        session,
        "profile_category_task",
        [(place, places[task]) for place, each in enumerate(profile.categories) for task in each.tasks],
        {"category": whole, "task": whole},
    )
    _take(
        session,
        "profile_composite",
        [
            (places[each.task], places[child], weight)
            for each in profile.composites
            for child, weight in each.children
        ],
        {"parent": whole, "child": whole, "weight": _MONEY},
    )
    _take(
        session,
        "profile_scale",
        [(place, scale.name) for place, scale in enumerate(profile.scales)],
        {"position": whole, "name": text},
    )
    _take(
        session,
        "profile_mark",
        [(place, *mark) for place, scale in enumerate(profile.scales) for mark in scale.marks],
        {"scale": whole, "mark": text, "min_percent": _MONEY, "is_passing": flag},
    )


def _take(
    session: Session,
    name: str,
    rows: Sequence[tuple[object, ...]],
    schema: dict[str, type[pl.DataType] | pl.DataType],
) -> None:
    session.take_in(name, pl.DataFrame(rows, schema=schema, orient="row"))
