"""Measure: every metric of one contender's slates on one task."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from training.evaluation import metrics
from training.evaluation.facts import Facts
from training.evaluation.metrics import Rows, Shown
from training.evaluation.slices import Slice
from training.evaluation.tasks import Task


@dataclass(frozen=True, slots=True)
class Measured:
    """`rows`: each metric per query (B,), NaN where it says nothing; `totals`: metrics of all slates together;

    `slices`: the task's headline metric on each slice (B,), NaN outside it.
    """

    rows: dict[str, Rows]
    totals: dict[str, float] = field(default_factory=dict)
    slices: dict[str, Rows] = field(default_factory=dict)


def measure(task: Task, shown: Shown, facts: Facts, slices: list[Slice]) -> Measured:
    """`shown` (B, >= k) lead rows. Metrics that need what the shop does not know are left out."""
    k = task.k
    rows = _accuracy(task, shown) | _money(task, shown, facts) | _character(task, shown, facts)
    informed = {name: values for name, values in rows.items() if np.isfinite(values).any()}
    totals = {
        f"coverage@{k}": metrics.coverage(shown[:, :k], int(facts.sellable.sum())),
        f"gini@{k}": metrics.gini(shown[:, :k], int(facts.sellable.sum())),
    }
    return Measured(informed, totals, {part.name: headline(task, shown, part) for part in slices})


def headline(task: Task, shown: Shown, part: Slice) -> Rows:
    """The task's headline metric against the part of the truth that the slice is about."""
    truth = task.truth.only(part.entries).items if part.entries is not None else task.truth.items
    return np.where(part.queries, HEADLINES[task.headline](shown, truth, task.k), np.nan)


HEADLINES = {"ndcg_whole": metrics.ndcg_whole_at_k, "hit": metrics.hit_at_k}


def _accuracy(task: Task, shown: Shown) -> dict[str, Rows]:
    k, truth = task.k, task.truth.items
    return {
        f"recall@{k}": metrics.recall_at_k(shown, truth, k),
        f"ndcg_whole@{k}": metrics.ndcg_whole_at_k(shown, truth, k),
        f"hit@{k}": metrics.hit_at_k(shown, truth, k),
        f"precision@{k}": metrics.precision_at_k(shown, truth, k),
        f"mrr@{k}": metrics.reciprocal_rank(shown[:, :k], truth),
        f"recall@{2 * k}": metrics.recall_at_k(shown, truth, 2 * k),
    }


def _money(task: Task, shown: Shown, facts: Facts) -> dict[str, Rows]:
    """Revenue (and profit where costs are known) of the wanted items shown, and its share of what could be had."""
    truth, k, rows = task.truth, task.k, {}
    if np.isfinite(truth.value).any():
        rows[f"revenue@{k}"] = metrics.value_at_k(shown, truth.items, truth.value, k)
        reachable = np.bincount(truth.items.queries(), np.nan_to_num(truth.value), len(task))
        rows[f"revenue_share@{k}"] = np.where(reachable > 0, rows[f"revenue@{k}"] / np.maximum(reachable, 1e-9), np.nan)
    if np.isfinite(truth.profit).any():
        rows[f"profit@{k}"] = metrics.value_at_k(shown, truth.items, truth.profit, k)
    if np.isfinite(facts.price).any():
        rows[f"mean_price@{k}"] = metrics.mean_value(shown[:, :k], facts.price)
    return rows


def _character(task: Task, shown: Shown, facts: Facts) -> dict[str, Rows]:
    """What kind of items are shown, and how well each kind of truth is found."""
    truth, k = task.truth, task.k
    repeated = facts.owns(task.batch.customers[truth.items.queries()], truth.items.values)
    kinds = {"repeat": repeated, "explore": ~repeated, "cold": facts.cold[truth.items.values]}
    rows = {
        f"{kind}_recall@{k}": metrics.recall_at_k(shown, truth.only(entries).items, k)
        for kind, entries in kinds.items()
        if entries.any() and not entries.all()
    }
    rows[f"novelty@{k}"] = metrics.novelty(shown[:, :k], facts.buyers, len(facts.orders))
    if (facts.category >= 0).any():
        rows[f"diversity@{k}"] = metrics.intra_list_diversity(shown[:, :k], facts.category)
    return rows
