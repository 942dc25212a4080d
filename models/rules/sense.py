"""Sense: what is wrong with settings that are each of the right kind, but cannot be meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from models.closest import did_you_mean
from models.errors import FilterError
from models.filters import parse
from models.rules.schedule import Schedule
from models.rules.tables import Boost, Bury, Diversity, PriceStep, Rotation, Scheduled


def placement_sense(values: Mapping[str, Any], timezone: str) -> Iterator[str]:
    """Faults that begin with the name of the setting.

    `values`: those settings that are of the right kind, of lists of tables the right ones by number;
    `timezone`: that of dates where the placement names none.
    """
    zone = values.get("timezone", timezone)
    zone = timezone if list(timezone_faults(zone)) else zone
    for name, value in values.items():
        if value is not None and name in _CHECKS:
            yield from (f"{name}{fault}" for fault in _CHECKS[name](value))
    for name in ("boosts", "buries", "pins"):
        yield from (f"{name}{fault}" for fault in _numbered(values.get(name, {}), _of_schedule, zone))


def timezone_faults(name: str) -> Iterator[str]:
    """Whether the system knows the time zone."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # no name at all, a folder of names, or nowhere
        known = sorted(available_timezones())
        yield f": {name!r} is no time zone{did_you_mean(name, known)} (as in the IANA data base: Europe/Warsaw)"


def _of_filter(text: str) -> Iterator[str]:
    try:
        parse(text)
    except FilterError as error:
        yield f": {error}"


def _of_weight(rule: Boost | Bury) -> Iterator[str]:
    yield from (f".filter{fault}" for fault in _of_filter(rule.filter))


def _of_schedule(rule: Scheduled, timezone: str) -> Iterator[str]:
    for name, start, until in (("from", rule.start, None), ("until", None, rule.until)):
        try:
            Schedule.read(start, until, timezone)
        except ValueError as error:
            yield f".{name}: there is no such time: {error}"
            return
    schedule = Schedule.read(rule.start, rule.until, timezone)
    if schedule.start >= schedule.end:
        yield ".until: not after from, so it would never hold"


def _of_diversity(diversity: Diversity) -> Iterator[str]:
    caps = diversity.max_per_category or diversity.max_per_brand
    if not caps and diversity.mmr is None:
        yield ": says nothing; give max_per_category, max_per_brand or mmr"
    if caps and diversity.mmr is not None:
        yield ".mmr: give either caps or mmr"
    if diversity.category_level is not None and diversity.max_per_category is None:
        yield ".category_level: means nothing without max_per_category"


def _of_price_step(step: PriceStep) -> Iterator[str]:
    if step.max is not None and step.max < step.min:
        yield ".max: less than min, so nothing would qualify"


def _of_rotation(rotation: Rotation) -> Iterator[str]:
    if rotation.keep >= rotation.pool - 1:
        yield ".keep: leaves nothing of the pool to draw from"


def _numbered(rules: Mapping[int, Any], check: Callable[..., Iterator[str]], *more: Any) -> Iterator[str]:
    for number, rule in rules.items():
        yield from (f"[{number}]{fault}" for fault in check(rule, *more))


def _of_weights(rules: Mapping[int, Boost | Bury]) -> Iterator[str]:
    return _numbered(rules, _of_weight)


_CHECKS: dict[str, Callable[[Any], Iterator[str]]] = {
    "filter": _of_filter,
    "timezone": timezone_faults,
    "boosts": _of_weights,
    "buries": _of_weights,
    "diversity": _of_diversity,
    "price_step": _of_price_step,
    "rotation": _of_rotation,
}
