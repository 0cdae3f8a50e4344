"""The data dictionary of the load format: ``python -m coursepush.load.dictionary``.

Made from the model, and from the mapping for Infinite Campus, which knows where each table is in the product.
"""

from __future__ import annotations

from collections.abc import Sequence

from coursepush.load.mapping.campus import ProductName, product_names
from coursepush.load.mapping.shipped import SHIPPED
from coursepush.model.tables import BANKS, COURSES, ORGANISATION, SETUP, WORK, Column, Table

_KINDS = {
    "id": "id (whole number)",
    "int": "whole number",
    "text": "text",
    "bool": "true or false",
    "date": "date, 2026-08-17",
    "decimal4": "number, up to 4 decimals",
    "decimal3": "number, up to 3 decimals",
    "ids": "ids, ascending: 3;5;8",
}

_WORDS = {
    "owner_id": "id of what it belongs to",
    "parent_row_id": "id of the row one level up that it came from; blank: made here",
    "category_row_id": "id of a `section_category` of the same section",
}

_INTRODUCTION = """# The load format

`coursepush load FOLDER INTO` takes one CSV or Parquet file per table, named after it: `course.csv`. CSV is UTF-8
with commas; what a spreadsheet makes of it (semicolons, tabs, `sep=;`, Windows text, UTF-16) is read too where
it is certain, with a warning; `--repair` mends what is in doubt. A file that was cut is refused. The folder
`tiny` beside this page is a whole district of that kind, made by hand: one middle school, two course masters,
three courses. Columns may come in any order; a column that is not there takes its default, else it is blank. A
table that is not there is empty; but tables of students' work (marked *work*) are then unknown, not empty.
In a refresh nothing that is not there is empty: a table or column that an extract lacks stays as it is.
A folder that `coursepush export` wrote has a `coursepush-manifest.json`: a load refuses it where files or rows are
gone, and tells of files that were edited or added. Delete the manifest to have the folder taken as it is.

Each table says where Infinite Campus has it, and how sure that is: *documented* in the product's public help, seen
in *public SQL* of districts and vendors, or *not published*: then the name is a proposal of this toolkit. A name
with ? is a proposal too. An extract by those names is read as it is, one with other names by a mapping.

Files of other systems are read by a mapping: `coursepush load FOLDER INTO --mapping canvas`. These come along:

{mappings}

Any other files need one of your own. `coursepush map FOLDER --output mine.toml` drafts it from names, headers and
values: ids are columns that are filled and unique, references are columns contained in an id. What is not sure
stands in comments, with the reason. The draft explains its own words; `base = "canvas"` at its top keeps the
tables of a mapping that comes along, but for those that you write. These systems have no course masters: each
course number becomes one, in one catalog, and `--scaffold` gives them a starting setup.

A cell that is exactly `NULL`, `\\N` or the like is blank, and a finding counts them. Numbers that people type
(course, section, school numbers) are text: leading zeros stay. `end_year` is the year in which the school year
ends. **Bold** columns are the key. This page is made by `python -m coursepush.load.dictionary`.

## Out of a database

`coursepush load --database URL --mapping campus.toml INTO` (or `load_district(URL, mapping=...)`) reads the same
tables out of a database, with `pip install "coursepush[database]"` and its driver; `load_district(connection,
mapping=...)` takes a connection of SQLAlchemy, ADBC, DuckDB or the DB-API. It is only read: of the tables and
columns that the mapping names, as of one moment where the database can (PostgreSQL, SQLite, DuckDB, MySQL,
Oracle; SQL Server where `ALLOW_SNAPSHOT_ISOLATION` is on; elsewhere a warning says so). User and password are
neither printed nor kept. A password needs not stand on the command line: `--database env:CAMPUS` takes the
address from the variable `CAMPUS`.

Infinite Campus runs on SQL Server. With Microsoft's ODBC driver and `pip install pyodbc`, the address is
SQLAlchemy's or the line that ODBC takes (`Trusted_Connection=yes` in place of UID and PWD signs in as the
Windows user):

    mssql+pyodbc://USER:PASSWORD@SERVER/NAME?driver=ODBC+Driver+18+for+SQL+Server&ApplicationIntent=ReadOnly
    Driver={{ODBC Driver 18 for SQL Server}};Server=SERVER;Database=NAME;UID=USER;PWD=PASSWORD

Signs such as `@ : /` in a user or password are written `%40 %3A %2F` in the first; a password with `;` stands in
braces in the second. `ApplicationIntent=ReadOnly` asks for a read-only copy where the server has one. Tables
stand in schema `dbo`; one of another schema is named in the mapping as `schema.table`.
"""


def dictionary() -> str:
    """The data dictionary as Markdown: every table, every column."""
    known = "\n".join(f"- `{name}`: {words}." for name, words in SHIPPED.items())
    parts, names = [_INTRODUCTION.format(mappings=known)], product_names()
    for title, tables in (
        ("Organisation", ORGANISATION),
        ("Banks", BANKS),
        ("Course masters, courses, sections", COURSES),
        ("Grading setup", SETUP),
        ("Students", WORK),
    ):
        parts.append(f"## {title}\n")
        parts += [_table(table, names[table.name]) for table in tables]
    return "\n".join(parts)


def _table(table: Table, product: Sequence[ProductName]) -> str:
    unique = "".join(f" Unique: {', '.join(names)}." for names in table.unique)
    work = " *Work.*" if table.is_work else ""
    lines = [
        f"### {table.name}\n",
        f"{table.meaning}{unique}{work}\n",
        f"In Infinite Campus: {'; '.join(_place(each) for each in product)}.\n",
        "| column | what | where it is not given | in Infinite Campus |",
        "|---|---|---|---|",
    ]
    lines += [_column(table, column, product) for column in table.columns]
    return "\n".join(lines) + "\n"


def _kind(column: Column) -> str:
    if column.bounds is None:
        return _KINDS[column.kind]
    return f"{_KINDS[column.kind]}, {column.bounds[0]} to {column.bounds[1]}"


def _place(product: ProductName) -> str:
    said = {"documented": "documented", "public SQL": "seen in public SQL"}.get(product.known, "not published")
    return f"`{product.table}`{'?' if product.known == 'proposal' else ''} ({said})"


def _column(table: Table, column: Column, product: Sequence[ProductName]) -> str:
    name = f"**{column.name}**" if column.name in table.key else column.name
    what = _kind(column) + (f" of a `{column.reference}`" if column.reference else "")
    if column.name in _WORDS:
        what = _WORDS[column.name] + (f": a `{column.reference}`" if column.reference else "")
    if column.default is not None:
        missing = {"[]": "no ids: every task", "'none'": "none"}.get(column.default, column.default)
    else:
        missing = "must be given" if column.required else "blank"
    names = [
        f"`{each.columns[column.name]}`{'?' if column.name in each.proposed else ''}"
        for each in product
        if column.name in each.columns
    ]
    return f"| {name} | {what} | {missing} | {'; '.join(dict.fromkeys(names)) or '–'} |"


if __name__ == "__main__":
    print(dictionary(), end="")
