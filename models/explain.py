"""Explaining: every slot without a reason gets one from the method that put it there."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from models.batch import Batch
from models.methods import METHOD_NAMES, Method
from models.reasons import Code
from models.slots import Slots


def explain(methods: Mapping[str, Method], batch: Batch, slots: Slots) -> None:
    """Fills code, evidence and numbers in place; slots that carry a code keep it."""
    if np.count_nonzero(slots["code"]) == slots.size:
        return
    silent = (slots["item"] >= 0) & (slots["code"] == Code.NONE)
    for number in np.unique(slots["method"][silent]):
        methods[METHOD_NAMES[number]].explain(batch, slots, silent & (slots["method"] == number))
