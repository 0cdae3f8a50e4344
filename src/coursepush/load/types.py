"""How text and typed values become the kinds of the model's columns.

Every function returns SQL over one column of a raw table; names come from the model alone.
"""

from __future__ import annotations

import polars as pl

from coursepush.model.tables import LARGEST_ID, Column, Kind

KIND_WORDS: dict[Kind, str] = {
    "id": f"a whole number (up to {LARGEST_ID:,})",
    "int": "a whole number (up to 2,147,483,647)",
    "text": "text",
    "bool": "yes or no (true/false, t/f, yes/no, y/n, 1/0)",
    "date": "a date (2026-08-17 or 8/17/2026)",
    "decimal4": "a number with at most 4 digits after the point and 5 before it",
    "decimal3": "a number with at most 3 digits after the point and 6 before it",
    "ids": "a list of ids such as 3;5;8",
}
"""What a value of a kind looks like, for messages."""

KIND_RULES: dict[Kind, str] = {
    "id": "bad_integer",
    "int": "bad_integer",
    "text": "nul_byte",
    "bool": "bad_boolean",
    "date": "bad_date",
    "decimal4": "bad_decimal",
    "decimal3": "bad_decimal",
    "ids": "bad_id_list",
}

FIRST_DAY, LAST_DAY = -719_162, 2_932_896
"""The days of 0001-01-01 and 9999-12-31, counted from 1970-01-01: the dates that every program knows."""

NO_DATE = "a date before the year 1 or after 9999"
"""What is shown for an infinite date."""

POLARS_TYPES: dict[Kind, pl.DataType] = {
    "id": pl.Int64(),
    "int": pl.Int32(),
    "text": pl.String(),
    "bool": pl.Boolean(),
    "date": pl.Date(),
    "decimal4": pl.Decimal(9, 4),
    "decimal3": pl.Decimal(9, 3),
    "ids": pl.List(pl.Int64()),
}
"""The polars type of each kind, for frames that readers make."""

_TIME = r"([ T]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?(Z|[+-]\d{2}:?\d{2})?)?"
_ISO_DATE = rf"\d{{4}}-\d{{2}}-\d{{2}}{_TIME}"
_SLASH_DATE = rf"(\d{{1,2}})/(\d{{1,2}})/(\d{{4}}|\d{{2}}){_TIME}"
_ID_LIST = r"-?\d{1,19}(\s*;\s*-?\d{1,19})*"


def raw_expression(column: Column, name: str, dtype: pl.DataType) -> pl.Expr | None:
    """The column as its raw table holds it: of its own type where that is safe, else as text.

    Text is as it was given (:func:`normalised` is for that). Floating point goes by its shortest decimal text.
    None: values of this type cannot be had as this kind.
    """
    value = pl.col(name)
    if isinstance(dtype, pl.String | pl.Categorical | pl.Enum):
        return value.cast(pl.String).alias(column.name)
    if isinstance(dtype, pl.Null):
        return value.cast(pl.String).alias(column.name)
    if column.kind == "ids":
        if not isinstance(dtype, pl.List) or not (dtype.inner.is_integer() or dtype.inner.is_(pl.Null)):  # type: ignore[union-attr]
            return None
        members = pl.element().cast(pl.String).fill_null("null")
        return value.list.eval(members).list.join(";").alias(column.name)
    if isinstance(dtype, pl.Int128 | pl.UInt128) and column.kind in ("id", "int", "decimal3", "decimal4"):
        return value.cast(pl.String).alias(column.name)  # DuckDB has no such type
    if _is_kept(column.kind, dtype):
        return value.alias(column.name)
    if isinstance(dtype, pl.Datetime):
        return date_text(value, dtype).alias(column.name) if column.kind == "date" else None
    if dtype.is_float() and column.kind not in ("text", "bool"):
        return value.cast(pl.String).alias(column.name)
    if dtype.is_decimal() and column.kind in ("id", "int"):
        return value.cast(pl.String).alias(column.name)
    if dtype.is_integer() and column.kind in ("text", "bool"):
        return value.cast(pl.String).alias(column.name)
    return None


