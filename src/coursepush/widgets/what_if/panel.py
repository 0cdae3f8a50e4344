"""The what-if panel: edits with sliders and fields, scenarios side by side, nothing written."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import ipywidgets as W

from coursepush.errors import CoursepushError
from coursepush.widgets.look import box, button, buttons, code, heading, muted, on_change, on_click, show
from coursepush.widgets.panel import Panel
from coursepush.widgets.push.choices import Offer
from coursepush.widgets.push.panel import PushPanel, plan_panel
from coursepush.widgets.what_if.fields import Fields
from coursepush.widgets.what_if.form import Form
from coursepush.widgets.what_if.results import EditsView, ResultView, edits_html, result_html
from coursepush.widgets.what_if.state import WhatIfState
from coursepush.widgets.what_if.whom import WIDE, whom_at_first

if TYPE_CHECKING:
    from coursepush.district import District
    from coursepush.district.what_if import WhatIf

_TITLE = "What if?"
_LEAD = "Edits are laid over the district in memory, and a push is tried on them. Nothing is written."
_DOING = {"look": "Working out what the push would do", "sweep": "Trying one value after the other"}


class WhatIfPanel(Panel):
    """Scenarios beside one another, edited with sliders and fields.

    Work runs beside the notebook: the kernel stays free. In a script, :meth:`wait` waits for it.

    Attributes:
        state: what the panel is at, in plain Python.
        form: whom edits are about, and the push that is tried. fields: what stands there.
    """

    def __init__(
        self, district: District, title: str, edits: str, today: dt.date | None, given: dict[str, Any]
    ) -> None:
        offer = Offer.of(district)
        self._is_made = False
        self.state = WhatIfState(district, offer, whom_at_first(district, offer, given, today), self._show)
        self.state.begin_with(district.what_if(title, edits=edits or None), is_of_file=bool(edits))
        self.form = Form(offer, self.state)
        self.fields = Fields(self.state)
        self._make_scenarios()
        self.look_button = button("Work it out", icon="play", style="primary", tooltip="What this push would do")
        self.code_button = W.ToggleButton(description="Show as code", icon="code", layout=W.Layout(width="auto"))
        self.code = W.HTML()
        self.stop_button = button("Stop", icon="stop", tooltip="Stop what is under way")
        self.progress = W.HTML()
        self._under_way = buttons(self.stop_button, self.progress)
        self.message = W.HTML()
        self.rebase_button = button("Make the edits again", icon="refresh", tooltip="On the district as it is now")
        self.plan_button = button(
            "Make it a plan",
            icon="check-square-o",
            tooltip="A plan of these edits and this push, to be looked at",
        )
        self.close_button = button("Close this plan", icon="times", tooltip="Back to the scenarios alone")
        self.push_panel: PushPanel | None = None
        self._plan_holder = W.VBox()
        on_click(self.plan_button, self._plan)
        on_click(self.close_button, self._close_plan)
        self.edits_view = EditsView(self.state)
        self.result_view = ResultView(self.state)
        on_click(self.look_button, lambda: self.state.look(wide=True))
        on_click(self.stop_button, self.state.stop)
        on_click(self.rebase_button, self.state.rebase)
        on_change(self.code_button, "value", lambda _: self._show())
        super().__init__(
            [
                W.HTML(heading(_TITLE, 2) + muted(_LEAD)),
                self.form,
                self._scenarios,
                self.fields,
                self.edits_view,
                buttons(self.look_button, self.plan_button, self.code_button),
                self.code,
                self._under_way,
                self.message,
                self.rebase_button,
                self.result_view,
                self._plan_holder,
            ]
        )
        self._is_made = True
        self._show()

    def _make_scenarios(self) -> None:
        self.scenarios = W.ToggleButtons(style={"button_width": "auto"})
        self.new_title = W.Text(
            placeholder="Its name",
            description="Another scenario",
            style={"description_width": "auto"},
            layout=W.Layout(width="22em"),
        )
        self.add = button("Start it", icon="plus", tooltip="A scenario without edits")
        self.copy = button(
            "Start it with these edits", icon="copy", tooltip="One that begins with the edits of this"
        )
        self.drop = button("Forget this one", icon="trash", tooltip="Forget the scenario that is edited")
        on_change(self.scenarios, "value", self._choose)
        on_click(self.add, lambda: self._add(copy=False))
        on_click(self.copy, lambda: self._add(copy=True))
        on_click(self.drop, self.state.drop)
        self._scenarios = W.VBox(
            [W.HTML(heading("Scenarios")), self.scenarios, buttons(self.new_title, self.add, self.copy, self.drop)]
        )

    # -- for scripts ---------------------------------------------------------------------------------

    @property
    def scenario(self) -> WhatIf:
        """The scenario that is edited: it can be planned on in code as well."""
        return self.state.scenario

    def wait(self, timeout: float = 600) -> None:
        """Wait until what is under way is done and shown.

        Raises:
            TimeoutError: it takes longer than `timeout` seconds.
        """
        if self.push_panel is not None:
            self.push_panel.wait(timeout)
        self.state.work.wait(timeout)
        while self.state.doing:  # an edit that waited for the end
            self.state.work.wait(timeout)

    def close(self) -> None:
        """Take it off the page, and forget its scenarios."""
        if self._is_made:
            self.state.close()
            self._is_made = False
        super().close()

    @property
    def is_busy(self) -> bool:
        return bool(self.state.doing) or (self.push_panel is not None and self.push_panel.is_busy)

    def twin(self) -> str:
        """The edits of the chosen scenario, the scenarios side by side, and the plan that was made of one."""
        plan = self.push_panel.twin() if self.push_panel is not None else ""
        if not self.state.whom.is_chosen:
            return heading(_TITLE, 2) + muted("Nobody is chosen yet.") + plan
        return heading(_TITLE, 2) + edits_html(self.state) + result_html(self.state) + plan

    # -- showing the state ---------------------------------------------------------------------------

    def _add(self, *, copy: bool) -> None:
        title, self.new_title.value = self.new_title.value, ""
        self.state.add(title, copy=copy)

    def _plan(self) -> None:
        """A plan of the chosen scenario, below, where it is run, saved or submitted like any other."""
        state = self.state
        if state.doing or not state.whom.is_chosen:
            return
        try:
            self.push_panel = plan_panel(state.district, state.make_plan, state.plan_code())
        except CoursepushError as error:
            self._plan_holder.children = (W.HTML(box("error", str(error))), self.close_button)
            return
        title = W.HTML(heading(f"Plan: {state.tried[state.chosen].name}"))
        self._plan_holder.children = (title, buttons(self.close_button), self.push_panel)

    def _close_plan(self) -> None:
        self.push_panel = None
        self._plan_holder.children = ()

    def _choose(self, place: Any) -> None:
        if isinstance(place, int) and place != self.state.chosen:
            self.state.choose(place)

    def _show(self) -> None:
        if not self._is_made:
            return
        state = self.state
        is_busy = bool(state.doing)
        self.form.show()
        options = [(one.name, place) for place, one in enumerate(state.tried)]
        if list(self.scenarios.options) != options:
            self.scenarios.options = options
        self.scenarios.value = state.chosen
        self.drop.disabled = is_busy or len(state.tried) < 2
        if not is_busy:  # or a slider would go back to where it was before the last move
            self.fields.show()
        self.edits_view.show()
        is_wide = state.whom.push in WIDE
        self.look_button.disabled = is_busy or not state.whom.is_chosen or state.is_complete
        self.plan_button.disabled = is_busy or not state.whom.is_chosen or not state.scenario.scenario.made
        show(self.look_button, is_wide or not state.is_complete)
        show(self.code, self.code_button.value)
        self.code.value = code(state.code()) if self.code_button.value else ""
        show(self._under_way, is_busy)
        self.progress.value = self._progress()
        self.message.value = "" if state.said is None else box(state.said.kind, state.said.text, is_news=True)
        show(self.message, state.said is not None)
        show(self.rebase_button, state.is_moved)
        self.result_view.show()

    def _progress(self) -> str:
        state = self.state
        if not state.doing:
            return ""
        words = f"{_DOING[state.doing]} …"
        if state.progress is not None:
            words += f" {state.progress.words}"
        return f"<span role='status'>{muted(words)}</span>"
