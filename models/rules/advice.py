"""Advice on placements: what is no fault, since assortments and seasons change, but probably not meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.catalogue import Catalogue
from models.filters import unknown_values
from models.model import Model
from models.placements import Placement
from models.rules.schedule import Schedule
from models.rules.tables import Boost, Bury, Pin


def placement_advice(placement: Placement, model: Model, as_of: float) -> Iterator[str]:
    """Sentences that begin with the name of the setting, of a placement that suits the catalogue.

    `as_of` in seconds since 1970.
    """
    catalogue = model.shop.catalogue
    lists: dict[str, Sequence[Boost | Bury | Pin]] = {
        "boosts": placement.boosts,
        "buries": placement.buries,
        "pins": placement.pins,
    }
    if placement.filter is not None:
        yield from _unknown("filter", placement.filter, catalogue)
    for place, rule in ((f"{name}[{n}]", rule) for name, rules in lists.items() for n, rule in enumerate(rules, 1)):
        if Schedule.read(rule.start, rule.until, placement.timezone).end <= as_of:
            yield f"{place}.until: is over"
        if isinstance(rule, Pin):
            row = model.items.row(rule.item_id, missing=-1)
            if row < 0:
                yield f"{place}.item_id: the catalogue has no item {rule.item_id!r}"
            elif not catalogue.sellable[row]:
                yield f"{place}.item_id: {rule.item_id!r} cannot be sold now"
        else:
            yield from _unknown(f"{place}.filter", rule.filter, catalogue)


def _unknown(place: str, text: str, catalogue: Catalogue) -> Iterator[str]:
    return (f"{place}: {sentence}" for sentence in unknown_values(text, catalogue))
