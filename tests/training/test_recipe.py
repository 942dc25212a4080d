from __future__ import annotations

import msgspec
import pytest

from tests.engines import learned
from tests.shops import PRESETS
from training.recipe import Recipe
from training.search import choose


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_a_recipe_comes_back_from_a_manifest_as_it_was(preset: str) -> None:
    recipe = choose(learned(preset).dataset)
    assert msgspec.json.decode(msgspec.json.encode(recipe), type=Recipe) == recipe


def test_a_setting_that_is_none_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="cascades"):
        msgspec.convert({"methods": {}, "cascade": [], "cascades": []}, Recipe)
