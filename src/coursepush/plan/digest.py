"""The digest of a plan: what was asked for, under which rules, and every row but `same` (RULES.md 9)."""

from __future__ import annotations

import hashlib

from coursepush.plan.text import ROW_COLUMNS, ROW_ORDER
from coursepush.store.database import Session


def digest_of(rules_version: str, request_text: str, rows: str) -> str:
    """The digest, of :func:`digest_of_rows` and what else it covers."""
    return hashlib.sha256(f"{rules_version}\n{request_text}\n{rows}".encode()).hexdigest()


def digest_of_rows(session: Session, rows_sql: str) -> str:
    """sha256 over the sha256 of each row, as text, in the stated order; `rows_sql` gives the rows of a plan."""
    total = hashlib.sha256()
    line = ", ".join(f"coalesce(cast({name} as varchar), '\\N')" for name in ROW_COLUMNS)
    lines = session.frame(
        "digest",
        # one row a row of the plan
        f"select sha256(concat_ws('|', {line})) as line\nfrom (\n{rows_sql}\n)\norder by {ROW_ORDER}",
    )["line"]
    for start in range(0, len(lines), 65536):
        total.update(("\n".join(lines.slice(start, 65536).to_list()) + "\n").encode())
    return total.hexdigest()
