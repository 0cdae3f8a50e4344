"""A state of fifty districts on an engine, held to one process: `python -m tests.statewide here sail`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
