"""The rows of a plan for whoever reads them: filtered in SQL, in the stated order, with names if asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import polars as pl

from coursepush.errors import RequestError
from coursepush.model.elements import PLAN_ELEMENTS
from coursepush.model.verdicts import Link, Reason, Verdict
from coursepush.plan.fates import Fate, Maker
from coursepush.plan.names import NAME_COLUMNS, named_rows_sql
from coursepush.plan.request import Request, as_list, bound_ids, ids_of
from coursepush.plan.requests.names import SCHOOL, SECTION, TEACHER, find_many
from coursepush.plan.setup.standing import as_hop_0_leaves
from coursepush.plan.tables import PlanTables
from coursepush.plan.text import ROW_COLUMNS, ROW_ORDER
from coursepush.plan.warnings import PlanWarning
from coursepush.store.database import Session, Store


class ReadablePlan(Protocol):
    """What reports read of a plan, whether it was made on a district or is read from its file alone."""

    id: str
    request: Request
    warnings: list[PlanWarning]
    notes: list[str]
    rules_version: str

    @property
    def store(self) -> Store:
        """Where its rows and the names for its ids are."""
        ...

    @property
    def rows_sql(self) -> str:
        """A query of its rows: the columns of ``plan.rows()``, `use`, `fate` and `made_by`."""
        ...

    @property
    def digest(self) -> str: ...

    @property
    def title(self) -> str: ...

    def counts(self) -> pl.DataFrame: ...

    def fates(self, *, reasons: bool = False) -> pl.DataFrame: ...


_NAMED = {"section": SECTION, "teacher": TEACHER, "school": SCHOOL}

_OF_OWNER = {
    "section": "list_contains($sections::bigint[], section_id)",
    "teacher": "section_id in (select section_id from section "
    "where list_contains($teachers::bigint[], teacher_id))",
    "school": "course_id in (select c.course_id from course as c join calendar as k on "
    "k.calendar_id = c.calendar_id where list_contains($schools::bigint[], k.school_id))",
}
"""SQL that narrows rows to those of a section, teacher or school, by ids."""

_CHOICES: dict[str, tuple[str, ...]] = {
    "verdict": tuple(Verdict),
    "element": PLAN_ELEMENTS,
    "reason": tuple(Reason),
    "link": tuple(Link),
    "fate": tuple(Fate),
    "made_by": tuple(Maker),
}


def read_rows(
    store: Store,
    source: str,
    *,
    hop: int | None = None,
    course: int | str | Sequence[int | str] | None = None,
    section: int | str | Sequence[int | str] | None = None,
    teacher: int | str | Sequence[int | str] | None = None,
    school: int | str | Sequence[int | str] | None = None,
    names: bool = False,
    limit: int | None = None,
    left: PlanTables | None = None,
    **chosen: str | Sequence[str] | None,
) -> pl.DataFrame:
    """The rows of `source`; see :meth:`coursepush.plan.plan.Plan.rows` for the rest.

    Args:
        source: a table or query in brackets, with the columns of plan rows, `use`, `fate` and `made_by`.
        left: the plan's tables: what its hop 0 adds is named as well.
        chosen: verdict, element, reason, link, fate and made_by.
    """
    given = {name: chosen.get(name) for name in _CHOICES}
    wheres = [_is_one_of(name, one, _CHOICES[name]) for name, one in given.items() if one is not None]
    values: dict[str, Any] = {}
    if hop is not None:
        if hop not in (0, 1, 2):
            raise RequestError.unknown("hop", hop, (0, 1, 2))
        wheres.append(f"hop = {int(hop)}")
    owners = {"section": section, "teacher": teacher, "school": school}
    wheres += [_OF_OWNER[who] for who, names_given in owners.items() if names_given is not None]
    if course is not None:
        given_courses = as_list(course)
        values["numbers"] = [one for one in given_courses if isinstance(one, str)]
        values["courses"] = ids_of([one for one in given_courses if not isinstance(one, str)], "course")
        wheres.append(
            "(list_contains($courses::bigint[], course_id) or course_id in (select course_id from course "
            "where list_contains($numbers::varchar[], number)))"
        )
    where = f"\nwhere {' and '.join(wheres)}" if wheres else ""
    columns = ", ".join(f"r.{name}" for name in ROW_COLUMNS)
    rows_sql = f"select * from {source} as r{where}"
    with store.reading() as session, as_hop_0_leaves(session, left):
        _check_numbers(session, values.get("numbers", []))
        for who, given_names in owners.items():
            if given_names is not None:
                values[f"{who}s"] = bound_ids(find_many(session, _NAMED[who], given_names))
        if names:
            rows_sql = named_rows_sql(rows_sql)
            columns += ", " + ", ".join(f"r.{name}" for name in NAME_COLUMNS)
        cut = f"\nlimit {int(limit)}" if limit is not None else ""
        return session.frame(
            "rows", f"select {columns} from (\n{rows_sql}\n) as r\norder by {ROW_ORDER}{cut}", values
        )


def _is_one_of(name: str, given: str | Sequence[str], valid: tuple[str, ...]) -> str:
    chosen = [given] if isinstance(given, str) else list(given)
    for one in chosen:
        if one not in valid:
            raise RequestError.unknown(name, one, valid)
    # Codes of the registry, not bound: DuckDB hands over a long result twice as fast without bound values.
    codes = ", ".join(f"'{valid[valid.index(one)]}'" for one in chosen)
    return f"{name} in ({codes})" if codes else "false"


def _check_numbers(session: Session, numbers: list[str]) -> None:
    """A course number that no course has is a slip of the pen, not an empty answer."""
    for number in numbers:
        if not session.value(
            "find course", "select count(*) from course where number = $number", {"number": number}
        ):
            valid = session.rows("list course", "select distinct number from course order by number")
            raise RequestError.unknown("course", number, (row[0] for row in valid))
