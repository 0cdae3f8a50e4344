"""The steps of a piece of work in words, and how many of them are left."""

from __future__ import annotations

import re

from coursepush.model.elements import ELEMENT_LABELS

_ELEMENTS = sorted(ELEMENT_LABELS, key=len, reverse=True)
_TABLES = {
    "task": "grading_tasks",
    "assessment": "assessments",
    "category": "categories",
    "composite": "composite_grades",
    "grade_calc": "grade_calc_options",
}
_LEVELS = {"1": "courses", "2": "sections", "course": "courses", "section": "sections"}
_JUDGED = re.compile(
    r"(met|judged|verdict|undo_row|used|task_after|free_name|new_name|renamed|same|new_id)(?:[._](\d))?[._]?(.*)"
)
_WRITTEN = re.compile(r"(?:history|delete|update|insert|check) (course|section|master)(?:_(\w+))?")
_WORDS = (
    (r"commit", "saving it"),
    (r"create history|push id|history|read back", "keeping what was there, so that it can be undone"),
    (
        r"find |list |scope_|target_|given tables|locks|custom fields|begin|kept work|district",
        "finding what it is about",
    ),
    (r"work_|not_meeting|taken_back|undo_(node|need|stays|attribute)", "looking what students' work rests on"),
    (r"whole|counts|changes|rows|push result|chosen rows|drop|forget|digest", "counting what would happen"),
    (r"policy|approv", "looking who has to agree"),
    (r"calendars in session|year begins|weights|without setup|count links", "looking for what to warn of"),
)


def step_words(step: str) -> str:
    """What is done in a step, as people say it: "comparing Categories on sections"."""
    if written := _WRITTEN.match(step):
        element = ELEMENT_LABELS.get(_TABLES.get(written[2] or "", ""), "Course Info")
        return f"writing {element} on {_LEVELS.get(written[1], 'course masters')}"
    if judged := _JUDGED.match(step):
        element = next((ELEMENT_LABELS[one] for one in _ELEMENTS if one in step), "what is there")
        return f"comparing {element}" + (f" on {_LEVELS[judged[2]]}" if judged[2] in _LEVELS else "")
    return next((words for pattern, words in _WORDS if re.match(pattern, step)), "calculating")


class Expected:
    """How many steps a kind of work takes: as many as it took last time, at first as many as it usually does."""

    def __init__(self) -> None:
        self._steps = {"preview": 84, "run": 66}

    def learn(self, what: str, steps: int) -> None:
        self._steps[what] = steps

    def left_words(self, what: str, steps: int) -> str:
        """How far it is, `steps` being begun: nothing where that is not known."""
        usual = self._steps.get(what)
        if usual is None:
            return ""
        if steps >= usual:
            return "nearly done"
        return f"about {round(100 * steps / usual)} % done, about {usual - steps} of {usual} steps left"


EXPECTED = Expected()
"""Of this program: what was learned in one panel serves the next."""
