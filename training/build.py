"""Build: checked tables into the Dataset, every id translated to its row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.catalogue import Kind as ColumnKind
from models.ids import IdMap
from training.catalogue import table_arrays
from training.checks.currency import foreign
from training.checks.customers import Customers
from training.checks.distinct import positions
from training.checks.events import Events as CheckedEvents
from training.checks.ids import Ids
from training.checks.items import PRICES, Items
from training.checks.order_lines import Lines
from training.checks.times import Kind
from training.config import Config
from training.dataset import Dataset, Events, OrderLines
from training.days import MICROS_A_DAY
from training.orders import Ordered, gather
from training.switched_off import switched_off
from training.variants import variant_arrays

Arrays = dict[str, NDArray[Any]]

# Order numbers tell orders apart where so many customers, or this share of them, have two.
ENOUGH_SEVERAL, SEVERAL_SHARE = 100, 0.05


@dataclass(frozen=True, slots=True)
class Tables:
    """What the checks left; `currency`: the shop's one, None where no price names one."""

    lines: Lines
    items: Items | None = None
    customers: Customers | None = None
    events: CheckedEvents | None = None
    currency: str | None = None


class Looks(NamedTuple):
    """What customers did with items, `time` in days since 1970, UTC; all (n,)."""

    customer: Ids
    item: Ids
    name: pl.Series
    time: NDArray[np.float64]


def build_dataset(tables: Tables, config: Config) -> tuple[Dataset, list[str]]:
    """The data set of at least one line, and what is noteworthy about it."""
    lines = in_currency(tables.lines, tables.currency)
    ordered = in_window(gather(lines, config.data.timezone), lines.kind, config.training.window_days)
    looking = looked_at(tables.events, lines.kind)
    customer, customers = _customers(ordered, lines, tables.customers, looking)
    variant, items = _items(ordered, lines, tables.items)
    sales = np.bincount(variant, minlength=len(items))
    columns, arrays = _catalogue(items, tables, sales, recommend_unlisted=config.data.recommend_unlisted)
    customer_columns, customer_arrays = _attributes(customers, tables.customers)
    tells_orders = lines.order is not None or lines.time is not None
    time = ordered.time / MICROS_A_DAY if lines.kind == "day" else ordered.time.astype(np.float64)
    dataset = Dataset(
        customers=IdMap.build(customers),
        items=IdMap.build(items),
        lines=_order_lines(ordered, customer, variant, arrays.get("group"), time),
        columns=columns,
        arrays=arrays,
        customer_columns=customer_columns,
        customer_arrays=customer_arrays,
        unit=lines.kind,
        reference=float(time.max()),
        timezone=config.data.timezone,
        currency=tables.currency,
        off=switched_off(lines, tables.items, customers=tables.customers is not None, events=tables.events),
        events=None if looking is None else _events(looking, customers, items, arrays.get("group"), float(time.min())),
        orders_known=bool(np.ptp(time)) or (tells_orders and _told_apart(ordered, customer)),
    )
    return dataset, _notes(ordered, dataset, numbered=lines.order is not None)


def _told_apart(ordered: Ordered, customer: NDArray[np.int32]) -> bool:
    """Whether enough customers have two orders: a number that is the customer's own tells nothing apart."""
    known = customer >= 0
    whose = customer[known][np.unique(ordered.order[known], return_index=True)[1]]
    orders = np.bincount(whose)
    several, customers = int((orders > 1).sum()), int((orders > 0).sum())
    return several > 0 and several >= min(ENOUGH_SEVERAL, SEVERAL_SHARE * customers)


def in_currency(lines: Lines, currency: str | None) -> Lines:
    """Prices in another currency than the shop's are unknown."""
    other = foreign(lines.currency, currency)
    return lines if other is None else replace(lines, price=np.where(other, np.nan, lines.price))


def in_window(ordered: Ordered, kind: Kind, window: float | None) -> Ordered:
    """The orders of the last days, or each customer's last orders where times are positions."""
    if window is None:
        return ordered
    length = window * (MICROS_A_DAY if kind == "day" else 1)
    recent = ordered.time > ordered.time.max() - length
    return ordered.where(recent)


def _customers(
    ordered: Ordered, lines: Lines, customers: Customers | None, events: Looks | None
) -> tuple[NDArray[np.int32], pl.Series]:
    """The row of each line's customer, and the ids of the rows: those who bought or looked, and did not refuse."""
    names = lines.customer.names
    known = np.zeros(len(names), np.bool_)
    known[ordered.owner[ordered.owner >= 0]] = True
    ids = names.filter(known)
    if events is not None:
        ids = pl.concat([ids, events.customer.texts().drop_nulls()]).unique().sort()
    if customers is not None:
        ids = ids.filter(~ids.is_in(customers.refused.implode()))
    rows = np.append(positions(names, ids), np.int32(-1))
    return rows[ordered.owner], ids


def looked_at(events: CheckedEvents | None, kind: Kind) -> Looks | None:
    """Events that can be learned from: those of customers, where both they and the orders have times."""
    if events is None or events.customer is None or events.time is None or kind != "day":
        return None
    return Looks(events.customer, events.item, events.name, events.time / MICROS_A_DAY)


