"""What stands there, as sliders and fields; a move of one is an edit of the chosen scenario."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import ipywidgets as W

from coursepush.widgets.look import button, buttons, heading, muted, on_change, on_click, show
from coursepush.widgets.slider import Slider
from coursepush.widgets.what_if.setup import LOCK_LABELS, Option, Setup
from coursepush.widgets.what_if.state import WhatIfState
from coursepush.widgets.what_if.tried import Curve

_HUNDRED = 100.0
_AUTO = {"description_width": "auto"}
_CALCULATIONS = [("No Calculation", "none"), ("In Progress Grade", "in_progress")]


class Fields(W.VBox):
    """The setup of one owner: weights, options, tasks, locks. What is edited is shown as the scenario has it.

    Attributes:
        sliders: by the category's name.
        tasks: a tick for each task or standard that is there, by name.
        locks: a tick for each lock.
    """

    def __init__(self, state: WhatIfState) -> None:
        self._state = state
        self._is_busy = False
        self.sliders: dict[str, Any] = {}
        self.tasks: dict[Any, Any] = {}
        self.locks: dict[str, Any] = {}
        self._weights, self._ticked, self._locked = W.VBox(), W.VBox(), W.VBox()
        self.total = W.HTML()
        self._make_weights()
        self._make_options()
        self._make_tasks()
        self.ignores = _tick("Ignore Master Push")
        on_change(self.ignores, "value", lambda on: self._edit("ignore", on=bool(on)))
        self.locks_of = W.HTML()
        locks = W.VBox([self.locks_of, self._locked, self.ignores])
        self._pages = W.Tab([self._weights_page, self._options_page, self._tasks_page, locks])
        for place, title in enumerate(("Weights", "Grade Calc Options", "Tasks and standards", "Locks")):
            self._pages.set_title(place, title)
        super().__init__([self._pages])
        show(self, False)

    def _make_weights(self) -> None:
        self.new_name = W.Text(description="New category", style=_AUTO, layout=W.Layout(width="22em"))
        self.add_category = button("Add it", icon="plus", tooltip="Add this category, with the weight 0")
        self.gone = _list("Category")
        self.remove = button("Take it away", icon="minus", tooltip="Take this category away")
        self.of = _list("Category")
        self.low, self.high, self.step = (
            W.FloatText(value=value, description=label, style=_AUTO, layout=W.Layout(width="9em"))
            for label, value in (("from", 10.0), ("to", 40.0), ("in steps of", 5.0))
        )
        self.draw = button("Draw the curve", icon="line-chart", tooltip="What the push would do with each weight")
        on_click(self.add_category, self._add)
        on_click(self.remove, lambda: self._edit("remove", element="categories", name=self.gone.value))
        on_click(
            self.draw,
            lambda: self._state.draw_curve(Curve(self.of.value, self.low.value, self.high.value, self.step.value)),
        )
        rows = W.VBox([buttons(self.new_name, self.add_category), buttons(self.gone, self.remove)])
        curve = W.VBox([buttons(self.of, self.low, self.high, self.step), self.draw])
        self.more = buttons(
            _opener("Add a category, or take one away", rows),
            _opener("Try one weight with many values: a curve", curve),
        )
        self._weights_page = W.VBox([self._weights, self.total, self.more, rows, curve])

    def _make_options(self) -> None:
        self.option = _list("Task and term")
        self.calc_type = _list("Calculation")
        self.weight_categories = _tick("Weight Categories")
        self.use_percent = _tick("Use score's % value")
        self.no_options = W.HTML(muted("There are no calculation options here."))
        self._option_fields = W.VBox([self.option, self.calc_type, self.weight_categories, self.use_percent])
        self._options_page = W.VBox([self._option_fields, self.no_options])
        on_change(self.option, "value", lambda _: self._show_option())
        for name in ("calc_type", "weight_categories", "use_percent"):
            on_change(getattr(self, name), "value", lambda value, name=name: self._set_option(name, value))

    def _make_tasks(self) -> None:
        self.other = _list("Another one")
        self.add_task = button("Add it", icon="plus", tooltip="Align this grading task or standard")
        on_click(self.add_task, lambda: self._set_task(self.other.value, True))
        self._tasks_page = W.VBox([self._ticked, buttons(self.other, self.add_task)])

    # -- showing -------------------------------------------------------------------------------------

    def show(self) -> None:
        """Show what stands there; fields that stay keep the focus."""
        setup = self._state.setup
        show(self, setup is not None)
        if setup is None:
            return
        self._is_busy = True
        try:
            self._show_weights(setup)
            self._show_options(setup)
            self._show_tasks(setup)
            self._show_locks(setup)
        finally:
            self._is_busy = False

    def _show_weights(self, setup: Setup) -> None:
        if list(self.sliders) != list(setup.weights):
            self.sliders = {name: self._slider(name) for name in setup.weights}
            self._weights.children = tuple(self.sliders.values())
        for name, weight in setup.weights.items():
            one, value = self.sliders[name], float(weight)
            one.label = f"{name} (not calculated)" if name in setup.excluded else name
            one.max = max(_HUNDRED, one.max, value)
            one.value = value
        totals = "".join(
            f"; {_short(total)} for {task}" if task else f"{_short(total)} in all"
            for task, total in setup.totals.items()
        )
        none = "There are no categories here."
        self.total.value = muted(f"They weigh {totals}." if setup.weights else none)
        for one in (self.gone, self.of):
            _offer(one, [(name, name) for name in setup.weights])
        self.remove.disabled = self.draw.disabled = not setup.weights

    def _slider(self, name: str) -> Slider:
        made = Slider(label=name)
        on_change(
            made, "value", lambda value: self._edit("set", element="categories", name=name, weight=_plain(value))
        )
        return made

    def _show_options(self, setup: Setup) -> None:
        show(self._option_fields, bool(setup.options))
        show(self.no_options, not setup.options)
        _offer(self.option, [(f"{one.label}, term {one.term}", (one.task, one.term)) for one in setup.options])
        self._show_option()

    def _show_option(self) -> None:
        one = self._option()
        if one is None:
            return
        was, self._is_busy = self._is_busy, True
        types = _CALCULATIONS + [(one.calc_type, one.calc_type)] * (one.calc_type not in dict(_turned()))
        _offer(self.calc_type, types)
        self.calc_type.value = one.calc_type
        self.weight_categories.value, self.use_percent.value = one.weight_categories, one.use_percent
        self._is_busy = was

    def _show_tasks(self, setup: Setup) -> None:
        if list(self.tasks) != list(setup.tasks):
            self.tasks = {task: self._task(task, label) for task, (label, _) in setup.tasks.items()}
            parts: list[Any] = []
            for is_standard, title in ((False, "Grading Tasks"), (True, "Standards")):
                ticks = [self.tasks[task] for task, (_, which) in setup.tasks.items() if which == is_standard]
                box = W.HBox(ticks)
                box.add_class("coursepush-data")
                parts += [W.HTML(heading(title)), box] if ticks else []
            self._ticked.children = tuple(parts)
        for one in self.tasks.values():
            one.value = True
        kinds = {False: "", True: " (standard)"}
        others = [(f"{label}{kinds[which]}", task) for task, (label, which) in setup.other_tasks.items()]
        _offer(self.other, others)
        can_be_edited = self._state.whom.level != "section"
        for one in (*self.tasks.values(), self.add_task):
            one.disabled = not can_be_edited
        self.add_task.disabled = self.add_task.disabled or not others

    def _task(self, task: Any, label: str) -> Any:
        made = _tick(label)
        on_change(made, "value", lambda value: self._set_task(task, bool(value)))
        return made

    def _show_locks(self, setup: Setup) -> None:
        if not self.locks:
            self.locks = {lock: self._lock(lock, label) for lock, label in LOCK_LABELS.items()}
            box = W.HBox(list(self.locks.values()))
            box.add_class("coursepush-data")
            self._locked.children = (box,)
        there = setup.locks
        none = "There is no course master, so no catalog locks anything here."
        told = f"Locks of the course catalog {setup.catalog}: what is locked is pushed, and read-only below."
        self.locks_of.value = muted(none if there is None else told)
        show(self._locked, there is not None)
        for lock, one in self.locks.items():
            one.value = there is not None and lock in there
        show(self.ignores, setup.ignores is not None)
        self.ignores.value = bool(setup.ignores)

    def _lock(self, lock: str, label: str) -> Any:
        made = _tick(label)

        def take(on: Any) -> None:
            setup = self._state.setup
            if setup is not None:
                self._edit("lock" if on else "unlock", catalog=setup.catalog, locks=[lock])

        on_change(made, "value", take)
        return made

    # -- edits ---------------------------------------------------------------------------------------

    def _edit(self, kind: str, **given: Any) -> None:
        if not self._is_busy:
            self._state.edit(kind, **given)

    def _add(self) -> None:
        name = self.new_name.value.strip()
        if name:
            self.new_name.value = ""
            self._edit("set", element="categories", name=name, weight=0)

    def _option(self) -> Option | None:
        setup, chosen = self._state.setup, self.option.value
        options: list[Option] = [] if setup is None else setup.options
        return next((one for one in options if (one.task, one.term) == chosen), None)

    def _set_option(self, name: str, value: Any) -> None:
        one = self._option()
        if one is not None:
            self._edit("set", element="grade_calc_options", task=one.task, term=one.term, **{name: value})

    def _set_task(self, task: Any, is_there: bool) -> None:
        setup = self._state.setup
        if setup is None:
            return
        known = {**setup.tasks, **setup.other_tasks}
        if task in known:
            element = "standards" if known[task][1] else "grading_tasks"
            self._edit("set" if is_there else "remove", element=element, task=task)


def _turned() -> list[tuple[str, str]]:
    return [(value, label) for label, value in _CALCULATIONS]


def _offer(one: Any, options: list[tuple[str, Any]]) -> None:
    """Other options; what was chosen stays chosen where it is still there."""
    there = options or [("None", "")]
    if list(one.options) != there:
        was = one.value
        one.options = there
        one.value = was if was in [value for _, value in there] else there[0][1]


def _list(label: str) -> Any:
    return W.Dropdown(description=label, layout=W.Layout(width="26em", max_width="100%"), style=_AUTO)


def _opener(label: str, what: Any) -> Any:
    """A button that shows a part and takes it away again."""
    made = W.ToggleButton(description=label, icon="caret-right", layout=W.Layout(width="auto"))
    show(what, False)

    def opened(value: Any) -> None:
        show(what, bool(value))
        made.icon = "caret-down" if value else "caret-right"

    on_change(made, "value", opened)
    return made


def _tick(label: str) -> Any:
    return W.Checkbox(value=False, description=label, indent=False, layout=W.Layout(width="auto"))


def _short(weight: Decimal) -> str:
    """100.0000 is 100."""
    return f"{float(weight):g}"


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else value
