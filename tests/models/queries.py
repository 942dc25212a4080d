"""Queries that visitors may send to a synthetic shop, and which items may answer them."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from models.kinds import KINDS
from models.query import Query
from models.rules.tables import PriceStep
from tests.engines import DAYS_LATER, PLACEMENTS, RULED, Learned
from tests.ledger import Ledger
from tests.shops import Row

# Each filter beside what it means for an item and the item that the query is about ({}: none).
FILTERS: dict[str, Callable[[Row, Row], bool]] = {
    "brand = 'Alba'": lambda row, _: row["brand"] == "Alba",
    "category under 'Department 1'": lambda row, _: row["category"].startswith("Department 1 > "),
    "brand = 'no such brand'": lambda *_: False,
    "not (brand in ('Alba', 'Dôle'))": lambda row, _: row["brand"] not in ("Alba", "Dôle"),
    "brand != item.brand": lambda row, anchor: not anchor or row["brand"] != anchor["brand"],
    "category = item.category": lambda row, anchor: bool(anchor) and row["category"] == anchor["category"],
}
UNKNOWN_ITEM, UNKNOWN_CUSTOMER = "no such item", "no such customer"


@st.composite
def queries(draw: st.DrawFn, known: Learned, *, offsets: bool = True) -> Query:
    """Known and unknown ids, carts and exclusions up to most of a shop, any placement."""
    items = st.sampled_from([*known.ledger.item_ids, UNKNOWN_ITEM])
    few = st.lists(items, max_size=4).map(tuple)
    customers = [*known.ledger.bought, UNKNOWN_CUSTOMER]
    return Query(
        placement=draw(st.sampled_from(sorted(known.engine.placements))),
        customer_id=draw(st.none() | st.sampled_from(customers)),
        item_id=draw(st.lists(items, max_size=2).map(tuple)),
        cart=draw(few),
        recent=draw(few),
        exclude=draw(few | st.lists(items, min_size=40, max_size=60).map(tuple)),
        limit=draw(st.none() | st.integers(1, 30) | st.just(200)),
        offset=draw(st.integers(0, 40)) if offsets else 0,
        filter=draw(st.none() | st.sampled_from(sorted(FILTERS))) if known.ledger.catalogue else None,
    )


def allowed(ledger: Ledger, query: Query) -> dict[str, set[str]]:
    """The items that may answer the query by product, as the placement's own rules have it."""
    placement = (PLACEMENTS | RULED)[query.placement]
    kind = KINDS[placement.kind]
    barred = ledger.products((*query.item_id, *query.cart, *query.exclude, *(() if kind.recent else query.recent)))
    if placement.own_items == "hide":
        barred |= ledger.products_bought(query.customer_id)
    if placement.hide_bought_days is not None:
        barred |= ledger.products_bought_since(query.customer_id, placement.hide_bought_days - DAYS_LATER)
    products: dict[str, set[str]] = {}
    for item_id in ledger.item_ids:
        product = ledger.product(item_id)
        if product not in barred and ledger.sellable(item_id) and passes(ledger, query, item_id):
            if placement.price_step is not None and not is_step(ledger, query, placement.price_step, item_id):
                continue
            products.setdefault(product, set()).add(item_id)
    return products


def is_step(ledger: Ledger, query: Query, step: PriceStep, item_id: str) -> bool:
    """Whether the item's price is a step from that of the item in question."""
    asked = [item for item in (*query.item_id, *query.cart) if item != UNKNOWN_ITEM]
    if not asked:
        return True
    ratio = ledger.catalogue[item_id]["price"] / ledger.catalogue[asked[0]]["price"]
    return step.min <= ratio and (step.max is None or ratio <= step.max)


def passes(ledger: Ledger, query: Query, item_id: str) -> bool:
    """Whether the item meets the query's filter."""
    if query.filter is None:
        return True
    asked = [item for item in (*query.item_id, *query.cart) if item != UNKNOWN_ITEM]
    return FILTERS[query.filter](ledger.catalogue[item_id], ledger.catalogue[asked[0]] if asked else {})
