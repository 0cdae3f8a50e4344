"""One measurement in a process of its own, which tells its figures as JSON.

python -m tests.bench.worker TASK JSON
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

TASKS: dict[str, str] = {
    **dict.fromkeys(
        (
            "make",
            "apply_once",
            "plan",
            "plan_whole",
            "apply",
            "plan_and_apply",
            "undo_plan",
            "digest",
            "rows",
            "page",
            "report",
            "open_file",
            "one",
            "choose",
        ),
        "ours",
    ),
    **dict.fromkeys(("compare", "query", "write"), "floor"),
    **dict.fromkeys(("export_tables", "push"), "rival"),
    **dict.fromkeys(("open_panel", "preview", "in_list", "narrow_report"), "panels"),
    **dict.fromkeys(
        (
            "change_weights",
            "forecast",
            "grades",
            "one_forecast",
            "group_scores",
            "by_polars",
            "by_student",
        ),
        "grades",
    ),
    **dict.fromkeys(("export_lake", "load", "plan_of_lake"), "loading"),
}
"""Each task, and the module whose function of that name does it."""


def run(task: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Do the task; its figures, and the process's peak memory in bytes unless the task told its own."""
    module = importlib.import_module(f".{TASKS[task]}", __package__)
    told = getattr(module, task)(**arguments)
    from .rival import peak_bytes

    return {"peak": peak_bytes(), **told}


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], json.loads(sys.argv[2]))))
