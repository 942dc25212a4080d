"""Profiles: a wide export as the file that a mail tool imports into its customers' profiles."""

from __future__ import annotations

from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from recsvc.fragment.words import words_of

Tool = Literal["klaviyo", "braze"]
# The column by which the tool knows a customer; neither needs an e-mail address.
IDENTIFIER: dict[Tool, str] = {"klaviyo": "External ID", "braze": "external_id"}
# What a mail says nothing of.
LEFT_OUT = ("score", "method")


def profiles(batch: pa.RecordBatch, tool: Tool, locale: str) -> pa.RecordBatch:
    """The columns of a wide batch that a profile holds, each price also as people of the locale write it."""
    columns: dict[str, pa.Array] = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if name == "customer_id":
            columns[IDENTIFIER[tool]] = column
        elif not name.endswith(LEFT_OUT):
            columns[name] = column
        if name.startswith("item_") and name.endswith("_price"):
            columns[f"{name}_text"] = _written(column, batch.column(name.replace("_price", "_currency")), locale)
    return pa.RecordBatch.from_pydict(columns)


def _written(prices: pa.Array, currencies: pa.Array, locale: str) -> pa.Array:
    """Each distinct price is written once."""
    words = words_of(locale)
    parts = (pc.coalesce(part.cast(pa.string()), pa.scalar("")) for part in (prices, currencies))
    both = pc.binary_join_element_wise(*parts, " ").dictionary_encode()
    split = [text.partition(" ") for text in both.dictionary.to_pylist()]
    texts = [words.price(float(price), currency or None) if price else None for price, _, currency in split]
    return pa.array(texts, pa.string()).take(both.indices)