def normalised(text: pl.Series, column: Column) -> pl.Series:
    """Text as a raw table holds it: outer Unicode white space off, NFC, empty to null.

    What cannot change is not gone through: no text at all, and text of ASCII alone, which NFC leaves as it is.

    Example:
        >>> normalised(pl.Series("name", [" cafe\u0301 ", " ", None]), Column("name", "text")).to_list()
        ['caf\xe9', None, None]
    """
    if text.null_count() == text.len():
        return text
    text = text.str.strip_chars()
    if column.kind == "text" and (text.str.len_bytes() != text.str.len_chars()).any():
        text = text.str.normalize("NFC")
    is_blank = text.str.len_bytes() == 0
    return text.set(is_blank, None) if is_blank.any() else text


def date_text(value: pl.Expr, dtype: pl.Date | pl.Datetime, *, with_time: bool = False) -> pl.Expr:
    """Dates as text, :data:`NO_DATE` for those that no calendar has: databases know an infinite date.

    `with_time` keeps the time of day of a Datetime. Polars cannot make text of an infinite date, so those are
    taken out first.
    """
    if isinstance(dtype, pl.Date):
        low, high = FIRST_DAY, LAST_DAY
    else:
        ticks = 86_400 * {"ms": 10**3, "us": 10**6, "ns": 10**9}[dtype.time_unit]
        low, high = FIRST_DAY * ticks, (LAST_DAY + 1) * ticks - 1
        low, high = max(low, -(2**63) + 1), min(high, 2**63 - 2)  # the largest ones stand for infinite
    is_date = value.to_physical().is_between(low, high)
    finite = pl.when(is_date).then(value)
    text = (finite if with_time or isinstance(dtype, pl.Date) else finite.dt.date()).cast(pl.String)
    return pl.when(is_date.not_()).then(pl.lit(NO_DATE)).otherwise(text)


def text_expression(value: pl.Expr, dtype: pl.DataType) -> pl.Expr | None:
    """A column as text in one form: true and false, ISO dates, lists as ``3;5;8``. None: there is no such form."""
    if isinstance(dtype, pl.String | pl.Categorical | pl.Enum | pl.Null) or dtype.is_numeric():
        return value.cast(pl.String)
    if isinstance(dtype, pl.Boolean):
        return pl.when(value).then(pl.lit("true")).when(value.not_()).then(pl.lit("false"))
    if isinstance(dtype, pl.Date | pl.Datetime):
        return date_text(value, dtype, with_time=True)
    if dtype.is_temporal():
        return value.cast(pl.String)
    if isinstance(dtype, pl.List) and (dtype.inner.is_integer() or dtype.inner.is_(pl.Null)):  # type: ignore[union-attr]
        return value.list.eval(pl.element().cast(pl.String)).list.join(";")
    return None


def _is_kept(kind: Kind, dtype: pl.DataType) -> bool:
    if kind in ("id", "int"):
        return dtype.is_integer()
    if kind in ("decimal3", "decimal4"):
        return dtype.is_integer() or dtype.is_decimal()
    if kind == "bool":
        return dtype.is_(pl.Boolean)
    return kind == "date" and dtype.is_(pl.Date)


def year_expression(text: pl.Expr) -> pl.Expr:
    """The year in which a school year ends, of ``2027``, ``2026-2027``, ``2026-27`` or ``2026/27``; else null."""
    parts = text.str.extract_groups(r"^(\d{4})(?:\s*[-/–]\s*(\d{4}|\d{2}))?$")
    start, end = parts.struct.field("1").cast(pl.Int32), parts.struct.field("2")
    return (
        pl.when(end.str.len_chars() == 4)
        .then(end.cast(pl.Int32, strict=False))
        .when(end.is_not_null())
        .then(start + 1)
        .otherwise(start)
    )


