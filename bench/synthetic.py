"""A synthetic shop of any size as a bundle that the service opens: random, skewed, and the same for a seed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.columns import COLUMNS, catalogue
from bench.draws import blocks, distinct_ranks, ids, shuffled_ranks
from models.bundle import Manifest, Registry, Window, new_version, write_bundle
from models.methods import METHOD_NUMBER
from models.methods.repurchase import OWNED
from models.reasons import Code
from models.slots import NO_ITEM, Slots, empty_slots
from training.cards import card_arrays

Arrays = dict[str, NDArray[Any]]

# What the trainer writes by default, but for the lists of single methods, which only placements that name
# `methods` read: they are shorter, so that a million customers fit on the disk of a laptop.
RANKED_DEPTH = 100
METHOD_DEPTH = 20
NEIGHBOURS = 100
UP_SELL_NEIGHBOURS = 50
FACTORS = 64
MEAN_ITEMS_BOUGHT = 20
MOST_ITEMS_BOUGHT = 200
CATEGORY_LIST = 1_000
# The method that put an item on a ranked list, its reason, and how many in a hundred are its own.
RANKED_BY = (
    ("repurchase", Code.BUY_AGAIN, 35),
    ("item_knn", Code.BECAUSE_YOU_BOUGHT, 30),
    ("als", Code.TASTE, 20),
    ("popularity", Code.POPULAR, 15),
)
NAMES_EVIDENCE = (Code.BECAUSE_YOU_BOUGHT, Code.TASTE)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a shop is."""

    customers: int
    items: int

    def __str__(self) -> str:
        return f"{self.customers:,} customers, {self.items:,} items"


def publish_shop(registry: Path, size: Size, seed: int = 0) -> str:
    """Writes the shop as the registry's current bundle; returns the version."""
    shop = Registry(registry)
    with shop.staging() as staging:
        arrays = shop_arrays(size, seed)
        methods = sorted({name.split("/")[1] for name in arrays if name.startswith("methods/")})
        write_bundle(staging, arrays, _manifest(size, seed, tuple(methods)))
        return shop.publish(staging).version


def shop_arrays(size: Size, seed: int = 0) -> Arrays:
    """Every array of the bundle by name. A million customers and 100,000 items are 4 GB."""
    rng = np.random.default_rng(seed)
    by_rank = rng.permutation(size.items).astype(np.int32)  # the row of each item, best-selling first
    item_ids = ids(rng, "I", size.items)
    shown = catalogue(rng, item_ids)
    owned = _history(rng, size, by_rank)
    sections: dict[str, Arrays] = {
        "catalogue": shown,
        "cards": card_arrays(COLUMNS, shown, size.items),
        "history": {part: owned[part] for part in ("indptr", "items", "count", "age")},
        "methods/popularity": _popularity(rng, size, by_rank, shown["category/codes"], shown["category/parent"]),
        "methods/repurchase": _repurchase(rng, owned),
        "methods/item_knn": _neighbours(rng, by_rank, NEIGHBOURS) | {"rows": _rows(rng, size, by_rank, "item_knn")},
        "methods/als": {
            "factors": rng.standard_normal((size.items, FACTORS), np.float32),
            "rows": _rows(rng, size, by_rank, "als"),
        },
        "methods/basket": _basket(rng, by_rank, owned),
        "methods/up_sell": _up_sell(rng, size, by_rank),
    }
    buyers = sections["methods/popularity"]["customers"]
    arrays = {f"{section}/{part}": array for section, parts in sections.items() for part, array in parts.items()}
    return arrays | {
        "customers/ids": ids(rng, "C", size.customers),
        "items/ids": item_ids,
        "ranked/for_you": _ranked(rng, size, by_rank, buyers),
    }


def _history(rng: np.random.Generator, size: Size, by_rank: NDArray[np.int32]) -> Arrays:
    """What every customer bought: few items for most, many for some."""
    most = min(MOST_ITEMS_BOUGHT, size.items)
    lengths = rng.geometric(1 / MEAN_ITEMS_BOUGHT, size.customers).clip(1, most)
    indptr = np.append(0, np.cumsum(lengths)).astype(np.int64)
    place = np.arange(indptr[-1]) - np.repeat(indptr[:-1], lengths)
    items = by_rank[distinct_ranks(rng, place, np.repeat(lengths, lengths), size.items)]
    customer = np.repeat(np.arange(size.customers), lengths)
    ascending = np.sort(customer * size.items + items) % size.items
    return {
        "indptr": indptr,
        "items": ascending.astype(np.int32),
        "count": rng.geometric(0.4, len(items)).astype(np.float32),
        "age": rng.exponential(60, len(items)).astype(np.float32),
    }


def _repurchase(rng: np.random.Generator, history: Arrays) -> Arrays:
    owned = np.zeros(len(history["items"]), OWNED)
    owned["count"], owned["age"] = history["count"], history["age"]
    owned["base"] = rng.normal(-2, 1, len(owned))
    owned["interval"] = rng.uniform(7, 90, len(owned))
    owned["gap"] = np.where(owned["count"] > 2, owned["interval"], np.nan)
    return {
        "indptr": history["indptr"],
        "items": history["items"],
        "owned": owned,
        "weights": np.array([-0.4, 0.3, -0.2], np.float32),
    }


