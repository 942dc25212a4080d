"""Validation: the end of the history that a search may see, and how well ranked lists foretell it."""

from __future__ import annotations

from dataclasses import dataclass

from models.engine import Engine
from training.dataset import Dataset
from training.evaluation import metrics
from training.evaluation.bootstrap import Bootstrap
from training.evaluation.contenders import Contender, placed
from training.evaluation.facts import Facts
from training.evaluation.metrics import Rows
from training.evaluation.split import split
from training.evaluation.tasks import Task, Terms, next_order
from training.learning import Arrays, draft

PLACES = 10
METRIC = f"ndcg@{PLACES}"
MOST_CUSTOMERS = 10_000


@dataclass(frozen=True, slots=True)
class Validation:
    """`train`: what was known; `task`: all that customers then bought on their next visit."""

    train: Dataset
    task: Task
    seed: int

    @classmethod
    def of(cls, dataset: Dataset, seed: int) -> Validation:
        """The last weeks or orders of a data set; without queries where nobody came back."""
        parts = split(dataset, seed=seed)
        return cls(parts.train, next_order(parts, Facts.of(parts.train), Terms(PLACES, MOST_CUSTOMERS, seed)), seed)

    def ndcg(self, arrays: Arrays) -> Rows:
        """NDCG@10 over the whole truth of each query, of `for_you` as it would be served from `arrays`."""
        served = Contender("searched", "product", Engine(draft(arrays, self.train), {}), placed("for_you"))
        return metrics.ndcg_whole_at_k(served.answer(self.task, PLACES), self.task.truth.items, PLACES)

    def interval(self, gain: Rows) -> tuple[float, float]:
        """95 % of the mean gain, customers drawn with replacement."""
        low, high = Bootstrap(self.task.customers, seed=self.seed).interval(gain[:, None])[:, 0]
        return float(low), float(high)
