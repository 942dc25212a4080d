"""Up-sell on the Complete Journey: what a household next buys of the same type at a higher unit price."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from bench.protocols.complete_journey import Cut, cut
from bench.protocols.prepared import Prepared, numbered
from bench.protocols.protocol import Aim, Ranking
from bench.protocols.questions import Questions
from training.dataset import Dataset
from training.evaluation.contenders import placed
from training.evaluation.facts import Facts
from training.evaluation.metrics import Rows, Shown

# Anchors are bought in the first weeks after the cut, and have this many days to be followed.
ANCHOR_DAYS, WINDOW_DAYS = 28, 56
PLACES = 5
MOST_ANCHORS = 20_000
SEED = 0
CHUNK = 1_000


def prepare(_data: Path) -> Iterator[tuple[str, Prepared]]:
    shop = cut(ANCHOR_DAYS + WINDOW_DAYS)
    steps = trade_ups(shop)
    keys = steps.select("customer_id", "order_id", "anchor").unique().sort("customer_id", "order_id", "anchor")
    if len(keys) > MOST_ANCHORS:
        keys = keys.sample(MOST_ANCHORS, seed=SEED).sort("customer_id", "order_id", "anchor")
    wanted = numbered(steps.join(keys, on=keys.columns), keys.columns)
    asked = wanted.group_by("query").agg(pl.first("customer_id", "anchor")).sort("query")
    yield (
        "all",
        Prepared(
            order_lines=shop.history,
            asked=asked.select("query", "customer_id"),
            wanted=wanted.select("query", "item_id"),
            items=shop.items,
            anchors=asked.select("query", item_id="anchor"),
        ),
    )


def trade_ups(shop: Cut) -> pl.DataFrame:
    """(customer_id, order_id, anchor, item_id): the dearer items of the household's next order of the anchor's type.

    Within WINDOW_DAYS; anchors are items, and households are customers, that the history knows.
    """
    types = shop.items.select("item_id", type="category")
    bought = shop.after.join(types, on="item_id").join(shop.history.select("customer_id").unique(), on="customer_id")
    visit = ["customer_id", "type"]
    orders = bought.group_by(*visit, "order_id").agg(pl.min("ordered_at"), pl.min("day")).sort(*visit, "ordered_at")
    orders = orders.with_columns(
        next_order=pl.col("order_id").shift(-1).over(visit), next_day=pl.col("day").shift(-1).over(visit)
    ).filter(pl.col("day") < ANCHOR_DAYS, pl.col("next_day") - pl.col("day") <= WINDOW_DAYS)
    anchors = bought.join(orders.select(*visit, "order_id", "next_order"), on=[*visit, "order_id"])
    later = bought.select(*visit, next_order="order_id", next_item="item_id", next_price="unit_price")
    found = anchors.join(later, on=[*visit, "next_order"]).filter(
        pl.col("next_item") != pl.col("item_id"), pl.col("next_price") > pl.col("unit_price")
    )
    return found.select("customer_id", "order_id", anchor="item_id", item_id="next_item").unique()


def random_dearer(dataset: Dataset, questions: Questions, places: int) -> Shown:
    """Dearer items of the anchor's type, drawn alike."""
    facts, anchor = Facts.of(dataset), questions.batch.anchors.values
    drawable = np.flatnonzero(facts.sellable & np.isfinite(facts.price) & (facts.category >= 0))
    pool = drawable[np.lexsort((facts.price[drawable], facts.category[drawable]))].astype(np.int32)
    generator = np.random.default_rng(SEED)
    shown = np.full((len(anchor), places), -1, np.int32)
    for start in range(0, len(anchor), CHUNK):
        asked = anchor[start : start + CHUNK]
        own = facts.category[pool] == facts.category[asked][:, None]
        allowed = own & (facts.price[pool] > facts.price[asked][:, None])
        draw = np.where(allowed, generator.random(allowed.shape), 2.0)
        best = np.argpartition(draw, places, axis=1)[:, :places]
        best = np.take_along_axis(best, np.argsort(np.take_along_axis(draw, best, 1), axis=1), 1)
        shown[start : start + CHUNK] = np.where(np.take_along_axis(draw, best, 1) < 1.0, pool[best], -1)
    return shown


def price_step(dataset: Dataset, questions: Questions, shown: Shown) -> Rows:
    """The mean catalogue price of the items shown over that of the anchor; NaN where nothing is shown."""
    price = Facts.of(dataset).price
    step = price[shown[:, :PLACES]] / price[questions.batch.anchors.values][:, None]
    counted = (shown[:, :PLACES] >= 0) & np.isfinite(step)
    total = np.where(counted, step, 0.0).sum(axis=1)
    return np.where(counted.any(axis=1), total / np.maximum(counted.sum(axis=1), 1), np.nan)


def taken_steps(dataset: Dataset, questions: Questions) -> dict[str, str]:
    """What customers took: catalogue price of what they bought over that of the anchor."""
    price, truth = Facts.of(dataset).price, questions.truth
    known = truth.values < dataset.n_items
    step = price[truth.values[known]] / price[questions.batch.anchors.values[truth.queries()[known]]]
    low, middle, high = np.nanquantile(step, [0.1, 0.5, 0.9]).tolist()
    return {
        "price steps that customers took": f"mean {np.nanmean(step):.2f}, median {middle:.2f}, "
        f"80 % between {low:.2f} and {high:.2f} times the anchor's price"
    }


PROTOCOL = Ranking(
    name="up-sell-cj",
    title="Up-sell, Complete Journey",
    split=f"Everything before the last {ANCHOR_DAYS + WINDOW_DAYS} days is the history. Anchor: a purchase of the "
    f"{ANCHOR_DAYS} days after it; wanted: what the household's next order in the same type, within {WINDOW_DAYS} "
    f"days, holds at a higher unit price; anchors without such a successor are not asked. At most {MOST_ANCHORS:,}, "
    "drawn with the seed. Nothing fills empty places. No search: it chooses nothing that up-sell uses.",
    prepare=prepare,
    served=placed("up_sell", fallback=()),
    aims={f"Precision@{PLACES}": Aim(), f"UpHit@{PLACES}": Aim()},
    floors={"random dearer item of the type": random_dearer},
    character={f"Price step@{PLACES}": price_step},
    notes=taken_steps,
    places=PLACES,
    seconds=0.0,
    peers=False,
)
