"""A preview that others have to agree to: saved, asked for, and what they said so far. Plain Python."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from coursepush.apply.approval.calls import standing_now
from coursepush.apply.approval.file import ENDING
from coursepush.apply.approval.judge import Standing
from coursepush.files import Kind, why_not
from coursepush.widgets.calls import call_text
from coursepush.widgets.push.state import Preview, PushState, Said

PLAN_ENDING = ".cpush"


@dataclass(frozen=True)
class Mail:
    """The words that go with a plan's file to those who have to agree."""

    subject: str
    text: str


@dataclass
class Asked:
    """What was done with one preview.

    Attributes:
        file: where the plan was saved last; None before.
        mail: the words for those who are asked; None before.
        standing: who approved it and what is missing; None where that was not looked at since the preview.
    """

    file: Path | None = None
    mail: Mail | None = None
    standing: Standing | None = None


class Agreement:
    """Save, Ask for approval, take in an approval, and look who has agreed.

    Args:
        told: what a preview comes to, in a sentence.

    Attributes:
        by: the name of who plans; empty for the system's user.
    """

    def __init__(self, state: PushState, told: Callable[[Preview], str]) -> None:
        self.state = state
        self.by = ""
        self._told = told
        self._of: Preview | None = None
        self._asked = Asked()

    @property
    def asked(self) -> Asked:
        """What was done with the preview that is shown: of a new one, nothing yet."""
        if self._of is not self.state.preview:
            self._of, self._asked = self.state.preview, Asked()
        return self._asked

    @property
    def standing(self) -> Standing | None:
        """Who approved the preview so far, and what is missing."""
        preview = self.state.preview
        return self.asked.standing or (None if preview is None else preview.standing)

    @property
    def can_be_asked(self) -> bool:
        """There is something to agree to: a preview that is what the choices say, and writes something."""
        return self.state.can_be_run and not self.state.doing

    def save(self, path: str) -> None:
        """Write the plan to a file that anybody can read, and that is applied with ``district.load_plan``."""
        self._write(path, is_asking=False)

    def ask(self, path: str) -> None:
        """The same, and the words for the mail that it goes with."""
        self._write(path, is_asking=True)

    def look(self) -> None:
        """Look who has approved it by now. Whose grades would move is found out where the policy asks for that."""
        preview = self.state.preview
        if preview is None:
            return

        def seen(standing: Standing) -> None:
            self.asked.standing = standing
            preview.clicks.append("plan.approvals")

        self.state.begin("standing", lambda: preview.plan.approvals, seen, "agree")

    def take_in(self, path: str) -> None:
        """Take in an approval's file that somebody made from the plan's file."""
        preview, state = self.state.preview, self.state
        if preview is None or state.doing:
            return
        if not path.strip():
            state.say(Said("error", f"Name the approval's file: it ends in {ENDING}."), "agree")
            return

        def take() -> tuple[str, Standing]:
            approval = state.district.approve(preview.plan, path)
            return approval.by, standing_now(preview.plan, with_grades=False)

        def taken(what: tuple[str, Standing]) -> None:
            by, self.asked.standing = what
            preview.clicks.append(f"district.approve(plan, {call_text('', [path], {})[1:-1]})")
            state.said = Said("done", f"Taken in: the approval of {by}.")

        state.begin("take in", take, taken, "agree")

    def _write(self, path: str, *, is_asking: bool) -> None:
        preview, state = self.state.preview, self.state
        if preview is None or state.doing:
            return
        if fault := self._why_not(path, "Ask for approval" if is_asking else "Save"):
            state.say(fault, "agree")
            return
        by = self.by.strip() or None

        def write() -> tuple[Path, Standing | None]:
            file = preview.plan.save(path, by=by)
            return file, standing_now(preview.plan, with_grades=False) if is_asking else None

        def written(what: tuple[Path, Standing | None]) -> None:
            asked = self.asked
            asked.file, standing = what
            preview.clicks.append(call_text("plan.save", [path], {} if by is None else {"by": by}))
            text = f"The plan is saved as {asked.file}. It holds setup and ids, no student."
            if standing is not None:
                asked.standing = standing
                asked.mail = mail_of(preview, self._told(preview), standing, asked.file.name, by or "")
                text += " Send it with the words for the mail."
            state.said = Said("done", text)

        state.begin("save", write, written, "agree")

    def _why_not(self, path: str, button: str) -> Said | None:
        """Why the plan is not written there yet: it cannot be, or another one is there."""
        place, state = Path(path).expanduser(), self.state
        if place.suffix.lower() != PLAN_ENDING:
            return Said("error", f"Name the plan's file so that it ends in {PLAN_ENDING}: to review{PLAN_ENDING}")
        if fault := why_not(place, Kind.PLAN):
            return Said("error", fault)
        if place.exists() and place.resolve() != self.asked.file and state.to_be_replaced != path:
            state.to_be_replaced = path
            return Said("caution", f"A plan is saved as {path} already. Click {button} once more to replace it.")
        return None


def mail_of(preview: Preview, told: str, standing: Standing, name: str, by: str) -> Mail:
    """The words that go with the plan's file `name`: what it would do, how to look at it, and how to say yes."""
    file, page = _quoted(name), _quoted(f"{Path(name).stem}.html")
    over = "".join(f" --override {one.guard}" for one in standing.blocked)
    needs = [*standing.because, *(f"Blocked by {one.guard}: {one.fact} {one.cure}" for one in standing.blocked)]
    lines = [
        "Hello,",
        "",
        "please look at this push before it is run, and say whether you agree to it:",
        "",
        f"    {preview.plan.title}",
        f"    {told}",
        "",
        f"The whole plan is in the file {name}, which comes with this mail. It holds setup and ids, no student.",
        "This makes a page of it, for any browser:",
        "",
        f"    coursepush show {file} --page {page}",
        "",
        "If you agree, this makes a small file that says so. Please send it back to me:",
        "",
        f'    coursepush approve {file} --by "Your name" --comment "Why, or on what condition"{over}',
        "",
        f'(In a notebook: cp.approve({_quoted(name, always=True)}, by="Your name").)',
        "",
    ]
    if needs:
        lines += ["The district asks for it:", "", *(f"  - {one}" for one in needs), ""]
    if over:
        lines += [f"With{over} you agree that it is run all the same.", ""]
    lines += [
        f"Your yes is bound to this plan (digest {preview.digest[:12]}). If the plan changes, I ask you again.",
        "",
        by or "Thank you",
    ]
    return Mail(f"For your approval: {preview.plan.title}", "\n".join(lines))


def _quoted(name: str, *, always: bool = False) -> str:
    """A file's name as a terminal takes it."""
    return name if re.fullmatch(r"[\w.-]+", name) and not always else f'"{name}"'
