"""Times: moments in UTC or positions in a sequence, from whatever a column of times holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

from training.checks.distinct import Distinct
from training.config import TableInput

ZONE = r"(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)"
CLOCK = rf"(?:[T ]+(\d{{1,2}}):(\d{{2}})(?::(\d{{2}})(?:[.,](\d{{1,9}})\d*)?)?)?\s*([AaPp][Mm])?\s*{ZONE}?"
YEAR_FIRST = rf"^(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){CLOCK}$"
YEAR_LAST = rf"^(\d{{1,2}})([-/.])(\d{{1,2}})[-/.](\d{{4}}|\d{{2}}),?{CLOCK}$"
COMPACT = r"^((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:([01]\d|2[0-3])([0-5]\d)([0-5]\d)?)?$"
NUMBER = r"^-?\d+(?:\.\d*)?$"
FIELDS = ["hour", "minute", "second", "fraction", "half", "zone"]
SMALLEST_EPOCH = 1e8  # of 1973; smaller numbers are positions in a sequence
HOUR = 3_600_000_000

Kind = Literal["day", "order"]


@dataclass(frozen=True, slots=True)
class Times:
    """`values` int64, null where missing or unparsable: microseconds since 1970 in UTC, or positions (kind `order`).

    `ambiguous`: a value of which neither itself nor the others tell whether the day or the month comes first.
    """

    kind: Kind
    values: pl.Series
    ambiguous: str | None = None

    @classmethod
    def of(cls, column: pl.Series, settings: TableInput, timezone: str) -> Times:
        """`timezone`: that of times without one."""
        dtype = column.dtype
        if dtype == pl.Date:
            return cls("day", _localised(column.cast(pl.Datetime("us")), timezone))
        if isinstance(dtype, pl.Datetime):
            moments = column.cast(pl.Datetime("us", dtype.time_zone))
            return cls("day", moments.to_physical() if dtype.time_zone else _localised(moments, timezone))
        raw = Distinct.of(column)
        if dtype == pl.String:
            texts = raw.values.str.strip_chars().set(raw.values.is_in(list(settings.null_values)), None)
        else:
            texts = _number_texts(raw.values)
        parsed = (
            _of_format(texts, settings.time_format, timezone) if settings.time_format else _of_text(texts, timezone)
        )
        return cls(parsed.kind, raw.spread(parsed.values), parsed.ambiguous)


def _number_texts(values: pl.Series) -> pl.Series:
    """Whole numbers as digits alone, so that 20240131 may be a date."""
    if values.dtype.is_integer():
        return values.cast(pl.String)
    if not values.dtype.is_numeric():
        return pl.repeat(None, len(values), dtype=pl.String, eager=True)
    numbers = values.cast(pl.Float64)
    whole = numbers.cast(pl.Int64, strict=False)
    return whole.cast(pl.String).zip_with(
        whole.cast(pl.Float64) == numbers, numbers.cast(pl.Decimal(38, 6)).cast(pl.String)
    )


def _of_format(texts: pl.Series, time_format: str, timezone: str) -> Times:
    moments = texts.str.to_datetime(time_format, strict=False, time_unit="us")
    zoned = isinstance(moments.dtype, pl.Datetime) and moments.dtype.time_zone
    return Times("day", moments.to_physical() if zoned else _localised(moments, timezone))


def _of_text(texts: pl.Series, timezone: str) -> Times:
    moments = _year_first(texts, timezone)
    rest = texts.set(moments.is_not_null(), None)
    year_last, ambiguous = _year_last(rest, timezone)
    moments = moments.fill_null(year_last)
    numbers = rest.set(~rest.str.contains(NUMBER), None)
    amounts = numbers.cast(pl.Float64)
    compact = _compact(numbers, timezone)
    if compact.null_count() > numbers.null_count():  # other numbers stand among them: eight digits are no date then
        compact = compact.set(numbers.str.len_chars() == 8, None)
        if moments.is_null().all() and (amounts.abs() < SMALLEST_EPOCH).all():
            return Times("order", amounts.set(amounts != amounts.floor(), None).cast(pl.Int64))
    return Times("day", moments.fill_null(compact).fill_null(_epoch(amounts)), ambiguous)


def _epoch(numbers: pl.Series) -> pl.Series:
    """Seconds, milli-, micro- or nanoseconds since 1970, told apart by their size."""
    frame = pl.DataFrame({"n": numbers})
    size = pl.col("n").abs()
    micros = (
        pl.when(size < 1e11)
        .then(pl.col("n") * 1e6)
        .when(size < 1e14)
        .then(pl.col("n") * 1e3)
        .when(size < 1e17)
        .then("n")
        .otherwise(pl.col("n") / 1e3)
    )
    return frame.select(micros.round(0).cast(pl.Int64, strict=False).alias("n"))["n"]


def _compact(texts: pl.Series, timezone: str) -> pl.Series:
    """20240131, or with hour and minute, or with seconds too."""
    fields = texts.str.extract_groups(COMPACT).struct.unnest()
    fields.columns = ["year", "month", "day", "hour", "minute", "second"]
    empty = pl.lit(None, pl.String)
    return _assembled(fields.with_columns(fraction=empty, half=empty, zone=empty), timezone)


def _year_first(texts: pl.Series, timezone: str) -> pl.Series:
    fields = texts.str.extract_groups(YEAR_FIRST).struct.unnest()
    fields.columns = ["year", "month", "day", *FIELDS]
    return _assembled(fields, timezone)


def _year_last(texts: pl.Series, timezone: str) -> tuple[pl.Series, str | None]:
    """With dots the day comes first. Else a number above 12 tells, its own or another's of the column."""
    fields = texts.str.extract_groups(YEAR_LAST).struct.unnest()
    fields.columns = ["first", "mark", "second_", "year", *FIELDS]
    first, second = pl.col("first").cast(pl.Int32), pl.col("second_").cast(pl.Int32)
    undotted = pl.col("mark") != "."
    seen = fields.select(day=(undotted & (first > 12)).any(), month=(undotted & (second > 12)).any()).row(0)
    day_first = ~undotted | (first > 12) | ((second <= 12) & (seen == (True, False)))
    unclear = undotted & (first <= 12) & (second <= 12) & (seen[0] == seen[1])
    year = pl.when(pl.col("year").str.len_chars() == 2).then(pl.lit("20") + pl.col("year")).otherwise("year")
    fields = fields.with_columns(
        year=pl.when(~unclear).then(year),
        day=pl.when(day_first).then("first").otherwise("second_"),
        month=pl.when(day_first).then("second_").otherwise("first"),
    )
    doubtful = texts.filter(fields.select(unclear.fill_null(False).alias("unclear"))["unclear"])
    return _assembled(fields, timezone), doubtful[0] if len(doubtful) else None


