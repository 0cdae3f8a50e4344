"""The what-if panel's state: scenarios, what their push would do, what was said. Plain Python.

Edits that are asked for while something is worked out wait for its end, so that no move of a slider is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from coursepush.errors import CoursepushError, ScenarioMovedError, StoppedError, counted
from coursepush.files import Kind, why_not
from coursepush.reports.side_by_side.report import measured_with_grades, sweep
from coursepush.scenario.code import variable_names
from coursepush.widgets.push.choices import Offer
from coursepush.widgets.what_if.scenarios import Scenarios
from coursepush.widgets.what_if.setup import Setup, read_setup
from coursepush.widgets.what_if.tried import Curve, Said, make_edits, scenarios_code, sweep_code
from coursepush.widgets.what_if.whom import WIDE, Lists, Whom, key_of_lists, read_lists
from coursepush.widgets.work import Progress, Work

if TYPE_CHECKING:
    from coursepush.district.what_if import WhatIf
    from coursepush.plan.plan import Plan
    from coursepush.reports.report import Report

Doing = Literal["", "look", "sweep"]


@dataclass(eq=False)
class WhatIfState(Scenarios):
    """What the panel is at. `changed` is called whenever something of it is another.

    Attributes:
        words: what is looked for among course masters or courses. lists: these.
        setup: what stands on whom edits are about, in the chosen scenario; None where nobody is chosen.
        is_moved: the district was written to; the edits are to be made again.
        replace: a file that a save would replace; it waits for a second click.
        curve: of the last sweep.
    """

    offer: Offer
    whom: Whom
    changed: Callable[[], None] = lambda: None
    words: str = ""
    lists: Lists = field(default_factory=Lists)
    setup: Setup | None = None
    doing: Doing = ""
    progress: Progress | None = None
    said: Said | None = None
    is_moved: bool = False
    replace: str = ""
    curve: Report | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.work = Work(self.district.store)
        self._waiting: list[tuple[str, dict[str, Any]]] = []
        self._is_asked = self._can_be_stopped = False
        self._code_of_curve = ""

    # -- scenarios -----------------------------------------------------------------------------------

    def add(self, title: str, *, copy: bool = False, file: str = "") -> None:
        """One more scenario, which is edited from now on.

        Args:
            copy: it begins with the edits of the chosen one.
            file: or with those of a file.
        """
        if self._is_busy():
            return
        parent = self.scenario if copy else self.district

        def add() -> Said | None:
            return self.take_in(parent.what_if(title.strip() or "What if", edits=file or None), bool(file))

        self.look(first=add)

    def begin_with(self, made: WhatIf, *, is_of_file: bool) -> None:
        """The first scenario, which was made."""
        self.said = self.take_in(made, is_of_file)
        self.look(keep=True)

    def choose(self, place: int) -> None:
        """Edit another one."""
        if not self._is_busy() and 0 <= place < len(self.tried):
            self.chosen = place
            self.look()

    def drop(self) -> None:
        """Forget the chosen scenario; the last one stays."""
        if self._is_busy() or len(self.tried) < 2:
            return
        self.take_away()
        self.look()

    # -- edits ---------------------------------------------------------------------------------------

    def edit(self, kind: str, **given: Any) -> None:
        """Make an edit of whom it is about, in the chosen scenario; or in the place of the last, if it is of the
        same values of the same row."""
        of_catalog = kind in ("lock", "unlock")
        self._waiting.append((kind, given if of_catalog else {**given, **self.whom.owners()}))
        self.said = None
        if not self.doing:
            self.look()
        elif self.doing == "look":
            self._break_off()  # what it works out is no longer asked for

    def take_back(self, number: int | None = None) -> None:
        """Take back the last edit, or the one with this number, from 1."""
        if self._is_busy() or not self.scenario.scenario.made:
            return
        chosen = self.tried[self.chosen]

        def take_back() -> None:
            chosen.row = None
            self.scenario.take_back(number)

        self.look(first=take_back)

    def rebase(self) -> None:
        """Make all edits again on the district as it is now."""
        if self._is_busy():
            return

        def rebase() -> Said:
            self.forget_rows()
            made: list[Any] = [one.on for one in self.tried]
            missed = sum(one.rebase().missed.height for one in made)
            self.is_moved = False
            left = f" {counted(missed, 'edit')} could not be made again; see below." if missed else ""
            return Said("caution" if left else "done", f"The edits are made again.{left}")

        self.look(first=rebase)

    def save(self, path: str) -> None:
        """Write the chosen scenario to a file; a former one is replaced by a second click."""
        place = Path(path).expanduser()
        if place.exists() and self.replace != path:
            if fault := why_not(place, Kind.SCENARIO):
                self._say(Said("error", fault))
                return
            self.replace = path
            self._say(Said("caution", f"{path} is there already. Save once more to replace it."))
            return
        self.replace = ""
        try:
            made = self.scenario.save(path)
        except CoursepushError as error:
            self._say(Said("error", str(error)))
            return
        self._say(Said("done", f"Saved as {made}. district.what_if(edits=...) makes its edits again."))

    # -- what it would do ----------------------------------------------------------------------------

    def ask(self, **choices: Any) -> None:
        """Another choice of whom edits are about, or of the push that is tried."""
        for name, value in choices.items():
            setattr(self.whom, name, value)
        if self.whom.push not in self.whom.pushes():
            self.whom.push = next(iter(self.whom.pushes()))
        self.forget_rows()
        self.curve, self.setup = None, None
        if not self.doing:
            self.look()
            return
        self._is_asked = True
        self._break_off()

    def search(self, words: str) -> None:
        """Look for course masters or courses with these words in their number or name."""
        self.words = words.strip()
        if self.doing:
            self._is_asked = True
            return
        self.look(keep=True)

    def look(
        self, *, keep: bool = False, wide: bool = False, first: Callable[[], Said | None] = lambda: None
    ) -> None:
        """Make the edits that wait, and work out what is not worked out yet.

        Args:
            keep: what was said stays.
            first: done before, beside the notebook like all that reads the district; what there is to say of it.
            wide: also of a push of a whole catalog or calendar, which otherwise waits for a click.
        """
        whom, words, lists = replace(self.whom), self.words, self.lists
        waiting, self._waiting = self._waiting, []
        is_wanted = wide or whom.push not in WIDE
        refused: list[CoursepushError] = []
        told: list[Said] = []

        def look() -> Setup | None:
            said = first()
            told.extend([said] if said is not None else [])
            self.lists = lists
            if lists.key != key_of_lists(whom, words):
                self.lists = read_lists(self.district, self.offer, whom, words)
            if not whom.is_chosen:
                return None
            refused.extend(make_edits(self.tried[self.chosen], waiting))
            self._can_be_stopped = True
            setup = read_setup(self.scenario, whom)
            if is_wanted:
                for one in (self.base, *self.tried):
                    if one.row is None:
                        one.row, one.shown = measured_with_grades(one.name, whom.plan(one.on))
            return setup

        def seen(setup: Setup | None) -> None:
            if self.whom == whom:
                self.setup = setup
            self.said = told[-1] if told else self.said
            if refused:
                self._refused(refused[-1])

        if not keep:
            self.said = None
        self._start("look", look, seen)

    def draw_curve(self, curve: Curve) -> None:
        """What the push would do with each weight of a category, the chosen scenario's edits made first."""
        if self._is_busy():
            return
        if len(curve.values) < 2:
            self._say(Said("error", "Say from which weight to which larger one, in steps above 0."))
            return
        whom, scenario = replace(self.whom), self.scenario
        given = whom.owners()

        def edit(w: WhatIf, weight: float) -> object:
            return w.category(curve.category, weight=weight, **given)

        def draw() -> Report:
            return sweep(scenario.what_if, curve.values, edit, whom.plan, f"weight of {curve.category}")

        def drawn(report: Report) -> None:
            self.curve = report
            self._code_of_curve = sweep_code(curve, whom)

        self.curve = None
        self._start("sweep", draw, drawn)

    def stop(self) -> None:
        """Stop what is under way; nothing is written in any case."""
        self._is_asked = False
        self._break_off()

    def _break_off(self) -> None:
        """But edits that are being made: they would be missed."""
        if self._can_be_stopped:
            self.work.stop()

    def plan_code(self) -> str:
        """The chosen scenario made real, with the push that is tried, as Python."""
        return self.plan_code_of(self.whom)

    def make_plan(self) -> Plan:
        """The same."""
        return self.plan_of(self.whom)

    def code(self) -> str:
        """What was clicked, as Python that gives the same comparison."""
        names = variable_names([one.name for one in self.tried])
        lines = scenarios_code(self.district, self.whom, list(zip(names, self.tried, strict=True)))
        if self.curve is not None:
            lines.append(self._code_of_curve.replace("<scenario>", names[self.chosen]))
        return "\n".join(lines)

    # -- beside the notebook -------------------------------------------------------------------------

    def _is_busy(self) -> bool:
        return bool(self.doing)

    def _refused(self, error: BaseException) -> None:
        """Say why something was not done."""
        if isinstance(error, StoppedError):
            self.said = Said("note", "Stopped. Nothing was written.")
        elif isinstance(error, CoursepushError):
            self.is_moved = self.is_moved or isinstance(error, ScenarioMovedError)
            moved = "The district was written to since these scenarios were made from it."
            self.said = Said("error", moved if self.is_moved else str(error))
        else:
            unforeseen = f"Something went wrong that coursepush did not foresee: {type(error).__name__}: {error}."
            self.said = Said("error", unforeseen)

    def _start(self, doing: Doing, job: Callable[[], Any], done: Callable[[Any], None]) -> None:
        def ended(made: Any) -> None:
            self.doing, self.progress = "", None
            done(made)
            self._go_on()

        def failed(error: BaseException) -> None:
            self.doing, self.progress = "", None
            if not isinstance(error, StoppedError) or not (self._waiting or self._is_asked):
                self._refused(error)
            self._go_on()

        def moved(progress: Progress) -> None:
            self.progress = progress
            self.changed()

        if self.doing:
            return
        self.doing, self._can_be_stopped = doing, doing == "sweep"
        self.work.start(job, done=ended, failed=failed, progress=moved)
        self.changed()

    def _go_on(self) -> None:
        """With what was asked for meanwhile."""
        if self._waiting or self._is_asked:
            self._is_asked = False
            self.look(keep=True)
        else:
            self.changed()

    def _say(self, said: Said) -> None:
        self.said = said
        self.changed()
