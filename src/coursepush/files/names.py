"""File names out of names of schools and the like: what any system takes, by bytes, each only once."""

from __future__ import annotations

import os
import re
import shlex
import unicodedata
from collections.abc import Hashable, Mapping
from typing import TypeVar

LONGEST = 120
"""Bytes of a name without its ending. Most disks take 255 for a name, encrypted ones 143."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)

Key = TypeVar("Key", bound=Hashable)


def file_name(text: str, ending: str, apart: str = "") -> str:
    """`text` as the name of a file: without what Windows or others forbid, shortened between two letters.

    Args:
        apart: what tells it from others, at its end whatever is cut.

    >>> file_name("P.S. 1: North/South", ".csv")
    'P.S. 1 North South.csv'
    """
    text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    text = "".join(" " if unicodedata.category(each)[0] in "CZ" else each for each in _FORBIDDEN.sub(" ", text))
    text = " ".join(text.split()).strip(". ")
    text = f"{_cut(text, LONGEST - len(apart.encode())).strip('. ')} {apart}".strip()
    return f"{'_' if _RESERVED.match(text) else ''}{text}{ending}"


def file_names(texts: Mapping[Key, str], ending: str, otherwise: str) -> dict[Key, str]:
    """A name for each key: its text; and the key too where another has that name, if only in other letters' case.

    Args:
        otherwise: what it is called, with its key, where nothing of its text can be in a name.

    >>> file_names({1: "North", 2: "NORTH", 3: "?"}, ".csv", "school")
    {1: 'North.csv', 2: 'NORTH (2).csv', 3: 'school 3.csv'}
    """
    names: dict[Key, str] = {}
    taken: set[str] = set()
    for key, text in texts.items():
        told = text if file_name(text, "") else f"{otherwise} {key}"
        name, tries = file_name(told, ending), 1
        while _folded(name) in taken:
            name = file_name(told, ending, f"({key})" if tries == 1 else f"({key}, {tries})")
            tries += 1
        taken.add(_folded(name))
        names[key] = name
    return names


def _cut(text: str, most: int) -> str:
    """The beginning of a text in so many bytes: whole letters, each with the marks that belong to it."""
    kept = text.encode()[:most].decode("utf-8", "ignore")
    if kept != text and _is_mark(text[len(kept)]):
        while kept and _is_mark(kept[-1]):
            kept = kept[:-1]
        kept = kept[:-1]
    return kept


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def is_windows() -> bool:
    return os.name == "nt"


def in_shell(word: str) -> str:
    """A word of a command as it can be typed or pasted, whatever blanks and signs are in it.

    On Windows for its PowerShell: in single quotes nothing has a meaning but a quote, of whatever shape.
    """
    if not is_windows():
        return shlex.quote(word)
    if re.fullmatch(r"[\w.:\\/+=-]+", word):
        return word
    return "'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", word) + "'"
