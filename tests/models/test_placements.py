"""Placements: the shipped file, what a file may say, and every fault at once."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import PlacementError
from models.kinds import KINDS
from models.lists import LIST_NAMES
from models.methods.base import METHOD_NAMES, PIN, RECENTLY_VIEWED
from models.placements import (
    CHOICES,
    FIELDS,
    Placement,
    PlacementTable,
    default_placements,
    load_placements,
    placements_schema,
)
from models.rules.tables import MOMENT_PATTERN, Boost, Diversity, Margin, Pin, PriceStep, Rotation, Table
from models.table_faults import fields_of

DOCS = (Path(__file__).parents[2] / "docs" / "placements.md").read_text("utf-8")
SHIPPED = {
    "home", "category", "product_similar", "product_cross_sell", "product_up_sell", "cart", "post_purchase",
    "account_buy_again", "trending", "new_arrivals", "recently_viewed", "email_newsletter", "email_replenishment",
    "email_winback", "email_abandoned_cart", "email_post_purchase",
}  # fmt: skip
# The sections of the docs that list the settings of a table.
SECTIONS: dict[str, type[Table]] = {
    "Settings": PlacementTable,
    "Boosts and buries": Boost,
    "Pins": Pin,
    "Diversity": Diversity,
    "Price step": PriceStep,
    "Margin": Margin,
    "Rotation": Rotation,
}


def faults_of(text: str) -> list[str]:
    with pytest.raises(PlacementError) as caught:
        load_placements(text)
    return caught.value.faults


def test_the_shipped_placements_cover_a_shop_and_leave_no_slot_empty() -> None:
    placements = default_placements()
    assert set(placements) == SHIPPED
    for name, placement in placements.items():
        assert placement.name == name
        assert placement.description
        assert placement.fallback[-1] == "popular"
        assert placement.filter is None, "a shop may lack the column"


def test_the_shipped_placements_show_every_kind() -> None:
    assert {placement.kind for placement in default_placements().values()} == set(KINDS)


def test_names_are_those_that_the_engine_knows() -> None:
    assert set(CHOICES["kind"]) == set(KINDS)
    assert set(CHOICES["fallback"]) == set(LIST_NAMES)
    assert set(CHOICES["methods"]) == set(METHOD_NAMES) - {RECENTLY_VIEWED, PIN}


def test_a_placement_keeps_what_the_file_says() -> None:
    text = """
        [placements.gifts-2]
        kind = "for_you"
        limit = 200
        filter = "price < 30"
        fallback = ["trending", "popular"]
        purchased = "hide"
        methods = ["als"]
        layout = "hero"
        min_items = 3
        description = "Gifts"
    """
    assert load_placements(text) == {
        "gifts-2": Placement(
            name="gifts-2",
            kind="for_you",
            limit=200,
            filter="price < 30",
            fallback=("trending", "popular"),
            purchased="hide",
            methods=("als",),
            layout="hero",
            min_items=3,
            description="Gifts",
        )
    }


def test_only_the_kind_is_required() -> None:
    placement = load_placements('[placements.a]\nkind = "similar"')["a"]
    assert placement == Placement(name="a", kind="similar")
    assert (placement.limit, placement.filter, placement.fallback, placement.purchased) == (10, None, (), None)
    assert (placement.methods, placement.description) == (None, "")
    assert (placement.layout, placement.min_items, placement.timezone) == ("grid-2", 1, "UTC")
    assert not placement.has_rules


def test_placements_keep_the_order_of_the_file() -> None:
    text = "".join(f'[placements.{name}]\nkind = "trending"\n' for name in ("b", "a", "c"))
    assert list(load_placements(text)) == ["b", "a", "c"]


def test_every_fault_is_listed_at_once_with_its_place() -> None:
    faults = faults_of(
        """
        colour = 1
        [placements.home]
        kind = "foryou"
        limits = 3
        filter = "price <"
        [placements.b]
        limit = 0
        fallback = ["popluar", 3, "popular", "x"]
        purchased = "never"
        methods = "als"
        layout = "grid"
        description = 1
        [placements."a b"]
        kind = "similar"
        limit = 201
        filter = ""
        fallback = []
        """
    )
    kinds, lists = ", ".join(CHOICES["kind"]), ", ".join(CHOICES["fallback"])
    assert faults == [
        "colour: unknown key; every placement is a table [placements.NAME]",
        f"placements.home.kind: 'foryou' is unknown; did you mean 'for_you'? (known: {kinds})",
        "placements.home.limits: unknown key; did you mean 'limit'?",
        "placements.home.filter: the filter ends too early: a value is missing (column 8)",
        "placements.b.kind: missing",
        "placements.b.limit: Expected `int` >= 1",
        f"placements.b.fallback: 'popluar' is unknown; did you mean 'popular'? (known: {lists})",
        f"placements.b.fallback: 3 is unknown (known: {lists})",
        f"placements.b.fallback: 'x' is unknown (known: {lists})",
        "placements.b.purchased: 'never' is unknown (known: show, hide, only)",
        "placements.b.methods: Expected `array | null`, got `str`",
        "placements.b.layout: 'grid' is unknown; did you mean 'grid-3'? (known: grid-2, grid-3, list, hero)",
        "placements.b.description: Expected `str`, got `int`",
        "placements.a b: a name has 1 to 100 letters, digits, _ or -, and starts with a letter or digit",
        "placements.a b.limit: Expected `int` <= 200",
        "placements.a b.filter: Expected `str` of length >= 1",
    ]


@pytest.mark.parametrize("text", ["", "[placements]", "placements = 3"])
def test_a_file_without_placements_is_refused(text: str) -> None:
    assert faults_of(text) == ["placements: the file names no placement; each is a table [placements.NAME]"]


def test_a_placement_that_is_no_table_is_refused() -> None:
    assert faults_of("[placements]\nhome = 'for_you'") == ["placements.home: expected a table of settings"]


def test_a_file_that_is_no_toml_is_refused_with_the_line() -> None:
    (fault,) = faults_of("[placements.home]\nkind = for_you")
    assert fault.startswith("the file is no valid TOML: ")
    assert "line 2" in fault


def test_a_file_that_nests_without_end_is_refused() -> None:
    assert faults_of("a = " + "[" * 100_000) == ["the file is no valid TOML: it nests too deep"]


ENTRIES = ["filter", "factor", "item_id", "position", "min", "max", "weight", "pool", "mmr", "max_per_brand"]
VALUES = st.recursive(
    st.booleans() | st.integers(-1, 300) | st.sampled_from([*KINDS, *LIST_NAMES, "als", "hide", "", "a <", "UTC"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(ENTRIES), inner, max_size=3),
    max_leaves=4,
)


def toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(part)}" for key, part in value.items()) + " }"
    return "[" + ", ".join(map(toml, value)) + "]" if isinstance(value, list) else json.dumps(value)


@given(st.dictionaries(st.sampled_from([*FIELDS, "boost"]), VALUES), st.sampled_from(list(KINDS)))
def test_a_file_is_refused_exactly_when_its_schema_or_its_sense_is_wrong(table: dict[str, object], kind: str) -> None:
    table = {"kind": kind, **table}
    schema = jsonschema.Draft202012Validator(placements_schema())
    is_valid = schema.is_valid({"placements": {"a": table}})
    # What cannot be meant, each of its own kind of fault, is more than a schema says.
    beyond = (
        "(column ",
        "time zone",
        "says nothing",
        "either caps",
        "less than min",
        "leaves nothing",
        "more than the",
    )
    try:
        load_placements("\n".join(["[placements.a]", *(f"{key} = {toml(value)}" for key, value in table.items())]))
        faults = []
    except PlacementError as error:
        faults = error.faults
    assert is_valid == all(any(words in fault for words in beyond) for fault in faults), faults


def test_the_schema_accepts_the_shipped_file() -> None:
    shipped = (Path(__file__).parents[2] / "models" / "placements.toml").read_text("utf-8")
    jsonschema.validate(tomllib.loads(shipped), placements_schema())


def test_the_published_schema_is_that_of_the_code() -> None:
    published = Path(__file__).parents[2] / "docs" / "placements.schema.json"
    assert json.loads(published.read_text()) == placements_schema(), (
        "recsvc placements schema > docs/placements.schema.json"
    )


def test_the_examples_of_the_merchandisers_guide_load() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "guides" / "merchandiser.md").read_text("utf-8")
    assert [list(load_placements(text)) for text in re.findall(r"```toml\n(.*?)```", guide, re.S)] == [
        ["gifts"],
        ["home"],
    ]


def test_the_examples_of_the_docs_load() -> None:
    examples = re.findall(r"```toml\n(.*?)```", DOCS, re.S)
    assert [set(load_placements(example)) for example in examples] == [
        {"home", "gifts_under_30"},
        {"start_page", "step_up"},
    ]
    schema = placements_schema()
    for example in examples:
        jsonschema.validate(
            json.loads(json.dumps(tomllib.loads(example), default=lambda time: time.isoformat())), schema
        )


def test_the_docs_quote_the_real_faults() -> None:
    faults = faults_of('[placements.home]\nkind = "foryou"\nlimits = 1\nfilter = "price <"')
    (quoted,) = re.findall(r"```text\n(.*?)```", DOCS, re.S)
    assert quoted.splitlines() == faults


def test_the_docs_name_every_kind_list_method_and_layout() -> None:
    for word in [*KINDS, *LIST_NAMES, *CHOICES["methods"], *CHOICES["layout"]]:
        assert f"`{word}`" in DOCS or f'`"{word}"`' in DOCS, word


@pytest.mark.parametrize("title", list(SECTIONS))
def test_the_docs_list_the_settings_of_every_table_in_order(title: str) -> None:
    section = re.split(r"\n#+ ", DOCS.split(f"# {title}\n", 1)[1])[0]
    table = section[section.index("where absent |") :].split("\n\n")[0]
    told = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert sorted(told) == sorted(fields_of(SECTIONS[title]))
    required = re.findall(r"^\| `(\w+)` \|.*\| required \|$", table, re.MULTILINE)
    assert set(required) == {name for name, field in fields_of(SECTIONS[title]).items() if field.required}


def test_a_time_zone_of_the_file_holds_where_a_placement_names_none() -> None:
    text = """
        timezone = "Europe/Warsaw"
        [placements.a]
        kind = "trending"
        [placements.b]
        kind = "trending"
        timezone = "Asia/Tokyo"
    """
    assert [placement.timezone for placement in load_placements(text).values()] == ["Europe/Warsaw", "Asia/Tokyo"]


def test_dates_are_written_as_dates_or_as_texts() -> None:
    text = """
        [placements.a]
        kind = "trending"
        pins = [
            { item_id = "a", position = 1, from = 2026-02-01, until = 2026-02-03T04:05:06+01:00 },
            { item_id = "b", position = 2, from = "2026-02-01", until = "2026-02-03T04:05" },
            { item_id = "c", position = 2, from = 2026-02-01 12:00:00.5 },
        ]
    """
    assert [(pin.start, pin.until) for pin in load_placements(text)["a"].pins] == [
        ("2026-02-01", "2026-02-03T04:05:06+01:00"),
        ("2026-02-01", "2026-02-03T04:05"),
        ("2026-02-01T12:00:00.500000", None),
    ]


def test_what_cannot_be_meant_is_refused_too_and_right_entries_are_judged_beside_wrong_ones() -> None:
    assert faults_of(
        """
        timezone = "Europe/Warsow"
        [placements.a]
        kind = "for_you"
        min_items = 11
        timezone = "Europe"
        boosts = [
            { factor = 5, filter = "price <", from = "2026-02-30" },
            { factor = 0.5, filter = "price < 3" },
            { factor = 2, filter = "price < 3", until = 12:00:00 },
            "brand",
        ]
        buries = [{ factor = 0.5, filter = "a <", until = 9999-12-31 }]
        pins = [
            { item_id = "a", position = 1, from = 2026-02-03, until = 2026-02-01 },
            { item_id = "a", position = 1, from = 2026-02-03, until = 2026-02-03, colour = 1 },
        ]
        diversity = { max_per_brand = 1, category_level = 1, mmr = 0.5 }
        price_step = { min = 1.2, max = 1.1 }
        rotation = { pool = 2, keep = 1 }
        [placements.b]
        kind = "for_you"
        limit = 3
        min_items = 4
        diversity = {}
        margin = 0.5
        """
    ) == [
        "timezone: 'Europe/Warsow' is no time zone; did you mean 'Europe/Warsaw'? (as in the IANA data base:"
        " Europe/Warsaw)",
        "placements.a.boosts[2].factor: Expected `float` > 1.0",
        "placements.a.boosts[3].until: Expected `str` matching regex " + repr(MOMENT_PATTERN),
        "placements.a.boosts[4]: expected a table of settings",
        "placements.a.pins[2].colour: unknown key",
        "placements.a.timezone: 'Europe' is no time zone; did you mean 'Europe/Rome'? (as in the IANA data base:"
        " Europe/Warsaw)",
        "placements.a.boosts[1].filter: the filter ends too early: a value is missing (column 8)",
        "placements.a.buries[1].filter: the filter ends too early: a value is missing (column 4)",
        "placements.a.diversity.mmr: give either caps or mmr",
        "placements.a.diversity.category_level: means nothing without max_per_category",
        "placements.a.price_step.max: less than min, so nothing would qualify",
        "placements.a.rotation.keep: leaves nothing of the pool to draw from",
        "placements.a.boosts[1].from: there is no such time: day is out of range for month",
        "placements.a.buries[1].until: there is no such time: date value out of range",
        "placements.a.pins[1].until: not after from, so it would never hold",
        "placements.a.min_items: more than the placement's limit",
        "placements.b.margin: expected a table of settings",
        "placements.b.diversity: says nothing; give max_per_category, max_per_brand or mmr",
        "placements.b.min_items: more than the placement's limit",
    ]


@pytest.mark.parametrize("timezone", ["3", '""'])
def test_a_time_zone_is_a_name(timezone: str) -> None:
    (fault,) = faults_of(f'timezone = {timezone}\n[placements.a]\nkind = "trending"')
    assert fault.startswith("timezone: Expected `str`")
