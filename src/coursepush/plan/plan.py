"""A plan: the verdict rows of one request on the district as it was, and what a user reads off them."""

from __future__ import annotations

import datetime as dt
import os
import uuid
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import polars as pl

from coursepush.errors import CoursepushError
from coursepush.marks import Drawn, free_of_students
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.model.verdicts import WRITING
from coursepush.plan.digest import digest_of, digest_of_rows
from coursepush.plan.fates import counts_by_fate, without_fates
from coursepush.plan.of_district import check_of_district
from coursepush.plan.reading import read_rows
from coursepush.plan.request import Request, Scope, request_text
from coursepush.plan.requests.registry import fate_labels, told_of
from coursepush.plan.rules import RULES_VERSION
from coursepush.plan.saved import save_plan
from coursepush.plan.state import read_state
from coursepush.plan.tables import PlanTables
from coursepush.plan.text import plan_rows_sql
from coursepush.plan.warnings import PlanWarning
from coursepush.store.database import Session, Store
from coursepush.store.owner import now_in_utc, user_name
from coursepush.store.stamp import Stamp

if TYPE_CHECKING:
    from coursepush.apply.approval.judge import Standing
    from coursepush.forecast.forecast import Forecast


@dataclass(eq=False)
class Plan(Drawn):
    """What a push would do. Made by `district.plan_...`; reading it never writes.

    Attributes:
        id: its own; one apply uses it up. Planning again gives a new one.
        tables: where its verdicts are, for those who read them in SQL.
        warnings: sentences, the gravest first; each has a `code`.
        stamp: what the district's file was told by when the plan was made; None where it cannot be told.
        scenario: which edits it was made under, as a digest; empty: it was made on the district itself.
        text_table: the table that :func:`rows_as_text` made.
        notes: what else is worth knowing, such as which fields are not locked.
        asks_for: what its request permits and only a file says (`assume_unused`, `partial`); apply wants it given
            again. Empty for a plan that was made here.
        made_at, made_by: when it was planned first (UTC), and by which user of the operating system.
        author: that person's name, where ``save(..., by=...)`` gave one; else empty.
        seals: what tells the files that it was saved to, or read from.
        is_unattended: the batch queue planned it when its time came, and nobody has looked at it (RULES.md 9.2).
    """

    _forecaster: ClassVar[Callable[[Plan], Forecast] | None] = None

    _judge: ClassVar[Callable[[Plan, bool], Standing] | None] = None

    store: Store = field(repr=False)
    tables: PlanTables = field(repr=False)
    request: Request
    scope: Scope | None = field(repr=False)
    district_id: str = field(repr=False)
    refresh_id: int = field(repr=False)
    warnings: list[PlanWarning] = field(repr=False)
    notes: list[str] = field(repr=False)
    _counts: pl.DataFrame = field(repr=False)
    unknown_use_rows: int = field(default=0, repr=False)
    left_alone: int = 0
    asks_for: tuple[str, ...] = ()
    _matches: pl.DataFrame | None = field(default=None, repr=False)
    stamp: Stamp | None = field(default=None, repr=False)
    _remake: Callable[[Session], Plan] | None = field(default=None, repr=False)
    text_table: str | None = field(default=None, repr=False)
    scenario: str = ""
    rules_version: str = RULES_VERSION
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    made_at: dt.datetime = field(default_factory=now_in_utc, repr=False)
    made_by: str = field(default_factory=user_name, repr=False)
    author: str = field(default="", repr=False)
    seals: set[str] = field(default_factory=set[str], repr=False)
    is_unattended: bool = field(default=False, repr=False)
    _digest: str | None = field(default=None, repr=False)

    def counts(self) -> pl.DataFrame:
        """How often each verdict came up: hop, element, verdict, reason, link, rows.

        The rows add up to the universe of RULES.md 6: every pair in scope, once, `same` included.

        >>> plan.counts().filter(verdict="delete", link="local").select("hop", "element", "rows").rows()
        [(1, 'grading_tasks', 2), (1, 'assessments', 2), (1, 'categories', 5), (1, 'grade_calc_options', 4), (2,
        'categories', 8)]
        """
        return free_of_students(without_fates(self._counts))

    def fates(self, *, reasons: bool = False) -> pl.DataFrame:
        """What becomes of its rows (RULES.md 6.1): hop, element, fate, made_by, rows.

        Each row of :meth:`rows` is counted once, whoever made it; what is the same already is not among them.

        Args:
            reasons: by reason too, in a column before `rows`.

        >>> plan.fates().group_by("fate").agg(pl.col("rows").sum()).filter(fate="disappears").rows()
        [('disappears', 78)]
        """
        return free_of_students(counts_by_fate(self._counts, reasons=reasons))

    def matches(self) -> pl.DataFrame:
        """Of a plan of links, what pairs by key: hop, element, equal, differing, unmatched.

        One row a level and data type that has rows there. `equal` and `differing` add up to the rows that would
        be linked: those with the values that a push would write, and the others. `unmatched` are kept unlinked,
        having no counterpart above; rows linked already, and those whose link is broken, are not among them.
        Any other plan gives an empty frame.

        >>> links = district.plan_links("High School", year=2027, data=["categories"])
        >>> links.matches().columns
        ['hop', 'element', 'equal', 'differing', 'unmatched']
        """
        return free_of_students(pl.DataFrame(schema=_MATCHES) if self._matches is None else self._matches)

    def rows(
        self,
        *,
        verdict: str | Sequence[str] | None = None,
        element: str | Sequence[str] | None = None,
        reason: str | Sequence[str] | None = None,
        link: str | Sequence[str] | None = None,
        hop: int | None = None,
        fate: str | Sequence[str] | None = None,
        made_by: str | Sequence[str] | None = None,
        course: int | str | Sequence[int | str] | None = None,
        section: int | str | Sequence[int | str] | None = None,
        teacher: int | str | Sequence[int | str] | None = None,
        school: int | str | Sequence[int | str] | None = None,
        names: bool = False,
        limit: int | None = None,
    ) -> pl.DataFrame:
        """Every verdict but `same`, filtered in SQL and in the stated order.

        Columns: hop, element, verdict, reason, link, course_id, section_id, row_id, parent_row_id, key,
        field, before, after. `row_id` is the present row (null for insert), `parent_row_id` the wanted upper
        row (null where this plan inserts it); `key`, `before` and `after` are JSON text. With `names`, also
        school, calendar, course_number, course_name, section_number, teacher, `use` (used, unused or
        unknown, where the verdict rests on it), and `fate` and `made_by` of RULES.md 6.1.

        Args:
            fate: disappears, other_values, renamed, linked_again, added, stays or could_not.
            made_by: district (what came from above), school or teacher.
            course, section: ids or numbers ("01").
            teacher, school: ids or names. A teacher's rows are those of the teacher's sections.
            limit: at most so many rows, the first in order.

        >>> gone = plan.rows(fate="disappears", made_by="school", names=True)
        >>> gone.select("school", "course_number", "element", "key").row(0)
        ('Riverbend High School', '04101-1', 'grading_tasks', '{"task_id":105}')
        """
        found = read_rows(
            self.store,
            self.text_table or f"(\n{self.rows_sql}\n)",
            verdict=verdict,
            element=element,
            reason=reason,
            link=link,
            fate=fate,
            made_by=made_by,
            hop=hop,
            course=course,
            section=section,
            teacher=teacher,
            school=school,
            names=names,
            limit=limit,
            left=self.tables,
        )
        return free_of_students(found)

    @property
    def rows_sql(self) -> str:
        """A query of its rows: the columns of :meth:`rows`, `use`, `fate` and `made_by`."""
        return plan_rows_sql(self.tables)

    def explain(self) -> pl.DataFrame:
        """What planning costs, step by step: step, rows, seconds, memory.

        The request is planned once more, on the data as they are now, and measured. `rows` is how many rows the
        step made (0 where it makes none), `memory` how many bytes DuckDB held when it was done, of the district
        and of what the steps had made until then.

        >>> plan.explain().sort("seconds", descending=True).columns
        ['step', 'rows', 'seconds', 'memory']
        """
        assert self._remake is not None
        with self.store.reading() as session, self.store.measuring() as steps:
            again = self._remake(session)
        del again
        return pl.DataFrame(
            [(one.step, one.rows or 0, one.seconds, one.memory) for one in steps if one.step != "drop"],
            schema={"step": pl.String, "rows": pl.Int64, "seconds": pl.Float64, "memory": pl.Int64},
            orient="row",
        )

    def forecast(self) -> Forecast:
        """Whose in-progress grades the plan would move, and by how much (GRADES.md).

        Nothing is written. Only grades that rest on what the plan changes are computed, before and after. A plan
        that stops at courses is forecast as if it went on to their sections, and says so. Where students' work was
        not loaded the forecast says that nothing is known.

        Raises:
            StalePlanError: the district has moved since the plan was made.

        >>> plan.forecast().counts().columns[:3]
        ['looked_at', 'moves', 'mark_up']
        """
        assert Plan._forecaster is not None
        return Plan._forecaster(self)

    @property
    def approvals(self) -> Standing:
        """Who approved the plan so far, and what the district's policy asks for beyond that.

        Whose grades the plan would move is looked at where the policy asks for that.

        >>> plan.approvals.missing
        0
        """
        assert Plan._judge is not None
        return Plan._judge(self, True)

    def save(self, path: str | os.PathLike[str], *, by: str | None = None) -> Path:
        """Write the plan to a file, to be reviewed and applied later with ``district.load_plan(path)``.

        Whoever has the file can read it without the district: ``cp.read_plan(path)``, ``coursepush show``.

        Args:
            by: the name of who made the plan, beside the user that the operating system knows.

        Raises:
            RequestError: there is no such folder, or what is there is no plan that coursepush saved.
            WriteError: it cannot be written; what was there before stays.

        >>> plan.save("to review.cpush").name
        'to review.cpush'
        """
        check_of_district(self, "saved")
        return save_plan(self, path, by=by)

    @property
    def writes(self) -> int:
        """How many rows and fields the plan would write."""
        counts = self._counts
        return int(counts.filter(pl.col("verdict").is_in(list(WRITING)))["rows"].sum())

    @property
    def request_text(self) -> str:
        """The request as JSON text in one form; made in a scenario, it says in which."""
        return request_text(self.request, self.scenario)

    @property
    def digest(self) -> str:
        """sha256 over the request, the rules' version and all rows but `same`, in the stated order.

        No clock, no new id: the same request on the same data gives the same digest on every machine.
        """
        if self._digest is None:
            with self.store.reading() as session:
                rows = digest_of_rows(session, f"from {rows_as_text(self, session)}")
            self._digest = digest_of(self.rules_version, self.request_text, rows)
        return self._digest

    @cached_property
    def state(self) -> str:
        """What tells whether the plan is stale: over the whole list of verdicts, `same` included."""
        with self.store.reading() as session:
            return read_state(session, self.tables)

    @property
    def title(self) -> str:
        """The request in a few words."""
        return self.request.title

    @property
    def told(self) -> str:
        """What becomes of its rows, and how many are the same already, in a sentence without its full stop.

        >>> plan.told.partition(",")[0]
        '78 disappear'
        """
        return told_of(self)

    def __repr__(self) -> str:
        return f"<Plan {self.id}: {self.title}: {self.told}>"

    def _repr_html_(self) -> str:
        from coursepush.plan.glance import plan_html

        labels = {**fate_labels(self.request.kind), **ELEMENT_LABELS}
        return plan_html(self, labels, approvals=self.approvals_told)

    @property
    def approvals_told(self) -> str:
        """Who approved it and what is missing, in a sentence; empty where nothing is asked, or it cannot be read.

        Whose grades the plan would move is not looked at for that.
        """
        assert Plan._judge is not None
        try:
            found = Plan._judge(self, False)
        except CoursepushError:
            return ""
        return found.told if found.is_asked or found.counted else ""


def forecast_by(maker: Callable[[Plan], Forecast]) -> None:
    """Let `maker` make the forecasts of plans: what forecasts reads plans, and stands above them."""
    Plan._forecaster = maker  # pyright: ignore[reportPrivateUsage]


def judged_by(judge: Callable[[Plan, bool], Standing]) -> None:
    """Let `judge` tell who approved plans and what is missing; the second says whether to look at grades."""
    Plan._judge = judge  # pyright: ignore[reportPrivateUsage]


def rows_as_text(plan: Plan, session: Session) -> str:
    """The temporary table of all rows of `plan` but `same`, as text; made once, since that is dear."""
    if plan.text_table is None:
        name = plan.tables.row_text
        session.run("rows as text", f"create temp table {name} as\n{plan_rows_sql(plan.tables)}")
        weakref.finalize(plan, plan.store.forget, [name])
        plan.text_table = f"temp.main.{name}"
    return plan.text_table


_MATCHES = {
    "hop": pl.Int32,
    "element": pl.String,
    "equal": pl.Int64,
    "differing": pl.Int64,
    "unmatched": pl.Int64,
}
