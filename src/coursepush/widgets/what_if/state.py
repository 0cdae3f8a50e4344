"""The what-if panel's state: scenarios, what their push would do, what was said. Plain Python.

Edits that are asked for while something is worked out wait for its end, so that no move of a slider is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from coursepush.errors import CoursepushError, ScenarioMovedError, StoppedError, counted
from coursepush.files import Kind, why_not
from coursepush.reports.side_by_side import measured_with_grades, sweep, told_side_by_side
from coursepush.scenario.code import edit_code, variable_names
from coursepush.widgets.calls import call_text
from coursepush.widgets.push.choices import Offer
from coursepush.widgets.what_if.setup import Setup, read_setup
from coursepush.widgets.what_if.tried import AS_IT_IS, Curve, Said, Tried, make_edits, scenarios_code, sweep_code
from coursepush.widgets.what_if.whom import WIDE, Lists, Whom, key_of_lists, read_lists
from coursepush.widgets.work import Progress, Work

if TYPE_CHECKING:
    from coursepush.district import District
    from coursepush.district.what_if import WhatIf
    from coursepush.plan.plan import Plan
    from coursepush.reports.report import Report

Doing = Literal["", "look", "sweep"]


@dataclass(eq=False)
class WhatIfState:
    """What the panel is at. `changed` is called whenever something of it is another.

    Attributes:
        tried: the scenarios. chosen: the place of the one that is edited.
        base: the district as it is.
        words: what is looked for among course masters or courses. lists: these.
        setup: what stands on whom edits are about, in the chosen scenario; None where nobody is chosen.
        is_moved: the district was written to; the edits are to be made again.
        replace: a file that a save would replace; it waits for a second click.
        curve: of the last sweep.
    """

    district: District
    offer: Offer
    whom: Whom
    changed: Callable[[], None] = lambda: None
    tried: list[Tried] = field(default_factory=list[Tried])
    chosen: int = 0
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
        self.work = Work(self.district.store)
        self.base = Tried(AS_IT_IS, self.district)
        self._waiting: list[tuple[str, dict[str, Any]]] = []
        self._is_asked = self._can_be_stopped = False
        self._code_of_curve = ""

    # -- scenarios -----------------------------------------------------------------------------------

    @property
    def scenario(self) -> WhatIf:
        """The one that is edited."""
        made: Any = self.tried[self.chosen].on
        return made

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
            return self._take_in(parent.what_if(title.strip() or "What if", edits=file or None), bool(file))

        self.look(first=add)

    def begin_with(self, made: WhatIf, *, is_of_file: bool) -> None:
        """The first scenario, which was made."""
        self.said = self._take_in(made, is_of_file)
        self.look(keep=True)

    def _take_in(self, made: WhatIf, is_of_file: bool) -> Said | None:
        self.tried.append(Tried(self._free_name(made.title), made))
        self.chosen = len(self.tried) - 1
        missed = made.missed.height
        if not is_of_file:
            return None
        left = f" {counted(missed, 'edit')} cannot be made here; see below." if missed else ""
        return Said("caution" if left else "done", f"{made.title} is opened.{left}")

    def choose(self, place: int) -> None:
        """Edit another one."""
        if not self._is_busy() and 0 <= place < len(self.tried):
            self.chosen = place
            self.look()

    def drop(self) -> None:
        """Forget the chosen scenario; the last one stays."""
        if self._is_busy() or len(self.tried) < 2:
            return
        self.scenario.close()
        del self.tried[self.chosen]
        self.chosen = min(self.chosen, len(self.tried) - 1)
        self.look()

    def close(self) -> None:
        """Forget all scenarios."""
        for one in self.tried:
            made: Any = one.on
            made.close()

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
            self._forget_rows()
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
        self._forget_rows()
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
        names = variable_names([one.name for one in self.tried])
        name = names[self.chosen]
        made: Any = self.scenario
        lines = [f"{name} = {call_text('district.what_if', [made.title], {})}"]
        lines += [edit_code(one.edit, name) for one in made.scenario.made if not one.missed]
        return "\n".join([*lines, f"plan = {name}.plan_setup(then={self.whom.code(name)})"])

    def make_plan(self) -> Plan:
        """The same."""
        return self.scenario.plan_setup(then=self.whom.plan(self.scenario), today=self.whom.today)

    @property
    def compared(self) -> Report | None:
        """The district as it is and the scenarios side by side, as far as they are worked out."""
        rows = [one.row for one in (self.base, *self.tried) if one.row is not None]
        return told_side_by_side(rows, "What if") if rows else None

    @property
    def is_complete(self) -> bool:
        return all(one.row is not None for one in (self.base, *self.tried))

    def edits(self) -> pl.DataFrame:
        """Of the chosen scenario: number, what, rows, missed."""
        return self.scenario.edits()

    def code(self) -> str:
        """What was clicked, as Python that gives the same comparison."""
        names = variable_names([one.name for one in self.tried])
        lines = scenarios_code(self.district, self.whom, list(zip(names, self.tried, strict=True)))
        if self.curve is not None:
            lines.append(self._code_of_curve.replace("<scenario>", names[self.chosen]))
        return "\n".join(lines)

    # -- beside the notebook -------------------------------------------------------------------------

    def _free_name(self, title: str) -> str:
        """The title, numbered where another has it."""
        there = {AS_IT_IS, *(one.name for one in self.tried)}
        numbered = (f"{title} ({number})" for number in range(2, len(there) + 3))
        return next(one for one in (title, *numbered) if one not in there)

    def _forget_rows(self) -> None:
        for one in (self.base, *self.tried):
            one.row = one.shown = None

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
