"""Validation: the end of the history that a search may see, and how well ranked lists foretell it."""

from __future__ import annotations

from dataclasses import dataclass

from models.engine import Engine
from models.placements import Placement
from models.ranker import RankedList
from training.dataset import Dataset
from training.evaluation import metrics
from training.evaluation.contenders import Contender, placed
from training.evaluation.facts import Facts
from training.evaluation.metrics import Rows
from training.evaluation.split import split
from training.evaluation.tasks import Task, Terms, buy_again, discovery, next_order
from training.learning import Arrays, draft

PLACES = 10
METRIC = f"ndcg@{PLACES}"
MOST_CUSTOMERS = 10_000
# Where each list is asked for.
PLACEMENTS: dict[RankedList, Placement] = {
    "for_you": placed("for_you"),
    "buy_again": placed("buy_again"),
    "new": placed("for_you", purchased="hide"),
}


@dataclass(frozen=True, slots=True)
class Validation:
    """`train`: what was known; `task`: all that customers then bought on their next visit; `again`, `new`: in the

    whole window, own items alone and the others.
    """

    train: Dataset
    task: Task
    again: Task
    new: Task
    seed: int

    @classmethod
    def of(cls, dataset: Dataset, seed: int) -> Validation:
        """The last weeks or orders of a data set; without queries where nobody came back."""
        parts = split(dataset, seed=seed)
        facts, terms = Facts.of(parts.train), Terms(PLACES, MOST_CUSTOMERS, seed)
        next_visit, again, new = (task(parts, facts, terms) for task in (next_order, buy_again, discovery))
        return cls(parts.train, next_visit, again, new, seed)

    def asked(self, name: RankedList) -> Task:
        return {"for_you": self.task, "buy_again": self.again, "new": self.new}[name]

    def ndcg(self, arrays: Arrays, name: RankedList = "for_you") -> Rows:
        """NDCG@10 over the whole truth of each query, of a list as it would be served from `arrays`."""
        task, placement = self.asked(name), PLACEMENTS[name]
        served = Contender("searched", "product", Engine(draft(arrays, self.train), {}), placement)
        return metrics.ndcg_whole_at_k(served.answer(task, PLACES), task.truth.items, PLACES)
