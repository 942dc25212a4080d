"""Who is let in with which key."""

from __future__ import annotations

import dataclasses
from base64 import b64encode
from typing import Any

import pytest

from recsvc.app import App, create_app
from recsvc.auth import KeyRing
from recsvc.errors import StateError
from recsvc.metrics import Metrics
from recsvc.problems import Problem
from recsvc.settings import Settings
from recsvc.state.keys import Key, Keys

PERSONAL = ("customer_id=c0003", "anonymous_id=a1", "customer_id=nobody")
PRIVATE = ("fields=cost_of_goods_sold", "filter=cost_of_goods_sold%20%3C%205", "filter=COST_OF_GOODS_SOLD%20%3C%205")


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        (None, "missing-key"),
        ("", "missing-key"),
        ("Digest abc", "missing-key"),
        ("Basic", "missing-key"),
        ("Basic ", "invalid-key"),
        ("Basic abc", "invalid-key"),
        ("Basic é", "invalid-key"),
        ("Basic OnJzXw==", "invalid-key"),
        ("Bearer", "missing-key"),
        ("Bearer ", "invalid-key"),
        ("Bearer nonsense", "invalid-key"),
        ("Bearer rs_", "invalid-key"),
        ("Bearer rs_0123456789ab_secret", "invalid-key"),
        ("Bearer \udcff", "invalid-key"),
    ],
)
def test_anything_but_a_key_is_refused(app: App, authorization: str | None, code: str) -> None:
    with pytest.raises(Problem) as refused:
        app.service.keys.admit(authorization)
    assert (refused.value.status, refused.value.code) == (401, code)


def test_a_key_with_another_secret_is_refused(server: Any) -> None:
    server.key = server.key[:-1] + ("a" if server.key[-1] != "a" else "b")
    assert server.get("/v1/model").status_code == 401


def test_the_scheme_is_read_in_any_case(app: App, server: Any) -> None:
    assert app.service.keys.admit(f"bEaReR {server.key}").scope == "server"


@pytest.mark.parametrize("credentials", ["{key}:", "{key}:x", ":{key}", "braze:{key}"])
def test_basic_carries_the_key_as_user_or_password(app: App, server: Any, credentials: str) -> None:
    encoded = b64encode(credentials.format(key=server.key).encode()).decode()
    assert app.service.keys.admit(f"bAsIc {encoded}").scope == "server"


def test_a_key_works_at_once_and_a_revoked_one_no_longer(keys: Keys) -> None:
    ring = KeyRing(keys.all, Metrics())
    ring.refresh()
    key, token = keys.create("public", "short-lived")
    assert ring.admit(f"Bearer {token.reveal()}").scope == "public"
    keys.revoke(key.id)
    ring.refresh()
    with pytest.raises(Problem):
        ring.admit(f"Bearer {token.reveal()}")


def test_a_server_key_reads_everything(server: Any) -> None:
    for text in (*PERSONAL, *PRIVATE[:2]):
        assert server.get(f"/v1/recommendations/home?{text}").status_code == 200
    assert server.get("/v1/items?item_id=x&fields=cost_of_goods_sold").status_code == 200
    assert server.get("/v1/model").status_code == 200
    assert server.get("/metrics").status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        *(f"/v1/recommendations/home?{text}" for text in (*PERSONAL, *PRIVATE)),
        "/v1/items?item_id=x&fields=cost_of_goods_sold",
        "/v1/model",
        "/metrics",
    ],
)
def test_a_public_key_reads_nothing_about_anybody_or_private(public: Any, url: str) -> None:
    answer = public.get(url)
    assert answer.status_code == 403
    assert answer.json["type"] == "/docs#server-key-needed"


def test_a_public_key_reads_what_is_about_nobody(public: Any) -> None:
    for url in ("/v1/recommendations/home?recent=x&filter=price%20%3C%205", "/v1/items?item_id=x", "/v1/placements"):
        assert public.get(url).status_code == 200


def test_private_fields_are_a_setting(settings: Settings, call: Any) -> None:
    app = create_app(dataclasses.replace(settings, private_fields=frozenset({"brand"})))
    public = call(app, "public")
    assert public.get("/v1/items?item_id=x&fields=brand").status_code == 403
    assert public.get("/v1/items?item_id=x&fields=cost_of_goods_sold").status_code == 200


def test_metrics_may_be_opened(settings: Settings, call: Any) -> None:
    app = create_app(dataclasses.replace(settings, metrics_open=True))
    assert call(app, None).get("/metrics").status_code == 200


class Flaky:
    """A store of keys that fails when told to."""

    def __init__(self, found: list[Key]) -> None:
        self.found = found
        self.fails = False
        self.reads = 0

    def __call__(self) -> list[Key]:
        self.reads += 1
        if self.fails:
            raise StateError("no connection")
        return self.found


def test_keys_last_read_stay_in_force_while_live_state_cannot_be_read(keys: Keys) -> None:
    _, token = keys.create("server", "one")
    store = Flaky(keys.all())
    ring = KeyRing(store, Metrics())
    ring.refresh()
    store.fails = True
    ring.refresh()
    assert ring.admit(f"Bearer {token.reveal()}").scope == "server"


def test_before_keys_could_be_read_the_service_is_not_ready_rather_than_the_key_wrong() -> None:
    store = Flaky([])
    store.fails = True
    ring = KeyRing(store, Metrics())
    ring.refresh()
    with pytest.raises(Problem) as refused:
        ring.admit("Bearer rs_0123456789ab_secret")
    assert refused.value.status == 503
    assert refused.value.headers["Retry-After"]


def test_made_up_keys_do_not_make_the_service_read_live_state_each_time() -> None:
    store = Flaky([])
    ring = KeyRing(store, Metrics())
    ring.refresh()
    for number in range(200):
        with pytest.raises(Problem):
            ring.admit(f"Bearer rs_{number:012x}_secret")
    assert store.reads < 20
