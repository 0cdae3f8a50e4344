"""Print the lowest versions that pyproject.toml allows of what coursepush needs, one `package==version` a line."""

import re
import sys
import tomllib
from pathlib import Path

pyproject = tomllib.loads(Path(__file__).resolve().parents[1].joinpath("pyproject.toml").read_text("utf-8"))
extras = pyproject["project"]["optional-dependencies"]


def of_extra(name: str) -> list[str]:
    """What an extra asks for; where it takes in another one, what that asks for."""
    asked: list[str] = []
    for line in extras[name]:
        other = re.match(r"coursepush\[(?P<name>\w+)\]", line)
        asked += of_extra(other["name"]) if other else [line]
    return asked


asked = [line for name in sys.argv[1:] for line in of_extra(name)]
for line in [*pyproject["project"]["dependencies"], *asked]:
    found = re.match(r"(?P<name>[\w.-]+)(\[[\w,]+\])?>=(?P<floor>[\d.]+)", line)
    if found is None:
        sys.exit(f"{line} has no floor")
    print(f"{found['name']}=={found['floor']}")
