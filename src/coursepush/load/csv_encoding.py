"""In which encoding a CSV file is written, told from its bytes where they leave no doubt.

Files are to be UTF-8. A spreadsheet on Windows saves in the encoding of its country, in the Americas and western
Europe Windows-1252; one on an old Macintosh in Mac Roman; and "Unicode text" is UTF-16. What cannot be told is
refused, with how it would read.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_UTF8_MARK = b"\xef\xbb\xbf"

_UTF8_LETTER = re.compile(rb"\xc2[\xa0-\xbf]|[\xc3-\xc5][\x80-\xbf]|\xe2\x80[\x80-\xbf]")
"""Letters of European names and quotation marks, as UTF-8 writes them. As Windows text they would be two signs
that no language writes one after the other."""

_USUAL = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûü‘’“”–—…€•™°ºª¿¡´·«»£§®©²³½¼\u00a0".encode("cp1252")
)
_UNUSUAL = re.compile(b"[^\\x00-\\x7f" + re.escape(bytes(sorted(_USUAL))) + b"]")
_NO_ASCII = re.compile(rb"[\x80-\xff]")
_DASH_IN_WORD = re.compile(rb"[a-z][\x96\x97][a-z]")  # an ñ or ó of a Macintosh

NAMES = {"cp1252": "Windows text (Windows-1252)", "mac_roman": "text of an old Macintosh (Mac Roman)"}


class CsvFault(Exception):
    """A file that is not the CSV that can be read: the rule it breaks, where, and what to do."""

    def __init__(self, rule: str, message: str, line: int | None = None, value: str | None = None) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.line = line
        self.value = value


@dataclass(frozen=True, slots=True)
class Told:
    """How a file was read that is not as it should be, for a warning."""

    rule: str
    message: str
    line: int
    value: str


class Encoding:
    """Turns the pieces of one file into text, in order, and remembers what it found on the way.

    `told`: what a reader of the file has to be told, when all pieces were read. With `repair`, what is in doubt is
    read as well: each line as UTF-8 where it is that, else as Windows text.
    """

    def __init__(self, first: bytes, *, repair: bool = False, quotes: bool = False) -> None:
        """`first` is how the file begins, at least its first bytes; `quotes`: words of it may be shown."""
        self._repair = repair
        self._quotes = quotes
        self._utf16 = next((name for mark, name in _UTF16.items() if first.startswith(mark)), None)
        self._decoder = codecs.getincrementaldecoder(self._utf16)() if self._utf16 else None
        self._mark = next((mark for mark in (*_UTF16, _UTF8_MARK) if first.startswith(mark)), b"")
        # the line ends of old Macintoshes; in UTF-16 the same bytes stand, with zeros between
        self._lone_returns = b"\r" in first and b"\n" not in first
        self._other = "mac_roman" if self._lone_returns else "cp1252"
        self._is_first = True
        self._utf8_line: int | None = None
        self._other_line: int | None = None
        self._example = ""

    def lines(self, block: bytes, *, is_last: bool) -> bytes:
        """The next block of the file with its lines ended by ``\\n``: as it is, or UTF-8 made of UTF-16.

        Raises:
            CsvFault: it is called UTF-16 and is not.
        """
        if self._is_first:
            block, self._is_first = block.removeprefix(self._mark), False
        if self._decoder is not None:
            try:
                block = self._decoder.decode(block, is_last).encode("utf-8")
            except UnicodeError as error:
                raise CsvFault(
                    "bad_encoding",
                    "The file begins as UTF-16 does, and is not: it is damaged or was cut. Save it again as "
                    "'CSV UTF-8'.",
                    1,
                ) from error
        return block.replace(b"\r", b"\n") if self._lone_returns else block

    def text(self, piece: bytes, line: int) -> str:
        """The text of whole lines, of which the first is `line`.

        Raises:
            CsvFault: a NUL byte, or bytes that are no text for certain.
        """
        zero = piece.find(b"\0")
        if zero >= 0:
            raise CsvFault(
                "nul_byte",
                "The file holds a NUL byte: it is damaged, or not UTF-8 text. Save it again as CSV in UTF-8.",
                line + piece.count(b"\n", 0, zero),
            )
        try:
            text = piece.decode("utf-8")
        except UnicodeDecodeError as error:
            return self._other_text(piece, line, error)
        if len(text) < len(piece) and self._utf8_line is None:
            first = _NO_ASCII.search(piece).start()  # type: ignore[union-attr]
            self._utf8_line = line + piece.count(b"\n", 0, first)
            if self._other_line is not None:
                return self._mixed_text(piece, line, first)
        return text

    @property
    def told(self) -> list[Told]:
        if self._utf16:
            message = "The file is UTF-16 (a spreadsheet's 'Unicode text'), and was read as that."
            return [Told("encoding", message, 1, "UTF-16")]
        if self._other_line is None:
            return []
        name = NAMES[self._other]
        if self._utf8_line is not None:
            message = f"Lines are UTF-8 (from line {self._utf8_line:,}) or {name}; each was read as what it is."
        else:
            message = f"The text is not UTF-8 (from line {self._other_line:,}); it was read as {name}."
        if self._quotes:
            message += f" Look whether this reads right: {self._example!r}."
        else:
            message += " Look whether that line reads right."
        return [Told("encoding", message, self._other_line, self._example)]

    def _other_text(self, piece: bytes, line: int, error: UnicodeDecodeError) -> str:
        at = line + piece.count(b"\n", 0, error.start)
        example = self._word(piece, error.start)
        if self._other_line is None:
            self._other_line, self._example = at, example
        utf8 = _UTF8_LETTER.search(piece)
        if utf8 is not None and self._utf8_line is None:
            self._utf8_line = line + piece.count(b"\n", 0, utf8.start())
        if self._utf8_line is not None:
            return self._mixed_text(piece, line, error.start)
        try:
            text = piece.decode(self._other)
        except UnicodeDecodeError as other:
            raise self._fault(piece, line, other.start, " It is no Windows text either.") from other
        high = set(piece) - set(range(128))
        if not self._repair and self._other == "cp1252" and (high - _USUAL or _DASH_IN_WORD.search(piece)):
            unusual = _UNUSUAL.search(piece)
            odd = error.start if unusual is None else unusual.start()
            doubt = f" As Windows text it reads {self._word(piece, odd)!r}." if self._quotes else ""
            doubt += " If Windows text is right, load with repair=True (--repair)."
            raise self._fault(piece, line, odd, doubt) from error
        return text

    def _mixed_text(self, piece: bytes, line: int, place: int) -> str:
        if not self._repair:
            more = (
                f" Some lines are UTF-8 (line {self._utf8_line:,}) and others Windows text (line "
                f"{self._other_line:,}). To have each read as it is, load with repair=True (--repair)."
            )
            raise self._fault(piece, line, place, more)
        try:
            return "".join(_line_text(each, self._other) for each in piece.splitlines(keepends=True))
        except UnicodeDecodeError as error:
            raise self._fault(piece, line, place, " It is no Windows text either.") from error

    def _fault(self, piece: bytes, line: int, place: int, more: str) -> CsvFault:
        start = piece.rfind(b"\n", 0, place) + 1
        before = piece[start:place].decode("utf-8", "replace")[-30:]
        after = f" after {before!r}" if self._quotes else ""
        return CsvFault(
            "bad_encoding",
            f"The text is not UTF-8: byte 0x{piece[place]:02X}{after}.{more} Save the file as 'CSV UTF-8'.",
            line + piece.count(b"\n", 0, place),
            f"0x{piece[place]:02X}",
        )

    def _word(self, piece: bytes, place: int) -> str:
        """The word in which a byte stands, as it would be read; empty where it must not be shown."""
        if not self._quotes:
            return ""
        start = max(piece.rfind(mark, 0, place) for mark in (b"\n", b" ", b",", b";", b'"', b"\t")) + 1
        ends = [piece.find(mark, place) for mark in (b"\n", b"\r", b" ", b",", b";", b'"', b"\t")]
        end = min((end for end in ends if end >= 0), default=len(piece))
        return piece[max(start, place - 30) : min(end, place + 30)].decode(self._other, "replace")


def _line_text(line: bytes, other: str) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode(other)