def _assembled(fields: pl.DataFrame, timezone: str) -> pl.Series:
    """Microseconds in UTC from columns of digits; null where they make no time."""
    date = pl.concat_str("year", pl.col("month").str.zfill(2), pl.col("day").str.zfill(2), separator="-").str.to_date(
        "%Y-%m-%d", strict=False
    )
    hour = pl.col("hour").cast(pl.Int64).fill_null(0)
    half = pl.col("half").str.to_lowercase()
    in_half = pl.when(half.is_null() | ((hour >= 1) & (hour <= 12))).then(
        pl.when(half.is_null()).then(hour).otherwise(hour % 12 + pl.when(half == "pm").then(12).otherwise(0))
    )
    minute, second = (pl.col(name).cast(pl.Int64).fill_null(0) for name in ("minute", "second"))
    micros = pl.col("fraction").str.slice(0, 6).str.pad_end(6, "0").cast(pl.Int64).fill_null(0)
    in_day = pl.when((in_half < 24) & (minute < 60) & (second < 60)).then(
        in_half * HOUR + minute * (HOUR // 60) + second * 1_000_000 + micros
    )
    naive = (date.cast(pl.Datetime("us")).cast(pl.Int64) + in_day).alias("naive")
    frame = fields.select(naive, "zone").with_columns(offset=_offset())
    local = _localised(frame["naive"].cast(pl.Datetime("us")), timezone)
    return local.zip_with(frame["zone"].is_null(), frame["naive"] - frame["offset"])


def _offset() -> pl.Expr:
    """Microseconds by which the written zone is ahead of UTC."""
    digits = pl.col("zone").str.extract_groups(r"^([+-])(\d{2}):?(\d{2})?$").struct
    hours, minutes = (digits.field(name).cast(pl.Int64).fill_null(0) for name in ("2", "3"))
    ahead = hours * HOUR + minutes * (HOUR // 60)
    return pl.when(digits.field("1") == "-").then(-ahead).otherwise(ahead)


def _localised(naive: pl.Series, timezone: str) -> pl.Series:
    """Microseconds in UTC of wall-clock times; one that the clocks jumped over counts as an hour later."""
    zoned = naive.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    missing = zoned.is_null() & naive.is_not_null()
    if missing.any():
        later = naive.dt.offset_by("1h").dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
        zoned = zoned.zip_with(~missing, later)
    return zoned.to_physical()
