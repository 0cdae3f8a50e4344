"""How DuckDB would join: read from its plan as JSON.

The drawing leaves operators out of wide plans, and calls them otherwise from version to version.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from coursepush.store import Store

ALL_WITH_ALL = frozenset(
    {"BLOCKWISE_NL_JOIN", "CROSS_PRODUCT", "IE_JOIN", "NESTED_LOOP_JOIN", "PIECEWISE_MERGE_JOIN"}
)
"""Operators that compare every row of one side with every row of the other."""


def joins_of_all_with_all(store: Store, sql: str, values: Any = None) -> list[str]:
    """The operators of a statement that compare all rows with all, one entry each.

    Raises:
        duckdb.Error: the statement cannot be explained.
    """
    explained = store.connection.execute("explain (format json) " + sql, values or None).fetchall()
    operators = [name for _, text in explained for name in _operators(json.loads(text))]
    assert operators, f"the plan names no operator: {explained}"
    return [name for name in operators if name in ALL_WITH_ALL]


def _operators(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "name" in node:
            yield str(node["name"]).strip().upper().replace(" ", "_")
        for part in node.values():
            yield from _operators(part)
    elif isinstance(node, list):
        for part in node:
            yield from _operators(part)
