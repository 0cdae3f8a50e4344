"""The one writer: every file and folder that coursepush makes is there whole or not at all, under its name.

It is written aside, in the same folder, flushed to the disk, and renamed; a folder gets its place last, with a
manifest by which a load sees whether all of it is still there. What was there before stays until then, and is
replaced only if it is a former one of the same kind: a slip of the pen must not cost a district's file.
"""

from coursepush.files.aside import sweep_folder
from coursepush.files.folders import FolderKind, NewFolder, new_folder
from coursepush.files.kinds import Kind
from coursepush.files.names import file_name, file_names
from coursepush.files.writing import check_place, new_database, new_file, why_not

__all__ = [
    "FolderKind",
    "Kind",
    "NewFolder",
    "check_place",
    "file_name",
    "file_names",
    "new_database",
    "new_file",
    "new_folder",
    "sweep_folder",
    "why_not",
]
