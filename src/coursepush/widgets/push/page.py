"""Save the page: a preview as a file for those who have to agree to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from coursepush.errors import RequestError
from coursepush.files.names import file_name
from coursepush.reports.files import PAGE_ENDINGS, in_the_way
from coursepush.widgets.push.said import Said
from coursepush.widgets.push.state import PushState
from coursepush.widgets.taking import Taken


def page_taken(state: PushState) -> Callable[[], Taken]:
    """How the preview's page is made for the browser.

    Raises:
        RequestError: something is under way, beside which the district is not asked.
    """
    preview = state.preview
    if preview is None or state.doing:
        raise RequestError("Something is under way. Ask again when it is done.")
    reports, name = state.district.reports, file_name(preview.plan.title, ".html")

    def make() -> Taken:
        return Taken(
            f"Downloaded: {name}. It names no student.", name, str(reports.plan_page(preview.plan)).encode()
        )

    return make


def save_page(state: PushState, path: str) -> None:
    """Write the preview's page; a file that is there already is written over at the second click only."""
    preview = state.preview
    if preview is None or state.doing:
        return
    place = Path(path).expanduser()
    is_page = place.suffix.lower() in PAGE_ENDINGS  # anything else is refused anyhow
    if is_page and place.exists() and state.to_be_replaced != path:
        if fault := in_the_way(place):
            state.say(Said("error", fault), "run")
            return
        state.to_be_replaced = path
        state.say(Said("caution", f"{path} is there already. Save the page once more to replace it."), "run")
        return

    def saved(made: str | Path) -> None:
        state.said = Said("done", f"The page is saved as {made}. It names no student.")

    state.begin("page", lambda: state.district.reports.plan_page(preview.plan, path), saved, "run")
