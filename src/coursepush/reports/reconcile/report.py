"""Did the real push do it? A plan's verdicts beside the district as a later extract shows it."""

from __future__ import annotations

import json
import os
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from coursepush.apply.saved import read_held
from coursepush.errors import ForeignPlanError, PlanError, RequestError
from coursepush.marks import Drawn, Sentence
from coursepush.model.elements import ELEMENT_ORDER
from coursepush.model.verdicts import Link, Reason, Verdict
from coursepush.plan.names import named_rows_sql
from coursepush.plan.plan import Plan
from coursepush.plan.request import as_list, ids_of
from coursepush.plan.requests.names import COURSE, find_many
from coursepush.plan.requests.registry import request_of
from coursepush.plan.text import ROW_COLUMNS, plan_rows_sql
from coursepush.reports.files import write_text
from coursepush.reports.reading import reading_all
from coursepush.reports.reconcile.steps import Foretold, find_outcomes
from coursepush.reports.reconcile.words import (
    ORDER,
    OUTCOMES,
    gone_names,
    left_unsaid,
    outcome_counts,
    sentences,
    worded_examples,
)
from coursepush.reports.result.report import Applied, find_push
from coursepush.store.database import Session, Store
from coursepush.store.layout import has_history, last_refresh

RECONCILED_COLUMNS: tuple[str, ...] = (*ROW_COLUMNS, "outcome", "now")
"""The columns of `Reconciliation.rows()`."""

_NAMES = ("school", "calendar", "course_number", "course_name", "section_number", "teacher")

AnyPlan = Plan | Applied | int | str | os.PathLike[str]
"""A plan of this process, a push by its receipt or number, or the path of a saved plan."""


@dataclass(frozen=True, eq=False)
class Reconciliation(Drawn):
    """What came of each verdict of a plan. Reading it never writes.

    Attributes:
        title: the plan's request in a few words.
        notes: what was not looked at and why, as sentences.
    """

    store: Store = field(repr=False)
    outcomes: str = field(repr=False)
    title: str
    notes: list[str] = field(repr=False)
    _counts: pl.DataFrame = field(repr=False)

    def counts(self) -> pl.DataFrame:
        """How often each outcome came up, by rule: hop, element, verdict, reason, link, outcome, rows.

        `outcome` is one of :data:`OUTCOMES`:

        - ``came_true``: it stands as foretold; of what was to stay: it was left alone.
        - ``not_done``: it stands as it was before the plan.
        - ``differs``: it stands in a third way.
        - ``gone``: the row, or its course or section, is no longer there.
        - ``changed``: it was to stay, and was changed.
        - ``not_checked``: nothing can be said; the notes say why.
        - ``unforeseen``: on the plan's courses and in its data types, something else was changed, of which the
          plan said that it is the same (verdict ``same``) or nothing at all (verdict null).

        Verdicts that were `same` are counted too (by hop and element), where the plan still knows how many.

        >>> district.reconcile(receipt).counts().select("element", "verdict", "outcome", "rows").row(0)
        ('*', 'skip', 'not_checked', 1)
        """
        return self._counts

    def rows(
        self,
        *,
        outcome: str | Sequence[str] | None = None,
        verdict: str | Sequence[str] | None = None,
        element: str | Sequence[str] | None = None,
        reason: str | Sequence[str] | None = None,
        link: str | Sequence[str] | None = None,
        hop: int | None = None,
        course: int | str | Sequence[int | str] | None = None,
        section: int | Sequence[int] | None = None,
        names: bool = False,
        limit: int | None = None,
    ) -> pl.DataFrame:
        """Every verdict but `same` with what came of it, and what was unforeseen, in the order of plan rows.

        Columns: those of ``plan.rows()``, outcome, and now: the JSON text of what stands there now, null where
        nothing does. Of what was unforeseen `before` is as it stood before it was changed. With `names`, also
        school, calendar, course_number, course_name, section_number and teacher.

        Args:
            course: ids or course numbers.
            limit: at most so many rows, the first in order.

        Raises:
            RequestError: a filter names something unknown.

        >>> district.reconcile(receipt).rows(outcome="not_checked").select("element", "verdict").rows()
        [('*', 'skip'), ('*', 'skip')]
        """
        wheres: list[str] = []
        values: dict[str, Any] = {}
        for name, given, valid in (
            ("outcome", outcome, tuple(OUTCOMES)),
            ("verdict", verdict, tuple(Verdict)),
            ("element", element, ELEMENT_ORDER),
            ("reason", reason, tuple(Reason)),
            ("link", link, tuple(Link)),
            ("hop", hop, (1, 2)),
        ):
            if given is None:
                continue
            chosen = as_list(given)
            for one in chosen:
                if one not in valid:
                    raise RequestError.unknown(name, one, valid)
            values[name] = [str(one) for one in chosen]
            wheres.append(f"list_contains(${name}::varchar[], cast(r.{name} as varchar))")
        if section is not None:
            values["sections"] = ids_of(section, "section")
            wheres.append("list_contains($sections::bigint[], r.section_id)")
        if course is not None:
            chosen = as_list(course)
            values["courses"] = ids_of([one for one in chosen if not isinstance(one, str)], "course")
            wheres.append("list_contains($courses::bigint[], r.course_id)")
        sql = f"select * from {self.outcomes} as r"
        sql += f"\nwhere {' and '.join(wheres)}" if wheres else ""
        columns = [*RECONCILED_COLUMNS, *(_NAMES if names else ())]
        if names:
            sql = named_rows_sql(sql)
        cut = f"\nlimit {int(limit)}" if limit is not None else ""
        with self.store.reading() as session:
            numbers = [
                one for one in as_list(course) if isinstance(one, str)
            ]  # ids may be of courses that are gone
            if numbers:
                values["courses"] += find_many(session, COURSE, numbers) or ()
            return session.frame(
                "reconciled rows",
                f"select {', '.join(columns)} from (\n{sql}\n) as r\norder by {ORDER}{cut}",
                values,
            )

    def examples(self) -> pl.DataFrame:
        """Up to three of each rule and outcome, in words.

        Columns: hop, element, verdict, reason, link, outcome, school, course_number, section_number, teacher,
        what, change (what the plan foretold), stands (what is otherwise than foretold, null where nothing is or
        nothing stands there).

        >>> district.reconcile(receipt).examples().select("outcome", "what").row(0)
        ('not_checked', 'the whole course')
        """
        return self._examples

    @cached_property
    def _examples(self) -> pl.DataFrame:
        with reading_all(self.store) as found:
            return worded_examples(found, self.outcomes)

    @property
    def summary(self) -> str:
        """What came of the plan, in a few sentences."""
        return Sentence(" ".join([*sentences(self._counts), *self.notes]))

    def page(self, path: str | os.PathLike[str] | None = None) -> str | Path:
        """The reconciliation as one self-contained page: its HTML, or, with `path`, the file it was written to.

        >>> district.reconcile(receipt).page("reconcile.html").name
        'reconcile.html'
        """
        from coursepush.reports.reconcile.page import reconcile_page

        made = reconcile_page(self)
        return made if path is None else write_text(made, path)

    def __repr__(self) -> str:
        return f"<Reconciliation of {self.title}: {self.summary}>"

    def _repr_html_(self) -> str:
        from coursepush.reports.reconcile.page import reconciliation_html

        return reconciliation_html(self)


