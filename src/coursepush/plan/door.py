"""The one door to planning: whoever wants a plan, of whatever kind, enters here."""

from __future__ import annotations

import datetime as dt
import weakref
from collections.abc import Collection, Sequence
from typing import Any

from coursepush.plan.plan import Plan
from coursepush.plan.request import Request, day_of
from coursepush.plan.requests.registry import KINDS, kind_of
from coursepush.plan.tables import PlanTables
from coursepush.plan.warnings import unreached_warning
from coursepush.store.database import Session, Store
from coursepush.store.layout import last_refresh


def plan_asked(store: Store, session: Session, kind: str, *, today: dt.date | None = None, **asked: Any) -> Plan:
    """Plan what somebody asked for, by names or ids.

    Args:
        kind: of request, by its name in the registry.
        asked: the arguments of its method of a district.

    Raises:
        RequestError: something named is unknown, or cannot be asked for.
    """
    unreached: list[str] = []
    request = KINDS[kind].resolve(session, **asked, unreached=unreached)
    return plan_request(store, session, request, today=today, unreached=unreached)


def plan_again(store: Store, session: Session, request: Request) -> Plan:
    """Plan the same request on the district as it is in `session` now."""
    return plan_request(store, session, kind_of(request).again(session, request))


def plan_request(
    store: Store,
    session: Session,
    request: Request,
    *,
    today: dt.date | None = None,
    unreached: Sequence[str] = (),
) -> Plan:
    """Plan `request` in `session`, which may be one that reads or the one that is about to write.

    `unreached` is what the request named and does not reach.
    """
    today = day_of(today) or dt.date.today()
    kind = kind_of(request)
    tables = PlanTables.new(has_setup=kind.has_setup(session, request))
    made = kind.plan(session, tables, request, today)
    plan = Plan(
        store=store,
        tables=tables.knowing(made.tables),
        request=request,
        scope=made.scope,
        district_id=str(session.value("district", "select district_id from push.district")),
        refresh_id=last_refresh(session),
        warnings=[*unreached_warning(unreached), *made.warnings],
        notes=made.notes,
        _counts=made.counts,
        unknown_use_rows=made.unknown_use_rows,
        left_alone=made.left_alone,
        _matches=made.matches,
        stamp=store.stamp(),
        scenario=store.scenario,
        _remake=lambda session: plan_request(store, session, request, today=today),
    )
    kept = set(tables.columns())
    drop_tables(session, [name for name in made.tables if name not in kept])
    weakref.finalize(plan, store.forget, sorted(kept))
    return plan


def drop_tables(session: Session, made: Collection[str]) -> None:
    """Drop tables that planning made and nobody needs any longer, the last one first."""
    for name in reversed(list(made)):
        session.run("drop", f"drop table if exists {name}")
