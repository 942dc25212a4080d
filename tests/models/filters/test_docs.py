"""docs/filters.md: every example compiles, and the errors and limits it quotes are the real ones."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from models.catalogue import Catalogue, Kind
from models.errors import FilterError
from models.filters import compile_filter
from models.filters.parse import MAX_DEPTH
from models.query import MAX_FILTER_CHARS

DOCS = (Path(__file__).parents[3] / "docs" / "filters.md").read_text("utf-8")
EXAMPLES = [line for block in re.findall(r"```filter\n(.*?)```", DOCS, re.S) for line in block.splitlines()]
COLUMNS: dict[str, Kind] = {
    "price": "number",
    "sale_price": "number",
    "cost_of_goods_sold": "number",
    "energy (kcal)": "number",
    "brand": "text",
    "colour": "text",
    "title": "text",
    "organic": "boolean",
    "added_at": "time",
    "category": "category",
}


@pytest.fixture(scope="module")
def shop(catalogue_of: Callable[..., Catalogue]) -> Catalogue:
    return catalogue_of([{"category": "FOOD > DRINKS > BEER"}, {}], COLUMNS)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 10


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_compiles(example: str, shop: Catalogue) -> None:
    assert compile_filter(example, shop, {"tier": "text"}).mask().shape == (2,)


@pytest.mark.parametrize("text", ["pric < 20", "price < '20'", "price <"])
def test_the_errors_quoted_are_those_raised(text: str, shop: Catalogue) -> None:
    with pytest.raises(FilterError) as caught:
        compile_filter(text, shop, {})
    assert f"\n{caught.value}\n" in DOCS


def test_the_limits_are_the_real_ones() -> None:
    assert f"at most {MAX_FILTER_CHARS:,} characters and nests at most {MAX_DEPTH} levels deep" in DOCS
