"""The tab of grades: whose a previewed plan would move, calculated when it is opened, beside the notebook."""

from __future__ import annotations

import ipywidgets as W

from coursepush.widgets.look import box, button, muted, on_change, on_click, show
from coursepush.widgets.push.grades import Grades
from coursepush.widgets.push.state import Preview, PushState
from coursepush.widgets.tables import RowsTable

_NAMES = {
    "school": {"school": "School"},
    "teacher": {"teacher": "Teacher", "school": "School"},
    "section": {
        "school": "School",
        "course": "Course",
        "section_number": "Section",
        "teacher": "Teacher",
        "what": "What happens to some student",
    },
}
_FILTERS: dict[str, dict[str, str]] = {
    "school": {"school": "School"},
    "teacher": {"school": "School", "teacher": "Teacher"},
    "section": {"school": "School", "teacher": "Teacher", "what": "What happens"},
}
_GROUPS = (("School by school", "school"), ("Teacher by teacher", "teacher"), ("Section by section", "section"))


class GradesView(W.VBox):
    """The tab: the headline, how far grades move, and a table by school, teacher or section with its filters."""

    def __init__(self, state: PushState, preview: Preview) -> None:
        self._state = state
        self._preview = preview
        self._drawn: Grades | None = None
        self.calculate = button("Calculate", icon="calculator", tooltip="Whose grades in progress would move")
        self.head = W.HTML()
        self.by = W.ToggleButtons(options=_GROUPS, value="school", style={"button_width": "auto"})
        self.rows: RowsTable | None = None
        self._holder = W.VBox()
        on_click(self.calculate, state.look_at_grades)
        on_change(self.by, "value", lambda _: self._list())
        super().__init__([self.head, self.calculate, self.by, self._holder])
        self.show()

    def opened(self) -> None:
        """The tab was opened: calculate, unless that is done or something else is under way."""
        if self._state.grades_of(self._preview) is None:
            self._state.look_at_grades()

    def show(self) -> None:
        """Show the state as it is."""
        grades = self._state.grades_of(self._preview)
        is_busy = bool(self._state.doing)
        show(self.calculate, grades is None)
        self.calculate.disabled = is_busy
        show(self.by, grades is not None and bool(grades.tables))
        if grades is None:
            waits = "Calculating whose grades would move …" if self._state.doing == "forecast" else ""
            self.head.value = muted(waits or "Not calculated yet.")
        elif grades is not self._drawn:
            self._drawn = grades
            notes = "".join(f"<div>{muted(note)}</div>" for note in grades.notes)
            self.head.value = box("note", grades.headline) + grades.picture + notes
            self._list()

    def _list(self) -> None:
        grades = self._drawn
        if grades is None or not grades.tables:
            return
        group = str(self.by.value)
        of_sections = group == "section"
        lead = "" if of_sections else "In how many sections it happens to any student."
        columns = _NAMES[group] if of_sections else {**_NAMES[group], **grades.outcomes}
        self.rows = RowsTable(
            grades.tables[group],
            columns,
            _FILTERS[group],
            noun=group,
            title=f"Grades by {group}",
            remembered=self._state.remembered,
        )
        self._holder.children = (W.HTML(muted(lead)), self.rows)
