"""Packages that only part of coursepush needs: what loads, plans, applies and reports runs without them.

A server or a worker of a cluster has ``coursepush-core``, which brings none of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from coursepush.errors import MissingPackageError

_CALLED = {
    "great_tables": "great-tables",
    "IPython": "ipython",
    "pyspark.sql": "'coursepush[spark]'",
    "pysail.spark": "'coursepush[sail]'",
}
"""Modules whose package has another name."""


def module(name: str, what: str) -> Any:
    """The module `name`, which `what` (in the plural, as a sentence begins) needs.

    Raises:
        MissingPackageError: it is not installed; says how to have it.

    >>> module("json", "Saved plans").dumps([1])
    '[1]'
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] != name.split(".")[0]:
            raise
        package = _CALLED.get(name, name)
        raise MissingPackageError(
            f"{what} need {package}, which is not installed here. Install it (pip install {package}), or all that "
            "goes with notebooks and pages (pip install coursepush)."
        ) from error
