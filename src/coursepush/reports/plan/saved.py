"""A saved plan for whoever has only its file: what it would do, to whom, who made it when, on which data."""

from __future__ import annotations

import datetime as dt
import os
import weakref
from collections.abc import Sequence
from functools import cached_property
from html import escape
from pathlib import Path

import polars as pl

from coursepush.apply.saved_alone import ROWS, ReadAlone, read_alone
from coursepush.html.notebook import glance, muted
from coursepush.html.text import safe
from coursepush.marks import Drawn, free_of_students
from coursepush.model.elements import ELEMENT_LABELS
from coursepush.model.verdicts import WRITING, Verdict
from coursepush.plan.fates import counts_by_fate, fate_of_text_sql, made_by_of_text_sql, without_fates
from coursepush.plan.glance import plan_body_html, would_write
from coursepush.plan.reading import read_rows
from coursepush.plan.request import Request
from coursepush.plan.requests.registry import fate_labels, request_words, told_of
from coursepush.plan.text import ELEMENT_PLACE_SQL
from coursepush.plan.warnings import PlanWarning
from coursepush.reports.files import write_text
from coursepush.reports.owners.counts import by_owner
from coursepush.store.database import Store


def read_plan(path: str | os.PathLike[str]) -> SavedPlan:
    """A plan that was saved with ``plan.save(path)``, for anybody to look at: the district is not needed.

    Its rows and request are held to the digest that the file says; names of courses, schools and teachers are the
    file's own. Whether the district still is as it was then, and whether the plan was applied, the file cannot
    say: ``district.load_plan(path)`` finds out. It holds setup and ids, no student.

    Raises:
        PlanError: the file is no saved plan, is damaged, or was changed after it was saved.

    >>> plan.save("to review.cpush").name
    'to review.cpush'
    >>> saved = cp.read_plan("to review.cpush")
    >>> saved.digest == plan.digest
    True
    >>> saved.by_school().select("school", "disappears", "added").rows()
    [('Riverbend High School', 78, 9)]
    """
    return SavedPlan(read_alone(path))