def _events(
    looks: Looks, customers: pl.Series, items: pl.Series, group: NDArray[np.int32] | None, since: float
) -> Events:
    """Those of known customers about known items, from the first order on."""
    customer = np.append(positions(looks.customer.names, customers), np.int32(-1))[looks.customer.codes]
    item = np.append(positions(looks.item.names, items), np.int32(-1))[looks.item.codes]
    names = looks.name.unique().sort()
    kind = looks.name.cast(pl.Enum(names)).to_physical().to_numpy().astype(np.int8)
    kept = np.flatnonzero((customer >= 0) & (item >= 0) & (looks.time >= since))
    order = kept[np.lexsort((kind[kept], item[kept], looks.time[kept], customer[kept]))]
    lead = item[order] if group is None else group[item[order]]
    return Events(customer[order], lead, kind[order], looks.time[order], tuple(names))


def _items(ordered: Ordered, lines: Lines, items: Items | None) -> tuple[NDArray[np.int32], pl.Series]:
    """The row of each line's item, and the ids of the rows: those bought and those in the catalogue."""
    bought = np.zeros(len(lines.item.names), np.bool_)
    bought[ordered.item] = True
    ids = lines.item.names.filter(bought)
    if items is not None:
        ids = pl.concat([ids, items.ids]).unique()
    ids = ids.sort()
    return positions(lines.item.names, ids)[ordered.item], ids


def _catalogue(
    ids: pl.Series, tables: Tables, sales: NDArray[np.int64], *, recommend_unlisted: bool
) -> tuple[dict[str, ColumnKind], Arrays]:
    if tables.items is None:
        return {}, {"sellable": np.ones(len(ids), np.bool_)}
    listed = tables.items.frame.with_columns(pl.lit(True).alias("_listed"))
    frame = ids.alias("item_id").to_frame().join(listed, on="item_id", how="left", maintain_order="left")
    frame, kinds = _priced(frame, tables.items, tables.currency)
    sellable = pl.lit(True) if recommend_unlisted else pl.col("_listed").fill_null(False)
    if "availability" in kinds:
        sellable &= pl.col("availability").ne_missing("out_of_stock")
    if "hidden" in kinds:
        sellable &= ~pl.col("hidden").fill_null(False)
    arrays = table_arrays(frame, kinds) | {"sellable": frame.select(sellable.alias("sellable"))["sellable"].to_numpy()}
    if "item_group_id" in kinds:
        arrays |= variant_arrays(frame["item_group_id"], sales)
    return kinds, arrays


def _priced(frame: pl.DataFrame, items: Items, currency: str | None) -> tuple[pl.DataFrame, dict[str, ColumnKind]]:
    """Prices in another currency than the shop's are unknown; the others are all in that."""
    other = foreign(items.currency, currency)
    prices = [name for name in PRICES if name in items.kinds]
    if other is not None and prices:
        strange = items.ids.filter(other).implode()
        frame = frame.with_columns(pl.when(~pl.col("item_id").is_in(strange)).then(pl.col(prices)))
    if currency is None or not prices:
        return frame, items.kinds
    priced = pl.any_horizontal(pl.col(prices).is_not_null())
    return frame.with_columns(pl.when(priced).then(pl.lit(currency)).alias("currency")), {
        **items.kinds,
        "currency": "text",
    }


def _attributes(ids: pl.Series, customers: Customers | None) -> tuple[dict[str, ColumnKind], Arrays]:
    if customers is None:
        return {}, {}
    known = ids.alias("customer_id").to_frame()
    frame = known.join(customers.frame, on="customer_id", how="left", maintain_order="left")
    return customers.kinds, table_arrays(frame, customers.kinds)


def _order_lines(
    ordered: Ordered,
    customer: NDArray[np.int32],
    variant: NDArray[np.int32],
    group: NDArray[np.int32] | None,
    time: NDArray[np.float64],
) -> OrderLines:
    lines = OrderLines(
        customer=customer,
        item=variant if group is None else group[variant],
        variant=variant,
        order=ordered.order.astype(np.int32),
        time=time,
        quantity=ordered.quantity.astype(np.float32),
        price=ordered.price.astype(np.float32),
    )
    place = customer.astype(np.int64) * (int(ordered.order.max()) + 1) + ordered.order
    return lines.select(np.argsort(place, kind="stable"))


def _notes(ordered: Ordered, dataset: Dataset, *, numbered: bool) -> list[str]:
    notes = []
    if (dataset.lines.customer < 0).all():
        notes.append("no order line is of a customer who may be told apart: everybody gets the same")
    elif numbered and not dataset.orders_known:
        notes.append("hardly any customer has two orders, and no times: lines are tested, not what was bought together")
    if ordered.repeats:
        notes.append(f"{ordered.repeats:,} lines repeat an item of their order; their pieces are added up")
    if ordered.long:
        notes.append(f"the lines of {ordered.long:,} orders are more than a month apart; is order_id used again?")
    return notes
