"""The push panel's state: what was previewed, kept, run and said. Plain Python; views are told when it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import polars as pl

from coursepush.apply.approval.calls import standing_now
from coursepush.apply.approval.judge import Standing
from coursepush.errors import CoursepushError, RequestError, StalePlanError, StoppedError
from coursepush.plan.fates import totals_by_fate
from coursepush.plan.requests.registry import call_of, fate_labels
from coursepush.plan.requests.undo import UndoRequest
from coursepush.reports.by_owner import by_owner
from coursepush.reports.files import PAGE_ENDINGS, in_the_way
from coursepush.reports.push_result import OUTCOMES
from coursepush.widgets.calls import call_text
from coursepush.widgets.push.choices import Choices
from coursepush.widgets.push.grades import Grades, grades_of
from coursepush.widgets.remembered import Remembered
from coursepush.widgets.work import Progress, Work

if TYPE_CHECKING:
    from coursepush.apply.apply import Receipt
    from coursepush.district import District
    from coursepush.plan.plan import Plan
    from coursepush.reports.report import Report

Kind = Literal["note", "caution", "error", "done"]
Where = Literal["form", "grades", "run", "agree", "batch"]
Doing = Literal[
    "", "preview", "forecast", "run", "report", "awaiting", "compare", "page",
    "save", "standing", "take in", "submit",
]  # fmt: skip

T = TypeVar("T")

MOST_KEPT = 2


@dataclass(frozen=True)
class Said:
    """What the panel last said: a sentence, and, where verdicts moved, which."""

    kind: Kind
    text: str
    moved: pl.DataFrame | None = None


@dataclass(frozen=True, eq=False)
class Preview:
    """A plan and what a reader asks of it, read once.

    Attributes:
        code: the Python that makes the same plan.
        changes: rows written by school, data type and verdict, with its pictures.
        rows: every row but what is the same already, one each, as in ``reports.push_result(plan)``.
        standing: who approved it, and what was missing, when it was made; None where that could not be read.
        clicks: what was done with it beside running it, as Python: saved, approved, submitted.
    """

    plan: Plan
    code: str
    digest: str
    changes: Report
    rows: pl.DataFrame
    standing: Standing | None = None
    clicks: list[str] = field(default_factory=list[str])

    @property
    def is_undo(self) -> bool:
        return self.plan.request.undoes is not None

    @cached_property
    def totals(self) -> dict[str, int]:
        """What becomes of the plan's rows: each fate of RULES.md 6.1 and its number."""
        return totals_by_fate(self.plan.fates())

    def rows_of(self, fate: str) -> pl.DataFrame:
        """The rows that have a fate."""
        return self.rows.filter(fate=fate_labels(self.plan.request.kind)[fate])

    @cached_property
    def by_school(self) -> pl.DataFrame:
        """What becomes of the rows of each school."""
        return by_owner(self.plan, "school")

    @cached_property
    def by_teacher(self) -> pl.DataFrame:
        """What becomes of the rows in each teacher's sections."""
        return by_owner(self.plan, "teacher")

    @cached_property
    def schools(self) -> int:
        """At how many schools something is written."""
        return self.rows.filter(outcome="written")["school"].n_unique()


def with_standing(preview: Preview) -> Preview:
    """The same with who approved it and what is missing; whose grades would move is not looked at for that."""
    try:
        return replace(preview, standing=standing_now(preview.plan, with_grades=False))
    except CoursepushError:  # the preview is worth its while without
        return preview


