"""Words: how tasks, contenders and metrics are called in tables and reports, and how their figures are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from training.evaluation.result import Difference, Estimate

Style = Literal["percent", "number", "money", "factor"]


@dataclass(frozen=True, slots=True)
class Metric:
    title: str
    meaning: str
    style: Style = "percent"


METRICS: dict[str, Metric] = {
    "ndcg_whole": Metric("NDCG", "wanted items shown, the higher the better; the ideal is the whole truth", "number"),
    "recall": Metric("Recall", "share of the wanted items that were shown"),
    "precision": Metric("Precision", "share of the places that held a wanted item"),
    "hit": Metric("Hit rate", "share of the slates that held at least one wanted item"),
    "mrr": Metric("MRR", "mean of 1 / the place of the first wanted item", "number"),
    "repeat_recall": Metric("Repeat recall", "recall of wanted items that the customer had bought before"),
    "explore_recall": Metric("Explore recall", "recall of wanted items that were new to the customer"),
    "cold_recall": Metric("Cold-item recall", "recall of wanted items with fewer than five buyers before"),
    "coverage": Metric("Coverage", "share of the sellable items that anybody was shown"),
    "gini": Metric("Gini", "inequality of exposure: 0 where all items are shown alike, 1 where only one is", "number"),
    "novelty": Metric("Novelty", "mean surprise of an item shown, in bits: 1 more is half as many buyers", "number"),
    "diversity": Metric("Diversity", "share of the pairs of a slate that are of different categories"),
    "mean_price": Metric("Mean price", "of the items shown", "money"),
    "revenue": Metric("Revenue", "what customers paid for the wanted items shown, a query", "money"),
    "revenue_share": Metric("Revenue share", "of all that customers paid for wanted items"),
    "profit": Metric("Profit", "revenue less cost of goods sold, a query", "money"),
    "price_step": Metric("Price step", "price of the items shown over that of the anchor", "factor"),
}
ACCURACY = ("ndcg_whole", "recall", "precision", "hit", "mrr", "repeat_recall", "explore_recall", "cold_recall")
BEYOND = ("coverage", "gini", "novelty", "diversity", "mean_price", "revenue", "revenue_share", "profit", "price_step")

TASKS = {
    "next_order": "Next order",
    "discovery": "Discovery",
    "buy_again": "Buy again",
    "cross_sell": "Cross-sell",
    "up_sell": "Up-sell",
}
CONTENDERS = {
    "product": "This bundle",
    "current": "Current bundle",
    "own_frequency": "Own frequency",
    "popularity": "Popularity",
    "plain_cosine": "Plain cosine",
    "random_dearer": "Random dearer item",
    "als": "ALS alone",
    "item_knn": "Item-kNN alone",
    "repurchase": "Repurchase alone",
    "trending": "Trending alone",
    "tifu": "TIFU-kNN alone",
    "ridge": "Ridge alone",
    "ials": "iALS alone",
    "ease": "EASE alone",
    "rp3beta": "RP3beta alone",
    "content": "Content alone",
}


def stem(name: str) -> str:
    """`recall` of `recall@10`."""
    return name.partition("@")[0]


def metric_title(name: str) -> str:
    """`recall@10` as `Recall@10`."""
    return METRICS[stem(name)].title + name.removeprefix(stem(name))


def figure(name: str, value: float, currency: str | None = None) -> str:
    """A value of the metric `name` in its style."""
    match METRICS[stem(name)].style:
        case "percent":
            return f"{value:.1%}"
        case "money":
            return f"{value:,.2f} {currency}" if currency else f"{value:,.2f}"
        case "factor":
            return f"{value:.2f} times"
        case "number":
            return f"{value:.3f}"


def interval(name: str, estimate: Estimate, currency: str | None = None) -> str:
    """`12.9% to 14.1%`, or nothing where there is no interval."""
    if estimate.low is None or estimate.high is None:
        return ""
    return f"{figure(name, estimate.low)} to {figure(name, estimate.high, currency)}"


def gain(difference: Difference) -> str:
    """The gain on another contender in percent of its figure, else in the metric's own unit."""
    relative = difference.relative(difference.value)
    return f"{difference.value:+.4f}" if relative is None else f"{relative:+.1%}"