class SavedPlan(Drawn):
    """A plan as its file tells it; made by :func:`coursepush.read_plan`. It cannot be applied.

    Attributes:
        path, id, request, digest: of the plan; the digest is computed from the rows.
        rules_version: of the rules that it was made by.
        district_id: of the district that it was made for.
        made_at: when it was made (UTC); None where an earlier version saved it.
        made_by: by which user of the operating system, and `author`, by whom: as the file says.
        refresh_id, loaded_at: after how many refreshes of the district, and when its data were loaded (UTC).
        warnings, notes: what it warned of when it was saved.
    """

    def __init__(self, read: ReadAlone) -> None:
        file = read.file
        self._read = read
        self.store: Store = read.store
        weakref.finalize(self, read.store.close)
        self.path: Path = file.path
        self.id: str = file.id
        self.request: Request = read.request
        self.digest: str = read.digest
        self.seal: str = file.seal
        self.rules_version: str = file.rules_version
        self.district_id: str = file.district_id
        self.made_at: dt.datetime | None = file.made_at
        self.made_by: str | None = file.made_by
        self.author: str = file.author
        self.refresh_id: int = file.refresh_id
        self.loaded_at: dt.datetime | None = file.loaded_at
        self.warnings: list[PlanWarning] = [PlanWarning(code, text) for code, text in file.warnings]
        self.notes: list[str] = [*file.notes, *([] if read.is_named else [_WITHOUT_NAMES])]
        self.rows_sql = (
            f"select *, null::varchar as use, {fate_of_text_sql()} as fate, {made_by_of_text_sql()} as made_by "
            f"from temp.main.{ROWS}"
        )

    @property
    def title(self) -> str:
        """The request in a few words."""
        return self.request.title

    @cached_property
    def asked(self) -> list[tuple[str, str]]:
        """What was asked for, choice by choice: (what, which)."""
        with self.store.reading() as session:
            return request_words(session, self.request)

    @cached_property
    def _counts(self) -> pl.DataFrame:
        with self.store.reading() as session:
            # one row a hop, data type, verdict, reason, link, fate and maker of the rows that the file has
            found = session.frame(
                "counts of the saved plan",
                "select hop, element, verdict, reason, link, fate, made_by, count(*) as rows "
                f"from (\n{self.rows_sql}\n) group by all",
            )
        same = pl.DataFrame(
            [
                (hop, element, str(Verdict.SAME), *(more or (None, None)), None, None, rows)
                for hop, element, rows, *more in self._read.file.same
            ],
            schema=found.schema,
            orient="row",
        )
        with self.store.reading() as session, session.lent("counted_rows", pl.concat([found, same])):
            return session.frame(
                "counts in order",
                "select * from counted_rows "
                f"order by hop, {ELEMENT_PLACE_SQL}, verdict, reason nulls first, link nulls first, "
                "fate nulls first, made_by nulls first",
            )

    def counts(self) -> pl.DataFrame:
        """How often each verdict came up: hop, element, verdict, reason, link, rows, as ``plan.counts()``.

        >>> plan.save("to review.cpush").name
        'to review.cpush'
        >>> cp.read_plan("to review.cpush").counts().equals(plan.counts())
        True
        """
        return free_of_students(without_fates(self._counts))

    def fates(self, *, reasons: bool = False) -> pl.DataFrame:
        """What becomes of its rows: hop, element, fate, made_by, rows, as ``plan.fates()``.

        >>> plan.save("to review.cpush").name
        'to review.cpush'
        >>> cp.read_plan("to review.cpush").fates().equals(plan.fates())
        True
        """
        return free_of_students(counts_by_fate(self._counts, reasons=reasons))

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
        """Every verdict but `same`, filtered and in the stated order, as ``plan.rows()``.

        With `names` the names are the file's, and `use` is null: a file does not say what rests on use.

        >>> plan.save("to review.cpush").name
        'to review.cpush'
        >>> gone = cp.read_plan("to review.cpush").rows(fate="disappears", made_by="school", names=True)
        >>> gone.select("school", "course_number", "element").row(0)
        ('Riverbend High School', '04101-1', 'grading_tasks')
        """
        found = read_rows(
            self.store,
            f"({self.rows_sql})",
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
        )
        return free_of_students(found)

    def by_school(self) -> pl.DataFrame:
        """What becomes of rows by school, as ``district.reports.by_school(plan)`` has it.

        Columns: school, courses and sections (on which something is written), disappears, other_values, renamed,
        linked_again, added, stays, could_not, rows, school_id.

        >>> plan.save("to review.cpush").name
        'to review.cpush'
        >>> cp.read_plan("to review.cpush").by_school().select("school", "courses", "sections").rows()
        [('Riverbend High School', 24, 35)]
        """
        return free_of_students(by_owner(self, "school"))

    def by_teacher(self) -> pl.DataFrame:
        """The same of the sections of each teacher, with the columns teacher and teacher_id.

        >>> plan.save("to review.cpush").name
        'to review.cpush'
        >>> cp.read_plan("to review.cpush").by_teacher().columns[:4]
        ['school', 'teacher', 'courses', 'sections']
        """
        return free_of_students(by_owner(self, "teacher"))

    @property
    def writes(self) -> int:
        """How many rows and fields the plan would write."""
        return int(self._counts.filter(pl.col("verdict").is_in(list(WRITING)))["rows"].sum())

    @property
    def origin(self) -> str:
        """Who made it when, on which data, as the file says; and what it cannot say."""
        if self.made_at is None:
            return f"Saved by an earlier coursepush, which kept neither who made it nor when. {_NOT_KNOWN}"
        who = self.author or self.made_by or "somebody"
        user = f" (user {self.made_by})" if self.author and self.made_by else ""
        loaded = "" if self.loaded_at is None else f", loaded {self.loaded_at:%Y-%m-%d %H:%M} UTC"
        after = "as first loaded" if not self.refresh_id else f"after refresh {self.refresh_id:,}"
        return f"Made by {who}{user} on {self.made_at:%Y-%m-%d %H:%M} UTC, on data {after}{loaded}. {_NOT_KNOWN}"

    def page(self, path: str | os.PathLike[str], *, title: str | None = None) -> Path:
        """Write the plan as a page, as ``district.reports.plan_page(plan, path)`` does, by the names of the file.

        Raises:
            RequestError: the name does not end in .html, there is no such folder, or what is there is no page that
                coursepush made.
            WriteError: it cannot be written; what was there before stays.

        >>> plan.save("to review.cpush").name
        'to review.cpush'
        >>> cp.read_plan("to review.cpush").page("plan.html").name
        'plan.html'
        """
        from coursepush.reports.plan.page import plan_page

        return write_text(plan_page(self, title=title), path)

    @property
    def told(self) -> str:
        """What becomes of its rows, and how many are the same already, in a sentence without its full stop."""
        return told_of(self)

    def __repr__(self) -> str:
        return f"<SavedPlan {self.id}: {self.title}: {self.told}>"

    def _repr_html_(self) -> str:
        asked = " · ".join(f"{escape(name)}: {safe(which)}" for name, which in self.asked)
        return glance(
            escape(self.title),
            f"saved plan {escape(self.id)}, digest <code>{escape(self.digest[:12])}</code>",
            muted(asked),
            plan_body_html(self, {**fate_labels(self.request.kind), **ELEMENT_LABELS}),
            f"<div>{would_write(self)}. Row by row: <code>.rows(names=True)</code>; by school and teacher: "
            "<code>.by_school()</code>, <code>.by_teacher()</code>; as a page: "
            '<code>.page("plan.html")</code>.</div>',
            muted(safe(self.origin)),
        )


_NOT_KNOWN = (
    "Whether the district has moved since, or the plan was applied, this file cannot say; district.load_plan(...) "
    "finds out."
)
_WITHOUT_NAMES = (
    "An earlier coursepush saved this plan, without names: schools, courses and sections are told by their ids."
)
