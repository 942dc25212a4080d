"""What is refused, and what is an answer although something in the question is unknown."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from msgspec.structs import replace

from models.batch import Batch
from models.engine import Engine
from models.errors import FilterError, ModelsError, PlacementError, QueryError, UnknownPlacement
from models.placements import Placement, default_placements
from models.query import Query, Slate
from tests.engines import PLACEMENTS, learned
from tests.shops import PRESETS
from training.learning import draft, learn
from training.progress import Progress
from training.search import choose


def test_an_unknown_placement_is_refused() -> None:
    with pytest.raises(UnknownPlacement, match="no_such_slot"):
        learned("grocery").engine.recommend(Query("no_such_slot"))


@pytest.mark.parametrize(
    ("text", "column"), [("prize < 3", 1), ("price < 'x'", 9), ("price <", 8), ("brand = 'Alba' and )", 20)]
)
def test_a_bad_filter_is_refused_with_the_place_of_the_fault(text: str, column: int) -> None:
    with pytest.raises(FilterError) as caught:
        learned("grocery").engine.recommend(Query("home", filter=text))
    assert caught.value.column == column


def test_of_many_queries_each_has_its_slate_or_its_error() -> None:
    known = learned("sequence")
    good = Query("home", "c0001")
    found = known.engine.recommend_many(
        [
            good,
            Query("no_such_slot"),
            replace(good, filter="prize < 3"),
            replace(good, as_of=dt.datetime(2024, 1, 1)),
            good,
        ]
    )
    assert [type(answer) for answer in found] == [Slate, UnknownPlacement, FilterError, QueryError, Slate]
    assert all(isinstance(answer, (Slate, ModelsError)) for answer in found)
    assert found[0] == found[4] == known.engine.recommend(good)


def test_placements_whose_filter_does_not_suit_the_catalogue_are_all_named() -> None:
    placements = {
        name: Placement(name=name, kind="trending", filter=text)
        for name, text in (("good", "price < 3"), ("bad", "prize < 3"), ("worse", "title < 3"))
    }
    with pytest.raises(PlacementError) as caught:
        Engine(learned("grocery").model, placements)
    assert [fault.split(":")[0] for fault in caught.value.faults] == [
        "placements.bad.filter",
        "placements.worse.filter",
    ]


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_the_placements_that_are_shipped_suit_every_shop(preset: str) -> None:
    assert Engine(learned(preset).model, default_placements()).placements == default_placements()


def test_a_filter_of_the_placement_and_one_of_the_query_both_count() -> None:
    known = learned("grocery")
    slot = Placement(name="slot", kind="trending", fallback=("popular",), filter="brand in ('Alba', 'Dôle')")
    engine = Engine(known.model, {"slot": slot})
    items = engine.recommend(Query("slot", limit=200, filter="brand != 'Dôle'")).items
    assert {known.ledger.catalogue[item.item_id]["brand"] for item in items} == {"Alba"}


def test_a_customer_whose_purchases_are_all_to_come_is_known_and_gets_the_fallback() -> None:
    """As in an evaluation: the id is there, the history is not."""
    dataset = learned("tiny").dataset
    firsts = [dataset.lines.time[dataset.lines.customer == row].min() for row in range(dataset.n_customers)]
    latest = int(np.argmax(firsts))
    early = dataset.until(firsts[latest])
    model = draft(learn(early, choose(early), Progress()), early)
    slate = Engine(model, PLACEMENTS).recommend(Query("home", dataset.customers.id(latest), limit=2))
    assert slate.customer_known
    assert slate.fallback == "popular"
    assert len(slate.items) == 2


def test_items_are_described_by_the_fields_asked_for() -> None:
    known = learned("grocery")
    first = known.ledger.item_ids[0]
    found = known.engine.items([first, "no such item"], ("title", "price", "no such field"))
    row = known.ledger.catalogue[first]
    assert found == [{"title": row["title"], "price": row["price"], "no such field": None}, None]


def test_slots_are_answered_for_a_batch_without_asking_for_eligibility() -> None:
    known = learned("grocery")
    answer = known.engine.slots(known.engine.placements["home"], Batch.of_customers(np.arange(3, dtype=np.int32)))
    assert answer.slots.shape == (3, 12)
    assert not answer.fallback.any()
