"""Engine: what each part of a request costs in one process, beside Flask's hello-world; and how fast exports are."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
import numpy as np
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder

from bench.hello import app as hello_app
from bench.questions import slates, viewed
from bench.rounds import interleaved, median_ratio
from bench.shops import registry_of
from bench.synthetic import Size
from models.batch import Batch
from models.bundle import Bundle, Registry
from models.engine import Engine
from models.model import Model
from models.placements import default_placements
from models.query import Query
from recsvc.runtime import make_counters

HELLO = "WSGI: hello-world"
FILTER = "price < 30 and brand != 'Brand 007'"
# One placement of each kind.
ANCHORED = ("product_cross_sell", "product_up_sell", "product_similar")
PERSONAL = ("home", "account_buy_again", "trending", "new_arrivals")
EXPORTED_AT_ONCE = 1_024
# Different requests of each part.
ASKED = 3_000


@dataclass(frozen=True, slots=True)
class Plan:
    """How often each part is called in a round; exports go through all customers of the shop once a round."""

    shop: Size
    rounds: int
    calls: int


FULL = Plan(Size(100_000, 100_000), 7, 300)
QUICK = Plan(Size(20_000, 10_000), 3, 100)


class Results(msgspec.Struct, frozen=True):
    """Processor time of one call in microseconds, and customers a second of an export; one value a round."""

    calls_us: dict[str, list[float]]
    exported: dict[str, list[float]]


def measure(plan: Plan, registry: Path | None = None) -> Results:
    """`registry`: another one than the plan's shop."""
    registry = registry or registry_of(plan.shop)
    bundle = Registry(registry).open_current()
    engine = Engine(Model.open(bundle), default_placements())
    with tempfile.TemporaryDirectory(prefix="recsvc-bench-") as made, _requests(registry, Path(made)) as requests:
        parts = requests | _recommendations(bundle, engine)
        calls = interleaved({name: _calls(part, plan.calls) for name, part in parts.items()}, plan.rounds + 1)
        exports = interleaved({name: _export(engine, name) for name in PERSONAL}, plan.rounds)
    warm = {name: rounds[1:] for name, rounds in calls.items()}
    return Results(warm, exports)


def as_text(results: Results) -> str:
    """Tables for a terminal."""
    hello = results.calls_us[HELLO]
    calls = [
        f"{name:<44}{median(rounds):>9.1f} µs{median_ratio(rounds, hello):>8.2f} of the hello-world"
        for name, rounds in results.calls_us.items()
    ]
    exports = [
        f"{'Export: ' + name:<44}{median(rounds):>9,.0f} customers/s" for name, rounds in results.exported.items()
    ]
    return "\n".join(calls + exports)


def _calls(part: list[Callable[[], object]], count: int) -> Callable[[int], float]:
    """Each round goes on where the last one stopped, so that answers differ as those of real requests do."""

    def microseconds(number: int) -> float:
        chosen = [part[place % len(part)] for place in range(number * count, (number + 1) * count)]
        began = time.process_time()
        for call in chosen:
            call()
        return (time.process_time() - began) / count * 1e6

    return microseconds


def _recommendations(bundle: Bundle, engine: Engine) -> dict[str, list[Callable[[], object]]]:
    """The Engine alone, for one placement of every kind."""
    rng = np.random.default_rng(2)
    ids = bundle.arrays["customers/ids"]

    def of(placement: str, **more: Callable[[list[str]], Any]) -> list[Callable[[], object]]:
        """Each part asks for customers of its own, or it would find the items that another part had decoded."""
        customers = [value.decode() for value in ids[rng.integers(0, len(ids), ASKED)].tolist()]
        queries = [
            Query(placement, customer, limit=10, **{name: give(look) for name, give in more.items()})
            for customer, look in zip(customers, viewed(bundle, rng, ASKED), strict=True)
        ]
        return [partial(engine.recommend, query) for query in queries]

    return (
        {f"Engine: {name}": of(name) for name in PERSONAL}
        | {f"Engine: {name}": of(name, item_id=lambda look: (look[0],)) for name in ANCHORED}
        | {
            "Engine: cart of three": of("cart", cart=lambda look: tuple(look[:3])),
            "Engine: recently_viewed": of("recently_viewed", recent=tuple),
            "Engine: home, ten in recent": of("home", recent=tuple),
            "Engine: home, filter": of("home", filter=lambda _: FILTER),
        }
    )


@contextmanager
def _requests(registry: Path, directory: Path) -> Iterator[dict[str, list[Callable[[], object]]]]:
    """Whole WSGI applications; the service writes its log to a file, and its counters as under gunicorn."""
    make_counters(directory / "run")
    from bench.servers import key_for
    from recsvc.app import create_app
    from recsvc.settings import Settings

    state, key = key_for(directory)
    app = create_app(Settings(registry=registry, state_url=state, runtime_dir=directory / "run"))
    headers = {"Authorization": f"Bearer {key}"}
    with _standard_error_to(directory / "log"):
        yield {
            HELLO: [_request(hello_app, "/", {})],
            "WSGI: home": [_request(app, path, headers) for path in slates(registry, count=ASKED)],
            "WSGI: home, ten in recent": [
                _request(app, path, headers) for path in slates(registry, count=ASKED, viewing=1, seed=2)
            ],
        }


def _request(app: Any, path: str, headers: dict[str, str]) -> Callable[[], object]:
    environment = EnvironBuilder(path=path.split("?")[0], query_string=path.partition("?")[2], headers=Headers(headers))
    environ = environment.get_environ()

    def ignore(_status: str, _headers: object) -> None:
        """What a server would write."""

    return lambda: b"".join(app(dict(environ), ignore))


@contextmanager
def _standard_error_to(path: Path) -> Iterator[None]:
    kept = os.dup(2)
    with path.open("wb") as log:
        os.dup2(log.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def _export(engine: Engine, placement: str) -> Callable[[int], float]:
    """Customers a second through Engine.slots, in batches as an export asks for them."""
    count = len(engine.model.customers)

    def customers_a_second(_: int) -> float:
        began = time.process_time()
        for start in range(0, count, EXPORTED_AT_ONCE):
            rows = np.arange(start, min(start + EXPORTED_AT_ONCE, count), dtype=np.int32)
            engine.slots(engine.placements[placement], Batch.of_customers(rows), limit=10)
        return count / (time.process_time() - began)

    return customers_a_second
