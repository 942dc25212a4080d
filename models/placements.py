"""Placements: the named slots of a shop, read from TOML with every fault named at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta

from models.closest import did_you_mean
from models.errors import FilterError, PlacementError
from models.filters import parse
from models.kinds import Purchased
from models.query import MAX_FILTER_CHARS, MAX_LIMIT

KindName = Literal[
    "for_you", "buy_again", "cross_sell", "up_sell", "similar", "trending", "new_arrivals", "recently_viewed"
]
ListName = Literal["popular_in_category", "popular", "trending", "new_arrivals"]
Layout = Literal["grid-2", "grid-3", "list", "hero"]
MethodName = Literal[
    "popularity", "repurchase", "item_knn", "als", "basket", "up_sell", "ridge", "ials", "content", "arrivals"
]

# Names stand in paths of URLs.
NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$"
DEFAULT_LIMIT = 10


class PlacementTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the file says about one placement."""

    kind: Annotated[KindName, Meta(description="What is recommended.")]
    limit: Annotated[int, Meta(ge=1, le=MAX_LIMIT, description="Items in a slate where the query names no limit.")] = (
        DEFAULT_LIMIT
    )
    filter: Annotated[
        Annotated[str, Meta(min_length=1, max_length=MAX_FILTER_CHARS)] | None,
        Meta(description="A filter expression that every item must meet."),
    ] = None
    fallback: Annotated[
        tuple[ListName, ...],
        Meta(description="Presorted lists that fill, in this order, what the kind leaves empty; none if empty."),
    ] = ()
    purchased: Annotated[
        Purchased | None,
        Meta(description="What to do with items the customer already bought; where absent, what the kind says."),
    ] = None
    methods: Annotated[
        tuple[MethodName, ...] | None,
        Meta(description="The methods that score, in this order, instead of the kind's own."),
    ] = None
    layout: Annotated[Layout, Meta(description="How a page or mail arranges the slate.")] = "grid-2"
    min_items: Annotated[
        int,
        Meta(ge=1, le=MAX_LIMIT, description="With fewer items than this a mail shows no block at all."),
    ] = 1
    description: Annotated[str, Meta(description="A sentence for the people who use the placement.")] = ""


class Placement(PlacementTable, frozen=True, kw_only=True):
    """One slot of the shop under its name."""

    name: str


class PlacementsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A placements file."""

    placements: Annotated[dict[Annotated[str, Meta(pattern=NAME_PATTERN)], PlacementTable], Meta(min_length=1)]


FIELDS = {field.encode_name: field.type for field in msgspec.structs.fields(PlacementTable)}
CHOICES: dict[str, tuple[str, ...]] = {
    "kind": get_args(KindName),
    "fallback": get_args(ListName),
    "purchased": get_args(Purchased),
    "methods": get_args(MethodName),
    "layout": get_args(Layout),
}
LISTED = {"fallback", "methods"}


def load_placements(text: str) -> dict[str, Placement]:
    """The placements of a TOML file by name, in its order. Raises PlacementError with every fault."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlacementError([f"the file is no valid TOML: {error}"]) from None
    except RecursionError:
        raise PlacementError(["the file is no valid TOML: it nests too deep"]) from None
    faults = list(_faults(document))
    if faults:
        raise PlacementError(faults)
    return {name: msgspec.convert({"name": name, **table}, Placement) for name, table in document["placements"].items()}


def default_placements() -> dict[str, Placement]:
    """The placements that are shipped; they ask for no column that a shop may lack."""
    return load_placements(files("models").joinpath("placements.toml").read_text("utf-8"))


def placements_schema() -> dict[str, Any]:
    """The JSON Schema of a placements file, for editors."""
    return msgspec.json.schema(PlacementsFile)


def _faults(document: dict[str, Any]) -> Iterator[str]:
    for key in document.keys() - {"placements"}:
        yield f"{key}: unknown key; every placement is a table [placements.NAME]"
    tables = document.get("placements", {})
    if not isinstance(tables, dict) or not tables:
        yield "placements: the file names no placement; each is a table [placements.NAME]"
        return
    for name, table in tables.items():
        yield from (f"placements.{name}{fault}" for fault in _faults_of_placement(name, table))


def _faults_of_placement(name: str, table: object) -> Iterator[str]:
    if not re.fullmatch(NAME_PATTERN, name):
        yield ": a name has 1 to 100 letters, digits, _ or -, and starts with a letter or digit"
    if not isinstance(table, dict):
        yield ": expected a table of settings"
        return
    if "kind" not in table:
        yield ".kind: missing"
    for key, value in table.items():
        if key in FIELDS:
            yield from (f".{key}: {fault}" for fault in _faults_of_value(key, value))
        else:
            yield f".{key}: unknown key{did_you_mean(key, FIELDS)}"


def _faults_of_value(key: str, value: object) -> Iterator[str]:
    try:
        msgspec.convert(value, FIELDS[key])
    except msgspec.ValidationError as error:
        if key in CHOICES and isinstance(value, list) == (key in LISTED):
            yield from _unknown_words(value if isinstance(value, list) else [value], CHOICES[key])
        else:
            yield str(error)
        return
    if key == "filter":
        yield from _faults_of_filter(value)


def _unknown_words(words: list[object], known: tuple[str, ...]) -> Iterator[str]:
    for word in words:
        if word not in known:
            yield f"{word!r} is unknown{did_you_mean(str(word), known)} (known: {', '.join(known)})"


def _faults_of_filter(text: Any) -> Iterator[str]:
    try:
        parse(text)
    except FilterError as error:
        yield str(error)
