"""Margins: candidates ranked by what they are likely to earn, as far as relevance bears it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.catalogue import Catalogue
from models.cut import Mask
from models.rules.relevance import Relevance, descending
from models.rules.tables import Margin

# Weights tried between none and the whole: the largest whose loss stays within the bound is taken.
STEPS = 8
# What sells without profit counts as this share of the usual margin: it sinks, and can still be ranked.
LEAST_MARGIN = 0.01
PRICE, SALE_PRICE, COST = "price", "sale_price", "cost_of_goods_sold"


def margins_of(catalogue: Catalogue) -> NDArray[np.float64]:
    """Price less cost over the shop's median, (N,), at least LEAST_MARGIN; 1, the median, where unknown."""
    price = catalogue.columns[PRICE].values
    if SALE_PRICE in catalogue.columns:
        sale = catalogue.columns[SALE_PRICE].values
        price = np.where(np.isnan(sale), price, sale)
    earned = price - catalogue.columns[COST].values
    known = earned[earned > 0]
    usual = float(np.median(known)) if len(known) else 1.0
    return np.where(np.isnan(earned), 1.0, np.maximum(earned / usual, LEAST_MARGIN))


def weighed(relevance: Relevance, valid: Mask, margins: NDArray[np.float64], rule: Margin, places: int) -> Relevance:
    """P^(1-g) · (P · margin)^g, the expected-value rerank, which is P · margin^g; P is the relevance.

    g is the rule's weight, or the largest STEPS-th of it with which the first `places` keep at least
    1 - max_relevance_loss of the relevance (DCG) that they have without; in the worst case, 0.
    """
    kept = (1.0 - rule.max_relevance_loss) * _gain(relevance, valid, relevance, places)
    chosen, undecided = relevance, np.ones(len(relevance), np.bool_)
    for step in range(STEPS, 0, -1):
        weight = relevance * margins ** (rule.weight * step / STEPS)
        fits = undecided & (_gain(weight, valid, relevance, places) >= kept)
        chosen = np.where(fits[:, None], weight, chosen)
        undecided &= ~fits
    return chosen


def _gain(weight: Relevance, valid: Mask, relevance: Relevance, places: int) -> NDArray[np.float64]:
    """The discounted relevance of the first places when ranked by weight, (B,).

    Summed one by one: other ways of summing round differently in a wider array, and one query is one of a batch.
    """
    order = descending(weight, valid)[:, :places]
    discount = 1.0 / np.log2(np.arange(order.shape[1]) + 2.0)
    gains = np.take_along_axis(relevance, order, axis=1) * discount
    return np.cumsum(gains, axis=1)[:, -1] if gains.shape[1] else np.zeros(len(weight))