def reconcile(store: Store, plan: AnyPlan, *, since: int | None = None) -> Reconciliation:
    """What came of `plan` in the district as it stands; see :meth:`coursepush.District.reconcile`."""
    with reading_all(store) as found:
        foretold = _foretold(store, found.session, plan, since)
        unknown = find_outcomes(found, foretold)
        counts = outcome_counts(found, foretold, unknown)
        notes = left_unsaid(counts, foretold, unknown, gone_names(found))
        outcomes = f"{found.prefix}outcome"
        found.made.remove(outcomes)
    reconciled = Reconciliation(store, outcomes, foretold.title, notes, counts)
    weakref.finalize(reconciled, store.forget, [outcomes])
    return reconciled


# -- the three kinds of plan ---------------------------------------------------------------------------


_PUSHED = "hop > 0"
"""Setup itself is no push of the information system's (RULES.md 12)."""


def _foretold(store: Store, session: Session, plan: AnyPlan, since: int | None) -> Foretold:
    last = last_refresh(session)
    if since is not None and not 1 <= since <= last:
        raise RequestError.unknown("refresh", since, range(1, last + 1))
    if isinstance(plan, Plan):
        if plan.district_id != session.value("district", "select district_id from push.district"):
            raise ForeignPlanError(
                "This plan was made for another district (or for this one before it was loaded anew). Name a plan "
                "of this one."
            )
        here = f"select {', '.join(ROW_COLUMNS)} from (\n{plan_rows_sql(plan.tables)}\n) where {_PUSHED}"
        rows = here if plan.store is store else plan.rows().filter(pl.col("hop") > 0)
        same = plan.counts().filter(pl.col("hop") > 0, verdict="same").select("hop", "element", "rows")
        mark = since or _first_after(session, plan.id, plan.refresh_id, last)
        return Foretold(plan.title, plan.request, rows, same, mark)
    if isinstance(plan, (str, os.PathLike)):
        saved = read_held(session, plan)
        mark = since or _first_after(session, saved.id, saved.refresh_id, last)
        rows = saved.rows.filter(pl.col("hop") > 0)
        return Foretold(f"the plan saved in {os.fspath(plan)}", saved.request, rows, saved.same, mark)
    push_id = _push_number(session, plan)
    title, request = session.rows(
        "the push", "select title, request from push.history where push_id = $push_id", {"push_id": push_id}
    )[0]
    rows = f"select {', '.join(ROW_COLUMNS)} from push.history_row where push_id = {push_id} and {_PUSHED}"
    try:
        asked = request_of(json.loads(request))
    except ValueError as error:
        raise PlanError(
            f"Push {push_id} was recorded by another version of coursepush and cannot be read here: {error}. "
            "Reconcile it with that version."
        ) from error
    return Foretold(f"push {push_id}: {title}", asked, rows, None, since or _after_push(session, push_id))


def _first_after(session: Session, plan_id: str, refresh_id: int, last: int) -> int | None:
    """The first refresh after the push of a plan, or after the plan itself where it was not pushed here."""
    push_id = None
    if has_history(session):
        sql = "select max(push_id) from push.history where plan_id = $plan_id"
        push_id = session.value("push of the plan", sql, {"plan_id": plan_id})
    if push_id is not None:
        return _after_push(session, push_id)
    return refresh_id + 1 if refresh_id < last else None


def _push_number(session: Session, plan: object) -> int:
    number = plan.push_id if isinstance(plan, Applied) else plan
    if not isinstance(number, int) or isinstance(number, bool):
        raise RequestError(
            "Name a plan (from district.plan_...), the path of a saved plan, or the number of a push in "
            f"district.history(), not {plan!r}."
        )
    return find_push(session, number)


def _after_push(session: Session, push_id: int) -> int | None:
    """The first refresh after a push."""
    sql = "select min(refresh_id) from push.refresh where last_push_id >= $push_id"
    return session.value("first refresh after the push", sql, {"push_id": push_id})
