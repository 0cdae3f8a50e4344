"""Under a preview: Save, Ask for approval, the words for the mail, approvals so far and what is missing."""

from __future__ import annotations

from html import escape
from pathlib import Path

import ipywidgets as W

from coursepush.apply.approval.approvals import Approval
from coursepush.apply.approval.file import ENDING
from coursepush.apply.approval.judge import Standing
from coursepush.errors import counted
from coursepush.queue.times import local_words
from coursepush.widgets.look import box, button, buttons, heading, muted, on_change, on_click, show
from coursepush.widgets.push.approval import Agreement, Mail

_AUTO = {"description_width": "auto"}


class ApprovalView(W.VBox):
    """The preview as a file for others, and what they said."""

    def __init__(self, agreement: Agreement) -> None:
        self._agreement = agreement
        self._shown: Mail | None = None
        self.by = W.Text(
            description="Your name",
            placeholder="as others know you",
            layout=W.Layout(width="20em"),
            style=_AUTO,
            tooltip="Kept with what you save and submit, beside the user that the system knows",
        )
        self.name = W.Text(
            value="to review.cpush",
            description="File",
            layout=W.Layout(width="22em"),
            style=_AUTO,
            tooltip="The file that the plan is saved as",
        )
        self.save = button("Save", icon="save", tooltip="Save this plan as a file that anybody can read")
        self.ask = button("Ask for approval", icon="envelope-o", tooltip="Save it, with the words for a mail")
        self.subject = W.Text(description="Subject", layout=W.Layout(width="60em", max_width="100%"), style=_AUTO)
        self.text = W.Textarea(
            description="Mail", layout=W.Layout(width="60em", max_width="100%", height="22em"), style=_AUTO
        )
        hint = muted("To copy: click into it, then Ctrl+A and Ctrl+C. Attach the plan's file.")
        self._mail = W.VBox([self.subject, self.text, W.HTML(hint)])
        self.standing = W.HTML()
        self.look = button("Who approved by now?", icon="refresh", tooltip="Look once more who approved this plan")
        self.yes_name = W.Text(
            description="Approval's file",
            placeholder=f"to review{ENDING}",
            layout=W.Layout(width="24em"),
            style=_AUTO,
            tooltip="The file that somebody made from the plan's file to approve it",
        )
        self.take_in = button("Take in", icon="check", tooltip="Take in an approval's file")
        on_change(self.by, "value", lambda name: setattr(agreement, "by", name))
        on_click(self.save, lambda: agreement.save(self.name.value))
        on_click(self.ask, lambda: agreement.ask(self.name.value))
        on_click(self.look, agreement.look)
        on_click(self.take_in, lambda: agreement.take_in(self.yes_name.value))
        super().__init__(
            [
                W.HTML(heading("Approvals")),
                self.standing,
                buttons(self.by, self.name, self.save, self.ask),
                self._mail,
                buttons(self.yes_name, self.take_in, self.look),
            ]
        )

    def show(self) -> None:
        """Show the state as it is."""
        agreement = self._agreement
        state, preview = agreement.state, agreement.state.preview
        is_shown = preview is not None and bool(preview.plan.writes)
        show(self, is_shown)
        if not is_shown:
            return
        self.save.disabled = self.ask.disabled = not agreement.can_be_asked
        self.look.disabled = self.take_in.disabled = bool(state.doing)
        self.standing.value = standing_html(agreement.standing)
        mail = agreement.asked.mail
        show(self._mail, mail is not None)
        if mail is not None and mail is not self._shown:
            self.subject.value, self.text.value = mail.subject, mail.text
            if not self.yes_name.value:
                self.yes_name.value = str(Path(self.name.value).with_suffix(ENDING))
        self._shown = mail


def standing_html(standing: Standing | None) -> str:
    """Who approved a plan so far, what the policy asks for beyond that, and which guards stand in its way."""
    if standing is None:
        return muted("Who approved it could not be read.")
    given = [_line(one, "") for one in standing.counted]
    given += [
        _line(one, " Not counted: who made the plan does not count, and each person counts once.")
        for one in standing.not_counted
    ]
    lines = f"<ul style='margin:2px 0'>{''.join(given)}</ul>" if given else ""
    if not standing.is_asked:
        return muted("This district asks for no approvals.") + lines
    told = [muted(f"So far: {counted(len(standing.counted), 'approval')} of {standing.needed} needed.") + lines]
    if standing.missing:
        told.append(box("caution", f"Still needed: {standing.missing} more. {' '.join(standing.because)}"))
    told += [
        box(
            "caution",
            f"Blocked by the guard {one.guard}: {one.fact} {one.cure} An approval that names {one.guard} lets it "
            "pass.",
        )
        for one in standing.blocked
    ]
    told += [f"<div>{escape(f'{guard} is overridden by {who}.')}</div>" for guard, who in standing.overridden]
    told += [f"<div>{muted(one)}</div>" for one in standing.undecided]
    if standing.is_enough and not standing.undecided:
        told.append(box("note", "Nothing more is needed. It is judged once more when it is run."))
    return "".join(told)


def _line(approval: Approval, more: str) -> str:
    over = f", overriding {', '.join(approval.overrides)}" if approval.overrides else ""
    said = f": “{approval.comment}”" if approval.comment else ""
    text = f"{approval.by} (user {approval.user}), {local_words(approval.at)}{over}{said or '.'}{more}"
    return f"<li>{escape(text)}</li>"