def _popularity(
    rng: np.random.Generator,
    size: Size,
    by_rank: NDArray[np.int32],
    category: NDArray[np.int32],
    parent: NDArray[np.int32],
) -> Arrays:
    score = np.empty(size.items, np.float32)
    score[by_rank] = size.customers * np.arange(1, size.items + 1) ** -0.7
    indptr, listed = _best_of_categories(by_rank, category, parent)
    return {
        "popular": by_rank,
        "trending": np.roll(by_rank, size.items // 50),
        "new_arrivals": rng.permutation(by_rank),
        "score": score,
        "customers": np.ceil(score),
        "category_indptr": indptr,
        "category_items": listed,
    }


def _best_of_categories(
    by_rank: NDArray[np.int32], category: NDArray[np.int32], parent: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The best sellers of every node, an item standing in its own and in all nodes above."""
    levels = [category[by_rank]]
    while (above := np.where(levels[-1] >= 0, parent[levels[-1]], -1)).max() >= 0:
        levels.append(above)
    node = np.stack(levels, axis=1)
    rank, level = np.nonzero(node >= 0)
    node_of, order = node[rank, level], np.argsort(node[rank, level], kind="stable")
    count = np.bincount(node_of, minlength=len(parent))
    place = np.arange(len(order)) - np.repeat(np.cumsum(count) - count, count)
    indptr = np.append(0, np.cumsum(np.minimum(count, CATEGORY_LIST))).astype(np.int64)
    return indptr, by_rank[rank[order[place < CATEGORY_LIST]]]


def _neighbours(rng: np.random.Generator, by_rank: NDArray[np.int32], width: int) -> Arrays:
    """Each item's related items with falling scores."""
    size = len(by_rank)
    related = by_rank[shuffled_ranks(rng, size, min(width, size), size)]
    falling = np.linspace(1, 0.05, related.shape[1], dtype=np.float32)
    return {"items": related, "scores": rng.uniform(0.2, 1, (size, 1)).astype(np.float32) * falling}


def _basket(rng: np.random.Generator, by_rank: NDArray[np.int32], history: Arrays) -> Arrays:
    related = _neighbours(rng, by_rank, NEIGHBOURS)
    return related | {
        "orders": np.ceil(related["scores"] * 50).astype(np.int32),
        "own_indptr": history["indptr"],
        "own_items": history["items"],
        "own_scores": rng.random(len(history["items"]), np.float32) / 10,
    }


def _up_sell(rng: np.random.Generator, size: Size, by_rank: NDArray[np.int32]) -> Arrays:
    related = _neighbours(rng, by_rank, UP_SELL_NEIGHBOURS)
    return related | {
        "ratio": rng.uniform(1.05, 2, related["items"].shape).astype(np.float32),
        "tier": rng.random(size.items, np.float32),
        "customer_tier": rng.random(size.customers, np.float32),
    }


def _rows(rng: np.random.Generator, size: Size, by_rank: NDArray[np.int32], method: str) -> Slots:
    """Each customer's list by one method, without reasons, as its learning half writes it."""
    depth = min(METHOD_DEPTH, size.items)
    rows = empty_slots(size.customers, depth)
    rows["item"] = by_rank[shuffled_ranks(rng, size.customers, depth, size.items)]
    rows["score"] = np.linspace(1, 0.1, depth)
    rows["method"] = METHOD_NUMBER[method]
    return rows


def _ranked(rng: np.random.Generator, size: Size, by_rank: NDArray[np.int32], buyers: NDArray[np.float32]) -> Slots:
    """Each customer's `for_you` list with its reasons and their numbers."""
    depth = min(RANKED_DEPTH, size.items)
    by = np.repeat(np.arange(len(RANKED_BY)), [share for _, _, share in RANKED_BY])
    numbers = np.array([METHOD_NUMBER[method] for method, _, _ in RANKED_BY], np.uint8)
    codes = np.array([code for _, code, _ in RANKED_BY], np.uint8)
    rows = empty_slots(size.customers, depth)
    rows["score"] = np.linspace(1, 0.1, depth)
    for block in blocks(size.customers):
        part = rows[block]
        part["item"] = by_rank[shuffled_ranks(rng, len(part), depth, size.items)]
        drawn = by[rng.integers(0, len(by), part.shape)]
        part["method"], part["code"] = numbers[drawn], codes[drawn]
        named = np.isin(part["code"], NAMES_EVIDENCE)
        part["evidence"] = np.where(named, np.roll(part["item"], 1, axis=1), NO_ITEM)
        again, popular = part["code"] == int(Code.BUY_AGAIN), part["code"] == int(Code.POPULAR)
        part["n1"] = np.where(again, rng.uniform(2, 60, part.shape), popular * buyers[part["item"]])
        part["n2"] = again * rng.uniform(0, 90, part.shape)
    return rows


def _manifest(size: Size, seed: int, methods: tuple[str, ...]) -> Manifest:
    now = dt.datetime.now(dt.UTC)
    return Manifest(
        version=new_version(now),
        created_at=now,
        training_window=Window((now - dt.timedelta(days=365)).isoformat(), now.isoformat()),
        unit="day",
        reference=now.timestamp() / 86_400,
        timezone="UTC",
        currency="EUR",
        columns=COLUMNS,
        customer_columns={},
        methods=methods,
        config={"synthetic": {"customers": size.customers, "items": size.items, "seed": seed}},
        data_fingerprint="0" * 64,
        evaluation={},
        commit="unknown",
    )
