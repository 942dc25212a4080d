"""Recipe: the methods of a bundle and their settings; recorded in every manifest, so that it can be refitted."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import signature
from typing import Any, Literal

import msgspec

from models.ranker import RankedList
from training.discovery.scorers import method_of
from training.discovery.settings import Discovery
from training.methods import LEARNERS
from training.next_order.settings import NextOrderSettings

Settings = dict[str, Any]
Ranking = Literal["alone", "joined"]
# The name under which the blend of `discovery` stands in a cascade.
BLEND = "discovery"
# The methods of a cascade that list what the customer bought before.
OWN_METHODS = ("repurchase", "own_frequency", "tifu")


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`methods`: the settings of each learner by name; `cascade`: the methods that fill `for_you`, the best first;

    `depth`: how many ranked items a customer has; `discovery`: the blend that a cascade names `discovery`, with the
    methods it is made of; `next_order`: the learned ranker, None where it proved better nowhere; `ranked`: the lists
    that it ranks, by itself or `joined` with the methods that would: by the ranks that items have in both.
    """

    methods: dict[str, Settings]
    cascade: tuple[str, ...]
    depth: int = 100
    discovery: Discovery | None = None
    next_order: NextOrderSettings | None = None
    ranked: dict[RankedList, Ranking] = {}


def unknown_parts(recipe: Recipe) -> Iterator[str]:
    """The methods, settings of methods, and parts of lists and blends that a recipe of another release names

    and this one cannot learn.
    """
    discovery = recipe.discovery
    blended = discovery.methods if discovery is not None else {}
    for name, settings in (*recipe.methods.items(), *blended.items()):
        if name not in LEARNERS:
            yield name
        else:
            yield from (f"{name}.{each}" for each in settings if each not in signature(LEARNERS[name]).parameters)
    listed = {*recipe.methods, *blended} | ({BLEND} if discovery is not None else set())
    yield from (name for name in recipe.cascade if name not in listed)
    yield from (name for name in (discovery.weights if discovery is not None else {}) if method_of(name) not in blended)
