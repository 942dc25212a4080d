"""Columns: which of the names found in a source is which of ours."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from training.errors import Faults

CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
NOT_A_WORD = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one input table: what it must and may hold, and whether further ones are kept as attributes."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    attributes: bool = False
    aliases: Mapping[str, str] | None = None

    @property
    def known(self) -> tuple[str, ...]:
        return self.required + self.optional


LAYOUTS: dict[str, Layout] = {
    "order_lines": Layout(("customer_id", "item_id"), ("order_id", "ordered_at", "quantity", "unit_price", "currency")),
    "items": Layout(
        ("item_id",),
        (
            *("title", "link", "image_link", "price", "sale_price", "currency", "availability", "category", "brand"),
            *("item_group_id", "cost_of_goods_sold", "added_at", "hidden"),
        ),
        attributes=True,
        aliases={"id": "item_id", "product_type": "category"},  # what a Google Merchant feed calls them
    ),
    "events": Layout(("item_id", "event"), ("customer_id", "anonymous_id", "occurred_at", "event_id")),
    "customers": Layout(
        ("customer_id",), ("consent_personalisation", "consent_email"), attributes=True, aliases={"id": "customer_id"}
    ),
}


def tidy(name: str) -> str:
    """A name in our spelling: `Image Link`, `imageLink` and `g:image_link` are `image_link`."""
    words = NOT_A_WORD.sub("_", CAMEL.sub("_", name.strip().removeprefix("g:")))
    return words.strip("_").lower()


def match(
    found: Iterable[str],
    layout: Layout,
    mapping: Mapping[str, str],
    at: str,
    faults: Faults,
    *,
    elsewhere: Collection[str] = (),
) -> dict[str, str]:
    """Their name -> ours, for the columns to read. `at` names the source; what is wrong is collected.

    A mapping wins over an exact name, that over a tidied one, that over an alias. `elsewhere`: what the other parts
    hold; an optional column may be in some parts only.
    """
    names = [name for name in found if name.strip()]
    wanted = {
        our: their
        for our, their in mapping.items()
        if our in layout.required or their in names or their not in elsewhere
    }
    chosen = _mapped(names, layout, wanted, at, faults)
    _check_twins([name for name in names if name not in chosen], layout, at, faults)
    for our, their in _candidates(names, layout):
        if our not in chosen.values() and their not in chosen:
            chosen[their] = our
    for our in layout.required:
        if our not in chosen.values() and our not in mapping:
            faults.data(
                f"{at}: no column {our}; found: {_listed(names)}. Name it in `columns` if it is called otherwise"
            )
    return chosen


def _mapped(names: list[str], layout: Layout, mapping: Mapping[str, str], at: str, faults: Faults) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for our, their in mapping.items():
        matching = [name for name in names if name == their] or [name for name in names if tidy(name) == tidy(their)]
        if not layout.attributes and our not in layout.known:
            faults.usage(f"{at}: `columns` maps {our}, which is none of: {', '.join(layout.known)}")
        elif not matching:
            faults.usage(f"{at}: no column {their!r}, which `columns` names as {our}; found: {_listed(names)}")
        elif matching[0] in chosen:
            faults.usage(f"{at}: `columns` names {their!r} twice, as {chosen[matching[0]]} and as {our}")
        else:
            chosen[matching[0]] = our
    return chosen


def _check_twins(names: list[str], layout: Layout, at: str, faults: Faults) -> None:
    """Two columns of one meaning, none of which is spelt as ours."""
    meanings = Counter(tidy(name) for name in names)
    for our, count in meanings.items():
        if count > 1 and names.count(our) != 1 and (layout.attributes or our in layout.known):
            twins = " and ".join(repr(name) for name in names if tidy(name) == our)
            faults.data(f"{at}: {twins} are all {our}; keep one, or name it in `columns`")


def _candidates(names: list[str], layout: Layout) -> Iterable[tuple[str, str]]:
    """(our name, their name) of every column that may be read, the surest first."""
    aliases = layout.aliases or {}
    for spelling in (str, tidy):
        yield from ((spelling(name), name) for name in names if spelling(name) in layout.known)
    yield from ((aliases[tidy(name)], name) for name in names if tidy(name) in aliases)
    if layout.attributes:
        yield from ((tidy(name), name) for name in names if tidy(name))


def _listed(names: list[str]) -> str:
    return ", ".join(names[:30]) + (", …" if len(names) > 30 else "") if names else "none"
