"""Every reason is true: it is counted again from the order lines."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.query import Query, SlateItem
from tests.engines import DAYS_LATER, SHOPS, Learned, learned
from tests.ledger import SECONDS_A_DAY
from tests.models.queries import queries


@pytest.mark.parametrize("preset", SHOPS)
@settings(max_examples=40)
@given(data=st.data())
def test_every_reason_is_true(preset: str, data: st.DataObject) -> None:
    known = learned(preset)
    query = data.draw(queries(known))
    for item in known.engine.recommend(query).items:
        facts = Facts(known, query, item)
        getattr(facts, item.reason.code)()
        assert facts.numbers == [], f"a number nobody checked: {item.reason.text}"


class Facts:
    """One item of a slate beside what the tables say; each method checks the reason of its name."""

    def __init__(self, known: Learned, query: Query, item: SlateItem) -> None:
        self.ledger, self.model, self.query, self.engine = known.ledger, known.model, query, known.engine
        self.item, self.reason = item.item_id, item.reason
        self.product = self.ledger.product(item.item_id)
        self.evidence = self.reason.item_ids
        text = self.reason.text
        for identifier in self.evidence:
            title = self.ledger.catalogue.get(identifier, {}).get("title", identifier)
            assert title in text
            text = text.replace(title, "")
        self.numbers = [int(number) for number in re.findall(r"\d+", text)]

    def says(self, truth: float) -> None:
        """The next number of the sentence is this one, rounded, and at least 1."""
        assert self.numbers.pop(0) == pytest.approx(max(1.0, truth), abs=0.501)

    def bought_together(self) -> None:
        (anchor,) = self.evidence
        assert anchor in (*self.query.item_id, *self.query.cart)
        self.says(self.ledger.orders_with(self.product, self.ledger.product(anchor)))

    def buy_again(self) -> None:
        times = self.own_times()
        assert len(times) > 2
        self.says((max(times) - min(times)) / (len(times) - 1))
        if self.model.shop.unit == "day":
            self.says(self.model.shop.reference + DAYS_LATER - max(times))
        else:
            self.says(self.orders_since(max(times)))

    def bought_before(self) -> None:
        self.says(len(self.own_times()))

    def own_times(self) -> list[float]:
        return self.ledger.times[self.query.customer_id or "", self.product]

    def orders_since(self, position: float) -> int:
        """How many orders of the customer came at or after the position."""
        known = {
            time
            for (customer, _), times in self.ledger.times.items()
            if customer == self.query.customer_id
            for time in times
        }
        return sum(time >= position for time in known)

    def because_you_bought(self) -> None:
        assert set(self.evidence) <= self.ledger.bought[self.query.customer_id or ""] - {self.item}

    taste = because_you_bought

    def popular(self) -> None:
        if buyers := len(self.ledger.buyers[self.product]):
            self.says(buyers)

    def popular_in_category(self) -> None:
        top = self.ledger.catalogue[self.item]["category"].split(" > ")[0]
        asked = [self.ledger.catalogue.get(item) for item in (*self.query.item_id, *self.query.cart)]
        assert top in {row["category"].split(" > ")[0] for row in asked if row}
        self.popular()

    def trade_up(self) -> None:
        (anchor,) = self.evidence
        assert anchor in (*self.query.item_id, *self.query.cart)
        if "price" in self.ledger.catalogue.get(anchor, {}):
            assert self.ledger.catalogue[self.item]["price"] > self.ledger.catalogue[anchor]["price"]

    def similar(self) -> None:
        assert set(self.evidence) <= {*self.query.item_id, *self.query.cart}

    def alike(self) -> None:
        (anchor,) = self.evidence
        assert anchor in (*self.query.item_id, *self.query.cart)
        self.in_common(anchor)

    def alike_bought(self) -> None:
        (bought,) = self.evidence
        assert bought in self.ledger.bought[self.query.customer_id or ""] - {self.item}
        self.in_common(bought)

    def in_common(self, other: str) -> None:
        """What the sentence names is the same in the catalogue."""
        mine, its = (self.ledger.catalogue[item] for item in (self.item, other))
        told = self.reason.text.replace(its["title"], "")
        if "category" in told:
            assert mine["category"] == its["category"]
        if "brand" in told:
            assert mine["brand"] == its["brand"]
        if "words" in told:
            assert words(mine["title"]) & words(its["title"])
        if "price" in told:
            assert 0.8 <= mine["price"] / its["price"] <= 1.25

    def because_you_viewed(self) -> None:
        looked_at = {item for item, _ in self.ledger.looks[self.query.customer_id or ""]}
        assert set(self.evidence) <= {*self.query.recent, *self.ledger.leads(looked_at)}

    def looked_at(self) -> None:
        """Of the last ninety days before the last order, later ones too."""
        since = self.model.shop.reference - 90
        found = self.ledger.looks[self.query.customer_id or ""]
        self.says(sum(time >= since and self.ledger.product(item) == self.product for item, time in found))

    def recently_viewed(self) -> None:
        assert self.product in self.ledger.products(self.query.recent)

    def trending(self) -> None:
        """Sold within the last four weeks (or orders)."""
        sold = [max(times) for (_, product), times in self.ledger.times.items() if product == self.product]
        assert max(sold) > self.last_sale() - 28

    def new_arrival(self) -> None:
        """Added within the sixty days before the last order."""
        added = self.ledger.catalogue[self.item]["added_at"].timestamp() / SECONDS_A_DAY
        timed = self.model.shop.unit == "day"
        assert added > (self.last_sale() if timed else self.newest()) - 60

    def pinned(self) -> None:
        placement = self.engine.placements[self.query.placement]
        assert self.product in self.ledger.products(pin.item_id for pin in placement.pins)

    def newest(self) -> float:
        return max(row["added_at"].timestamp() for row in self.ledger.catalogue.values()) / SECONDS_A_DAY

    def last_sale(self) -> float:
        return max(max(times) for times in self.ledger.times.values())


def words(title: str) -> set[str]:
    return {word for word in re.findall(r"\w+", title.lower()) if len(word) > 1}
