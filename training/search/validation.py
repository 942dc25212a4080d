"""Validation: the end of the history that a search may see, and how well ranked lists foretell it."""

from __future__ import annotations

from dataclasses import dataclass

from models.engine import Engine
from models.placements import KindName
from training.dataset import Dataset
from training.evaluation import metrics
from training.evaluation.contenders import Contender, placed
from training.evaluation.facts import Facts
from training.evaluation.metrics import Rows
from training.evaluation.split import split
from training.evaluation.tasks import Task, Terms, buy_again, next_order
from training.learning import Arrays, draft

PLACES = 10
METRIC = f"ndcg@{PLACES}"
MOST_CUSTOMERS = 10_000


@dataclass(frozen=True, slots=True)
class Validation:
    """`train`: what was known; `task`: all that customers then bought on their next visit; `again`: own items alone,

    in the whole window.
    """

    train: Dataset
    task: Task
    again: Task
    seed: int

    @classmethod
    def of(cls, dataset: Dataset, seed: int) -> Validation:
        """The last weeks or orders of a data set; without queries where nobody came back."""
        parts = split(dataset, seed=seed)
        facts, terms = Facts.of(parts.train), Terms(PLACES, MOST_CUSTOMERS, seed)
        return cls(parts.train, next_order(parts, facts, terms), buy_again(parts, facts, terms), seed)

    def asked(self, kind: KindName) -> Task:
        return self.again if kind == "buy_again" else self.task

    def ndcg(self, arrays: Arrays, kind: KindName = "for_you") -> Rows:
        """NDCG@10 over the whole truth of each query, of a kind of placement as it would be served from `arrays`."""
        task = self.asked(kind)
        served = Contender("searched", "product", Engine(draft(arrays, self.train), {}), placed(kind))
        return metrics.ndcg_whole_at_k(served.answer(task, PLACES), task.truth.items, PLACES)
