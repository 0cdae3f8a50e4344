"""What comes from the student information system, and what goes back to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from coursepush.apply.apply import Receipt
from coursepush.district.contents import Contents, Path
from coursepush.marks import free_of_students
from coursepush.plan.plan import Plan
from coursepush.plan.request import Name
from coursepush.store.commit import writes

if TYPE_CHECKING:
    from coursepush.refresh.refreshed import Refreshed
    from coursepush.reports.reconcile.report import AnyPlan, Reconciliation


class Delivery(Contents):
    """Refreshes, exports, and files for the system that the grades live in."""

    @writes
    def refresh(
        self,
        source: Any,
        *,
        columns: Mapping[str, Mapping[str, str]] | None = None,
        repair: bool = False,
        format: str = "auto",
        mapping: Path | None = None,
        not_given: str = "keep",
        allow_removals: bool = False,
    ) -> Refreshed:
        """Replace the tables by those of a new extract, in one transaction after the same checks as a load.

        History, plans and settings stay. Rows of the grading setup that have other ids in the new extract are
        known by owner and business key, and the history follows them, so that an earlier push can still be undone.
        What is not given is not empty: a table that gives no links keeps those the district has, a column that is
        not given keeps its values, and what a format cannot give of a table is never removed by it.

        Args:
            source, columns, repair, format, mapping: as in :func:`load_district`.
            not_given: what becomes of tables and columns that the extract does not give: ``keep`` (they stay as
                they are, less what belonged to rows that are gone) or ``forget`` (they are empty; students' work
                is unknown).
            allow_removals: let the refresh take away a whole school, more than a twentieth (and at least ten) of
                the courses, of the sections or of a level's rows of setup, or all rows of a table.

        Returns:
            What changed since the last load, by table: by our pushes, by others; and the findings.

        Raises:
            LoadError: the extract is refused, with all findings; the district is as it was.
            RemovalError: so much would go, and was not asked for; ``error.removals`` has each school's numbers.
            DistrictBusyError: another process had the file open for as long as was waited for it.
            OutcomeUnknownError: whether it was written could not be found out; says how to look.

        >>> district = cp.load_district("extract/")
        >>> refreshed = district.refresh("extract/")
        >>> refreshed.summary
        'Nothing has changed since the last load.'
        """
        from coursepush.load.formats import opened_source
        from coursepush.refresh.refresh import refresh_tables

        with opened_source(source, format, mapping, repair=repair) as found:
            return refresh_tables(
                self._store,
                found,
                columns=columns,
                repair=repair,
                not_given=not_given,
                allow_removals=allow_removals,
            )

    @writes
    def scaffold(self, profile: Path | None = None, *, catalog: Name | None = None) -> pl.DataFrame:
        """Give course masters that have none a starting setup from a profile: table, rows.

        >>> district = cp.load_district("edfi/")
        >>> district.scaffold().filter(pl.col("rows") > 0).rows()
        [('catalog_lock', 16), ('grading_scale', 1), ('grading_scale_mark', 5), ('grading_task', 4),
        ('master_task', 4), ('master_category', 4), ('master_composite', 5), ('master_grade_calc', 7)]
        """
        from coursepush.load.scaffold.masters import load_profile, scaffold
        from coursepush.plan.requests.names import CATALOG, find_one

        catalog_id = None
        if catalog is not None:
            with self._store.reading() as session:
                catalog_id = find_one(session, CATALOG, catalog)
        return scaffold(self._store, load_profile(profile), catalog=catalog_id)

    def export(self, folder: Path, *, format: str = "csv", students: bool = False) -> pl.DataFrame:
        """Write the district's tables to `folder` in the load format; loading that gives the same district.

        Args:
            folder: where to; made if it is not there. A former export is replaced in the moment in which the new
                one is whole, if nobody has touched it and nothing of it would be gone; nothing else is.
            format: ``csv`` or ``parquet``.
            students: write enrollment, score and posted_grade too, which have a student in every row. Without
                them a load takes those tables for unknown.

        Returns:
            table, file, rows; one row a file.

        Raises:
            RequestError: the folder holds something else, or there is no such format.
            WriteError: it cannot be written; nothing is left of it.

        >>> district.export("tables/", format="parquet")["table"].head(3).to_list()
        ['school', 'calendar', 'term']
        """
        from coursepush.export.tables import export_tables

        return free_of_students(export_tables(self._store, folder, format=format, students=students))

    def reconcile(self, plan: AnyPlan, *, since: int | None = None) -> Reconciliation:
        """Did the real push do it? What came of each verdict of `plan`, in the district as it stands now.

        For after the vendor's own push: refresh the district from the new extract, then ask. Rows are found by
        owner and business key, never by id, since ids are the source's own, and compared by their values. The link
        decides only of rows whose values a push leaves alone, where the extract gives links; else they came true.

        Args:
            plan: a plan of this process, the path of a saved plan, or a push applied here (its receipt or number).
            since: the number of the first refresh that can have brought the real push's doing (see
                :meth:`refreshes`), for what changed beside the plan. By default the first after the plan was
                made or applied.

        Returns:
            `counts()` by rule and outcome, `rows()`, `examples()` and `summary`. What was `same` is counted where
            that is known: of a plan and a saved plan, not of a push in the history.

        Raises:
            RequestError: there is no such push or refresh.
            PlanError: the file is no saved plan, or is damaged.
            ForeignPlanError: the plan was made for another district.

        >>> found = district.reconcile(receipt)
        >>> found.counts().group_by("outcome").agg(pl.col("rows").sum()).sort("outcome").rows()
        [('came_true', 238), ('not_checked', 2)]
        """
        from coursepush.reports.reconcile.report import reconcile

        return reconcile(self._store, plan, since=since)

    def export_changes(self, push: Plan | Receipt | int, folder: Path) -> pl.DataFrame:
        """Write what a plan would change, or a push has changed, to `folder`: a CSV for each school.

        One line a change, in the words of the information system's screens (course, section, teacher, what to add,
        change, rename or remove, from what to what), to be keyed in or imported there.

        Args:
            push: a plan, a receipt, or a push's number.
            folder: where to; made if it is not there. What is there may be replaced as in :meth:`export`.

        Returns:
            school, file, changes; one row a file.

        Raises:
            RequestError: the folder holds something else, or there is no such push.
            WriteError: it cannot be written; nothing is left of it.

        >>> district.export_changes(plan, "to key in/").select("school", "changes").rows()
        [('Riverbend High School', 236)]
        """
        from coursepush.export.changes import write_changes

        return free_of_students(write_changes(self._store, push, folder))
