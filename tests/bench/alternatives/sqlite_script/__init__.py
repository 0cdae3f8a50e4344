"""The push as a script over SQLite: one course after the other, each read, worked out and written.

This is how exports of a student information system are usually scripted, and how Canvas Blueprint carries a
master course to its copies. `database` is the SQLite file, `push` the walk over the courses, `to_course` and
`to_sections` the two hops for one course, `pairing` which row is which, `work` what students' work uses.
"""

from .database import State, close, prepare, setup
from .push import push

NAME = "SQLite, a script per course"

__all__ = ["NAME", "State", "close", "prepare", "push", "setup"]
