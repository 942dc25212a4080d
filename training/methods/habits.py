"""Habits: how often, and how lately, each customer's orders held each item (TIFU-KNN, Hu et al. 2020)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from training.dataset import Dataset, OrderLines

# A habit fades by this factor with each later order of the customer.
FADING = 0.9


def habits(dataset: Dataset) -> csr_matrix:
    """Per customer and item the sum of FADING ^ (later orders) over the orders that held it, a share of all orders.

    (C, N) float32, 0..1.
    """
    known = dataset.lines.select(dataset.lines.customer >= 0)
    later, total = orders_after(known, dataset.n_customers)
    span = int(later.max(initial=0)) + 1
    pair = known.customer.astype(np.int64) * dataset.n_items + known.item
    key = np.sort(pair * span + later)
    pair, ago = np.divmod(key[np.diff(key, prepend=-1) != 0], span)
    customer, item = np.divmod(pair, max(dataset.n_items, 1))
    weight = (FADING**ago / np.maximum(total[customer], 1)).astype(np.float32)
    matrix = csr_matrix((weight, (customer, item)), shape=(dataset.n_customers, dataset.n_items))
    matrix.sum_duplicates()
    return matrix


def orders_after(lines: OrderLines, n_customers: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each line of known customers how many orders of the same customer came later; and each one's orders, (C,)."""
    fresh = np.ones(len(lines), np.bool_)
    fresh[1:] = (np.diff(lines.customer) != 0) | (np.diff(lines.order) != 0)
    total = np.bincount(lines.customer[fresh], minlength=n_customers)
    number = np.cumsum(fresh) - 1
    last = np.cumsum(total) - 1
    return last[lines.customer] - number, total
