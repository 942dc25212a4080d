from __future__ import annotations

import numpy as np

from models.batch import Batch
from models.explain import explain
from models.methods import METHOD_NAMES, METHOD_NUMBER, Method
from models.reasons import Code
from models.slots import Slots, empty_slots


class Recorder:
    """A method that notes which slots it was asked to explain."""

    def __init__(self) -> None:
        self.asked: np.ndarray | None = None

    def explain(self, _batch: Batch, slots: Slots, chosen: np.ndarray) -> None:
        self.asked = chosen.copy()
        slots["code"][chosen] = Code.TASTE


def test_each_method_explains_its_own_silent_slots_and_no_others() -> None:
    methods = {name: Recorder() for name in METHOD_NAMES}
    slots = empty_slots(2, 3)
    slots["item"] = [[1, 2, 3], [4, 5, -1]]
    slots["method"] = METHOD_NUMBER["als"]
    slots["method"][0, 1] = METHOD_NUMBER["basket"]
    slots["code"][1, 0] = Code.POPULAR
    explain(methods, Batch.of_customers(np.zeros(2, np.int32)), slots)  # type: ignore[arg-type]
    assert methods["als"].asked is not None
    assert methods["als"].asked.tolist() == [[True, False, True], [False, True, False]]
    assert methods["basket"].asked is not None
    assert methods["basket"].asked.tolist() == [[False, True, False], [False, False, False]]
    assert [name for name, method in methods.items() if method.asked is not None] == ["als", "basket"]
    assert slots["code"].tolist() == [[Code.TASTE] * 3, [Code.POPULAR, Code.TASTE, Code.NONE]]


def test_nothing_silent_asks_nobody() -> None:
    methods: dict[str, Method] = {}
    slots = empty_slots(1, 2)
    slots["code"][0, 0] = Code.POPULAR
    explain(methods, Batch.of_customers(np.zeros(1, np.int32)), slots)
    assert slots["code"].tolist() == [[Code.POPULAR, Code.NONE]]
