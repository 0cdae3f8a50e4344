"""A run: one push previewed in every district of a state, and what came of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from coursepush.errors import RequestError
from coursepush.load.findings import FINDING_SCHEMA
from coursepush.marks import Drawn
from coursepush.plan.request import as_list
from coursepush.statewide.kept import RunFolder
from coursepush.statewide.reading import AS_CHECKED
from coursepush.statewide.task import DISTRICT_SCHEMA, STATUS_WORDS, Status

if TYPE_CHECKING:
    from coursepush.statewide.lake import Lake
    from coursepush.statewide.state import State

_EMPTY: dict[str, dict[str, Any]] = {
    "districts": {"district": pl.String, **DISTRICT_SCHEMA, "is_changed": pl.Boolean},
    "findings": {"district": pl.String, **FINDING_SCHEMA},
    "warnings": {"district": pl.String, "code": pl.String, "warning": pl.String},
}
_ORDER = ("district",)


class Run(Drawn):
    """What a push would do in every district of a state. Its folder has all of it; reading it plans nothing.

    Attributes:
        state: the districts, as they are now.
        folder: where the answers are.
    """

    def __init__(self, state: State, folder: RunFolder) -> None:
        self.state = state
        self.folder = folder
        self._asked = folder.asked

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked of every district, every choice made.

        >>> run.asked["mode"], run.asked["year"]
        ('overwrite', 2027)
        """
        return {**self._asked.arguments(), "catalog": dict(self._asked.catalog)}

    @property
    def versions(self) -> dict[str, str]:
        """Of what planned: coursepush, its build, its rules, DuckDB and polars; the same in every district."""
        return dict(self._asked.versions)

    def districts(self, *, status: str | Sequence[str] | None = None) -> pl.DataFrame:
        """One row a district, in order of its id.

        Columns: district, status, why (what is the matter with it), catalog; writes, courses, sections, teachers;
        how many rows have each fate (RULES.md 6.1); teachers_setup and schools_setup (of what disappears or gets
        other values or names, what they had made), residual; use_unknown (rows that would go although nobody knows
        whether students' work uses them), warnings, in_session, findings; grades and sections_moves to
        sections_vanishes (GRADES.md 12; hidden where they are few); digest; the versions; read (opened: its file;
        loaded: with all checks; as_checked: as checked by the run `checked_by`, with nothing checked again),
        tables_given, tables_as_given (those that need no load once they are checked); stamp, bytes, tries,
        load_seconds, plan_seconds, process_memory; is_changed: its data are others now than when it was planned.

        Args:
            status: planned, refused, not_there, failed, timed_out, crashed or other_version.

        >>> run.districts().select("district", "status", "writes").rows()
        [('D001', 'planned', 9), ('D002', 'not_there', None)]
        """
        wanted = None if status is None else [str(one) for one in as_list(status)]
        for one in wanted or ():
            if one not in STATUS_WORDS:
                raise RequestError.unknown("status", one, STATUS_WORDS)
        found = self.folder.newest()
        if found.is_empty():
            return pl.DataFrame(schema=_EMPTY["districts"])
        told = _compared(found, self.state.lake)
        told = told.select(  # an earlier version's run may lack some
            pl.col(name) if name in told.columns else pl.lit(None, dtype).alias(name)
            for name, dtype in _EMPTY["districts"].items()
        ).sort(_ORDER)
        return told if wanted is None else told.filter(pl.col("status").is_in(wanted))

    def rows(
        self,
        *,
        district: str | Sequence[str] | None = None,
        verdict: str | Sequence[str] | None = None,
        element: str | Sequence[str] | None = None,
        reason: str | Sequence[str] | None = None,
        link: str | Sequence[str] | None = None,
        hop: int | None = None,
    ) -> pl.DataFrame:
        """Every verdict but `same`, of every district: district, and the columns of ``plan.rows()``.

        Raises:
            RequestError: the run keeps counts alone (``rows=False``), or there is no such district in it.

        >>> run.rows(verdict="delete").select("district", "hop", "element").rows()
        [('D001', 1, 'categories')]
        """
        if not self._asked.rows:
            raise RequestError("This run kept counts and no rows. Plan it with rows=True into another folder.")
        where = [
            pl.col(name).is_in([str(one) for one in as_list(given)])
            for name, given in (("verdict", verdict), ("element", element), ("reason", reason), ("link", link))
            if given is not None
        ]
        return self._frame("rows", district, [*where, *([pl.col("hop") == hop] if hop is not None else [])])

    def counts(self, *, district: str | Sequence[str] | None = None) -> pl.DataFrame:
        """How often each verdict came up in each district: district, and the columns of ``plan.counts()``.

        >>> run.counts().columns
        ['district', 'hop', 'element', 'verdict', 'reason', 'link', 'rows']
        """
        return self._frame("counts", district)

    def reasons(self, *, district: str | Sequence[str] | None = None) -> pl.DataFrame:
        """What could not be pushed, and why: district, hop, element, made_by, reason, rows.

        >>> run.reasons().select("district", "element", "reason", "rows").rows()
        [('D001', 'assessments', 'not_locked', 2), ('D001', 'composite_grades', 'not_locked', 2)]
        """
        found = self._frame("fates", district, [pl.col("fate") == "could_not"])
        return found.select("district", "hop", "element", "made_by", "reason", "rows")

    def warnings(self, *, district: str | Sequence[str] | None = None) -> pl.DataFrame:
        """What the plans warn of: district, code, warning.

        >>> run.warnings().filter(code="local_setup_lost")["district"].to_list()
        ['D001']
        """
        return self._frame("warnings", district)

    def findings(self, *, district: str | Sequence[str] | None = None) -> pl.DataFrame:
        """What is wrong with districts that were refused: district, and the columns of ``district.findings()``.

        At most 1,000 of each are kept; ``run.districts()`` counts all that stop it.

        >>> run.findings().height
        0
        """
        return self._frame("findings", district)

    def again(self) -> Run:
        """Plan anew what failed, crashed or was refused, what is new in the lake, and what has changed since.

        >>> run.again().districts(status="planned").height
        1
        """
        from coursepush.statewide.state import plan_into

        plan_into(self.state, self.folder, self._asked, _good_in)
        return self

    def changes(self, earlier: Run | str | os.PathLike[str]) -> pl.DataFrame:
        """What is otherwise than in another run: district, status_before, status, digest_before, digest.

        A district whose digest is the same would get the same push. One row a district that differs.

        >>> run.changes(run).height
        0
        """
        before = (earlier.folder if isinstance(earlier, Run) else RunFolder(earlier)).newest()
        now = self.folder.newest()
        columns = ("district", "status", "digest")
        both = (
            now.select(columns)
            .join(before.select(columns), on="district", how="full", suffix="_before", coalesce=True)
            .filter(
                ~pl.col("status").eq_missing(pl.col("status_before"))
                | ~pl.col("digest").eq_missing(pl.col("digest_before"))
            )
        )
        return both.select("district", "status_before", "status", "digest_before", "digest").sort("district")

    def page(
        self, path: str | os.PathLike[str] | None = None, *, since: Run | str | os.PathLike[str] | None = None
    ) -> str | Path:
        """The state's page: the text, or, with `path`, the file it was written to.

        Args:
            since: another run, such as last week's: what has changed is told, too.

        >>> run.page("state.html").name
        'state.html'
        """
        from coursepush.reports.files import write_text
        from coursepush.statewide.page import state_page

        made = state_page(self, since=None if since is None else self.changes(since))
        return made if path is None else write_text(made, path)

    @property
    def told(self) -> str:
        """How many districts came to what, in a sentence without its full stop.

        >>> run.told
        '1 planned, 1 without what was named; 9 rows would be written'
        """
        found = self.folder.newest()
        left = (
            sum(one not in set(found["district"]) for one in self.state.lake.sources)
            if len(found)
            else len(self.state.lake.sources)
        )
        if found.is_empty():
            return f"{left:,} not planned yet"
        numbers = dict(found.group_by("status").agg(pl.len()).rows())
        parts = [f"{numbers[one]:,} {words}" for one, words in STATUS_WORDS.items() if numbers.get(one)]
        parts += [f"{left:,} not planned yet"] if left else []
        writes = int(found["writes"].sum())
        rows = "1 row" if writes == 1 else f"{writes:,} rows"
        return f"{', '.join(parts)}; {rows} would be written{self._not_checked(found)}"

    @staticmethod
    def _not_checked(found: pl.DataFrame) -> str:
        number = found.filter(read=AS_CHECKED).height if "read" in found.columns else 0
        return f"; {number:,} read as checked before, nothing checked again" if number else ""

    def _frame(
        self, name: str, district: str | Sequence[str] | None, where: Sequence[pl.Expr] = ()
    ) -> pl.DataFrame:
        newest = self.folder.newest()
        if district is not None:
            wanted = [str(one) for one in as_list(district)]
            known = [] if newest.is_empty() else newest["district"].to_list()
            for one in wanted:
                if one not in known:
                    raise RequestError.unknown("district", one, known, "in this run")
            newest = newest.filter(pl.col("district").is_in(wanted))
        found = None if newest.is_empty() else self.folder.frame(name, newest, where)
        if found is None:
            return pl.DataFrame(schema=_EMPTY.get(name) or {"district": pl.String, **_SCHEMAS[name]})
        return found.sort(_ORDER, maintain_order=True)

    def __repr__(self) -> str:
        return f"<Run over {len(self.state.lake.sources):,} districts: {self.told}>"

    def _repr_html_(self) -> str:
        return (
            f"<div><b>Statewide</b> <span style='opacity:.75'>{escape(self._asked.today.isoformat())}</span>"
            f"<div>{escape(self.told)}.</div><div>By district: <code>run.districts()</code>; as a page: "
            '<code>run.page("state.html")</code>. <b>This is a preview: nothing is written.</b></div></div>'
        )


