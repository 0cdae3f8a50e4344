"""CSV files as records and fields, with the physical line on which each record starts.

The file is read in blocks that end with a record, so memory does not grow with the file. Within a block all
work is done on whole columns. The format is the common one (RFC 4180): UTF-8, commas, double quotes around
fields that hold commas, quotes or line ends, and a quote inside such a field written twice. What spreadsheets
make of it is read too, and told: semicolons or tabs for commas, a first line ``sep=;``, and other encodings
where they are certain (:mod:`coursepush.load.csv_encoding`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from coursepush.load.csv_encoding import CsvFault, Encoding, Told

__all__ = ["FIELD_COUNT", "SOURCE_LINE", "CsvFault", "CsvFile", "Told", "looks_like_data", "odd_ends"]

BLOCK_BYTES = 32 * 1024 * 1024
BLOCK_RECORDS = 500_000
"""Records that are taken apart at a time: short ones take some 200 bytes each, of whatever length they are."""
HEADER_BYTES = 64 * 1024
LONGEST_RECORD = 16 * 1024 * 1024
"""Bytes of a record at most, and of what may stand before the header: thousands of pages. What is longer has no
end."""

_LINES_BACK = 1_000

FIELD_COUNT = "field_count"
SOURCE_LINE = "source_line"

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_SEPARATOR_LINE = re.compile(r'"?sep=([,;\t|])"?[,;\t|]*', re.IGNORECASE)
_DATUM = re.compile(
    r"[+-]?\d+([.,]\d+)?%?|\d{4}-\d\d?-\d\d?.*|\d\d?[/.]\d\d?[/.]\d{2,4}.*|true|false|yes|no|null|[^@\s]+@[^@\s]+",
    re.IGNORECASE,
)


class CsvFile:
    """One CSV file; its header is read at once, its records by :meth:`batches`.

    `delimiter` stands between its fields. With `repair`, text in doubt is read as
    :class:`~coursepush.load.csv_encoding.Encoding` says. Only with `quotes` what is said of the file shows words
    of it (:mod:`coursepush.load.quoting`).

    Raises:
        CsvFault: when opened or read: text whose encoding is not certain, NUL bytes, quotes that do not match, a
            record that never ends, no header, or a last record that was cut.
        OSError: the file cannot be read.
    """

    def __init__(self, path: Path, *, repair: bool = False, quotes: bool = False) -> None:
        self.path = path
        self.quotes = quotes
        self._repair = repair
        self._told: dict[str, Told] = {}
        heads = self._records(HEADER_BYTES)
        line, text = next(_with_text(heads), (0, ""))
        separator = _SEPARATOR_LINE.fullmatch(text)
        if separator:
            self._tell(
                "separator_line", f"The first line, {text.strip()}, is a spreadsheet's; the header is below.", line
            )
            line, text = next(_with_text(self._records(HEADER_BYTES), after=line), (0, ""))
        if not line:
            raise CsvFault("empty_file", "The file is empty. Write at least a header line with the column names.")
        self.delimiter = separator[1] if separator else _delimiter(text)
        self._header_line = line
        head = pl.DataFrame({SOURCE_LINE: [line], "record": [text]})
        with self._quoted_or_not():
            fields = _fields(head, self.delimiter)["fields"]
        self.header: list[str] = fields.list.eval(_unquoted(pl.element()))[0].to_list()
        if self.delimiter != ",":
            words = _DELIMITERS[self.delimiter]
            self._tell(
                "delimiter", f"The columns are separated by {words}, and were read so.", line, self.delimiter
            )

    @property
    def told(self) -> list[Told]:
        """How the file was read, where it is not as it should be; whole when the records were read."""
        return list(self._told.values())

    def batches(self, wanted: Mapping[str, int]) -> Iterator[pl.DataFrame]:
        """Frames of the columns `wanted` (name → position), all String, and source_line, field_count (Int64).

        Records without any text are left out. Fields that a short record lacks are null.
        """
        for records in self._records(BLOCK_BYTES):
            rows = records.filter((pl.col(SOURCE_LINE) > self._header_line) & _has_text(self.delimiter))
            for part in rows.iter_slices(BLOCK_RECORDS) if rows.height else (rows,):
                yield self._parted(part, wanted)

    def _parted(self, records: pl.DataFrame, wanted: Mapping[str, int]) -> pl.DataFrame:
        count = pl.col("fields").list.len().cast(pl.Int64).alias(FIELD_COUNT)
        with self._quoted_or_not():
            fields = _fields(records, self.delimiter).with_columns(count)
        self._refuse_cut(fields)
        return fields.select(
            SOURCE_LINE,
            FIELD_COUNT,
            *(
                _unquoted(pl.col("fields").list.get(position, null_on_oob=True)).alias(name)
                for name, position in wanted.items()
            ),
        )

    def _refuse_cut(self, fields: pl.DataFrame) -> None:
        """A last record without line end that lacks fields was cut, perhaps within a value."""
        if self._last_line is None:
            return
        last = fields.filter((pl.col(SOURCE_LINE) == self._last_line) & (pl.col(FIELD_COUNT) < len(self.header)))
        if last.height:
            raise CsvFault(
                "cut_record",
                f"The last line stops after {last[FIELD_COUNT][0]} of {len(self.header)} fields, without a line "
                "end: the file was cut. Export it again, or copy it again and whole.",
                int(last[SOURCE_LINE][0]),
            )

    @contextmanager
    def _quoted_or_not(self) -> Generator[None]:
        """What is wrong in the block is told with the text of the record only where that may be shown."""
        try:
            yield
        except CsvFault as fault:
            fault.value = fault.value if self.quotes else None
            raise

    def _tell(self, rule: str, message: str, line: int, value: str = "") -> None:
        self._told[rule] = Told(rule, message, line, value)

    def _records(self, size: int) -> Iterator[pl.DataFrame]:
        """source_line, record (its text with any line ends inside); one frame a block."""
        self._last_line: int | None = None
        blocks = self._blocks(size)
        while True:
            with self._quoted_or_not():
                block = next(blocks, None)
                if block is None:
                    return
                first_line, text, has_quotes = block
                lines = _lines(first_line, text, has_quotes)
                _refuse_endless(lines)
            if not text.endswith("\n"):
                self._last_line = int(lines[SOURCE_LINE][-1])
            yield lines.with_columns(pl.col("record").str.strip_suffix("\r"))  # not the one inside a quoted field

    def _blocks(self, size: int) -> Iterator[tuple[int, str, bool]]:
        """First line, text and whether it holds quotes, of pieces of the file that end with a record.

        Pieces grow while no record ends, so that a long record is not gone over again with each of them.
        """
        line, rest, encoding = 1, b"", None
        with self.path.open("rb") as file:
            while True:
                block = file.read(size)
                encoding = encoding or Encoding(block, repair=self._repair, quotes=self.quotes)
                piece = rest + encoding.lines(block, is_last=not block)
                piece = piece if block else piece.removesuffix(b"\x1a")  # with which DOS ended files
                cut = _record_end(piece, len(rest)) if block else len(piece)
                if cut:
                    yield line, encoding.text(piece[:cut], line), b'"' in piece[:cut]
                    line += piece.count(b"\n", 0, cut)
                else:
                    size = min(2 * size, BLOCK_BYTES)
                rest = piece[cut:]
                if len(rest) > LONGEST_RECORD:
                    raise _endless(rest, line)
                if not block:
                    break
        self._told |= {told.rule: told for told in encoding.told}


def looks_like_data(header: Iterable[str]) -> bool:
    """Whether what stands where column names belong are values: numbers, dates, yes and no."""
    return any(_DATUM.fullmatch(name.strip()) for name in header)


def odd_ends(paths: Iterable[Path]) -> list[Path]:
    """The files whose last line has no line end, where others beside them have one: they may have been cut.

    Some programs never write the last line end; then no file has it, and nothing can be told.
    """
    ended: list[Path] = []
    open_ended: list[Path] = []
    for path in paths:
        try:
            with path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - 2))
                last = file.read().rstrip(b"\0\x1a")
        except OSError:
            continue  # whoever reads it says so
        if last:
            (ended if last[-1:] in b"\r\n" else open_ended).append(path)
    return open_ended if ended else []


def _delimiter(header: str) -> str:
    """What stands between the most fields of the header; the comma where nothing does."""
    bare = re.sub(r'"[^"]*"', "", header)
    return max(_DELIMITERS, key=bare.count)


def _has_text(delimiter: str) -> pl.Expr:
    return pl.col("record").str.strip_chars(f'{delimiter} \t\r"').str.len_bytes() > 0


def _with_text(records: Iterator[pl.DataFrame], after: int = 0) -> Iterator[tuple[int, str]]:
    """Line and text of the first record below line `after` that is not blank, if there is one.

    Raises:
        CsvFault: nothing but blank lines as far as the longest record goes.
    """
    passed = 0
    for frame in records:
        found = frame.filter((pl.col(SOURCE_LINE) > after) & _has_text(",")).head(1)
        if found.height:
            yield int(found[SOURCE_LINE][0]), str(found["record"][0])
        passed += int(frame["record"].str.len_bytes().sum()) + frame.height
        if passed > LONGEST_RECORD:
            raise CsvFault(
                "no_header",
                f"The first {LONGEST_RECORD // 1024**2} MB hold nothing but blank lines: the file is damaged, or "
                "no CSV file. Export it again.",
                1,
            )


def _unquoted(field: pl.Expr) -> pl.Expr:
    """A field's text. Only a quoted field holds quotes, and it starts and ends with one."""
    return field.str.strip_prefix('"').str.strip_suffix('"').str.replace_all('""', '"', literal=True)


