"""What a user's own query may be: one SELECT over the district's tables, and nothing that acts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import duckdb

from coursepush.errors import QueryError
from coursepush.store.session import Session

TABLE_FUNCTIONS = frozenset(
    {
        "duckdb_columns",
        "duckdb_functions",
        "duckdb_settings",
        "duckdb_tables",
        "duckdb_types",
        "duckdb_views",
        "generate_series",
        "pragma_table_info",
        "range",
        "repeat",
        "summary",
        "unnest",
    }
)
"""Table functions a query may use. Others read files, run text as SQL, or switch DuckDB's own logs and settings,
though each of them stands in a SELECT."""

QUERY_NODES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
"""Kinds of query that only read. From DuckDB 2 on a WITH may also hold INSERT, UPDATE, DELETE and COPY, and its
parser calls the whole a SELECT; what a later version adds is refused until it is known here."""


def check_select(session: Session, query: str, caller: str = "district.sql") -> None:
    """Raise unless `query` is one statement that DuckDB's parser calls SELECT and that only reads tables.

    `caller` is what the messages call who runs it.

    Raises:
        QueryError: it is no query, several, another statement, or calls a function that does more than read.
    """
    try:
        statements = duckdb.extract_statements(query)
    except duckdb.Error as error:
        raise QueryError(f"This query cannot be read. {error}") from error
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        kinds = ", ".join(dict.fromkeys(_kind(one) for one in statements)) or "none"
        raise QueryError(
            f"{caller} runs one SELECT and nothing else; this is: {kinds}. To change the district, plan a "
            "push and apply it."
        )
    parsed = json.loads(
        session.value("parse the query", "select json_serialize_sql($query::varchar)", {"query": query})
    )
    if parsed.get("error"):
        raise QueryError(f"This query cannot be read. {parsed.get('error_message', '')}")
    writing = sorted(set(_query_nodes(parsed)) - QUERY_NODES)
    if writing:
        kinds = ", ".join(kind.removesuffix("_NODE").removesuffix("_QUERY") for kind in writing)
        raise QueryError(
            f"{caller} runs one SELECT and nothing else; a WITH in this one does more than read: {kinds}. To "
            "change the district, plan a push and apply it."
        )
    for name in sorted(set(_table_functions(parsed)) - TABLE_FUNCTIONS):
        raise QueryError(
            f"The query failed: {name}() is none of the table functions that {caller} runs, since it may do "
            f"more than read the district's tables. It runs: {', '.join(sorted(TABLE_FUNCTIONS))}."
        )


def check_change(text: str, caller: str) -> None:
    """Raise unless `text` is one UPDATE, INSERT or DELETE; what it may change is for the caller to see to.

    Raises:
        QueryError: it is another statement, or several.
    """
    try:
        statements = duckdb.extract_statements(text)
    except duckdb.Error as error:
        raise QueryError(f"This statement cannot be read. {error}") from error
    kinds = [_kind(one) for one in statements]
    if len(kinds) != 1 or kinds[0] not in ("UPDATE", "INSERT", "DELETE"):
        shown = ", ".join(dict.fromkeys(kinds)) or "none"
        raise QueryError(f"{caller} runs one UPDATE, INSERT or DELETE and nothing else; this is: {shown}.")


def _kind(statement: duckdb.Statement) -> str:
    """What the parser calls a statement, or in words where it would run several."""
    kind = str(statement.type).removeprefix("StatementType.")
    return "several statements in one, as PIVOT is" if kind == "MULTI" else kind


def _query_nodes(node: Any) -> Iterator[str]:
    """The kinds of all queries within a parsed query, however deep: each has its own WITH, or is called a node."""
    if isinstance(node, dict):
        kind = str(node.get("type"))
        if "cte_map" in node or kind.endswith("_NODE"):
            yield kind
        for part in node.values():
            yield from _query_nodes(part)
    elif isinstance(node, list):
        for part in node:
            yield from _query_nodes(part)


def _table_functions(node: Any) -> Iterator[str]:
    """The names of all table functions in a parsed query, however deep."""
    if isinstance(node, dict):
        if node.get("type") == "TABLE_FUNCTION":
            yield str(node["function"]["function_name"]).lower()
        for part in node.values():
            yield from _table_functions(part)
    elif isinstance(node, list):
        for part in node:
            yield from _table_functions(part)
