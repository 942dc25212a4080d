"""Evaluate: what customers would have been shown after the cut, against what they bought."""

from __future__ import annotations

import numpy as np

from training.config import Config
from training.evaluation.bootstrap import Bootstrap
from training.evaluation.contenders import Contender, Engines, contenders
from training.evaluation.facts import Facts
from training.evaluation.measure import Measured, measure
from training.evaluation.result import Evaluation, Role
from training.evaluation.slices import Slice, all_slices
from training.evaluation.split import Protocol, Split
from training.evaluation.tasks import Task, Terms, all_tasks
from training.evaluation.trade_up import price_steps, random_dearer
from training.evaluation.trial import Trial
from training.progress import Progress
from training.threads import side_by_side

# The slices of this task alone are reported and judged.
SLICED = "next_order"
TRADE_UPS = "up_sell"
PROTOCOLS: dict[Protocol, str] = {
    "time": "One cut in time for the whole shop: learned from what was before the last {days} days, tested on them.",
    "last_order": "The last order of each customer with at least two is tested, learned from all the others.",
    "random": (
        "The history has no times: an order of each customer is drawn and tested, or about a tenth of the lines where "
        "nothing tells orders apart."
    ),
}


def hold_trials(split: Split, engines: Engines, config: Config, progress: Progress) -> list[Trial]:
    """One trial for every task to which the history has an answer, several at once, as services answer."""
    facts = Facts.of(split.train)
    terms = Terms(config.evaluation.cutoff, config.evaluation.max_customers, config.training.seed)
    tasks = [task for task in all_tasks(split, facts, terms) if len(task)]

    def hold(task: Task) -> Trial:
        with progress.piece(f"evaluate {task.name}"):
            return _trial(task, split, engines, facts, config)

    progress.step("evaluate", len(tasks))
    trials = []
    for trial in side_by_side(hold, tasks):
        trials.append(trial)
        progress.advance()
    return trials


def summary(trials: list[Trial], split: Split, config: Config) -> Evaluation:
    """The figures of all trials."""
    tasks = tuple(trial.result() for trial in trials)
    return Evaluation(
        protocol=PROTOCOLS[split.protocol].format(days=split.test_days),
        test_days=split.test_days,
        seed=config.training.seed,
        bootstrap_rounds=config.evaluation.bootstrap_rounds,
        tasks=tasks,
        headline={f"{task.name} {task.headline}": task.product.metrics[task.headline].value for task in tasks},
    )


def _trial(task: Task, split: Split, engines: Engines, facts: Facts, config: Config) -> Trial:
    catalogue = split.train.catalogue()
    smallest = config.gate.min_slice_customers
    slices = all_slices(task, facts, catalogue, smallest) if task.name == SLICED else []
    roles: dict[str, Role] = {}
    measured: dict[str, Measured] = {}
    for contender in contenders(task.name, engines):
        roles[contender.name] = contender.role
        measured[contender.name] = _measured(task, contender, facts, slices)
    if task.name == TRADE_UPS:
        roles["random_dearer"], measured["random_dearer"] = "floor", random_dearer(task, facts)
    bootstrap = Bootstrap(task.customers, draws=config.evaluation.bootstrap_rounds, seed=config.training.seed)
    return Trial(task, roles, measured, bootstrap)


def _measured(task: Task, contender: Contender, facts: Facts, slices: list[Slice]) -> Measured:
    shown = contender.answer(task, 2 * task.k)
    measured = measure(task, shown, facts, slices)
    if task.name == TRADE_UPS and np.isfinite(steps := price_steps(task, shown, facts)).any():
        measured.rows[f"price_step@{task.k}"] = steps
    return measured
