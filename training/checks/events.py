"""Events: the check of views, carts and the like."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from training.checks.attributes import texts
from training.checks.distinct import Distinct
from training.checks.ids import Ids
from training.checks.sheet import Sheet
from training.checks.timeline import check_times
from training.config import Data
from training.sources.columns import tidy

# The names of Segment's first version of the e-commerce events.
FORMER_NAMES = {
    "viewed_product": "product_viewed",
    "added_product": "product_added",
    "removed_product": "product_removed",
    "clicked_product": "product_clicked",
    "completed_order": "order_completed",
}


@dataclass(frozen=True, slots=True)
class Events:
    """`item`: what each event was about; `name` (n,): the event in Segment's snake_case, such as `product_viewed`;

    `customer`: who did it, a code of -1 where that is unknown; `time` int64 (n,): microseconds since 1970 in UTC.
    Both are None without such a column; `time` is None too where it holds positions.
    """

    item: Ids
    name: pl.Series
    customer: Ids | None = None
    time: NDArray[np.int64] | None = None


def check_events(sheet: Sheet, data: Data, now: dt.datetime) -> Events:
    """An event has an item, a name and somebody who did it; one with the id of an earlier one repeats it."""
    item = sheet.ids("item_id", required=True)
    name = event_names(texts(sheet["event"], sheet.table.settings))
    sheet.reject(name.is_null().to_numpy(), "event", "is missing")
    nobody = np.ones(sheet.size, np.bool_)
    who = {column: sheet.ids(column, required=False) for column in ("customer_id", "anonymous_id") if column in sheet}
    for ids in who.values():
        nobody &= ids.missing
    sheet.reject(nobody, "customer_id", "is missing, and anonymous_id too")
    values, times = check_times(sheet, "occurred_at", data, now) if "occurred_at" in sheet else (None, None)
    if "event_id" in sheet:
        ids = sheet.ids("event_id", required=False)
        repeated = sheet.kept & ~pl.Series(ids.codes).is_first_distinct().to_numpy() & (ids.codes >= 0)
        sheet.replace(repeated, "event_id", "stands further up; the first row counts")
    kept, customer = sheet.kept, who.get("customer_id")
    return Events(
        item.where(kept),
        name.filter(kept),
        None if customer is None else customer.where(kept),
        values[kept] if values is not None and times is not None and times.kind == "day" else None,
    )


def event_names(names: pl.Series) -> pl.Series:
    """`Product Viewed`, `productViewed` and `Viewed Product` are `product_viewed`."""
    raw = Distinct.of(names)
    spelt = pl.Series([tidy(name) or None for name in raw.values], dtype=pl.String)
    return raw.spread(spelt.replace(FORMER_NAMES))
