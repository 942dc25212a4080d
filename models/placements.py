"""Placements: the named slots of a shop, read from TOML with every fault named at once."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from models.errors import PlacementError
from models.kinds import KINDS, Purchased
from models.query import MAX_LIMIT
from models.rules.sense import placement_sense, timezone_faults
from models.rules.tables import Boost, Bury, Diversity, FilterText, Margin, Pin, PriceStep, Rotation, Table
from models.table_faults import entry_of, fields_of, table_faults, value_faults, words_of

KindName = Literal[
    "for_you", "buy_again", "cross_sell", "up_sell", "similar", "trending", "new_arrivals", "recently_viewed"
]
ListName = Literal["popular_in_category", "popular", "trending", "new_arrivals"]
Layout = Literal["grid-2", "grid-3", "list", "hero"]
MethodName = Literal[
    "popularity",
    "repurchase",
    "item_knn",
    "als",
    "basket",
    "up_sell",
    "ridge",
    "ials",
    "content",
    "arrivals",
    "looked_at",
    "ease",
    "rp3beta",
    "tifu",
    "segment",
    "own_frequency",
]

# Names stand in paths of URLs.
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$"
DEFAULT_LIMIT = 10
DEFAULT_TIMEZONE = "UTC"
MAX_RULES = 100
MAX_DAYS = 3_650

TimezoneName = Annotated[str, Meta(min_length=1, max_length=100)]


class PlacementTable(Table, frozen=True, kw_only=True):
    """What the file says about one placement."""

    kind: Annotated[KindName, Meta(description="What is recommended.")]
    limit: Annotated[int, Meta(ge=1, le=MAX_LIMIT, description="Items in a slate where the query names no limit.")] = (
        DEFAULT_LIMIT
    )
    filter: Annotated[FilterText | None, Meta(description="A filter expression that every item must meet.")] = None
    fallback: Annotated[
        tuple[ListName, ...],
        Meta(description="Presorted lists that fill, in this order, what the kind leaves empty; none if empty."),
    ] = ()
    purchased: Annotated[
        Purchased | None,
        Meta(description="What to do with items the customer already bought; where absent, what the kind says."),
    ] = None
    hide_bought_days: Annotated[
        Annotated[int, Meta(ge=1, le=MAX_DAYS)] | None,
        Meta(description="Leaves out what the customer bought within so many days."),
    ] = None
    methods: Annotated[
        tuple[MethodName, ...] | None,
        Meta(description="The methods that score, in this order, instead of the kind's own."),
    ] = None
    boosts: Annotated[tuple[Boost, ...], Meta(max_length=MAX_RULES, description="Items to lift.")] = ()
    buries: Annotated[tuple[Bury, ...], Meta(max_length=MAX_RULES, description="Items to lower.")] = ()
    pins: Annotated[tuple[Pin, ...], Meta(max_length=MAX_RULES, description="Items at fixed places.")] = ()
    diversity: Annotated[Diversity | None, Meta(description="How much of a slate may be alike.")] = None
    price_step: Annotated[
        PriceStep | None, Meta(description="Prices that are a step up from that of the item in question.")
    ] = None
    margin: Annotated[Margin | None, Meta(description="How much the margin counts.")] = None
    rotation: Annotated[Rotation | None, Meta(description="What changes from one send, or day, to the next.")] = None
    page: Annotated[
        Annotated[str, Meta(min_length=1, max_length=100)] | None,
        Meta(description="Placements of one page that are asked for together show no item twice."),
    ] = None
    timezone: Annotated[TimezoneName, Meta(description="Of dates and times that name no offset.")] = DEFAULT_TIMEZONE
    layout: Annotated[Layout, Meta(description="How a page or mail arranges the slate.")] = "grid-2"
    min_items: Annotated[
        int,
        Meta(ge=1, le=MAX_LIMIT, description="With fewer items than this a mail shows no block at all."),
    ] = 1
    description: Annotated[str, Meta(description="A sentence for the people who use the placement.")] = ""

    @property
    def filters(self) -> tuple[str, ...]:
        """What every item must meet, as filter expressions."""
        step = None if self.price_step is None else self.price_step.filter
        return tuple(text for text in (self.filter, step) if text)

    @property
    def has_rules(self) -> bool:
        """Whether anything but filters comes between what is scored and the slate."""
        return bool(
            self.boosts
            or self.buries
            or self.pins
            or self.diversity
            or self.margin
            or self.rotation
            or self.hide_bought_days
        )


class Placement(PlacementTable, frozen=True, kw_only=True):
    """One slot of the shop under its name."""

    name: str

    @property
    def own_items(self) -> Purchased:
        """What becomes of items that the customer bought before: as the placement says, else its kind."""
        return self.purchased or KINDS[self.kind].purchased

    @property
    def asks_own_items(self) -> bool:
        """Whether every own item may answer, also where the ranked list does not hold it."""
        return self.own_items == "only" and self.kind in ("for_you", "buy_again") and self.methods is None


class PlacementsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A placements file."""

    placements: Annotated[dict[Annotated[str, Meta(pattern=NAME_PATTERN)], PlacementTable], Meta(min_length=1)]
    timezone: Annotated[TimezoneName, Meta(description="Time zone of every placement that names no other.")] = (
        DEFAULT_TIMEZONE
    )


