"""The address of a database: opened with SQLAlchemy, and shown without what opens it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from importlib import import_module
from typing import Any
from urllib.parse import quote, quote_plus

from coursepush.errors import LoadError, RequestError
from coursepush.load.findings import Findings
from coursepush.store.faults import without_values

_ODBC = re.compile(r"(?i)^\s*(driver|dsn|filedsn)\s*=")
_ODBC_PART = re.compile(r"([^=;]+)=(\{(?:[^}]|\}\})*\}|[^;]*)(?:;|$)")
_URL = re.compile(r"^[A-Za-z][\w+]*://|^env:")
_OPEN_PARTS = ("driver", "server", "database", "dsn", "host", "port", "trusted_connection", "encrypt")
"""What of an ODBC line may be shown."""

_NEEDS_SQLALCHEMY = (
    "Reading a database by its address needs SQLAlchemy and the database's driver. Install them: pip install "
    "'coursepush[database]', and psycopg for PostgreSQL, pyodbc for SQL Server, PyMySQL for MySQL or oracledb for "
    "Oracle."
)


def is_address(source: object) -> bool:
    """Whether a source is a database's address: a URL, an ODBC line, or ``env:NAME`` of a variable with one."""
    return isinstance(source, str) and (_URL.match(source) or _ODBC.match(source)) is not None


class Secrets:
    """What must not be told of an address: user, password, and all that is not known to be harmless."""

    def __init__(self, texts: Iterable[str | None] = ()) -> None:
        given = [text for text in texts if text]
        forms = {form for text in given for form in (text, quote(text, safe=""), quote_plus(text))}
        self._forms = sorted(forms, key=len, reverse=True)

    def hidden(self, text: str) -> str:
        """`text` without them; nothing of it where they are too short to be found for certain."""
        if any(len(form) < 4 and form in text for form in self._forms):
            return "(what the database says is not shown, since it may hold a user's name or password)"
        for form in self._forms:
            text = text.replace(form, "…")
        return text


def engine_of(address: str) -> tuple[Any, str, Secrets]:
    """A SQLAlchemy engine, what to call the database (host and name alone), and what must not be told.

    Raises:
        RequestError: SQLAlchemy or the driver is not installed, the variable is not set, or this is no address.
    """
    if address.startswith("env:"):
        name = address.removeprefix("env:")
        address = os.environ.get(name, "")
        if not address:
            raise RequestError(
                f"The environment variable {name} is not set. Set it to the database's address, for instance "
                "postgresql+psycopg://user:password@host/database."
            )
    try:
        sqlalchemy = import_module("sqlalchemy")
    except ImportError:
        raise RequestError(_NEEDS_SQLALCHEMY) from None
    try:
        if _ODBC.match(address):
            url = sqlalchemy.URL.create("mssql+pyodbc", query={"odbc_connect": address})
        else:
            url = sqlalchemy.make_url(address)
    except Exception:
        # not chained: what was given may be shown in the cause
        raise RequestError(
            "This is no address of a database. It looks like postgresql+psycopg://user:password@host/database; "
            "write signs such as @ and / in a password as %40 and %2F."
        ) from None
    secrets = _secrets_of(url)
    try:
        engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.NullPool, hide_parameters=True)
    except ImportError as error:
        module = secrets.hidden(error.name or str(error))
        raise RequestError(
            f"The driver {module} of that database is not installed. Install it, or name another one in the "
            "address, such as postgresql+psycopg:// or mysql+pymysql://."
        ) from None
    except Exception as error:
        said = secrets.hidden(_first_line(error))
        raise RequestError(f"The database's address cannot be used: {said}") from None
    return engine, called_by(url), secrets


def called_by(url: Any) -> str:
    """An address without user, password and options: ``postgresql://host/database``."""
    host, port, database = url.host, url.port, url.database
    query = {key.lower(): value for key, value in url.query.items()}
    if "odbc_connect" in query:
        parts = odbc_parts(str(query["odbc_connect"]))
        host, database = parts.get("server") or parts.get("dsn"), parts.get("database")
    elif not host and "host" in query:
        host = str(query["host"])
    where = (host or "") + (f":{port}" if port else "")
    return f"{url.get_backend_name()}://{where}/{database or ''}"


def odbc_parts(line: str) -> dict[str, str]:
    """An ODBC line (``Driver={...};Server=...``) by its parts, names in lower case."""
    return {
        found[1].strip().lower(): found[2].strip().removeprefix("{").removesuffix("}")
        for found in _ODBC_PART.finditer(line)
    }


def failed(called: str, error: BaseException, secrets: Secrets, query: str | None = None) -> LoadError:
    """The refusal of a database that cannot be opened or asked, to be raised without its cause.

    Of what it says of a query, values that are not in the query are not told: they may be a student's.
    """
    said = _first_line(error)
    said = said if query is None else without_values(said, query)
    findings = Findings()
    findings.refuse(
        "unreadable_database",
        f"The database {called} cannot be read. Look at the address, the network and what its user may read. The "
        f"database says: {secrets.hidden(said)}",
    )
    return LoadError(findings.summary(), findings.frame())


def _secrets_of(url: Any) -> Secrets:
    texts: list[str | None] = [url.username, None if url.password is None else str(url.password)]
    for key, value in url.query.items():
        for text in (value,) if isinstance(value, str) else value:
            if key.lower() == "odbc_connect":
                parts = odbc_parts(text)
                texts += [text, *(part for name, part in parts.items() if name not in _OPEN_PARTS)]
            elif key.lower() not in _OPEN_PARTS:
                texts.append(text)
    return Secrets(texts)


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]
