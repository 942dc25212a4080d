"""Suits: what a placement asks for that a shop's catalogue or history does not have."""

from __future__ import annotations

from collections.abc import Iterator

from models.catalogue import Kind
from models.closest import did_you_mean
from models.eligibility import Eligibility
from models.errors import FilterError
from models.model import Model
from models.placements import Placement
from models.rules.margins import COST, PRICE

# What two items can be alike in.
LIKENESS: set[tuple[str, Kind]] = {("category", "category"), ("brand", "text")}


def placement_suits(placement: Placement, model: Model, eligibility: Eligibility) -> Iterator[str]:
    """Faults that begin with the name of the setting; none where the placement can be answered."""
    kinds = model.shop.catalogue.kinds
    filters = [("filter", placement.filter)]
    filters += [(f"boosts[{number}].filter", rule.filter) for number, rule in enumerate(placement.boosts, start=1)]
    filters += [(f"buries[{number}].filter", rule.filter) for number, rule in enumerate(placement.buries, start=1)]
    for name, text in filters:
        yield from (f"{name}: {fault}" for fault in _of_filter(text, eligibility))
    if placement.price_step is not None:
        yield from _lacking(kinds, "price_step", {PRICE: "number"})
    if placement.margin is not None:
        yield from _lacking(kinds, "margin", {PRICE: "number", COST: "number"})
    if placement.hide_bought_days is not None and model.shop.unit != "day":
        yield "hide_bought_days: this shop's history has order positions instead of times"
    diversity = placement.diversity
    if diversity is not None and diversity.max_per_category is not None:
        yield from _lacking(kinds, "diversity.max_per_category", {"category": "category"})
    if diversity is not None and diversity.max_per_brand is not None:
        yield from _lacking(kinds, "diversity.max_per_brand", {"brand": "text"})
    if diversity is not None and diversity.mmr is not None and not LIKENESS & kinds.items():
        yield "diversity.mmr: the catalogue has neither category nor brand"


def _of_filter(text: str | None, eligibility: Eligibility) -> Iterator[str]:
    try:
        if text is not None:
            eligibility.filter(text)
    except FilterError as error:
        yield str(error)


def _lacking(kinds: dict[str, Kind], setting: str, columns: dict[str, Kind]) -> Iterator[str]:
    for name, kind in columns.items():
        if name not in kinds:
            yield f"{setting}: the catalogue has no column called {name!r}{did_you_mean(name, kinds)}"
        elif kinds[name] != kind:
            yield f"{setting}: the catalogue's {name!r} is of the kind {kinds[name]}, not {kind}"
