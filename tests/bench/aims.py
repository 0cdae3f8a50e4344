"""The aims, and whether a figure meets one."""

from __future__ import annotations

from dataclasses import dataclass

GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Aim:
    """A bound on a figure, in the figure's own unit: at most `most`, or at least `least`."""

    words: str
    most: float | None = None
    least: float | None = None

    def held(self, figure: float) -> str:
        """``met``, or by how much of the bound it is missed."""
        if self.most is not None:
            beyond = figure / self.most - 1
        else:
            assert self.least is not None
            beyond = 1 - figure / self.least
            if beyond > 0.5:
                return f"missed, {figure / self.least:.1%} of the aim"
        if beyond <= 0:
            return "met"
        if beyond >= 1:
            return f"missed, {beyond + 1:.1f} × the aim"
        return f"missed by {beyond:.0%}" if beyond >= 0.01 else "missed by under 1%"


PLAN = Aim("≤ 1.5 ×", most=1.5)
APPLY = Aim("≤ 1 ×", most=1.0)
REPORT = Aim("≤ 1.5 ×", most=1.5)
DIGEST = Aim("≤ 3 µs a written row", most=3e-6)
PEAK = Aim("≤ 4 GiB", most=4 * GIB)
GROWTH = Aim("≤ 1 ×", most=1.0)
ONE = Aim("≤ 100 ms", most=0.1)
IMPORT = Aim("≤ 0.3 s of CPU", most=0.3)
OPEN = Aim("≤ 1 s", most=1.0)
SQLITE = Aim("≥ 100 ×", least=100)
PANDAS = Aim("≥ 5 ×", least=5)
POSTGRES = Aim("≥ 3 ×", least=3)
POLARS = Aim("≥ 1 ×", least=1)
LOAD = Aim("≤ 1 µs a score", most=1e-6)
FORECAST = Aim("≤ 2 ×", most=2.0)
ONE_FORECAST = Aim("≤ 0.3 s", most=0.3)
GRADES_PEAK = Aim("≤ 6 GiB", most=6 * GIB)
OPEN_PANEL = Aim("≤ 0.5 s", most=0.5)
PREVIEW = Aim("≤ 1.5 ×", most=1.5)
FILTER = Aim("≤ 0.1 s", most=0.1)
GRADES_POLARS = Aim("≥ 1 ×", least=1)


def apply_allowance(plan: float, bare_writes: float) -> float:
    """The seconds an apply may take: what planning again takes, a tenth more, and twice the bare writes."""
    return 1.1 * plan + 2 * bare_writes
