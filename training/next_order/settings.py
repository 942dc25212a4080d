"""Settings of the next-order ranker; recorded in every recipe that uses it."""

from __future__ import annotations

from typing import Literal

import msgspec

Labels = Literal["visit", "first", "window"]
Objective = Literal["lambdarank", "rank_xendcg"]


class NextOrderSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is learned from, which candidates are ranked, and how.

    `labels`: each customer's last visits, asked on the day (`visit`); or cuts in time for the whole shop, with the
    first visit after the cut (`first`) or all visits within `horizon_days` (`window`). Positions know visits alone.
    `snapshots`: how many visits back, or how many cuts, `spacing_days` apart; `label_queries`: customers asked in each.
    `forests`: how many are grown, each from a seed of its own, whose mean ranks.
    """

    labels: Labels = "first"
    snapshots: int = 7
    spacing_days: float = 14.0
    horizon_days: float = 28.0
    label_queries: int = 4_000
    own: int = 120
    explore: int = 25
    popular: int = 20
    objective: Objective = "lambdarank"
    forests: int = 1
    trees: int = 75
    learning_rate: float = 0.2
    leaves: int = 15
    min_leaf_rows: int = 200
    column_share: float = 0.35
    row_share: float = 0.8
    l2: float = 5.0
    negatives: float = 0.1
    seed: int = 0
    threads: int = 1
