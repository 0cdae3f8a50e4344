"""CSV files as records and fields, with the physical line on which each record starts.

The file is read in blocks that end with a record, so memory does not grow with the file. Within a block all
work is done on whole columns. The format is the common one (RFC 4180): UTF-8, commas, double quotes around
fields that hold commas, quotes or line ends, and a quote inside such a field written twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

BLOCK_BYTES = 32 * 1024 * 1024
HEADER_BYTES = 64 * 1024
FIELD_COUNT = "field_count"
SOURCE_LINE = "source_line"

_FIELD = r',(?:"(?:[^"]|"")*"|[^,"]*)'
_DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


class CsvFault(Exception):
    """A file that is not the CSV that can be read: the rule it breaks, where, and what to do."""

    def __init__(self, rule: str, message: str, line: int | None = None, value: str | None = None) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.line = line
        self.value = value


class CsvFile:
    """One CSV file; its header is read at once, its records by :meth:`batches`.

    Raises:
        CsvFault: when opened or read: text that is not UTF-8, NUL bytes, quotes that do not match, no header,
            or a delimiter other than the comma.
        OSError: the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        first = next(_records(path, HEADER_BYTES), None)
        if first is None:
            raise CsvFault("empty_file", "The file is empty. Write at least a header line with the column names.")
        fields = _fields(first.head(1))
        self.header: list[str] = fields["fields"].list.eval(_unquoted(pl.element()))[0].to_list()
        self._header_line = int(fields[SOURCE_LINE][0])
        if len(self.header) == 1:
            for delimiter, words in _DELIMITERS.items():
                if delimiter in self.header[0]:
                    raise CsvFault(
                        "wrong_delimiter",
                        f"The columns are separated by {words}. Save the file with commas between them.",
                        self._header_line,
                        self.header[0][:80],
                    )

    def batches(self, wanted: Mapping[str, int]) -> Iterator[pl.DataFrame]:
        """Frames of the columns `wanted` (name → position), all String, and source_line, field_count (Int64).

        Records without any text are left out. Fields that a short record lacks are null.
        """
        for records in _records(self.path, BLOCK_BYTES):
            rows = records.filter(
                (pl.col(SOURCE_LINE) != self._header_line)
                & (pl.col("record").str.strip_chars(', \t"').str.len_bytes() > 0)
            )
            yield _fields(rows).select(
                pl.col(SOURCE_LINE),
                pl.col("fields").list.len().cast(pl.Int64).alias(FIELD_COUNT),
                *(
                    _unquoted(pl.col("fields").list.get(position, null_on_oob=True)).alias(name)
                    for name, position in wanted.items()
                ),
            )


def _unquoted(field: pl.Expr) -> pl.Expr:
    """A field's text. Only a quoted field holds quotes, and it starts and ends with one."""
    return field.str.strip_prefix('"').str.strip_suffix('"').str.replace_all('""', '"', literal=True)


def _fields(records: pl.DataFrame) -> pl.DataFrame:
    """source_line and fields (List of String, quotes still on); one row a record."""
    has_quotes = pl.col("record").str.contains('"', literal=True)
    plain = records.filter(~has_quotes).select(
        pl.col(SOURCE_LINE), pl.col("record").str.split(",").alias("fields")
    )
    quoted = records.filter(has_quotes).with_columns(record=pl.lit(",") + pl.col("record"))
    if quoted.is_empty():
        return plain
    quoted = quoted.with_columns(fields=pl.col("record").str.extract_all(_FIELD))
    broken = quoted.filter(pl.col("fields").list.join("") != pl.col("record")).sort(SOURCE_LINE)
    if not broken.is_empty():
        raise CsvFault(
            "bad_quotes",
            "A double quote stands where none may stand. Put the whole field in double quotes and write a "
            "quote inside it twice.",
            int(broken[SOURCE_LINE][0]),
            str(broken["record"][0])[1:81],
        )
    quoted = quoted.select(pl.col(SOURCE_LINE), pl.col("fields").list.eval(pl.element().str.strip_prefix(",")))
    return pl.concat([plain, quoted])


