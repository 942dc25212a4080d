"""Currency: a shop has one; prices in several are refused, or all but one kind count as unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from training.checks.distinct import Distinct
from training.checks.ids import Ids
from training.checks.numbers import SYMBOLS


@dataclass(frozen=True, slots=True)
class Settled:
    """`currency`: the shop's, None where no price names one; `fault`: why there is not one."""

    currency: str | None
    fault: str | None = None


def iso_codes(column: pl.Series) -> pl.Series:
    """Currencies as ISO 4217 writes them: `€`, `eur` and ` EUR ` are EUR."""
    raw = Distinct.of(column.cast(pl.String))
    return raw.spread(raw.values.str.strip_chars().str.to_lowercase().replace(SYMBOLS).str.to_uppercase())


def settle(tables: Mapping[str, Ids | None], wanted: str | None) -> Settled:
    """The one currency of all tables' prices. `wanted`: the setting that decides where there are several."""
    counts = {name: _counts(currencies) for name, currencies in tables.items() if currencies is not None}
    found = sorted({currency for count in counts.values() for currency in count})
    if wanted is not None:
        if found and wanted not in found:
            return Settled(None, f"no price is in {wanted}, which data.currency names; found: {', '.join(found)}")
        return Settled(wanted)
    if len(found) <= 1:
        return Settled(found[0] if found else None)
    shares = "; ".join(f"{name}: {_shares(count)}" for name, count in counts.items())
    return Settled(None, f"prices in several currencies ({shares}); convert them, or name one in data.currency")


def foreign(currencies: Ids | None, currency: str | None) -> NDArray[np.bool_] | None:
    """(n,) rows whose price is in another currency than the shop's; None where there can be none."""
    if currencies is None or currency is None:
        return None
    other = np.append((currencies.names != currency).to_numpy(), False)
    found: NDArray[np.bool_] = other[currencies.codes]
    return found


def _counts(currencies: Ids) -> Counter[str]:
    rows = np.bincount(currencies.codes[currencies.codes >= 0], minlength=len(currencies.names))
    return Counter({name: int(count) for name, count in zip(currencies.names, rows, strict=True) if count})


def _shares(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count / counts.total():.1%}" for name, count in counts.most_common())
