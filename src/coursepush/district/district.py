"""A district as a user holds it: the public functions, each a thin call into the package behind it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from coursepush.district.agreement import Agreement
from coursepush.district.contents import Path
from coursepush.district.delivery import Delivery
from coursepush.district.grading import Grading
from coursepush.district.pushes import Pushes
from coursepush.forecast.making import make_forecast
from coursepush.plan.plan import Plan, forecast_by
from coursepush.plan.request import Name
from coursepush.scenario import planned

if TYPE_CHECKING:
    from coursepush.district.what_if import WhatIf
    from coursepush.queue.calls import Queue
    from coursepush.reports.report import Report
    from coursepush.reports.reports import Reports
    from coursepush.widgets.push.panel import PushPanel
    from coursepush.widgets.queue.panel import QueuePanel
    from coursepush.widgets.reports.panel import ReportsPanel
    from coursepush.widgets.weights import WeightsPanel
    from coursepush.widgets.what_if.panel import WhatIfPanel

forecast_by(make_forecast)
assert planned  # hands in what plans of setup know of edits


class District(Pushes, Agreement, Delivery, Grading):
    """One district: its tables, the pushes planned and made on it, and reports. Close it when done."""

    @property
    def queue(self) -> Queue:
        """The batch queue: ``district.queue.submit(plan, at="22:00")``, ``.list()``, ``.start_worker()``, ...

        >>> district = cp.open_district("district.duckdb")
        >>> district.queue.list().answer
        'Nothing is in the queue.'
        """
        from coursepush.queue.calls import Queue

        return Queue(self._store, panel=self._queue_panel)

    def _queue_panel(self) -> QueuePanel:
        from coursepush.widgets.queue.panel import QueuePanel

        return QueuePanel(self)

    def weights_panel(self, section: int) -> WeightsPanel:
        """The same with a slider a category: what moves is shown at once, with no student.

        >>> district.weights_panel(115)
        <WeightsPanel: shown in JupyterLab, a notebook or Voilà>
        """
        from coursepush.widgets.weights import WeightsPanel

        return WeightsPanel(self, section)

    def panel(
        self, tool: Literal["masters", "courses"] | None = None, *, today: dt.date | None = None, **choices: Any
    ) -> PushPanel:
        """The push panel, for a notebook or Voilà: choose, preview, run, get the report, undo, compare.

        Others can be asked to agree there, and the batch queue to run it: approvals, Submit to Batch, the list.

        Args:
            tool: ``masters`` (Push All Course Masters) or ``courses`` (Push All Courses); by default masters,
                unless a calendar is given.
            today: as in :meth:`plan_master_push`.
            choices: what is chosen at first: arguments of :meth:`plan_master_push` or :meth:`plan_course_push`.
                ``masters="03101-1"`` is the button *Push to Courses* of that course master;
                ``calendar=..., courses="03101-1"`` is *Push to Sections* of that course.

        Raises:
            RequestError: a choice that there is not.

        >>> panel = district.panel(masters="03101-1")
        >>> panel.preview()
        >>> panel.wait()
        >>> panel.plan.writes
        6
        """
        from coursepush.widgets.push.panel import PushPanel

        chosen = tool or ("courses" if "calendar" in choices else "masters")
        return PushPanel(self, chosen, today, choices)

    @property
    def reports(self) -> Reports:
        """The reports: ``district.reports.course_status()``, ``district.reports.residual()``, and so on.

        ``district.reports.panel()`` is the reports panel, for a notebook.
        """
        from coursepush.reports.reports import Reports

        return Reports(self._store, self._reports_panel)

    def _reports_panel(self, report: str | None, filters: dict[str, Any]) -> ReportsPanel:
        from coursepush.widgets.reports.panel import ReportsPanel

        return ReportsPanel(self, report, filters)

    def what_if(self, title: str = "What if", *, edits: Path | None = None) -> WhatIf:
        """A scenario: this district with edits laid over it, to be planned on and forecast (SCENARIO.md).

        Nothing of it is ever written to the district. Close it when done, or use it in a ``with`` block.

        Args:
            title: what it is called.
            edits: a scenario's text that was saved (``w.save(path)``), whose edits to make here; those that cannot
                be made here are in ``w.missed``. The title is that of the text, where it has one.

        Raises:
            RequestError, ScenarioError: the text cannot be read, or is no scenario.

        >>> with district.what_if("heavier tests") as w:
        ...     w = w.category("Tests", weight=45, catalog="High School", masters="04101-1")
        ...     tried = w.plan_master_push("High School", year=2027, courses="04101-1")
        >>> tried.scenario != plan.scenario
        True
        """
        from coursepush.district.what_if import WhatIf
        from coursepush.scenario.text import read_file

        told, made = read_file(edits) if edits is not None else ("", [])
        return WhatIf(self._store, told or title, made)

    def sweep(
        self,
        axis: str,
        values: Sequence[float],
        edit: Callable[[WhatIf, Any], object],
        plan: Callable[[WhatIf], Plan],
        *,
        grades: bool | None = None,
    ) -> Report:
        """One edit with many values, each in a scenario of its own, side by side: a curve of what it does.

        Args:
            axis: what is swept, in words: ``"weight of Tests"``.
            values: the numbers to try.
            edit: makes the edit in a scenario, with one of the values.
            plan: plans in the scenario.
            grades: as of :func:`coursepush.compare`.

        Raises:
            RequestError: there are fewer than two values, or `plan` gives no plan.

        >>> found = district.sweep(
        ...     "weight of Tests",
        ...     range(20, 50, 10),
        ...     lambda w, weight: w.category("Tests", weight=weight, catalog="High School", masters="04101-1"),
        ...     lambda w: w.plan_master_push("High School", year=2027, courses="04101-1"),
        ... )
        >>> found.select("value", "other_values").rows()[0]
        (20.0, 1)
        """
        from coursepush.reports.side_by_side.report import sweep

        return sweep(self.what_if, values, edit, plan, axis, grades=grades)

    def rehearse(
        self,
        situation: str | int | None = None,
        *,
        catalog: Name | Sequence[Name] | None = None,
        year: int | str | None = None,
        today: dt.date | None = None,
    ) -> Report:
        """The situations that districts ask about most: where each applies here, and what its steps would do.

        Without a situation, a list of all, and to which course masters, courses and sections each applies. With
        one, its steps for the catalog and year in which it applies most: one row a step, with the columns of
        :func:`coursepush.compare`, and `is_advised`, `what`, `edits` (to be set up first, in a scenario), `call`;
        ``.places`` has where it applies, ``.plans`` the plan of each step. Nothing is written.

        Args:
            situation: its name or number; ``district.rehearse()`` lists them.
            catalog, year: look only there.
            today: as in :meth:`plan_master_push`.

        Raises:
            RequestError: there is no such situation, catalog or year.

        >>> found = district.rehearse("teachers manage their own categories", year=2026)
        >>> found.select("name", "is_advised").rows()
        [('all but Categories', True), ('with Categories', False)]
        >>> found.places.height > 0
        True
        """
        return self.reports.rehearsal(situation, catalog=catalog, year=year, today=today)

    def what_if_panel(
        self, title: str = "What if", *, edits: Path | None = None, today: dt.date | None = None, **whom: Any
    ) -> WhatIfPanel:
        """The what-if panel, for a notebook or Voilà: sliders and fields, and scenarios side by side.

        Args:
            title: of the first scenario.
            edits: a scenario's text that was saved, to begin with.
            today: as in :meth:`plan_master_push`.
            whom: what is edited at first: ``catalog`` and ``master``, ``calendar`` and ``course``, or ``section``
                (an id), and the ``year``.

        Raises:
            RequestError, ScenarioError: something named is unknown, or the text cannot be read.

        >>> panel = district.what_if_panel("heavier tests", catalog="High School", master="04101-1", year=2026)
        >>> panel.wait()
        >>> panel.fields.sliders["Tests"].value = 45
        >>> panel.wait()
        >>> panel.scenario.edits()["what"].item()
        'set categories: name Tests, weight 45; catalog High School, masters 04101-1'
        """
        from coursepush.widgets.what_if.panel import WhatIfPanel

        return WhatIfPanel(self, title, "" if edits is None else str(edits), today, whom)

    def close(self) -> None:
        """Let go of the district; plans made from it can no longer be read.

        >>> district = cp.open_district("district.duckdb")
        >>> district.close()
        >>> district.catalogs()
        Traceback (most recent call last):
        coursepush.errors.StoreError: ...
        """
        self._store.close()

    def __enter__(self) -> District:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        where = "in memory" if self._store.path is None else str(self._store.path)
        return f"<District {where}{', closed' if self._store.is_closed else ''}>"
