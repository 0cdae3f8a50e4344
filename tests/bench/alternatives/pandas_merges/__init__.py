"""The push in pandas: whole tables merged, one element after the other.

`frames` is the district as data frames, `push` the order of a push, `attributes` what is pushed of a course
itself, `elements` the setup rows of one element on one level, `pairing` which row is which, `work` what
students' work uses.
"""

from .frames import State, close, prepare, setup
from .push import push

NAME = "pandas, whole-table merges"

__all__ = ["NAME", "State", "close", "prepare", "push", "setup"]
