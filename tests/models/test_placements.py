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
from models.methods.base import METHOD_NAMES, RECENTLY_VIEWED
from models.placements import (
    CHOICES,
    FIELDS,
    Placement,
    default_placements,
    load_placements,
    placements_schema,
)

DOCS = (Path(__file__).parents[2] / "docs" / "placements.md").read_text("utf-8")
SHIPPED = {
    "home", "category", "product_similar", "product_cross_sell", "product_up_sell", "cart", "post_purchase",
    "account_buy_again", "trending", "new_arrivals", "recently_viewed", "email_newsletter", "email_replenishment",
    "email_winback", "email_abandoned_cart", "email_post_purchase",
}  # fmt: skip


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
    assert set(CHOICES["methods"]) == set(METHOD_NAMES) - {RECENTLY_VIEWED}


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
    assert (placement.layout, placement.min_items) == ("grid-2", 1)


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


VALUES = st.recursive(
    st.booleans() | st.integers(-1, 300) | st.sampled_from([*KINDS, *LIST_NAMES, "als", "hide", "", "a <"]),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from([*FIELDS, "boost"]), VALUES), st.sampled_from(list(KINDS)))
def test_a_file_is_refused_exactly_when_its_schema_or_its_filter_is_wrong(table: dict[str, object], kind: str) -> None:
    table = {"kind": kind, **table}
    lines = [f"{key} = {json.dumps(value)}" for key, value in table.items()]  # JSON without objects or null is TOML
    schema = jsonschema.Draft202012Validator(placements_schema())
    is_valid = schema.is_valid({"placements": {"a": table}}) and table.get("filter") != "a <"
    try:
        accepted = bool(load_placements("\n".join(["[placements.a]", *lines])))
    except PlacementError:
        accepted = False
    assert accepted == is_valid


def test_the_schema_accepts_the_shipped_file() -> None:
    shipped = (Path(__file__).parents[2] / "models" / "placements.toml").read_text("utf-8")
    jsonschema.validate(tomllib.loads(shipped), placements_schema())


def test_the_examples_of_the_docs_load() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", DOCS, re.S)
    assert set(load_placements(example)) == {"home", "gifts_under_30"}


def test_the_docs_quote_the_real_faults() -> None:
    faults = faults_of('[placements.home]\nkind = "foryou"\nlimits = 1\nfilter = "price <"')
    (quoted,) = re.findall(r"```text\n(.*?)```", DOCS, re.S)
    assert quoted.splitlines() == faults


def test_the_docs_name_every_setting_kind_list_and_method() -> None:
    for word in [*FIELDS, *KINDS, *LIST_NAMES, *CHOICES["methods"], *CHOICES["layout"]]:
        assert f"`{word}`" in DOCS or f'`"{word}"`' in DOCS, word
