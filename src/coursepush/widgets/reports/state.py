"""The reports panel's state: the report that is shown, what was asked of its rows and said. Plain Python."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from coursepush.errors import CoursepushError, StoppedError, counted, examples
from coursepush.plan.request import school_year
from coursepush.reports.files import in_the_way
from coursepush.reports.registry import IN_PANEL, Kind
from coursepush.widgets.calls import call_text, literal
from coursepush.widgets.look import drawn
from coursepush.widgets.remembered import Remembered
from coursepush.widgets.reports.asking import Row, WhyCall, ask_instead, push_of_course, push_of_master, why_call
from coursepush.widgets.reports.choices import Choices, Offer
from coursepush.widgets.reports.told import Told, told
from coursepush.widgets.work import Progress, Work

if TYPE_CHECKING:
    from coursepush.district import District
    from coursepush.plan.plan import Plan
    from coursepush.reports.report import Report

Doing = Literal["", "report", "why", "save"]
Place = Literal["report", "rows", "file"]


@dataclass(frozen=True, slots=True)
class Said:
    """What the panel last said: note, caution, error or done, the sentence, and beside what it belongs."""

    kind: Literal["note", "caution", "error", "done"]
    text: str
    beside: Place = "report"


@dataclass(frozen=True, eq=False)
class Shown:
    """A report, and its rows in words.

    Attributes:
        given: the keyword arguments that it was made with.
        code: the call that gives the same report.
        push_id: of a push result, the push.
    """

    report: Report
    kind: Kind
    given: dict[str, Any]
    code: str
    told: Told
    push_id: int | None


@dataclass(frozen=True, eq=False)
class Opened:
    """A push that is opened below the report: the preview of a plan, or the push panel with its scope filled in.

    Attributes:
        title: what it is.
        code: the call that gives the plan or the panel.
        make: makes the plan; None for the push panel.
        choices: of the push panel.
    """

    title: str
    code: str
    make: Callable[[], Plan] | None = None
    choices: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(eq=False)
class ReportsState:
    """What the panel is at. `changed` is called whenever something of it is another.

    Attributes:
        offer: what there is to choose from; read again with each report, for pushes are made meanwhile.
        doing: what is under way; empty when nothing is.
        shown: the report; None before the first, and when another is chosen.
        why: the answer to the last Why?, as HTML; empty for none.
        opened: the push that is opened below; None for none.
        replace: the file that a save would replace; it waits for the confirming click.
        is_pushing: whether a push opened below is under way; nothing else is begun then.
    """

    district: District
    offer: Offer
    choices: Choices
    changed: Callable[[], None] = lambda: None
    is_pushing: Callable[[], bool] = lambda: False
    doing: Doing = ""
    progress: Progress | None = None
    shown: Shown | None = None
    why: str = ""
    opened: Opened | None = None
    replace: Path | None = None
    said: Said | None = None

    def __post_init__(self) -> None:
        self.work = Work(self.district.store)
        self.remembered = Remembered(self.district.store)
        self._done: dict[str, str] = {}

    # -- what a click does ---------------------------------------------------------------------------

    def choose(self, report: str) -> None:
        """Another report; filters that both have stay."""
        if self.doing or report == self.choices.report:
            return
        self.choices.report = report
        self._clear()
        self.changed()

    def look(self) -> None:
        """Show the chosen report."""
        choices, kind, code = self.choices, self.choices.kind, self.choices.code()
        given = choices.given()

        def look() -> tuple[Offer, Shown]:
            report = getattr(self.district.reports, kind.name)(**given)
            made = Shown(report, kind, given, code, told(report, kind.name), self._push_of(kind, given))
            return Offer.of(self.district), made

        def seen(made: tuple[Offer, Shown]) -> None:
            self.offer, self.shown = made

        if self._start("report", look, seen):
            self._clear()
            self.changed()

    def stop(self) -> None:
        """Stop what is under way. Nothing here writes to the district."""
        self.work.stop()

    def ask_why(self, row: Row) -> None:
        """Why the row is as it is, step by step."""
        shown = self.shown
        if shown is None:
            return
        if instead := ask_instead(shown.kind.name, row):
            self._say(Said("note", instead, "rows"))
            return

        def ask() -> tuple[WhyCall, str]:
            call = why_call(self.district, shown.kind.name, row, shown.push_id)
            return call, drawn(call.ask(self.district))

        def answered(made: tuple[WhyCall, str]) -> None:
            call, self.why = made
            self._done["why"] = call.code()

        if self._start("why", ask, answered):
            self.why = ""
            self.changed()

    def relink(self, rows: pl.DataFrame) -> None:
        """Preview an overwrite push of just the desynced courses among `rows`, of Course Status."""
        shown = self.shown
        if shown is None or self._is_busy():
            return
        courses = rows.filter(status="desynced")["course_id"].unique().sort().to_list()
        if not courses:
            self._say(Said("note", "None of these courses is desynced, so there is nothing to relink.", "rows"))
            return
        places = rows.filter(status="desynced").select("catalog", "year").unique().sort("catalog", "year").rows()
        if len(places) > 1:
            each = examples([f"{catalog} {school_year(year)}" for catalog, year in places])
            several = (
                f"A relink is a push of one course catalog in one year, and these courses are of {len(places)}: "
                f"{each}. Choose one of them in the lists above the rows, then relink."
            )
            self._say(Said("caution", several, "rows"))
            return
        every = set(shown.report.filter(status="desynced")["course_id"].to_list())
        given: dict[str, Any] = shown.given if set(courses) == every else {"course": courses}
        code = call_text("district.reports.course_status", [], given)
        reports = self.district.reports

        def make() -> Plan:
            return reports.course_status(**given).relink()

        self._open(Opened(f"Relink {counted(len(courses), 'course')}", f"plan = {code}.relink()", make))

    def push_to_courses(self, row: Row) -> None:
        """Open the push panel for the row's course master."""
        self._open_push("Push to Courses", push_of_master, row)

    def push_to_sections(self, row: Row) -> None:
        """Open the push panel for the row's course."""
        self._open_push("Push to Sections", push_of_course, row)

    def audit(self, row: Row) -> None:
        """Show Course Audit of the row's course."""
        if self._is_busy():
            return
        self.choices.report = "course_audit"
        self.choices.now.update(dict.fromkeys(IN_PANEL["course_audit"].filters))
        self.choices.now["course"] = (row["course_id"],)
        self.look()

    def close(self) -> None:
        """Close the push that is opened below."""
        if not self._is_busy():
            self.opened = None
            self._done.pop("push", None)
            self.changed()

    def save(self, path: str, *, replace: bool = False) -> None:
        """Write the report to a file; where there is one already, only with `replace`."""
        shown = self.shown
        if shown is None or self._is_busy():
            return
        place = Path(path.strip()).expanduser().absolute()
        if not path.strip():
            self._say(Said("error", "Name the file, such as course_status.xlsx.", "file"))
            return
        if place.is_file() and not (replace and place == self.replace):
            if fault := in_the_way(place):
                self._say(Said("error", fault, "file"))
                return
            self.replace = place
            self._say(Said("caution", f"There is a file {place} already. Replace it?", "file"))
            return

        def saved(made: Path) -> None:
            self._done["save"] = f"report.save({literal(str(path.strip()))})"
            rows = counted(shown.report.frame.height, "row")
            self._say(Said("done", f"Saved: {made.absolute()} ({rows}). It names no student.", "file"))

        if self._start("save", lambda: shown.report.save(place), saved):
            self.replace = None
            self.changed()

    def do_not_replace(self) -> None:
        """Leave the file as it is."""
        self.replace = self.said = None
        self.changed()

    @property
    def is_outdated(self) -> bool:
        """The filters are others than when the report was made."""
        return self.shown is not None and self.choices.code() != self.shown.code

    # -- the same as code ----------------------------------------------------------------------------

    def code(self) -> str:
        """What was clicked, as Python."""
        path = self.district.store.path
        opened = (
            "# district: as in this notebook" if path is None else f"district = cp.open_district({str(path)!r})"
        )
        made = self.choices.code() if self.shown is None else self.shown.code
        lines = ["import coursepush as cp", "", opened, f"report = {made}", "report"]
        return "\n".join([*lines, *self._done.values()])

    # -- beside the notebook -------------------------------------------------------------------------

    def _push_of(self, kind: Kind, given: dict[str, Any]) -> int | None:
        """The push that a push result is of: the last one where none was chosen."""
        if kind.name != "push_result":
            return None
        return given["push_id"] if "push_id" in given else int(self.district.history()["push_id"][0])

    def _open_push(self, title: str, choices: Callable[[District, Row], dict[str, Any]], row: Row) -> None:
        if self._is_busy():
            return
        try:
            chosen = choices(self.district, row)
        except CoursepushError as error:
            self._say(Said("error", str(error), "rows"))
            return
        self._open(Opened(title, call_text("district.panel", [], chosen), choices=chosen))

    def _open(self, opened: Opened) -> None:
        self.opened = opened
        self.said = Said("note", f"{opened.title} is opened below, under the report.", "rows")
        self._done["push"] = opened.code
        self.changed()

    def _clear(self) -> None:
        """Set aside what belongs to a report that is no longer shown; a push below stays open."""
        self.shown = self.replace = None
        self.why = ""
        self._done = {name: code for name, code in self._done.items() if name == "push"}

    def _is_busy(self) -> bool:
        """Something is under way, here or in the push below, and says so."""
        if self.is_pushing():
            self._say(
                Said(
                    "note",
                    "The push below is under way. Wait until it is done, then click again.",
                    "report" if self.shown is None else "rows",
                )
            )
            return True
        return bool(self.doing)

    def _start(self, doing: Doing, job: Callable[[], Any], done: Callable[[Any], None]) -> bool:
        """One thing at a time: while something is under way, another click does nothing."""
        if self._is_busy():
            return False

        def ended(made: Any) -> None:
            self.doing, self.progress = "", None
            done(made)
            self.changed()

        def failed(error: BaseException) -> None:
            self.doing, self.progress = "", None
            self.said = _explained(error, _BESIDE[doing])
            self.changed()

        def moved(progress: Progress) -> None:
            self.progress = progress
            self.changed()

        self.doing, self.said, self.progress = doing, None, None
        self.work.start(job, done=ended, failed=failed, progress=moved)
        self.changed()
        return True

    def _say(self, said: Said) -> None:
        self.said = said
        self.changed()


_BESIDE: dict[Doing, Place] = {"report": "report", "why": "rows", "save": "file"}


def _explained(error: BaseException, beside: Place) -> Said:
    if isinstance(error, StoppedError):
        return Said("note", "Stopped, as you asked.", beside)
    if isinstance(error, CoursepushError):
        return Said("error", str(error), beside)
    if isinstance(error, OSError):
        return Said("error", f"The file could not be written: {error}. Choose another folder or name.", beside)
    unforeseen = f"Something went wrong that coursepush did not foresee: {type(error).__name__}: {error}."
    return Said("error", unforeseen, beside)