@dataclass(eq=False)
class PushState:
    """What the panel is at. `changed` is called whenever something of it is another.

    Attributes:
        doing: what is under way; empty when nothing is.
        where: beside which click that is told, and what was said of it: at the form, at the grades, at Run Now, at
            the approvals, or at Submit to Batch.
        preview: the last preview; None before the first, and once it was run.
        is_asked: Run Now was clicked and waits for the confirming click.
        is_stale: the district has moved since the preview; it can be read, but not be run.
        to_be_replaced: a file that is there and is written over if its page is saved once more.
        receipts: of the pushes run from this panel, the latest last.
        kept: previews to be compared, two at most.
        remembered: what was chosen in the filters of the lists, for the next list and the next preview.
    """

    district: District
    choices: Choices
    changed: Callable[[], None] = lambda: None
    doing: Doing = ""
    where: Where = "form"
    progress: Progress | None = None
    preview: Preview | None = None
    is_asked: bool = False
    is_stale: bool = False
    to_be_replaced: str = ""
    receipts: list[Receipt] = field(default_factory=list)
    report: Report | None = None
    awaiting: Report | None = None
    kept: list[Preview] = field(default_factory=list)
    comparison: Report | None = None
    said: Said | None = None

    _given: tuple[Callable[[], Plan], str] | None = None
    _grades: tuple[Preview, Grades] | None = None

    def __post_init__(self) -> None:
        self.work = Work(self.district.store)
        self.remembered = Remembered(self.district.store)

    # -- what a click does ---------------------------------------------------------------------------

    def look(self) -> None:
        """Preview the chosen push. Writes nothing."""
        choices = replace(self.choices)  # as they are now: they may be changed while this is under way
        if self._given is not None:
            self._preview(*self._given)
            return
        try:
            code = choices.code()
        except RequestError as error:
            if not self.doing:
                self.where = "form"
                self._say(Said("error", str(error)))
            return
        self._preview(lambda: choices.plan(self.district), code)

    def look_at(self, make: Callable[[], Plan], code: str) -> None:
        """Preview a plan that is made otherwise than by the choices; they are set aside from then on."""
        self._given = (make, code)
        self._preview(make, code)

    def ask(self, is_asked: bool = True) -> None:
        """Run Now, before the confirming click; or not, after all."""
        if self.preview is not None and not self.doing and self.can_be_run:
            self.is_asked, self.where = is_asked, "run"
            self.said = None
            self.changed()

    def run(self) -> None:
        """Apply the preview; only after :meth:`ask`, so that one click alone never writes."""
        preview = self.preview
        if preview is None or not self.is_asked or not self.can_be_run:
            return

        def ran(receipt: Receipt) -> None:
            self.receipts.append(receipt)
            self.preview = self.report = self.awaiting = None
            self.said = None

        if self._start("run", lambda: self.district.apply(preview.plan), ran):
            self.is_asked = False
            self.changed()

    def stop(self) -> None:
        """Stop what is under way; a push that is being committed cannot be stopped any more."""
        if not self.work.stop() and self.doing:
            self._say(Said("note", "It is too late to stop: the push is being saved. You can undo it."))

    def look_at_grades(self) -> None:
        """Whose grades the preview would move. Writes nothing."""
        preview = self.preview
        if preview is None or self.grades_of(preview) is not None:
            return

        def seen(grades: Grades) -> None:
            self._grades = (preview, grades)

        self._start("forecast", lambda: grades_of(self.district, preview.plan), seen, "grades")

    def grades_of(self, preview: Preview | None) -> Grades | None:
        """What was calculated of a preview; None where nothing was."""
        return self._grades[1] if self._grades is not None and self._grades[0] is preview else None

    def get_report(self) -> None:
        """Get the report: what the last push wrote, and what could not be pushed."""
        receipt = self.receipts[-1]
        reports = self.district.reports
        self._start("report", lambda: reports.push_result(receipt), self._setter("report"))

    def undo(self, *, partial: bool = False, push: int | None = None) -> None:
        """Preview the undo of a push, by default of the last one run here; running that takes it back."""
        number = self.receipts[-1].push_id if push is None else push
        method, args, given = call_of(UndoRequest(number, partial))
        code = f"plan = {call_text(f'district.{method}', args, given)}"
        self._preview(lambda: self.district.plan_undo(number, partial=partial), code, "run")

    def look_at_awaiting(self) -> None:
        """The awaiting-push report of what is chosen: of course masters, or of a calendar's courses."""
        choices, reports = replace(self.choices), self.district.reports

        def ask() -> Report:
            _, (first,), given = choices.call()
            narrowed: dict[str, Any] = {"course": given.get("courses")}
            if choices.tool == "courses":
                return reports.course_awaiting_push(calendar=first, section=given.get("sections"), **narrowed)
            narrowed |= {"calendar": given.get("calendars"), "master": given.get("masters")}
            return reports.master_awaiting_push(catalog=first, year=given["year"], **narrowed)

        self._start("awaiting", ask, self._setter("awaiting"), "form")

    def keep(self) -> None:
        """Keep the preview, to compare another with it; the older of two makes way."""
        if self.preview is None or self.preview in self.kept:
            return
        self.kept = [*self.kept, self.preview][-MOST_KEPT:]
        self.comparison = None
        self.changed()

    def forget(self, place: int) -> None:
        """Do not keep a preview any longer."""
        del self.kept[place]
        self.comparison = None
        self.changed()

    def compare(self) -> None:
        """Put the two kept previews side by side."""
        if len(self.kept) == MOST_KEPT:
            first, second = (one.plan for one in self.kept)
            reports = self.district.reports
            self._start("compare", lambda: reports.compare(first, second), self._setter("comparison"))

    def save_page(self, path: str) -> None:
        """Write the preview's page, for those who have to agree to it."""
        preview = self.preview
        if preview is None or self.doing:
            return
        place = Path(path).expanduser()
        is_page = place.suffix.lower() in PAGE_ENDINGS  # anything else is refused anyhow
        if is_page and place.exists() and self.to_be_replaced != path:
            if fault := in_the_way(place):
                self._say(Said("error", fault))
                return
            self.to_be_replaced, self.where = path, "run"
            self._say(Said("caution", f"{path} is there already. Save the page once more to replace it."))
        else:
            self._start(
                "page",
                lambda: self.district.reports.plan_page(preview.plan, path),
                lambda made: self._say(Said("done", f"The page is saved as {made}. It names no student.")),
            )

    @property
    def is_given(self) -> bool:
        """The plan is made otherwise than by the choices."""
        return self._given is not None

    @property
    def is_outdated(self) -> bool:
        """The choices are others than when the preview was made."""
        preview = self.preview
        if preview is None or preview.is_undo or self._given is not None:
            return False
        try:
            return self.choices.code() != preview.code
        except RequestError:
            return True

    @property
    def is_hindered(self) -> bool:
        """An undo is previewed that leaves rows alone, and was not asked to take back the rest only."""
        preview = self.preview
        if preview is None or not preview.is_undo:
            return False
        return bool(preview.plan.left_alone) and "partial" not in preview.plan.request.permissions

    @property
    def can_be_run(self) -> bool:
        """The preview says what a run would write, and there is something to write."""
        preview = self.preview
        if preview is None or self.is_stale or self.is_outdated or self.is_hindered:
            return False
        return bool(preview.plan.writes)

    # -- the same as code ----------------------------------------------------------------------------

    def code(self) -> str:
        """What was clicked, as Python that gives the same digest."""
        path = self.district.store.path
        opened = "# district: as in this notebook"
        if path is not None:
            opened = f"district = cp.open_district({str(path)!r})"
        imports = ["import coursepush as cp"]
        try:
            given = self.choices.code() if self._given is None else self._given[1]
            current = None if self.is_outdated else self.preview
            plan = current.code if current is not None else given
        except RequestError as error:
            return f"# {error}"
        if "dt.date(" in plan:
            imports.insert(0, "import datetime as dt\n")
        lines = [*imports, "", opened, plan]
        if current is not None:
            lines.append(f'assert plan.digest.startswith("{current.digest[:8]}")')
            if self.grades_of(current) is not None:
                lines.append("plan.forecast()")
            lines += current.clicks
            if any(line.startswith("job = ") for line in current.clicks):
                return "\n".join([*lines, "district.queue.list()"])
        lines += ["receipt = district.apply(plan)", "district.reports.push_result(receipt)"]
        return "\n".join(lines)

    # -- beside the notebook -------------------------------------------------------------------------

    def begin(self, doing: Doing, job: Callable[[], T], done: Callable[[T], None], where: Where) -> bool:
        """What the parts beside it start, one thing at a time; whether it was started."""
        return self._start(doing, job, done, where)

    def say(self, said: Said, where: Where) -> None:
        """What they have to say."""
        self.where = where
        self._say(said)

    def _preview(self, make: Callable[[], Plan], code: str, where: Where = "form") -> None:
        def look() -> Preview:
            plan = make()
            reports = self.district.reports
            return Preview(
                plan, code, plan.digest, reports.changes(plan), reports.push_result(plan, outcome=OUTCOMES).frame
            )

        def seen(preview: Preview) -> None:
            self.preview, self.said, self.is_stale = preview, None, False

        if self._start("preview", lambda: with_standing(look()), seen, where):
            self.is_asked = False

    def _start(
        self, doing: Doing, job: Callable[[], Any], done: Callable[[Any], None], where: Where = "run"
    ) -> bool:
        """One thing at a time: while something is under way, another click does nothing."""
        if self.doing:
            return False

        def ended(made: Any) -> None:
            self.doing, self.progress = "", None
            done(made)
            self.changed()

        def failed(error: BaseException) -> None:
            self.doing, self.progress = "", None
            self.said = self._explained(error)
            self.changed()

        def moved(progress: Progress) -> None:
            self.progress = progress
            self.changed()

        self.doing, self.where, self.said, self.progress = doing, where, None, None
        self.to_be_replaced = ""
        self.work.start(job, done=ended, failed=failed, progress=moved)
        self.changed()
        return True

    def _explained(self, error: BaseException) -> Said:
        if isinstance(error, StalePlanError):
            self.is_stale, self.is_asked = True, False
            was, now = (error.moved.filter(change=one).height for one in ("was", "now"))
            text = (
                f"The district has moved since this plan was made: {was:,} of its verdicts no longer hold and "
                f"{now:,} are new. Nothing was written. Look at what moved, and preview again."
            )
            return Said("error", text, moved=error.moved)
        if isinstance(error, StoppedError):
            return Said("note", str(error))
        if isinstance(error, CoursepushError):
            return Said("error", str(error))
        return Said(
            "error",
            f"Something went wrong that coursepush did not foresee: {type(error).__name__}: {error}. "
            + (
                " ".join(getattr(error, "__notes__", []))
                or "If a push was under way, district.history() tells whether it was written."
            ),
        )

    def _setter(self, name: str) -> Callable[[Any], None]:
        return lambda made: setattr(self, name, made)

    def _say(self, said: Said) -> None:
        self.said = said
        self.changed()
