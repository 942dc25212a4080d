"""Events: the check of views, carts and the like."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

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
    """`item`: what each event was about; `name` (n,): the event in Segment's snake_case, such as `product_viewed`."""

    item: Ids
    name: pl.Series


def check_events(sheet: Sheet, data: Data, now: dt.datetime) -> Events:
    """An event has an item, a name and somebody who did it; one with the id of an earlier one repeats it."""
    item = sheet.ids("item_id", required=True)
    name = event_names(texts(sheet["event"], sheet.table.settings))
    sheet.reject(name.is_null().to_numpy(), "event", "is missing")
    nobody = np.ones(sheet.size, np.bool_)
    for column in ("customer_id", "anonymous_id"):
        if column in sheet:
            nobody &= sheet.ids(column, required=False).missing
    sheet.reject(nobody, "customer_id", "is missing, and anonymous_id too")
    if "occurred_at" in sheet:
        check_times(sheet, "occurred_at", data, now)
    if "event_id" in sheet:
        ids = sheet.ids("event_id", required=False)
        repeated = sheet.kept & ~pl.Series(ids.codes).is_first_distinct().to_numpy() & (ids.codes >= 0)
        sheet.replace(repeated, "event_id", "stands further up; the first row counts")
    return Events(item.where(sheet.kept), name.filter(sheet.kept))


def event_names(names: pl.Series) -> pl.Series:
    """`Product Viewed`, `productViewed` and `Viewed Product` are `product_viewed`."""
    raw = Distinct.of(names)
    spelt = pl.Series([tidy(name) or None for name in raw.values], dtype=pl.String)
    return raw.spread(spelt.replace(FORMER_NAMES))
