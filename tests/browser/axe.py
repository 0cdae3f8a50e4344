"""What axe-core finds wrong with a part of a page for those who do not see it or use no mouse."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

_GRAVE = ("serious", "critical")


def grave_findings(page: Page, selector: str) -> list[str]:
    """Serious and critical violations inside `selector`, one line for each element."""
    from axe_playwright_python.base import AXE_SCRIPT

    # JupyterLab's body is no pixel high: axe takes all that is in it for hidden, and passes every colour
    page.add_style_tag(content="body { width: 100vw; height: 100vh }")
    page.locator(selector).first.scroll_into_view_if_needed()
    page.evaluate(AXE_SCRIPT)
    asked = {"include": [[selector]]}
    found = page.evaluate(f"axe.run({json.dumps(asked)}, {{resultTypes: ['violations']}})")
    return [
        f"{rule['id']} ({rule['impact']}): {_why(node)}: {node['html'][:200]}"
        for rule in found["violations"]
        if rule["impact"] in _GRAVE
        for node in rule["nodes"]
    ]


def _why(node: dict[str, list[dict[str, str]]]) -> str:
    return "; ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind])
