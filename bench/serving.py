"""Serving: throughput, latency, memory and opening of the service beside a hello-world under the same gunicorn."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from bench.cores import all_cores, server_core
from bench.figures import Figure, Results, this_machine
from bench.load import Load, ensure_wrk, full_load
from bench.memory import private_memory
from bench.opening import opening
from bench.questions import LIMIT, slates
from bench.rounds import interleaved, ratios
from bench.servers import Server, ServerError, hello, service
from bench.shops import registry_of
from bench.steady import steady_load
from bench.synthetic import Size

HELLO = ["/"]
WARM_UP_S = 2
CHECKED = 20
Loads = dict[str, list[Load]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured, and for how long."""

    shop: Size
    catalogues: tuple[Size, ...]  # the same but for the number of items, the smallest first
    rounds: int
    seconds: int
    rate: int = 1_000
    steady_workers: int = 2


FULL = Plan(Size(1_000_000, 100_000), tuple(Size(100_000, items) for items in (10_000, 100_000, 1_000_000)), 5, 6)
QUICK = Plan(Size(20_000, 10_000), tuple(Size(20_000, items) for items in (10_000, 100_000)), 3, 2)


def measure(plan: Plan) -> Results:
    """Runs the whole plan. Raises LoadError or ServerError, and nothing is measured."""
    ensure_wrk()
    machine = this_machine()
    registry = registry_of(plan.shop)
    with tempfile.TemporaryDirectory(prefix="recsvc-bench-") as made:
        directory = Path(made)
        figures = _opening(plan, registry)
        ratio_figures, loads = _throughput(plan, registry, directory / "one")
        growth_figures, by_catalogue = _growth(plan, directory / "catalogues")
        steady_figures, steady = _steady(plan, registry, directory / "steady")
    figures = ratio_figures + growth_figures + steady_figures + figures
    return Results(machine, str(plan.shop), figures, loads | by_catalogue | steady)


def _throughput(plan: Plan, registry: Path, directory: Path) -> tuple[list[Figure], Loads]:
    """One worker on a core of its own: slates, and slates of whom half just viewed items, beside the hello-world."""
    core = server_core()
    with (
        hello(registry, directory / "hello", workers=1, cores=core) as bare,
        service(registry, directory / "service", workers=1, cores=core) as whole,
    ):
        targets = {
            "hello-world": (bare, HELLO),
            "slates": (whole, slates(registry)),
            "half with recent": (whole, slates(registry, viewing=0.5)),
        }
        loads = _full_rounds(plan, targets)
    rates = {name: [load.rate for load in rounds] for name, rounds in loads.items()}
    return [
        Figure("slates / hello-world, requests a second", "", ratios(rates["slates"], rates["hello-world"]), least=0.7),
        Figure(
            "slates, half of them with recent / hello-world",
            "",
            ratios(rates["half with recent"], rates["hello-world"]),
            least=0.4,
        ),
    ], loads


def _growth(plan: Plan, directory: Path) -> tuple[list[Figure], Loads]:
    """The cost of a request over catalogues of different sizes, one worker each on the same core."""
    with ExitStack() as stack:
        targets = {}
        for size in plan.catalogues:
            registry = registry_of(size)
            name = f"{size.items:,} items"
            server = service(registry, directory / str(size.items), workers=1, cores=server_core())
            targets[name] = (stack.enter_context(server), slates(registry))
        loads = _full_rounds(plan, targets)
    smallest, *larger = loads
    return [
        Figure(
            f"cost of a request, {name} / {smallest}",
            "",
            ratios([load.rate for load in loads[smallest]], [load.rate for load in loads[name]]),
            most=1.5,
        )
        for name in larger
    ], loads


def _steady(plan: Plan, registry: Path, directory: Path) -> tuple[list[Figure], Loads]:
    """Latency at a fixed rate with the load generator on the same cores; then the memory of the workers."""
    workers, cores = plan.steady_workers, all_cores()[: plan.steady_workers]
    asked = slates(registry)
    with (
        hello(registry, directory / "hello", workers=workers, cores=cores) as bare,
        service(registry, directory / "service", workers=workers, cores=cores) as whole,
    ):
        run = partial(steady_load, rate=plan.rate, seconds=plan.seconds)
        targets: dict[str, Callable[[int], Load]] = {
            f"hello-world at {plan.rate:,}/s": lambda number: run(bare, HELLO, seed=number),
            f"slates at {plan.rate:,}/s": lambda number: run(whole, asked, seed=number),
        }
        for warm_up in targets.values():
            warm_up(0)
        loads = interleaved(targets, plan.rounds)
        full_load(whole, slates(registry, viewing=0.5), plan.seconds)
        private = max(private_memory(worker).total for worker in whole.workers())
    latencies = [Figure(f"p99 of {name}", "ms", [load.p99_ms for load in rounds]) for name, rounds in loads.items()]
    return [*latencies, Figure("private memory of a further worker", "MiB", [private], most=40)], loads


def _opening(plan: Plan, registry: Path) -> list[Figure]:
    """A bundle's way from the disk to the first slate; when its pages are in memory, and when they are not."""
    cold = opening(registry, cold=True)
    known = [opening(registry, cold=False) for _ in range(plan.rounds)]
    return [
        Figure("opening a bundle, to the first slate", "s", [one.first_slate_s for one in known], most=2),
        Figure("the same, nothing of it in memory", "s", [cold.first_slate_s]),
        Figure("touching its pages before it serves", "s", [one.warm_s for one in known]),
    ]


def _full_rounds(plan: Plan, targets: dict[str, tuple[Server, list[str]]]) -> Loads:
    for server, paths in targets.values():
        _check(server, paths)
        full_load(server, paths, WARM_UP_S)

    def run(name: str) -> Callable[[int], Load]:
        return lambda number: full_load(*targets[name], plan.seconds, seed=number)

    return interleaved({name: run(name) for name in targets}, plan.rounds)


def _check(server: Server, paths: list[str]) -> None:
    """What is fast must also be right. Raises ServerError unless full slates with catalogue fields come back."""
    for path in paths[:CHECKED] if paths is not HELLO else ():
        status, body = server.get(path)
        items = msgspec.json.decode(body).get("items", ())
        if status != 200 or len(items) != LIMIT or not all(item["title"] and item["price"] for item in items):
            raise ServerError(f"{path} answers {status}: {body[:200]!r}")
