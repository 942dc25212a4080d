"""Join: whether order lines and catalogue speak of the same items, and if not, what would make them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from training.checks.ids import Ids
from training.checks.items import Items

SHOWN = 3
SPELLINGS: dict[str, Callable[[pl.Series], pl.Series]] = {
    "without leading zeros": lambda ids: ids.str.strip_chars_start("0"),
    "without regard to case": lambda ids: ids.str.to_lowercase(),
    "without `.0` at the end": lambda ids: ids.str.strip_suffix(".0"),
    "by the digits at the end": lambda ids: ids.str.extract(r"(\d+)$"),
    "without spaces, dashes and dots": lambda ids: ids.str.replace_all(r"[\s\-_.]", ""),
}


def joined_share(item: Ids, items: Items) -> float:
    """The share of lines whose item is in the catalogue; 1 of none."""
    return _share(item.names, _weights(item), items.ids)


def refusal(item: Ids, items: Items, share: float, least: float) -> str:
    """Why the data are refused, with examples and with what would join instead."""
    own = item.names.filter(~item.names.is_in(items.ids.implode())).head(SHOWN).to_list()
    theirs = items.ids.head(SHOWN).to_list()
    hints = list(_hints(item, items))
    return (
        f"only {share:.1%} of the order lines join items, where data.min_joined_share asks for {least:.1%}; "
        f"order_lines has item ids like {_listed(own)}, items like {_listed(theirs)}"
        + (f". {'; '.join(hints)}" if hints else "")
    )


def _hints(item: Ids, items: Items) -> Iterator[str]:
    weights = _weights(item)
    for description, spell in SPELLINGS.items():
        share = _share(spell(item.names), weights, spell(items.ids))
        if share > 0.5:
            yield f"Compared {description}, {share:.1%} would join"
    for name, kind in items.kinds.items():
        values = items.frame[name]
        if kind == "text":
            codes = values
        elif kind == "number":
            codes = values.cast(pl.Int64, strict=False).cast(pl.String)
        else:
            continue
        if (share := _share(item.names, weights, codes)) > 0.5:
            yield f"With column {name} of items as item_id, {share:.1%} would join: set inputs.items.columns.item_id"


def _share(names: pl.Series, weights: NDArray[np.int64], among: pl.Series) -> float:
    known = names.is_in(among.drop_nulls().unique().implode()).fill_null(False).to_numpy()
    return float(weights[known].sum() / weights.sum()) if weights.sum() else 1.0


def _weights(item: Ids) -> NDArray[np.int64]:
    """How many lines each id has."""
    return np.bincount(item.codes[item.codes >= 0], minlength=len(item.names))


def _listed(ids: list[str]) -> str:
    return ", ".join(repr(identifier) for identifier in ids) if ids else "none"
