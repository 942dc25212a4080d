"""Recipe: the methods of a bundle and their settings; recorded in every manifest, so that it can be refitted."""

from __future__ import annotations

from typing import Any

import msgspec

from models.placements import KindName
from training.discovery.settings import Discovery
from training.next_order.settings import NextOrderSettings

Settings = dict[str, Any]
# The name under which the blend of `discovery` stands in a cascade.
BLEND = "discovery"


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`methods`: the settings of each learner by name; `cascade`: the methods that fill `for_you`, the best first;

    `depth`: how many ranked items a customer has; `discovery`: the blend that a cascade names `discovery`, with the
    methods it is made of; `next_order`: the learned ranker, None where it proved better nowhere; `ranked`: the kinds of
    placement that it ranks: `for_you` above the cascade, or by the ranks it has in both (`joined`), `buy_again` instead
    of `repurchase`.
    """

    methods: dict[str, Settings]
    cascade: tuple[str, ...]
    depth: int = 100
    discovery: Discovery | None = None
    next_order: NextOrderSettings | None = None
    ranked: tuple[KindName, ...] = ("for_you",)
    joined: bool = False
