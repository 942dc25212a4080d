"""What the learning half of every method offers the trainer."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol, Self

from numpy.typing import NDArray

from training.dataset import Dataset

Learned = dict[str, NDArray[Any]]


class Learner(Protocol):
    """`__init__` only stores settings; `fit` forgets what it learned before; the same data and seed learn the same."""

    name: ClassVar[str]

    def fit(self, dataset: Dataset) -> Self:
        """Learns from order lines; raises nothing for a small or empty data set."""

    def arrays(self) -> Learned:
        """What the answering half of the same name loads."""
