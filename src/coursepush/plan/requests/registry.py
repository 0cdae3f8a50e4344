"""Every kind of request in one place: what it is, how it is asked for, who plans it, and what it is called.

A new kind is a module here, a planner, and an entry in :data:`KINDS`.
"""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Protocol

import polars as pl

from coursepush.model.verdicts import VERDICT_LABELS, Verdict
from coursepush.plan.fates import FATE_WORDS, Fate, Told, fates_sentence, totals_by_fate
from coursepush.plan.links.planner import plan_links
from coursepush.plan.made import Made, Planner
from coursepush.plan.planner import plan_course_push, plan_master_push
from coursepush.plan.request import Request
from coursepush.plan.requests import course_push, links, master_push, setup, undo
from coursepush.plan.requests.form import Form, Unfit, shown
from coursepush.plan.setup.planner import plan_setup
from coursepush.plan.tables import PlanTables
from coursepush.plan.undo.planner import plan_undo, undoes_setup
from coursepush.store.database import Session


class HasFates(Protocol):
    """A plan, made on a district or read from its file."""

    request: Request

    def counts(self) -> pl.DataFrame: ...

    def fates(self, *, reasons: bool = False) -> pl.DataFrame: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of request.

    Attributes:
        name: in requests, saved plans and the history.
        request: its class.
        resolve: makes one of what a user types, by keywords; adds what is out of reach to `unreached`.
        again: the same request on the district as it is now.
        plan: plans it.
        form: what each of its other fields should be, where one is read back from a file.
        method: of a district, that asks for it.
        choices: what each choice is called and what was chosen, as on the screen it is made on.
        called: what a plan of it is: "a push".
        section: of RULES.md, by which such a plan judges; None for pushes, which go by the rule table.
        labels: what its verdicts are called where that is another than in a push.
        fates: how what becomes of rows is told, likewise.
        has_setup: whether a plan of it has verdicts on setup itself, hop 0.
    """

    name: str
    request: type[Request]
    resolve: Callable[..., Request]
    again: Callable[[Session, Any], Request]
    plan: Planner
    form: Form
    method: str
    choices: Callable[[Session, Any], list[tuple[str, str]]]
    called: str = "a push"
    section: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    fates: Mapping[str, Told] = field(default_factory=dict)
    has_setup: Callable[[Session, Any], bool] = lambda session, request: False

    @property
    def noun(self) -> str:
        """ "push": the same without its article."""
        return self.called.split(maxsplit=1)[1]


def _plan_setup(session: Session, tables: PlanTables, request: setup.SetupRequest, today: dt.date) -> Made:
    return plan_setup(session, tables, request, today, _plan_then)


def _plan_then(session: Session, tables: PlanTables, request: Request, today: dt.date) -> Made:
    kind = kind_of(request)
    return kind.plan(session, tables, kind.again(session, request), today)


def _setup_choices(session: Session, request: setup.SetupRequest) -> list[tuple[str, str]]:
    then = [] if request.then is None else request_words(session, request.then)
    return [*setup.setup_choices(session, request), *then]


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            name="master_push",
            request=master_push.MasterPush,
            resolve=master_push.resolve_master_push,
            again=master_push.master_push_again,
            plan=plan_master_push,
            form=master_push.FORM,
            method="plan_master_push",
            choices=master_push.master_push_choices,
        ),
        Kind(
            name="course_push",
            request=course_push.CoursePush,
            resolve=course_push.resolve_course_push,
            again=lambda session, request: request,
            plan=plan_course_push,
            form=course_push.FORM,
            method="plan_course_push",
            choices=course_push.course_push_choices,
        ),
        Kind(
            name="links",
            request=links.LinkRequest,
            resolve=links.resolve_links,
            again=links.links_again,
            plan=plan_links,
            form=links.FORM,
            method="plan_links",
            choices=links.links_choices,
            called="a plan of links",
            section="11",
            labels={Verdict.RELINK: "Linked", Verdict.SAME: "Linked already"},
            fates={
                Fate.LINKED_AGAIN: Told("Linked", "is linked", "are linked"),
                Fate.STAYS: Told("Stays as it is", "stays as it is", "stay as they are"),
                Fate.COULD_NOT: Told("Could not be linked", "could not be linked", "could not be linked"),
            },
        ),
        Kind(
            name="setup",
            request=setup.SetupRequest,
            resolve=setup.resolve_setup,
            again=lambda session, request: request,
            plan=_plan_setup,
            form=setup.FORM,
            method="plan_setup",
            choices=_setup_choices,
            called="a plan of setup",
            section="13",
            fates={
                Fate.LINKED_AGAIN: Told(
                    "Only its link changes", "has only its link changed", "have only links changed"
                ),
            },
            has_setup=lambda session, request: True,
        ),
        Kind(
            name="undo",
            request=undo.UndoRequest,
            resolve=undo.resolve_undo,
            again=lambda session, request: undo.resolve_undo(session, **request.arguments()),
            plan=plan_undo,
            form=undo.FORM,
            method="plan_undo",
            choices=undo.undo_choices,
            has_setup=undoes_setup,
            called="an undo",
            section="10",
            labels={
                Verdict.INSERT: "Put back",
                Verdict.UPDATE: "Changed back",
                Verdict.RELINK: "Link and values set back",
                Verdict.RENAME: "Named as before",
                Verdict.DELETE: "Taken away again",
                Verdict.SAME: "Back already",
                Verdict.KEEP: "Left as it is",
            },
            fates={
                Fate.DISAPPEARS: Told("Taken away again", "is taken away again", "are taken away again"),
                Fate.OTHER_VALUES: Told(
                    "Values set back", "has its values set back", "have their values set back"
                ),
                Fate.RENAMED: Told("Named as before", "is named as before", "are named as before"),
                Fate.LINKED_AGAIN: Told("Link set back", "has its link set back", "have their links set back"),
                Fate.ADDED: Told("Put back", "is put back", "are put back"),
                Fate.COULD_NOT: Told("Cannot go back", "cannot go back", "cannot go back"),
            },
        ),
    )
}
"""By name. A test holds each form to the fields that there are."""


def kind_of(request: Request) -> Kind:
    """The entry of a request's kind."""
    return KINDS[request.kind]


