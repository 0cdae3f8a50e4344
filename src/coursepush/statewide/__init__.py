"""Many districts of a state: one push previewed in each of them, a district a task, by the engine that is there.

:mod:`coursepush.statewide.task` says all that is to be said of one district and knows no engine. A thin door
each hands tasks out: :mod:`coursepush.statewide.here` to this machine's cores,
:mod:`coursepush.statewide.spark` to Spark.
STATEWIDE.md is the contract.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _Package(ModuleType):
    """``cp.statewide(...)`` is a function of the package, and this package has its name: calling it calls that."""

    def __call__(self, lake: Any, **given: Any) -> Any:
        from coursepush.statewide.state import statewide

        return statewide(lake, **given)


sys.modules[__name__].__class__ = _Package
