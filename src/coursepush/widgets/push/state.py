"""The push panel's state: what was previewed, kept, run and said. Plain Python; views are told when it changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from coursepush.errors import RequestError, StalePlanError
from coursepush.plan.requests.registry import call_of
from coursepush.plan.requests.undo import UndoRequest
from coursepush.reports.result.report import OUTCOMES
from coursepush.widgets.calls import call_text
from coursepush.widgets.push.choices import Choices, Tool
from coursepush.widgets.push.code import code_of
from coursepush.widgets.push.grades import Grades, grades_of
from coursepush.widgets.push.previewed import Preview, with_standing
from coursepush.widgets.push.said import Said, explained
from coursepush.widgets.remembered import Remembered
from coursepush.widgets.work import Progress, Work

if TYPE_CHECKING:
    from coursepush.apply.apply import Receipt
    from coursepush.district import District
    from coursepush.plan.plan import Plan
    from coursepush.reports.report import Report

Where = Literal["form", "grades", "run", "agree", "batch"]
Doing = Literal[
    "", "preview", "forecast", "run", "report", "awaiting", "compare", "page",
    "save", "standing", "take in", "submit",
]  # fmt: skip

T = TypeVar("T")

MOST_KEPT = 2


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
        ran: the preview that was run last.
        awaiting_of: what the awaiting-push report was asked for, as code.
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
    ran: Preview | None = None
    awaiting: Report | None = None
    awaiting_of: str = ""
    kept: list[Preview] = field(default_factory=list)
    comparison: Report | None = None
    said: Said | None = None

    _given: tuple[Callable[[], Plan], str] | None = None
    _grades: tuple[Preview, Grades] | None = None

    def __post_init__(self) -> None:
        self.work = Work(self.district.store)
        self.remembered = Remembered(self.district.store)
        self._tool: Tool = self.choices.tool
        self._aside: dict[Tool, Preview] = {}

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
        self._preview(lambda: choices.plan(self.district), code, choices=choices)

    def turn(self) -> None:
        """Another tool was chosen: each has a preview of its own, and comes back to it."""
        was, self._tool = self._tool, self.choices.tool
        if was == self._tool:
            return
        if self.preview is not None:
            self._aside[was] = self.preview
        self.preview = self._aside.pop(self._tool, None)
        self.awaiting, self.is_asked = None, False
        if not self.doing:
            self.said = None

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
            self.ran = preview
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
        """Preview the undo of a push, by default of the last one run here, and ask whether to run that."""
        number = self.receipts[-1].push_id if push is None else push
        method, args, given = call_of(UndoRequest(number, partial))
        code = f"plan = {call_text(f'district.{method}', args, given)}"
        self._preview(lambda: self.district.plan_undo(number, partial=partial), code, "run", is_asked=True)

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

        def seen(report: Report) -> None:
            self.awaiting, self.awaiting_of = report, _code_of(choices)

        self._start("awaiting", ask, seen, "form")

    @property
    def is_awaiting_outdated(self) -> bool:
        """The choices are others than when the awaiting-push report was made."""
        return self.awaiting is not None and _code_of(self.choices) != self.awaiting_of

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

    @property
    def is_given(self) -> bool:
        """The plan is made otherwise than by the choices."""
        return self._given is not None

    @property
    def is_outdated(self) -> bool:
        """The choices are others than when the preview was made."""
        return self.preview is not None and not self.is_of(self.preview)

    def is_of(self, preview: Preview | None) -> bool:
        """Whether the choices, if they matter to it, are those that a preview was made from."""
        if preview is None:
            return False
        return preview.is_undo or self._given is not None or _code_of(self.choices) == preview.code

    @property
    def asked_code(self) -> str:
        """What Preview would ask, as Python that binds ``plan``.

        Raises:
            RequestError: something that a push needs is not chosen.
        """
        return self.choices.code() if self._given is None else self._given[1]

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
        return code_of(self)

    # -- beside the notebook -------------------------------------------------------------------------

    def begin(self, doing: Doing, job: Callable[[], T], done: Callable[[T], None], where: Where) -> bool:
        """What the parts beside it start, one thing at a time; whether it was started."""
        return self._start(doing, job, done, where)

    def say(self, said: Said, where: Where) -> None:
        """What they have to say."""
        self.where = where
        self._say(said)

    def _preview(
        self,
        make: Callable[[], Plan],
        code: str,
        where: Where = "form",
        choices: Choices | None = None,
        *,
        is_asked: bool = False,
    ) -> None:
        tool = choices.tool if choices is not None else ""
        asked = tuple(choices.words()) if choices is not None else ()

        def look() -> Preview:
            plan = make()
            rows = self.district.reports.push_result(plan, outcome=OUTCOMES).frame
            return with_standing(Preview(plan, code, plan.digest, rows, tool, asked)).read()

        def seen(preview: Preview) -> None:
            self.said = None
            if tool and tool != self._tool:  # the other tool was chosen meanwhile
                self._aside[tool] = preview
            else:
                self.preview, self.is_stale = preview, False
                self.is_asked = is_asked and self.can_be_run

        if self._start("preview", look, seen, where):
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
            if isinstance(error, StalePlanError):
                self.is_stale, self.is_asked = True, False
            self.said = explained(error)
            self.changed()

        def moved(progress: Progress) -> None:
            self.progress = progress
            self.changed()

        self.doing, self.where, self.said, self.progress = doing, where, None, None
        self.to_be_replaced = ""
        self.work.start(job, done=ended, failed=failed, progress=moved, what=doing)
        self.changed()
        return True

    def _setter(self, name: str) -> Callable[[Any], None]:
        return lambda made: setattr(self, name, made)

    def _say(self, said: Said) -> None:
        self.said = said
        self.changed()


def _code_of(choices: Choices) -> str:
    """What the choices come to; empty where something that a push needs is not chosen."""
    try:
        return choices.code()
    except RequestError:
        return ""