def _fields(records: pl.DataFrame, delimiter: str) -> pl.DataFrame:
    """source_line and fields (List of String, quotes still on); one row a record."""
    has_quotes = pl.col("record").str.contains('"', literal=True)
    plain = records.filter(~has_quotes).select(
        pl.col(SOURCE_LINE), pl.col("record").str.split(delimiter).alias("fields")
    )
    quoted = records.filter(has_quotes).with_columns(record=pl.lit(delimiter) + pl.col("record"))
    if quoted.is_empty():
        return plain
    escaped = re.escape(delimiter)
    quoted = quoted.with_columns(
        fields=pl.col("record").str.extract_all(rf'{escaped}(?:"(?:[^"]|"")*"|[^{escaped}"]*)')
    )
    broken = quoted.filter(pl.col("fields").list.join("") != pl.col("record")).sort(SOURCE_LINE)
    if not broken.is_empty():
        raise CsvFault(
            "bad_quotes",
            "A double quote stands where none may stand. Put the whole field in double quotes and write a "
            "quote inside it twice.",
            int(broken[SOURCE_LINE][0]),
            str(broken["record"][0])[1:81],
        )
    quoted = quoted.select(
        pl.col(SOURCE_LINE), pl.col("fields").list.eval(pl.element().str.strip_prefix(delimiter))
    )
    return pl.concat([plain, quoted])


