"""What the what-if panel's state is made of: scenarios that are tried, edits in them, and all of it as code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from coursepush.errors import CoursepushError, ScenarioMovedError, StoppedError
from coursepush.forecast.shown import Shown
from coursepush.scenario.code import edit_code
from coursepush.scenario.edits import Edit
from coursepush.widgets.calls import call_text, literal
from coursepush.widgets.what_if.whom import Whom

if TYPE_CHECKING:
    from coursepush.district import District

AS_IT_IS = "as it is"

_VALUES: dict[str, frozenset[str]] = {
    "categories": frozenset({"weight", "sequence", "is_excluded", "drop_lowest", "tasks"}),
    "grade_calc_options": frozenset(
        {"calc_type", "scale", "weight_categories", "use_percent", "last_n", "cumulative_from_term"}
    ),
}
"""Of edits that the panel's fields make: what is a value, rather than whose it is."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the panel last said: note, caution, error or done, and the sentence."""

    kind: Literal["note", "caution", "error", "done"]
    text: str


@dataclass(eq=False)
class Tried:
    """A scenario, or the district as it is, and what the push would do there.

    Attributes:
        row: of the comparison; None where that is not worked out.
        shown: what may be said of the grades that would move.
    """

    name: str
    on: District
    row: dict[str, Any] | None = None
    shown: Shown | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """A weight that is tried with several values."""

    category: str
    low: float
    high: float
    step: float

    @property
    def values(self) -> list[float]:
        """From the lowest to the highest, at most a hundred of them."""
        if self.step <= 0 or self.high <= self.low:
            return []
        count = min(int((self.high - self.low) / self.step + 1e-9) + 1, 100)
        return [round(self.low + place * self.step, 4) for place in range(count)]


def make_edits(one: Tried, waiting: list[tuple[str, dict[str, Any]]]) -> list[CoursepushError]:
    """Make edits in a scenario, each in the place of the last if that is of the same; those refused, why."""
    refused: list[CoursepushError] = []
    made: Any = one.on
    scenario = made.scenario
    for kind, given in waiting:
        one.row = None
        last = scenario.made[-1].edit if scenario.made else None
        again = last is not None and _is_of_the_same(last, Edit(kind, given))
        if again:
            made.take_back()
        try:
            if scenario.do(kind, given) == 0:
                made.take_back()  # as it stands already
        except (ScenarioMovedError, StoppedError):
            raise
        except CoursepushError as error:
            refused.append(error)
            if again and last is not None:
                scenario.do(last.do, last.given)
    return refused


def _is_of_the_same(last: Edit, new: Edit) -> bool:
    """Whether both set the same values of the same row."""
    values = _VALUES.get(str(new.given.get("element")), frozenset())
    if (last.do, new.do) != ("set", "set") or not values:
        return False
    apart = [{name: one for name, one in each.given.items() if name not in values} for each in (last, new)]
    return apart[0] == apart[1] and last.given.keys() == new.given.keys()


def sweep_code(curve: Curve, whom: Whom) -> str:
    owners = "".join(f", {name}={literal(one)}" for name, one in whom.owners().items())
    return (
        f"curve = <scenario>.sweep(\n    {literal(f'weight of {curve.category}')},\n    {curve.values!r},\n"
        f"    lambda w, weight: w.category({literal(curve.category)}, weight=weight{owners}),\n"
        f"    lambda w: {whom.code('w')},\n)"
    )


def scenarios_code(district: District, whom: Whom, named: Sequence[tuple[str, Tried]]) -> list[str]:
    """The lines that make these scenarios, each under its name, and put the push in them side by side."""
    path = district.store.path
    opened = "# district: as in this notebook"
    if path is not None:
        opened = f"district = cp.open_district({literal(str(path))})"
    lines = ["import coursepush as cp", "", opened]
    for name, one in named:
        made: Any = one.on
        lines.append(f"{name} = {call_text('district.what_if', [made.title], {})}")
        edits: list[Edit] = [each.edit for each in made.scenario.made if not each.missed]
        lines += [edit_code(each, name) for each in edits]
    if not whom.is_chosen:
        return lines
    if whom.today is not None:
        lines.insert(0, "import datetime as dt\n")
    pairs = [(AS_IT_IS, "district"), *((one.name, name) for name, one in named)]
    return [*lines, "cp.compare({", *(f"    {literal(title)}: {whom.code(name)}," for title, name in pairs), "})"]
