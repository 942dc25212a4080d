"""Profiles: a wide export as the file that a mail tool imports into its customers' profiles."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlencode

import pyarrow as pa
import pyarrow.compute as pc

from recsvc.email.links import shows_everywhere
from recsvc.fragment.words import words_of

Tool = Literal["klaviyo", "braze"]
# The column by which the tool knows a customer; neither needs an e-mail address.
IDENTIFIER: dict[Tool, str] = {"klaviyo": "External ID", "braze": "external_id"}
# What a mail says nothing of.
LEFT_OUT = ("score", "method")
# Twice that of a picture in a mail of two columns.
PICTURE_WIDTH = 552


def profiles(batch: pa.RecordBatch, tool: Tool, locale: str, service_url: str | None) -> pa.RecordBatch:
    """The columns of a wide batch that a profile holds, each price also as people of the locale write it.

    Pictures are such as every mail client shows: others come from the service at `service_url`, or are null.
    """
    columns: dict[str, pa.Array] = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        if name == "customer_id":
            columns[IDENTIFIER[tool]] = column
        elif name.startswith("item_") and name.endswith("_image_link"):
            columns[name] = _shown(column, batch.column(f"{_slot(name)}_id"), service_url)
        elif not name.endswith(LEFT_OUT):
            columns[name] = column
        if name.startswith("item_") and name.endswith("_price"):
            columns[f"{name}_text"] = _written(column, batch.column(f"{_slot(name)}_currency"), locale)
    return pa.RecordBatch.from_pydict(columns)


def _slot(name: str) -> str:
    """The beginning of all columns of the same item: `item_1` of `item_1_final_price`."""
    return "_".join(name.split("_", 2)[:2])


def _shown(images: pa.Array, items: pa.Array, service_url: str | None) -> pa.Array:
    """Each distinct image is looked at once."""
    distinct = images.dictionary_encode()
    known = pa.array([shows_everywhere(image) for image in distinct.dictionary.to_pylist()], pa.bool_())
    fits = pc.fill_null(known.take(distinct.indices), False)
    if service_url is None:
        return pc.if_else(fits, images, None)
    encoded = items.dictionary_encode()
    made = [_photo(service_url, item_id) for item_id in encoded.dictionary.to_pylist()]
    return pc.if_else(fits, images, pa.array(made, pa.string()).take(encoded.indices))


def _photo(service_url: str, item_id: str) -> str:
    return f"{service_url.rstrip('/')}/v1/items/photo.jpg?" + urlencode({"item_id": item_id, "width": PICTURE_WIDTH})


def _written(prices: pa.Array, currencies: pa.Array, locale: str) -> pa.Array:
    """Each distinct price is written once."""
    words = words_of(locale)
    parts = (pc.coalesce(part.cast(pa.string()), pa.scalar("")) for part in (prices, currencies))
    both = pc.binary_join_element_wise(*parts, " ").dictionary_encode()
    split = [text.partition(" ") for text in both.dictionary.to_pylist()]
    texts = [words.price(float(price), currency or None) if price else None for price, _, currency in split]
    return pa.array(texts, pa.string()).take(both.indices)
