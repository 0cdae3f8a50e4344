"""Where students work on what hop 0 adds: an undo may take away again what was used already when it was added."""

from __future__ import annotations

from coursepush.plan.step import Step, run_steps
from coursepush.plan.tables import PlanTables
from coursepush.plan.use import work_steps
from coursepush.store.database import Session
from coursepush.store.work import work_is_kept


def work_of_setup(session: Session, tables: PlanTables) -> PlanTables:
    """Tables of their own with the work on courses and sections that hop 0 adds rows of setup to."""
    own = PlanTables.new()
    courses = f"select distinct course_id from {tables.setup} where verdict = 'insert' and course_id is not null"
    steps = [Step("target_course", f"{own.prefix}target_course", courses)]
    run_steps(session, [*steps, *work_steps(own, keeps_work=work_is_kept(session))])
    return own


def forget_work(session: Session, own: PlanTables) -> None:
    """Drop them."""
    for table in (own.work(1), own.work(2), f"{own.prefix}target_course"):
        session.run("drop", f"drop table if exists {table}")