def _records(path: Path, size: int) -> Iterator[pl.DataFrame]:
    """source_line, record (its text with any line ends inside); one frame a block."""
    for first_line, text, has_quotes in _blocks(path, size):
        lines = (
            pl.DataFrame({"record": [text.removesuffix("\n")]})
            .select(pl.col("record").str.split("\n").explode())
            .with_row_index(SOURCE_LINE, offset=first_line)
            .with_columns(pl.col(SOURCE_LINE).cast(pl.Int64))
        )
        if has_quotes:
            quotes = pl.col("record").str.count_matches('"', literal=True)
            lines = lines.with_columns(is_start=(quotes.cum_sum() - quotes) % 2 == 0)
            if int(lines.select(quotes.sum()).item()) % 2:
                start = lines.filter("is_start").tail(1)
                raise CsvFault(
                    "bad_quotes",
                    "A double quote opens a field that is never closed. Close it, or write a quote inside a "
                    "field twice.",
                    int(start[SOURCE_LINE][0]),
                    str(start["record"][0])[:80],
                )
            if not lines["is_start"].all():
                lines = (
                    lines.group_by(pl.col("is_start").cum_sum().alias("nth"), maintain_order=True)
                    .agg(pl.col(SOURCE_LINE).first(), pl.col("record").str.join("\n"))
                    .drop("nth")
                )
            lines = lines.select(SOURCE_LINE, "record")
        yield lines.with_columns(pl.col("record").str.strip_suffix("\r"))  # not the one inside a quoted field


def _blocks(path: Path, size: int) -> Iterator[tuple[int, str, bool]]:
    """First line, text and whether it holds quotes, of pieces of the file that end with a record."""
    line, rest, is_first, lone_returns = 1, b"", True, False
    with path.open("rb") as file:
        while True:
            block = file.read(size)
            if is_first:
                lone_returns = b"\r" in block and b"\n" not in block  # the line ends of old Macintoshes
                block = block.removeprefix(b"\xef\xbb\xbf") if block else block
                is_first = False
            piece = rest + (block.replace(b"\r", b"\n") if lone_returns else block)
            cut = _record_end(piece) if block else len(piece)
            if cut:
                yield line, _decoded(piece[:cut], line), b'"' in piece[:cut]
                line += piece.count(b"\n", 0, cut)
            rest = piece[cut:]
            if not block:
                return


def _record_end(piece: bytes) -> int:
    """Where the last whole record of `piece` ends: after a line end with an even number of quotes before."""
    cut = piece.rfind(b"\n") + 1
    quotes = piece.count(b'"', 0, cut)
    while cut and quotes % 2:
        earlier = piece.rfind(b"\n", 0, piece.rfind(b'"', 0, cut)) + 1
        quotes -= piece.count(b'"', earlier, cut)
        cut = earlier
    return cut


def _decoded(piece: bytes, line: int) -> str:
    zero = piece.find(b"\0")
    if zero >= 0 and not piece.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise CsvFault(
            "nul_byte",
            "The file holds a NUL byte: it is damaged, or not UTF-8 text. Save it again as CSV in UTF-8.",
            line + piece.count(b"\n", 0, zero),
        )
    try:
        return piece.decode("utf-8")
    except UnicodeDecodeError as error:
        start = piece.rfind(b"\n", 0, error.start) + 1
        before = piece[start : error.start].decode("utf-8", "replace")[-30:]
        raise CsvFault(
            "bad_encoding",
            f"The text is not UTF-8: byte 0x{piece[error.start]:02X} after {before!r}. Save the file as "
            "'CSV UTF-8'.",
            line + piece.count(b"\n", 0, error.start),
            f"0x{piece[error.start]:02X}",
        ) from error
