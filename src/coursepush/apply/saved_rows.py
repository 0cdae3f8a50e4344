"""The rows of a saved plan: each as a plan has them, and all of them those of the plan's digest."""

from __future__ import annotations

from typing import Any

import polars as pl

from coursepush.errors import PlanError
from coursepush.model.elements import PLAN_ELEMENTS
from coursepush.model.verdicts import Link, Reason, Verdict
from coursepush.plan.digest import digest_of, digest_of_rows
from coursepush.plan.request import request_text
from coursepush.plan.requests.form import Unfit
from coursepush.plan.saved_file import SavedFile
from coursepush.plan.text import ROW_COLUMNS, ROW_ORDER
from coursepush.store.database import Session

_LINES = "saved_plan_lines"
_ROWS = "saved_plan_rows"

_IDS = ("course_id", "section_id", "row_id", "parent_row_id")
_WORDS: dict[str, tuple[tuple[str, ...], bool]] = {
    "element": (PLAN_ELEMENTS, True),
    "verdict": (tuple(Verdict), True),
    "reason": (tuple(Reason), False),
    "link": (tuple(Link), False),
}
"""Column → the words that may stand in it, and whether one must."""

_JSON = ("key", "before", "after")

_NAMES = "[" + ", ".join(f"'{name}'" for name in ROW_COLUMNS) + "]"
_PATHS = "[" + ", ".join(f"'$.{name}'" for name in ROW_COLUMNS) + "]"


def rows_of(session: Session, file: SavedFile, request: Any) -> pl.DataFrame:
    """The rows that the file holds, in the columns and the order of ``plan.rows()``.

    Raises:
        Unfit: a line is no row of a plan.
        PlanError: the rows are not those of which the file says the digest.
    """
    lines = pl.DataFrame({"line": [file.rows.removesuffix("\n")]}, schema={"line": pl.String}).select(
        pl.col("line").str.split("\n").explode()
    )
    lines = lines.with_row_index("number", offset=2).filter(pl.lit(bool(file.rows)))
    session.take_in(_LINES, lines)
    try:
        wrong = session.value("lines that are no rows", _FAULTS_SQL)
        if wrong is not None:
            raise Unfit(f"line {wrong:,} of its text is no row of a plan")
        session.run("rows of the saved plan", _ROWS_SQL)
        digest = digest_of(file.rules_version, request_text(request), digest_of_rows(session, f"from {_ROWS}"))
        if digest != file.digest:
            raise PlanError(
                f"{file.path} was changed after it was saved: its rows and request have the digest {digest[:12]}, "
                f"and it says {file.digest[:12]}. Plan again and save the new plan."
            )
        # one row a verdict row of the plan, in the stated order
        return session.frame("saved rows", f"select {', '.join(ROW_COLUMNS)} from {_ROWS} order by {ROW_ORDER}")
    finally:
        for table in (_LINES, _ROWS):
            session.run("drop saved rows", f"drop table if exists {table}")


def _type_is(name: str) -> str:
    """SQL: whether the value of a line's column `name` is of the type that plans have there."""
    kind = f"kinds[{ROW_COLUMNS.index(name) + 1}]"
    text = f"texts[{ROW_COLUMNS.index(name) + 1}]"
    if name == "hop":
        return f"{kind} = 'UBIGINT' and {text} in ('0', '1', '2')"
    if name in _IDS:
        return f"({kind} = 'NULL' or {kind} in ('UBIGINT', 'BIGINT') and try_cast({text} as bigint) is not null)"
    if name in _WORDS:
        words, is_required = _WORDS[name]
        known = ", ".join(f"'{word}'" for word in words)
        is_word = f"{kind} = 'VARCHAR' and {text} in ({known})"
        return is_word if is_required else f"({kind} = 'NULL' or {is_word})"
    if name in _JSON:
        return f"({kind} = 'NULL' or {kind} = 'VARCHAR' and json_valid({text}))"
    return f"{kind} in ('NULL', 'VARCHAR')"


_FAULTS_SQL = f"""
-- one row: the first line that is not JSON of just the columns of a plan's rows, each of its type
select min(number)
from (
    select number,
        case when is_row then json_type(line, {_PATHS}) end as kinds,
        case when is_row then json_extract_string(line, {_PATHS}) end as texts
    from (
        select number, line,
            case when json_valid(line) then json_type(line) = 'OBJECT' and json_keys(line) = {_NAMES} end as is_row
        from {_LINES}
    )
)
where not coalesce({" and ".join(_type_is(name) for name in ROW_COLUMNS)}, false)
"""


def _typed(name: str) -> str:
    text = f"texts[{ROW_COLUMNS.index(name) + 1}]"
    kind = "integer" if name == "hop" else "bigint" if name in _IDS else "varchar"
    return f"cast({text} as {kind}) as {name}"


_ROWS_SQL = f"""
create temp table {_ROWS} as
-- one row a verdict row of the plan
select {", ".join(_typed(name) for name in ROW_COLUMNS)}
from (select json_extract_string(line, {_PATHS}) as texts from {_LINES})
"""
