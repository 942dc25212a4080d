from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from tests.engines import learned
from tests.shops import PRESETS
from training.recipe import Recipe, unknown_parts
from training.search import choose


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_a_recipe_comes_back_from_a_manifest_as_it_was(preset: str) -> None:
    recipe = choose(learned(preset).dataset)
    assert msgspec.json.decode(msgspec.json.encode(recipe), type=Recipe) == recipe
    assert list(unknown_parts(recipe)) == []


def test_parts_that_this_release_cannot_learn_are_named() -> None:
    recipe = choose(learned("grocery").dataset)
    assert recipe.discovery is not None
    named = replace(recipe.discovery, weights={"popularity_trending": 1.0, "popularity_yearly": 0.5})
    assert list(unknown_parts(replace(recipe, discovery=named))) == ["popularity_yearly"]
    assert list(unknown_parts(replace(recipe, cascade=("oracle", "popularity")))) == ["oracle"]
    assert list(unknown_parts(replace(recipe, discovery=None))) == ["discovery", "popularity"]


def test_a_setting_that_is_none_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="cascades"):
        msgspec.convert({"methods": {}, "cascade": [], "cascades": []}, Recipe)
