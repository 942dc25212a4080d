"""Relevance: how much each candidate of one source counts, on one scale, so that rules can multiply and weigh it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.cut import Mask

Relevance = NDArray[np.float64]


def relevance_of(valid: Mask) -> Relevance:
    """1 / log2(1 + rank) of the valid slots, 1 for the first; 0 elsewhere. (B, W)

    By rank, because methods differ in what a score is (a probability, a cosine, a logit below zero) and none of these
    can be multiplied as it is; falling as DCG discounts a place (Järvelin and Kekäläinen 2002).
    """
    rank = np.cumsum(valid, axis=1)
    return np.where(valid, 1.0 / np.log2(1.0 + np.maximum(rank, 1)), 0.0)


def descending(weight: Relevance, valid: Mask) -> NDArray[np.intp]:
    """The columns of each row, highest weight first and what is not valid last; ties stay in order. (B, W)"""
    order: NDArray[np.intp] = np.argsort(np.where(valid, -weight, np.inf), axis=1, kind="stable")
    return order
