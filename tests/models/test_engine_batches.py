"""A batch is answered like its queries one by one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from models.batch import Batch
from models.engine import DEPTH
from models.kinds import KINDS
from models.query import Query
from models.ragged import Ragged
from models.translate import translate
from tests.engines import SHOPS, Learned, learn_shop, learned
from tests.models.queries import FILTERS, allowed, queries
from tests.shops import Plan, make_shop

OF_THE_CATALOGUE = sorted(text for text in FILTERS if "item." not in text)


def stacked(batches: Sequence[Batch]) -> Batch:
    def joined(lists: list[Ragged]) -> Ragged:
        return Ragged.from_lists([part.values.tolist() for part in lists])

    return Batch(
        np.concatenate([batch.customers for batch in batches]),
        joined([batch.anchors for batch in batches]),
        joined([batch.recent for batch in batches]),
        joined([batch.exclude for batch in batches]),
        np.concatenate([batch.elapsed for batch in batches]),
    )


@pytest.mark.parametrize("preset", SHOPS)
@settings(max_examples=20)
@given(data=st.data())
def test_a_batch_is_its_queries_one_by_one(preset: str, data: st.DataObject) -> None:
    known = learned(preset)
    asked = data.draw(st.lists(queries(known), min_size=1, max_size=6))
    placement = known.engine.placements[asked[0].placement]
    if known.ledger.catalogue:
        placement = replace(placement, filter=data.draw(st.none() | st.sampled_from(OF_THE_CATALOGUE)))
    limit, offset = asked[0].limit, asked[0].offset
    batches = [translate(query, KINDS[placement.kind], known.model, 0.0).batch for query in asked]
    together = known.engine.slots(placement, stacked(batches), limit=limit, offset=offset)
    for number, batch in enumerate(batches):
        alone = known.engine.slots(placement, batch, limit=limit, offset=offset)
        np.testing.assert_array_equal(together.slots[number], alone.slots[0])
        assert together.fallback[number] == alone.fallback[0]


def test_a_batch_of_nobody_is_answered_with_nothing() -> None:
    known = learned("grocery")
    for placement in known.engine.placements.values():
        answer = known.engine.slots(placement, Batch.of_customers(np.empty(0, np.int32)))
        assert answer.slots.shape == (0, placement.limit)


@pytest.fixture(scope="module")
def wide() -> Learned:
    """More candidates than the Engine looks at."""
    return learn_shop(make_shop(Plan(types=100, customers=60, guests=False, seed=3)))


def test_pages_of_more_candidates_than_are_looked_at_are_cuts_of_one_slate(wide: Learned) -> None:
    cart = tuple(wide.ledger.item_ids[:60])
    for placement in ("cart", "product_similar", "home", "all_methods"):
        whole = Query(placement, "c0001", cart=cart, recent=cart[:9], limit=50)
        pages = [wide.engine.recommend(replace(whole, offset=offset)) for offset in range(0, 400, 50)]
        shown = [item.item_id for page in pages for item in page.items]
        assert len(shown) == len(set(shown)) == len(allowed(wide.ledger, whole)) > DEPTH
        scores = [item.score for page in pages for item in page.items]
        assert scores == sorted(scores, reverse=True)
