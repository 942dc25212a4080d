"""Settings of discovery; recorded in the recipe, with what they were chosen by."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

# The part of a blend in which content speaks for cold items alone.
COLD = "content_cold"
# The part in which popularity counts what sells now.
TRENDING = "popularity_trending"
# How many of each method's best items a blend looks at.
CANDIDATES = 80


class Gain(NamedTuple):
    """What trees add to the blend's NDCG@20, for customers that they did not learn from: the mean and its 95 %."""

    mean: float
    low: float
    high: float


class Why(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`protocol`: one sentence; `customers`: how many were asked; `trials`: settings tried of each method;

    `ndcg_at_20`: of each method's best settings and of the blend, on the purchases held out; `trees`: None where
    they were not tried.
    """

    protocol: str
    customers: int
    trials: dict[str, int]
    ndcg_at_20: dict[str, float]
    trees: Gain | None = None


class Discovery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`methods`: the settings of each learner by name; `weights`: what each part's standardised scores count.

    A part is a method, `content_cold` or `popularity_trending`. A method without a weight is learned for what else it
    answers. `why`: None where there was nothing to choose by; `events`: what interest counts beside a purchase, 0..1;
    `trees`: those that join the blend, packed, empty where they did not prove better.
    """

    methods: dict[str, dict[str, Any]]
    weights: dict[str, float]
    why: Why | None = None
    events: float = 0.0
    trees: bytes = b""


# Methods that answer for themselves too, for items that are like another one.
ANSWERING = ("popularity", "item_knn", "content", "looked_at")


def answering(discovery: Discovery) -> Discovery:
    """The methods that answer for themselves, without the blend."""
    methods = {name: settings for name, settings in discovery.methods.items() if name in ANSWERING}
    return msgspec.structs.replace(discovery, methods=methods, weights={}, trees=b"")


def scoring(discovery: Discovery) -> Discovery:
    """What lists are made of: without content where it has no weight, since describing every item takes long."""
    if {"content", COLD} & discovery.weights.keys():
        return discovery
    methods = {name: settings for name, settings in discovery.methods.items() if name != "content"}
    return msgspec.structs.replace(discovery, methods=methods)


DEFAULT = Discovery(
    methods={"popularity": {}, "item_knn": {"depth": CANDIDATES}, "content": {"depth": CANDIDATES}},
    weights={"item_knn": 1.0, "content": 0.15, "popularity": 0.15},
)
# Where there are events too.
INTEREST = 0.2
DEFAULT_WITH_EVENTS = Discovery(
    methods={
        "popularity": {},
        "item_knn": {"depth": CANDIDATES, "events": INTEREST},
        "content": {"depth": CANDIDATES, "events": INTEREST},
        "looked_at": {},
    },
    weights={"item_knn": 1.0, "content": 0.15, "looked_at": 0.5, "popularity": 0.15},
    events=INTEREST,
)