FIELDS = {name: field.type for name, field in fields_of(PlacementTable).items()}
CHOICES: dict[str, tuple[str, ...]] = {name: words for name, type_ in FIELDS.items() if (words := words_of(type_))}


def load_placements(text: str) -> dict[str, Placement]:
    """The placements of a TOML file by name, in its order. Raises PlacementError with every fault."""
    try:
        document = _plain(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise PlacementError([f"the file is no valid TOML: {error}"]) from None
    except RecursionError:
        raise PlacementError(["the file is no valid TOML: it nests too deep"]) from None
    faults = list(_faults(document))
    if faults:
        raise PlacementError(faults)
    shared = {"timezone": document.get("timezone", DEFAULT_TIMEZONE)}
    return {
        name: msgspec.convert({"name": name, **shared, **table}, Placement)
        for name, table in document["placements"].items()
    }


def default_placements() -> dict[str, Placement]:
    """The placements that are shipped; they ask for no column that a shop may lack."""
    return load_placements(files("models").joinpath("placements.toml").read_text("utf-8"))


def placements_schema() -> dict[str, Any]:
    """The JSON Schema of a placements file, for editors, as JSON has it."""
    schema: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(msgspec.json.schema(PlacementsFile)))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _plain(value: Any) -> Any:
    """TOML's dates and times as the texts they are written as."""
    match value:
        case dict():
            return {key: _plain(part) for key, part in value.items()}
        case list():
            return [_plain(part) for part in value]
        case dt.date() | dt.time():
            return value.isoformat()
    return value


def _faults(document: dict[str, Any]) -> Iterator[str]:
    for key in document.keys() - {"placements", "timezone"}:
        yield f"{key}: unknown key; every placement is a table [placements.NAME]"
    timezone = document.get("timezone", DEFAULT_TIMEZONE)
    faults = list(_faults_of_timezone(timezone))
    yield from faults
    tables = document.get("placements", {})
    if not isinstance(tables, dict) or not tables:
        yield "placements: the file names no placement; each is a table [placements.NAME]"
        return
    for name, table in tables.items():
        yield from _faults_of_placement(f"placements.{name}", name, table, DEFAULT_TIMEZONE if faults else timezone)


def _faults_of_timezone(timezone: Any) -> Iterator[str]:
    wrong = list(value_faults(TimezoneName, timezone, "timezone"))
    yield from wrong or (f"timezone{fault}" for fault in timezone_faults(timezone))


def _faults_of_placement(place: str, name: str, table: Any, timezone: str) -> Iterator[str]:
    """`timezone`: that of the file."""
    if not re.fullmatch(NAME_PATTERN, name):
        yield f"{place}: a name has 1 to 100 letters, digits, _ or -, and starts with a letter or digit"
    yield from table_faults(PlacementTable, table, place)
    if isinstance(table, dict):
        found = _well_formed(table)
        yield from (f"{place}.{fault}" for fault in placement_sense(found, timezone))
        if found.get("min_items", 1) > found.get("limit", DEFAULT_LIMIT):
            yield f"{place}.min_items: more than the placement's limit"


def _well_formed(table: dict[str, Any]) -> dict[str, Any]:
    """The settings that are of the right kind; of lists of tables the right ones, by number."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        entry = entry_of(FIELDS.get(key))
        if entry is not None and isinstance(value, list):
            found[key] = {number: msgspec.convert(one, entry) for number, one in _right(entry, value)}
        elif entry is None and key in FIELDS and not list(value_faults(FIELDS[key], value, key)):
            found[key] = msgspec.convert(value, FIELDS[key])
    return found


def _right(entry: Any, values: list[Any]) -> Iterator[tuple[int, Any]]:
    return ((number, one) for number, one in enumerate(values, start=1) if not list(value_faults(entry, one, "")))
