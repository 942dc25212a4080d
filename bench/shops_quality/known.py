"""Known: a shop's history as rivals see it, straight from its lines; what is asked, and slates in its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bench.shops_quality.product import LIMIT
from bench.shops_quality.shop import Made
from models.ragged import Ragged
from training.evaluation.metrics import Shown


@dataclass(frozen=True, slots=True)
class Known:
    """`customers`, `items`: ids by row; `lines` (customer, item, age, order): distinct, without returns, days or

    orders old.
    """

    customers: pl.Series
    items: pl.Series
    lines: pl.DataFrame

    @classmethod
    def of(cls, made: Made) -> Self:
        lines = made.order_lines
        lines = lines.filter(pl.col("quantity") > 0) if "quantity" in lines.columns else lines
        lines = lines.with_columns(pl.col("customer_id", "item_id").cast(pl.String))
        customers, items = (lines[name].unique().sort() for name in ("customer_id", "item_id"))
        lines = lines.select(
            row(lines["customer_id"], customers).alias("customer"),
            row(lines["item_id"], items).alias("item"),
            _age(lines).alias("age"),
            order=pl.col("order_id") if "order_id" in lines.columns else pl.int_range(pl.len()).cast(pl.String),
        )
        return cls(customers, items, lines.unique(["customer", "item", "order"], keep="first", maintain_order=True))

    @property
    def timed(self) -> bool:
        return bool((self.lines["age"] > 0).any())

    def bought(self, half_life: float = np.inf) -> csr_matrix:
        """(C, N): orders with each item, each halved every `half_life`."""
        weight = np.exp2(-self.lines["age"].to_numpy() / half_life)
        where = self.lines["customer"].to_numpy(), self.lines["item"].to_numpy()
        found = csr_matrix((weight, where), shape=(len(self.customers), len(self.items)))
        found.sum_duplicates()
        return found

    def truth(self, wanted: pl.DataFrame) -> tuple[NDArray[np.int64], Ragged]:
        """The customers asked, ascending, and what each of them wanted of what the shop sold before."""
        wanted = wanted.with_columns(pl.all().cast(pl.String))
        customer, item = row(wanted["customer_id"], self.customers), row(wanted["item_id"], self.items)
        pairs = pl.DataFrame({"customer": customer, "item": item}).drop_nulls().unique().sort("customer", "item")
        asked, lengths = np.unique(pairs["customer"].to_numpy(), return_counts=True)
        return asked.astype(np.int64), Ragged(
            np.append(0, np.cumsum(lengths)), pairs["item"].to_numpy().astype(np.int32)
        )

    def shown(self, slates: pl.DataFrame, asked: NDArray[np.int64]) -> Shown:
        """Slates by id, best first, of the customers asked, (B, LIMIT)."""
        customer, item = row(slates["customer_id"], self.customers), row(slates["item_id"], self.items)
        found = pl.DataFrame({"customer": customer, "item": item}).with_columns(
            place=pl.int_range(pl.len()).over("customer")
        )
        found = found.drop_nulls().filter(pl.col("place") < LIMIT)
        shown = np.full((len(self.customers), LIMIT), -1, np.int32)
        shown[found["customer"], found["place"]] = found["item"]
        return shown[asked]


def row(ids: pl.Series, known: pl.Series) -> pl.Series:
    """The place of each id among the known ones, null unknown."""
    places = pl.DataFrame({"id": known, "row": np.arange(len(known))})
    return ids.alias("id").to_frame().join(places, on="id", how="left", maintain_order="left")["row"]


def _age(lines: pl.DataFrame) -> pl.Series:
    if "ordered_at" not in lines.columns:
        return pl.Series(np.zeros(len(lines)))
    if lines["ordered_at"].dtype.is_temporal():
        return (lines["ordered_at"].max() - lines["ordered_at"]).dt.total_seconds() / 86_400.0
    last = pl.col("ordered_at").max().over("customer_id")
    return lines.select((last - pl.col("ordered_at")).cast(pl.Float64)).to_series()
