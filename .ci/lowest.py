"""Print the lowest versions that pyproject.toml allows of what coursepush needs, one `package==version` a line."""

import re
import sys
import tomllib
from pathlib import Path

pyproject = tomllib.loads(Path(__file__).resolve().parents[1].joinpath("pyproject.toml").read_text("utf-8"))
extras = pyproject["project"]["optional-dependencies"]
asked = [line for name in sys.argv[1:] for line in extras[name]]
for line in [*pyproject["project"]["dependencies"], *asked]:
    found = re.match(r"(?P<name>[\w.-]+)(\[[\w,]+\])?>=(?P<floor>[\d.]+)", line)
    if found:
        print(f"{found['name']}=={found['floor']}")
