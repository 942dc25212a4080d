"""What Prometheus reads."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from recsvc.app import App, create_app
from recsvc.metrics import Metrics
from recsvc.settings import Settings


def samples(exposition: bytes) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels in the order of their names."""
    return {
        (sample.name, *(sample.labels[label] for label in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(exposition.decode())
        for sample in family.samples
    }


@pytest.fixture
def fresh(settings: Settings) -> App:
    """A service that nobody has asked anything."""
    return create_app(dataclasses.replace(settings, metrics_open=True))


def test_requests_are_counted_by_route_and_status(fresh: App, call: Any) -> None:
    server = call(fresh)
    for url in ("/v1/recommendations/home", "/v1/recommendations/trending", "/v1/recommendations/no", "/nothing"):
        server.get(url)
    found = samples(server.get("/metrics").data)
    route = "/v1/recommendations/<placement>"
    assert found["recsvc_requests_total", route, "200"] == 2
    assert found["recsvc_requests_total", route, "404"] == 1
    assert found["recsvc_requests_total", "unmatched", "404"] == 1
    assert found["recsvc_request_seconds_count", route] == 3
    assert found["recsvc_request_seconds_sum", route] > 0


def test_slates_are_counted_by_placement_and_fallback(fresh: App, call: Any) -> None:
    server = call(fresh)
    requests = [{"placement": "home", "customer_id": "c0003"}, {"placement": "home"}, {"placement": "no"}]
    server.post("/v1/recommendations:batch", json={"requests": requests})
    server.get("/v1/recommendations/home")
    found = samples(server.get("/metrics").data)
    counted = {labels[1:]: count for labels, count in found.items() if labels[0] == "recsvc_slates_total"}
    assert counted == {("none", "home"): 1, ("popular", "home"): 2}


def test_reloads_and_the_age_of_the_bundle_are_told(fresh: App, call: Any) -> None:
    found = samples(call(fresh).get("/metrics").data)
    assert found["recsvc_reloads_total", "swapped"] == 1
    created_at = fresh.service.live.created_at
    assert created_at is not None
    assert 0 <= found["recsvc_bundle_age_seconds",] <= time.time() - created_at


def test_failures_to_read_live_state_are_counted() -> None:
    metrics = Metrics()
    metrics.state_error()
    assert samples(metrics.exposition(None))["recsvc_state_errors_total",] == 1


def test_no_metric_names_a_customer(fresh: App, call: Any) -> None:
    server = call(fresh)
    server.get("/v1/recommendations/home?customer_id=c0003")
    server.get("/v1/recommendations/c0003")
    server.get("/c0003")
    assert b"c0003" not in server.get("/metrics").data