def verdict_labels(kind: str) -> dict[str, str]:
    """What to call each verdict of a plan of that kind: what is linked, or goes back, is not taken over."""
    return {**VERDICT_LABELS, **(KINDS[kind].labels if kind in KINDS else {})}


def fate_words(kind: str) -> dict[str, Told]:
    """How each fate of a plan of that kind is told, in their order."""
    return {**FATE_WORDS, **(KINDS[kind].fates if kind in KINDS else {})}


def fate_labels(kind: str) -> dict[str, str]:
    """The headings of fates in a plan of that kind."""
    return {fate: told.label for fate, told in fate_words(kind).items()}


def told_of(plan: HasFates) -> str:
    """What becomes of a plan's rows, and how many are the same already: "14 disappear, 3 are added; ..."."""
    counts = plan.counts()
    if counts.is_empty():
        return "nothing is in scope"
    same = int(counts.filter(verdict=Verdict.SAME)["rows"].sum())
    parts = [fates_sentence(totals_by_fate(plan.fates()), fate_words(plan.request.kind))]
    parts += [f"{same:,} {verdict_labels(plan.request.kind)[Verdict.SAME].lower()}"] if same else []
    return "; ".join(part for part in parts if part)


def request_words(session: Session, request: Request) -> list[tuple[str, str]]:
    """A request in words: what each choice is called and what was chosen, with names for its ids."""
    return kind_of(request).choices(session, request)


def call_of(request: Request) -> tuple[str, list[Any], dict[str, Any]]:
    """How it is written as code: the method of a district, its arguments and its keyword arguments.

    What is as by default is left out. Things are named by id.
    """
    kind = kind_of(request)
    usual = inspect.signature(kind.resolve).parameters
    [(_, first), *others] = request.arguments().items()
    given = {
        name: list(one) if isinstance(one, tuple) else one for name, one in others if one != usual[name].default
    }
    return kind.method, [first], given


def request_of(told: Mapping[str, Any]) -> Request:
    """The request from its JSON, as a saved plan and the history keep it, if it could have been asked for.

    Raises:
        Unfit: it is none, lacks a field, or has one that is unknown or of another kind.
    """
    name = told.get("kind")
    if not isinstance(name, str) or name not in KINDS:
        raise Unfit(f"its request is of the kind {shown(name)}, not {', '.join(KINDS)}")
    kind = KINDS[name]
    unknown = sorted(told.keys() - {field.name for field in fields(kind.request)})  # type: ignore[arg-type]
    if unknown:
        raise Unfit(f"its request says {shown(unknown[0])}, which is not known here")
    for field_name, (words, is_right) in kind.form.items():
        if field_name not in told:
            raise Unfit(f"its request lacks {field_name}")
        if not is_right(told[field_name]):
            raise Unfit(f"its request has {field_name} = {shown(told[field_name])}, not {words}")
    return kind.request(**{name: _part(one) for name, one in told.items()})


def _part(one: Any) -> Any:
    """A field of a request from its JSON; a request may hold another one."""
    if isinstance(one, dict):
        return request_of(one)
    return tuple(one) if isinstance(one, list) else one


def is_still_asked(session: Session, request: Request) -> bool:
    """Whether somebody who asks for the same now, by the same ids, gets that same request.

    Raises:
        RequestError: it names what the district does not have.
    """
    return request == kind_of(request).resolve(session, **request.arguments())
