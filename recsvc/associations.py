"""Associations: which items are bought together, as planners of assortments and bundles know them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from models.catalogue import TextColumn
from models.methods.basket import Basket
from models.model import Model
from recsvc.errors import ExportError
from recsvc.text_columns import texts

SCHEMA = pa.schema(
    [
        ("item_id", pa.string()),
        ("title", pa.string()),
        ("with_item_id", pa.string()),
        ("with_title", pa.string()),
        ("orders", pa.int32()),
        ("support", pa.float64()),
        ("confidence", pa.float64()),
        ("lift", pa.float64()),
    ]
)


def associations(model: Model, least_orders: int) -> pa.RecordBatch:
    """A row for each pair in each direction, most orders first. Raises ExportError.

    support = n_ab / n; confidence = n_ab / n_a: of the orders with the item, those with the other; lift = confidence /
    (n_b / n): how many times likelier that makes the other (Agrawal, Imielinski and Swami 1993; Brin et al. 1997).
    """
    basket = model.methods.get("basket")
    if not isinstance(basket, Basket) or basket.sold is None or basket.n_orders is None:
        raise ExportError("this bundle does not tell how often items were ordered: train again with orders")
    item, place = np.nonzero((basket.neighbours.items >= 0) & (basket.orders >= least_orders))
    other, both = basket.neighbours.items[item, place], basket.orders[item, place]
    order = np.lexsort((other, item, -both))
    item, other, both = item[order], other[order], both[order]
    confidence = both / basket.sold[item]
    lift = confidence / (basket.sold[other] / basket.n_orders)
    names = (_ids(model, item), _titles(model, item), _ids(model, other), _titles(model, other))
    numbers = (both.astype(np.int32), both / basket.n_orders, confidence, lift)
    return pa.RecordBatch.from_arrays([*names, *map(pa.array, numbers)], schema=SCHEMA)


def _ids(model: Model, rows: NDArray[np.integer]) -> pa.Array:
    distinct, number = np.unique(rows, return_inverse=True)
    return pa.array(model.items.ids(distinct), pa.string()).take(pa.array(number))


def _titles(model: Model, rows: NDArray[np.integer]) -> pa.Array:
    """Where there is no title, the id."""
    column = model.shop.catalogue.columns.get("title")
    if not isinstance(column, TextColumn):
        return _ids(model, rows)
    return pc.coalesce(texts(column).take(pa.array(rows)), _ids(model, rows))
