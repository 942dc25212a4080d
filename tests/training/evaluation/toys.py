"""Histories written down line by line."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import polars as pl

from models.catalogue import Kind
from models.ids import IdMap
from training.catalogue import table_arrays
from training.dataset import Dataset, OrderLines


class Bought(NamedTuple):
    """`time` in days since 1970, UTC, or the position of the order; None for `customer` is a guest."""

    customer: str | None
    item: str
    time: float
    price: float = math.nan
    quantity: float = 1.0


class Item(NamedTuple):
    category: str | None = None
    price: float | None = None
    cost: float | None = None


KINDS: dict[str, Kind] = {"category": "category", "price": "number", "cost_of_goods_sold": "number"}


def toy(
    bought: Sequence[Bought],
    items: Mapping[str, Item] | None = None,
    *,
    unit: Literal["day", "order"] = "day",
    timezone: str = "UTC",
    timed: bool = True,
    orders_known: bool = True,
) -> Dataset:
    """A customer's lines of one time are an order; a guest's too. `timed`: whether anybody knows these times."""
    catalogue = {each.item: Item() for each in bought} | dict(items or {})
    customers = IdMap.build(each.customer for each in bought if each.customer)
    item_ids = IdMap.build(catalogue)
    keys = sorted({(each.time, each.customer or "") for each in bought})
    rows = sorted(
        (customers.row(each.customer or "", missing=-1), each.time, keys.index((each.time, each.customer or "")), each)
        for each in bought
    )
    of_item = np.array([item_ids.row(each.item, missing=-1) for *_, each in rows], np.int32)
    lines = OrderLines(
        customer=np.array([customer for customer, *_ in rows], np.int32),
        item=of_item,
        variant=of_item,
        order=np.array([order for _, _, order, _ in rows], np.int32),
        time=np.array([time if timed else 0.0 for _, time, _, _ in rows], np.float64),
        quantity=np.array([each.quantity for *_, each in rows], np.float32),
        price=np.array([each.price for *_, each in rows], np.float32),
    )
    described = [catalogue[item] for item in item_ids.ids(np.arange(len(item_ids)))]
    frame = pl.DataFrame(described, schema=dict.fromkeys(KINDS, pl.Float64) | {"category": pl.String}, orient="row")
    return Dataset(
        customers=customers,
        items=item_ids,
        lines=lines,
        columns=KINDS,
        arrays=table_arrays(frame, KINDS),
        customer_columns={},
        customer_arrays={},
        unit=unit,
        reference=float(lines.time.max(initial=0.0)),
        timezone=timezone,
        currency=None,
        orders_known=orders_known,
    )