_COUNTS: dict[str, Any] = {"hop": pl.Int32, "element": pl.String, "verdict": pl.String, "reason": pl.String,
                           "link": pl.String, "rows": pl.Int64}  # fmt: skip
_SCHEMAS: dict[str, dict[str, Any]] = {
    "counts": _COUNTS,
    "fates": {"hop": pl.Int32, "element": pl.String, "fate": pl.String, "made_by": pl.String, "reason": pl.String,
              "rows": pl.Int64},
    "rows": {**{name: _COUNTS[name] for name in ("hop", "element", "verdict", "reason", "link")},
             **dict.fromkeys(("course_id", "section_id", "row_id", "parent_row_id"), pl.Int64),
             **dict.fromkeys(("key", "field", "before", "after"), pl.String)},
}  # fmt: skip


def _compared(found: pl.DataFrame, lake: Lake) -> pl.DataFrame:
    """The newest answers with `is_changed`: whether the district's files are others now."""
    schema = {"district": pl.String, "now": pl.String}
    now = pl.DataFrame([(name, one.stamp) for name, one in lake.sources.items()], schema=schema, orient="row")
    is_changed = pl.col("now").is_null() | (pl.col("now") != pl.col("stamp"))
    return found.join(now, on="district", how="left").with_columns(is_changed=is_changed)


def _good_in(folder: RunFolder, lake: Lake) -> frozenset[str]:
    """The districts that are planned on the data that they have now."""
    newest = folder.newest()
    if newest.is_empty():
        return frozenset()
    is_good = (pl.col("status") == Status.PLANNED) & ~pl.col("is_changed")
    return frozenset(_compared(newest, lake).filter(is_good)["district"])
