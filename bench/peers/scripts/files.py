"""Files: how a peer is told a history and questions, and how it answers. Runs in the peer's own environment."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

Answer = Callable[[], np.ndarray]


class Asked(NamedTuple):
    """`bought` (C, N): orders of each customer with each item; `held` (O, N): items of each order;

    `rows` (Q, N): what each question knows: the customer's row of `bought`, or the cart; `customers` (Q,), -1 unknown;
    `cart`: whether the questions are carts; `repeats`: whether items of the row may be shown.
    """

    bought: csr_matrix
    held: csr_matrix
    rows: csr_matrix
    customers: np.ndarray
    cart: bool
    repeats: bool
    places: int

    @property
    def taught(self) -> csr_matrix:
        """What to learn from: orders where carts are asked, else customers."""
        return self.held if self.cart else self.bought


def read(path: Path) -> Asked:
    with np.load(path) as given:
        customers, items, orders = (int(size) for size in given["shape"])
        bought = csr_matrix((given["count"], (given["customer"], given["item"])), (customers, items), dtype=np.float32)
        ones = np.ones(len(given["order"]), np.float32)
        held = csr_matrix((ones, (given["order"], given["order_item"])), (orders, items))
        cart = bool(given["cart"])
        asked = given["asked"]
        if cart:
            values = given["anchors"]
            shape = (len(asked), items)
            rows = csr_matrix((np.ones(len(values), np.float32), values, given["anchor_indptr"]), shape)
        else:
            known = csr_matrix((asked >= 0).astype(np.float32)[:, None])
            rows = bought[np.maximum(asked, 0)].multiply(known).tocsr()
        return Asked(bought, held, rows, asked, cart, bool(given["repeats"]), int(given["places"]))


def answer(models: dict[str, Callable[[Asked], Answer]]) -> None:
    """Fits and asks every model; a model that fails says so and the others go on. `argv`: questions, answers."""
    asked, out = read(Path(sys.argv[1])), Path(sys.argv[2])
    shown, seconds = {}, {}
    for name, fit in models.items():
        try:
            started = time.monotonic()
            ask = fit(asked)
            fitted = time.monotonic()
            shown[name] = np.asarray(ask(), np.int32)
            seconds[name] = [fitted - started, time.monotonic() - fitted]
        except Exception as error:  # a peer's failure is a line of the report, not the end of the benchmark
            print(f"left out: {name}: {type(error).__name__}: {error}", file=sys.stderr)
    np.savez(out, **shown)
    out.with_suffix(".json").write_text(json.dumps(seconds))