def date_expression(text: pl.Expr) -> pl.Expr:
    """The date of ISO text or of month/day/year, a time of day left off; else null."""
    iso = text.str.extract(r"^(\d{4}-\d{2}-\d{2})(?:[T ].*|Z|[+-]\d\d:\d\d)?$")
    parts = text.str.extract_groups(r"^(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?:\s.*)?$")
    month, day, year = (parts.struct.field(group) for group in "123")
    long_year = pl.when(year.str.len_chars() == 2).then(pl.lit("20") + year).otherwise(year)
    written = pl.concat_str(long_year, month.str.zfill(2), day.str.zfill(2), separator="-")
    return pl.coalesce(iso, written).str.to_date("%Y-%m-%d", strict=False)


def kind_words(column: Column) -> str:
    """What a value of the column looks like, for messages."""
    if column.bounds is None:
        return KIND_WORDS[column.kind]
    low, high = column.bounds
    kind = "whole number" if column.kind == "int" else "number"
    return f"a {kind} from {low} to {high}"


def parse_sql(column: Column, is_text: bool) -> str:
    """SQL that gives the typed value of a raw column, or null where it is none of its kind or out of bounds."""
    value = _typed_sql(column, is_text)
    if column.bounds is None:
        return value
    low, high = column.bounds
    return f"case when {value} between {low} and {high} then {value} end"


def _typed_sql(column: Column, is_text: bool) -> str:
    name = column.name
    if not is_text:
        if column.kind in ("decimal3", "decimal4"):
            return (
                f"case when try_cast({name} as {column.sql_type}) = {name} "
                f"then try_cast({name} as {column.sql_type}) end"
            )
        if column.kind == "date":
            return f"case when {name} between date '0001-01-01' and date '9999-12-31' then {name} end"
        return _in_range(column, f"try_cast({name} as {column.sql_type})")
    match column.kind:
        case "text":
            return f"case when not contains({name}, chr(0)) then {name} end"
        case "id" | "int":
            digits = f"regexp_replace({name}, '\\.0+$', '')"
            number = _in_range(column, f"try_cast({digits} as {column.sql_type})")
            return f"case when regexp_full_match({name}, '[+-]?\\d+(\\.0+)?') then {number} end"
        case "decimal3" | "decimal4":
            scale = 4 if column.kind == "decimal4" else 3
            pattern = rf"[+-]?(\d+(\.\d{{0,{scale}}}0*)?|\.\d{{1,{scale}}}0*)"
            return (
                f"case when regexp_full_match({name}, '{pattern}') then try_cast({name} as {column.sql_type}) end"
            )
        case "bool":
            return (
                f"case when lower({name}) in ('true', 't', 'yes', 'y', '1') then true "
                f"when lower({name}) in ('false', 'f', 'no', 'n', '0') then false end"
            )
        case "date":
            return _date_sql(name)
        case "ids":
            return (
                f"case when regexp_full_match({name}, '{_ID_LIST}') "
                f"then try_cast('[' || replace({name}, ';', ',') || ']' as bigint[]) "
                f"when {name} is not null and {name} = '' then cast([] as bigint[]) end"
            )


def _in_range(column: Column, number: str) -> str:
    """An id leaves room above for new ones; one beyond is none."""
    if column.kind != "id":
        return number
    return f"case when {number} between {-LARGEST_ID} and {LARGEST_ID} then {number} end"


def _date_sql(name: str) -> str:
    """ISO, or month/day/year; a year of two digits is 1970 to 2069. A time of day is left off."""

    def part(nth: int) -> str:
        return f"regexp_extract({name}, '{_SLASH_DATE}', {nth})"

    year = (
        f"case when length({part(3)}) = 4 then {part(3)} when {part(3)} < '70' then '20' || {part(3)} "
        f"else '19' || {part(3)} end"
    )
    return (
        f"case when regexp_full_match({name}, '{_ISO_DATE}') then try_cast(left({name}, 10) as date) "
        f"when regexp_full_match({name}, '{_SLASH_DATE}') then try_cast(({year}) || '-' || "
        f"lpad({part(1)}, 2, '0') || '-' || lpad({part(2)}, 2, '0') as date) end"
    )
