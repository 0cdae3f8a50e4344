"""Course masters without any grading setup: nothing comes from them, though their courses look right."""

from __future__ import annotations

from collections.abc import Collection

from coursepush.errors import counted, examples
from coursepush.load.checks import staged
from coursepush.load.findings import Findings
from coursepush.model.tables import SETUP
from coursepush.store import Session

MASTER_SETUP: tuple[str, ...] = tuple(table.name for table in SETUP if table.name.startswith("master_"))
"""The tables of course masters' setup."""

CURE = (
    "Nothing is pushed from it to its courses. Set it up at the source and refresh, or give it a starting setup "
    "(district.scaffold(), coursepush load --scaffold)."
)


def owners_sql(schema: str = "") -> str:
    """A query: owner_id, the course masters that have any setup. `schema` stands before the tables."""
    return " union ".join(f"select owner_id from {schema}{name}" for name in MASTER_SETUP)


def warn_of_masters_without_setup(session: Session, tables: Collection[str], findings: Findings) -> None:
    """One warning that names the active course masters among the staged ones that have no setup, and how many."""
    if "course_master" not in tables:
        return
    owners = " union ".join(f"select owner_id from {staged(name)}" for name in MASTER_SETUP)
    numbers = session.rows(
        "course masters without setup",
        # one row an active course master without setup
        f"select m.number from {staged('course_master')} as m where m.is_active "
        f"and m.master_id not in (select owner_id from ({owners}) where owner_id is not null) order by m.number",
    )
    tell(findings, "no_setup", [str(row[0]) for row in numbers])


def warn_of_new_masters_without_setup(session: Session, findings: Findings) -> None:
    """The same of those that the district does not have yet."""
    owners = " union ".join(f"select owner_id from {staged(name)}" for name in MASTER_SETUP)
    numbers = session.rows(
        "new course masters without setup",
        # one row an active course master that is new and without setup
        f"select m.number from {staged('course_master')} as m "
        "anti join district.main.course_master as d on d.master_id = m.master_id "
        f"where m.is_active and m.master_id not in (select owner_id from ({owners}) where owner_id is not null) "
        "order by m.number",
    )
    tell(findings, "new_without_setup", [str(row[0]) for row in numbers], "since the last load and ")


def tell(findings: Findings, rule: str, numbers: list[str], when: str = "") -> None:
    """A warning of the rule, where there are any course masters of these numbers."""
    if not numbers:
        return
    if when:
        verb = f"{'is' if len(numbers) == 1 else 'are'} new {when}{'has' if len(numbers) == 1 else 'have'}"
    else:
        verb = "has" if len(numbers) == 1 else "have"
    cure = (
        CURE
        if len(numbers) == 1
        else CURE.replace("from it to its", "from them to their").replace(" it ", " them ")
    )
    findings.warn(
        rule,
        f"{counted(len(numbers), 'course master')} {verb} no setup: {examples(numbers)}. {cure}",
        table="course_master",
        value=str(len(numbers)),
    )


def tell_anew(session: Session) -> None:
    """After a scaffold: say which course masters have no setup, in the place of what was said before."""
    findings = Findings()
    numbers = session.rows(
        "course masters without setup",
        # one row an active course master without setup
        "select number from district.main.course_master where is_active "
        f"and master_id not in ({owners_sql('district.main.')}) order by number",
    )
    tell(findings, "no_setup", [str(row[0]) for row in numbers])
    session.run(
        "forget who had no setup",
        # one row what was said of course masters without setup
        "delete from district.push.finding where rule in ('no_setup', 'new_without_setup')",
    )
    for severity, rule, table, _, _, _, value, message in findings.frame().rows():
        session.run(
            "say who has no setup",
            # one row: the course masters without setup
            "insert into district.push.finding (severity, rule, table_name, value, message) "
            "values ($severity, $rule, $table, $value, $message)",
            {"severity": severity, "rule": rule, "table": table, "value": value, "message": message},
        )