def _lines(first_line: int, text: str, has_quotes: bool) -> pl.DataFrame:
    """source_line, record; one row a record of a piece of the file."""
    lines = (
        pl.DataFrame({"record": [text.removesuffix("\n")]})
        .select(pl.col("record").str.split("\n").explode())
        .with_row_index(SOURCE_LINE, offset=first_line)
        .with_columns(pl.col(SOURCE_LINE).cast(pl.Int64))
    )
    if not has_quotes:
        return lines
    quotes = pl.col("record").str.count_matches('"', literal=True)
    lines = lines.with_columns(is_start=(quotes.cum_sum() - quotes) % 2 == 0)
    if int(lines.select(quotes.sum()).item()) % 2:
        start = lines.filter("is_start").tail(1)
        raise _unclosed(int(start[SOURCE_LINE][0]), str(start["record"][0])[:80])
    if not lines["is_start"].all():
        lines = (
            lines.group_by(pl.col("is_start").cum_sum().alias("nth"), maintain_order=True)
            .agg(pl.col(SOURCE_LINE).first(), pl.col("record").str.join("\n"))
            .drop("nth")
        )
    return lines.select(SOURCE_LINE, "record")


def _record_end(piece: bytes, known: int) -> int:
    """Where the last whole record of `piece` ends: after a line end with an even number of quotes before; else 0.

    `known`: so many bytes at its beginning are of one record, of which no end was found in them.
    """
    cut = piece.rfind(b"\n", known) + 1
    quotes = piece.count(b'"', 0, cut)
    for _ in range(_LINES_BACK):
        if not (cut and quotes % 2):
            return cut
        quote = piece.rfind(b'"', known, cut)
        earlier = piece.rfind(b"\n", known, quote) + 1 if quote >= 0 else 0
        quotes -= piece.count(b'"', earlier, cut)
        cut = earlier
    return _last_even(piece, known, cut) if cut else 0


def _last_even(piece: bytes, known: int, cut: int) -> int:
    """The same, of all lines before `cut` at once: one by one takes seconds where a quote is open for long."""
    lines = pl.DataFrame({"line": [piece[known : cut - 1].decode("latin-1")]}).select(
        pl.col("line").str.split("\n").explode()
    )
    before = piece.count(b'"', 0, known)
    ends = lines.select(
        end=(pl.col("line").str.len_chars().cast(pl.Int64) + 1).cum_sum() + known,
        quotes=pl.col("line").str.count_matches('"', literal=True).cum_sum() + before,
    )
    return int(ends.filter(pl.col("quotes") % 2 == 0)["end"].max() or 0)  # type: ignore[arg-type]


def _refuse_endless(lines: pl.DataFrame) -> None:
    """A record over :data:`LONGEST_RECORD` that came whole: two stray quotes far apart, or no CSV file at all."""
    lengths = lines["record"].str.len_bytes()
    longest = lengths.arg_max()
    if longest is not None and lengths[longest] > LONGEST_RECORD:
        raise _endless(str(lines["record"][longest]).encode(), int(lines[SOURCE_LINE][longest]))


def _unclosed(line: int, value: str) -> CsvFault:
    return CsvFault(
        "bad_quotes",
        "A double quote opens a field that is never closed. Close it, or write a quote inside a field twice.",
        line,
        value,
    )


def _endless(rest: bytes, line: int) -> CsvFault:
    value, most = rest[:80].decode("utf-8", "replace"), f"{LONGEST_RECORD // 1024**2} MB"
    if b'"' in rest[:LONGEST_RECORD]:
        return CsvFault(
            "bad_quotes",
            f"A double quote opens a field that is not closed within {most}. Close it, or write a quote inside a "
            "field twice.",
            line,
            value.splitlines()[0],
        )
    return CsvFault(
        "endless_record",
        f"The line does not end within {most}: the file is damaged, or no CSV file. Export it again.",
        line,
        value,
    )
