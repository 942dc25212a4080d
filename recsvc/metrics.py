"""Metrics: what Prometheus scrapes, counted across all workers of the service."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
NO_FALLBACK = "none"


class Metrics:
    """Each pair of labels is bound once and kept: binding costs more than counting."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        requests = Counter("recsvc_requests", "Requests answered.", ["route", "status"], registry=self._registry)
        latency = Histogram(
            "recsvc_request_seconds",
            "Time from the start of a request in the application to its answer.",
            ["route"],
            buckets=BUCKETS_S,
            registry=self._registry,
        )
        slates = Counter(
            "recsvc_slates",
            "Slates answered, by the list that filled them up.",
            ["placement", "fallback"],
            registry=self._registry,
        )
        reloads = Counter("recsvc_reloads", "Bundles met, by outcome.", ["outcome"], registry=self._registry)
        events = Counter("recsvc_events", "Events received.", ["event"], registry=self._registry)
        placement_reloads = Counter(
            "recsvc_placement_reloads", "Changed placements met, by outcome.", ["outcome"], registry=self._registry
        )
        self._state_errors = Counter("recsvc_state_errors", "Failures to read live state.", registry=self._registry)
        self._requests = _Bound(lambda route, status: requests.labels(route, status).inc)
        self._latency = _Bound(lambda route: latency.labels(route).observe)
        self._slates = _Bound(lambda placement, fallback: slates.labels(placement, fallback).inc)
        self._events = _Bound(lambda event: events.labels(event).inc)
        self._reloads = _Bound(lambda outcome: reloads.labels(outcome).inc)
        self._placement_reloads = _Bound(lambda outcome: placement_reloads.labels(outcome).inc)

    def request(self, route: str, status: int, seconds: float) -> None:
        self._requests[route, status]()
        self._latency[(route,)](seconds)

    def slate(self, placement: str, fallback: str | None) -> None:
        self._slates[placement, fallback or NO_FALLBACK]()

    def reload(self, outcome: Literal["swapped", "refused"]) -> None:
        self._reloads[(outcome,)]()

    def event(self, name: str) -> None:
        self._events[(name,)]()

    def placement_reload(self, outcome: Literal["swapped", "refused"]) -> None:
        self._placement_reloads[(outcome,)]()

    def state_error(self) -> None:
        self._state_errors.inc()

    def exposition(self, bundle_created_at: float | None) -> bytes:
        """All workers' figures in Prometheus' text format; `bundle_created_at` in seconds since 1970."""
        registry = self._registry
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        own = CollectorRegistry()
        own.register(_BundleAge(bundle_created_at))
        return generate_latest(registry) + generate_latest(own)


class _Bound(dict[tuple[object, ...], Callable[..., None]]):
    """Bound children by their labels, made at the first use."""

    def __init__(self, bind: Callable[..., Callable[..., None]]) -> None:
        super().__init__()
        self._bind = bind

    def __missing__(self, labels: tuple[object, ...]) -> Callable[..., None]:
        return self.setdefault(labels, self._bind(*labels))


class _BundleAge(Collector):
    """The age of the served bundle at the moment of the scrape."""

    def __init__(self, created_at: float | None) -> None:
        self._created_at = created_at

    def collect(self) -> Iterator[Metric]:
        age = GaugeMetricFamily("recsvc_bundle_age_seconds", "Time since the served bundle was made.")
        if self._created_at is not None:
            age.add_metric([], time.time() - self._created_at)
        yield age
