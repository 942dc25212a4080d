"""Erased customers and the holdout get what strangers get, whichever way one asks."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jwt
import pyarrow.parquet
import pytest

from models.query import Query
from recsvc.app import App, create_app
from recsvc.cli import main
from recsvc.erased import Erased
from recsvc.errors import StateError
from recsvc.holdout import Holdout
from recsvc.metrics import Metrics
from recsvc.problems import Problem
from recsvc.settings import Secret, Settings
from recsvc.state.keys import Keys
from recsvc.state.migrations import require_current
from recsvc.state.signing_keys import SigningKey, SigningKeys
from recsvc.state.store import open_state
from recsvc.state.tombstones import Tombstones, tombstone
from recsvc.strangers import Strangers
from tests.engines import Learned
from tests.recsvc.cli.conftest import recsvc
from tests.recsvc.conftest import Caller
from tests.services import running
from tests.shops import item_id
from tests.waiting import until

HELD = Holdout(0.5, "autumn")
CUSTOMERS = [f"c{number:04d}" for number in range(1, 9)]
IN, OUT = (next(one for one in CUSTOMERS if HELD.has(one) is held) for held in (True, False))
__all__ = ["recsvc"]

ANYBODY = ("home", "account_buy_again", "product_up_sell")


@pytest.fixture
def own(settings: Settings, tmp_path: Path) -> Settings:
    """The shared bundle, and a live state of the test's own."""
    state = Secret(f"sqlite:///{tmp_path}/own.sqlite")
    require_current(open_state(state))
    return replace(settings, state_url=state, runtime_dir=tmp_path / "run")


@pytest.fixture
def measured(own: Settings) -> Settings:
    return replace(own, holdout_share=0.5, holdout_salt="autumn")


@pytest.fixture
def tombstones(own: Settings) -> Tombstones:
    return Tombstones(open_state(own.state()))


@pytest.fixture
def signing(own: Settings) -> SigningKey:
    return SigningKeys(open_state(own.state())).create("test")


def asking(app: App) -> Caller:
    caller = Caller(app)
    caller.key = Keys(app.service.state.engine()).create("server", "")[1].reveal()
    return caller


def token_of(key: SigningKey, customer_id: str, **claims: str) -> str:
    content = {"sub": customer_id, "exp": int(time.time()) + 600, **claims}
    assert key.secret is not None
    return jwt.encode(content, key.secret.reveal(), "HS256", {"kid": key.id})


def told(slate: dict[str, Any]) -> dict[str, Any]:
    """A slate without its id."""
    return {name: value for name, value in slate.items() if name != "recommendation_id"}


def ids_of(slate: dict[str, Any]) -> list[str]:
    return [item["item_id"] for item in slate["items"]]


def every_slate(ask: Caller, customer_id: str | None, key: SigningKey) -> list[list[str]]:
    """The items of each face that may be asked for one customer."""
    named = {} if customer_id is None else {"customer_id": customer_id}
    by_token = {} if customer_id is None else {"token": token_of(key, customer_id, scope="personal")}
    context = {"item_id": item_id(4), "cart": item_id(8), "exclude": item_id(1), "limit": 6}
    slates = [
        told(ask.get(f"/v1/recommendations/{placement}", query_string=one | context).json)
        for placement in ANYBODY
        for one in (named, by_token)
    ]
    asked = [{"placement": placement, **one} for placement in ANYBODY for one in (named, by_token)]
    slates += ask.post("/v1/recommendations:batch", json={"requests": asked}).json["results"]
    slates.append(ask.get("/v1/email/email_newsletter.json", query_string=named).json)
    page = ask.get("/v1/recommendations/home.html", query_string=named).text
    return [ids_of(slate) for slate in slates] + [page.split('href="')[1:]]


def without_ids(faces: list[list[str]]) -> list[list[str]]:
    return [[one.split("?")[0] for one in face] for face in faces]


@pytest.mark.parametrize("customer_id", CUSTOMERS[:2])
def test_an_erased_customer_is_a_stranger_in_every_face(
    own: Settings, tombstones: Tombstones, signing: SigningKey, customer_id: str
) -> None:
    app = create_app(own)
    ask = asking(app)
    before, strangers = every_slate(ask, customer_id, signing), every_slate(ask, None, signing)
    assert without_ids(before) != without_ids(strangers)
    tombstones.erase([customer_id])
    app.service.erased.refresh()
    assert without_ids(every_slate(ask, customer_id, signing)) == without_ids(strangers)
    answer = ask.get(f"/v1/recommendations/home?customer_id={customer_id}").json
    assert (answer["customer_known"], answer["fallback"]) == (False, "popular")
    assert "holdout" not in answer
    other = ask.get(f"/v1/recommendations/home?customer_id={CUSTOMERS[3]}").json
    assert other["customer_known"] is True


def test_nobody_finds_an_erased_customer(own: Settings, tombstones: Tombstones, shop: Learned) -> None:
    app = create_app(own)
    ask = asking(app)
    gone, *others = sorted(shop.ledger.bought)
    question = {"starts_with": gone[:-1], "limit": 3}
    assert ask.get("/v1/customers", query_string=question).json["customers"][0]["customer_id"] == gone
    tombstones.erase([gone])
    app.service.erased.refresh()
    found = [one["customer_id"] for one in ask.get("/v1/customers", query_string=question).json["customers"]]
    assert found == [one for one in others if one.startswith(gone[:-1])][:3]
    everywhere = ask.get("/v1/customers?limit=100").json["customers"]
    assert gone not in [one["customer_id"] for one in everywhere]
    bought = ask.get("/v1/customers/purchases", query_string={"customer_id": gone}).json
    assert (bought["customer_known"], bought["items"], bought["purchases"], bought["attributes"]) == (False, 0, [], {})
    question = {"request": {"placement": "home", "customer_id": gone}, "item_id": item_id(1)}
    verdict = ask.post("/v1/recommendations:explain", json=question).json
    question["request"] = {"placement": "home"}
    assert verdict == ask.post("/v1/recommendations:explain", json=question).json


def test_running_workers_follow_the_command_within_the_interval(registry: Path, tmp_path: Path) -> None:
    with running(registry, tmp_path) as service:
        path = "/v1/recommendations/home?customer_id=c0003"
        assert service.get(path)[1]["customer_known"] is True
        command = ["customers", "erase", "--customer", "c0003", "--registry", str(registry)]
        main(command, standalone_mode=False)

        def all_follow() -> bool:
            # Each connection may meet another worker.
            return not any(service.get(path)[1]["customer_known"] for _ in range(20))

        until(all_follow, "an answer to a stranger by every worker")


def test_what_was_read_stays_in_force_while_live_state_is_away(tombstones: Tombstones) -> None:
    fails = False

    def opened() -> Tombstones:
        if fails:
            raise StateError("no connection")
        return tombstones

    erased = Erased(opened, Metrics())
    with pytest.raises(Problem) as unread:
        erased.has("a")
    assert unread.value.code == "not-ready"
    erased.refresh()
    tombstones.erase(["a"])
    assert erased.has("a") is False
    erased.refresh()
    fails = True
    erased.refresh()
    assert (erased.has("a"), erased.has("b")) == (True, False)


def test_the_holdout_gets_what_strangers_get_in_every_face(measured: Settings, signing: SigningKey) -> None:
    ask = asking(create_app(measured))
    strangers = without_ids(every_slate(ask, None, signing))
    assert without_ids(every_slate(ask, IN, signing)) == strangers
    assert without_ids(every_slate(ask, OUT, signing)) != strangers


def test_answers_say_who_is_held_out_where_a_share_is(own: Settings, measured: Settings) -> None:
    ask, unmeasured = asking(create_app(measured)), asking(create_app(own))
    for path in ("/v1/recommendations/home", "/v1/email/email_newsletter.json"):
        held, others = (ask.get(f"{path}?customer_id={one}").json for one in (IN, OUT))
        assert (held["holdout"], held["customer_known"]) == (True, False)
        assert (others["holdout"], others["customer_known"]) == (False, True)
        assert "holdout" not in ask.get(path).json
        assert "holdout" not in unmeasured.get(f"{path}?customer_id={IN}").json


def test_a_frozen_mail_of_the_holdout_is_its_own_and_stays(own: Settings, measured: Settings) -> None:
    path = f"/v1/email/email_abandoned_cart.json?send_id=may&customer_id={IN}"
    ask = asking(create_app(measured))
    first = ask.get(f"{path}&cart={item_id(4)}").json
    assert (first["frozen"], first["holdout"]) == (True, True)
    assert asking(create_app(own)).get(path).json["items"] == first["items"]
    others = ask.get(f"/v1/email/email_abandoned_cart.json?send_id=may&cart={item_id(9)}").json
    assert others["recommendation_id"] != first["recommendation_id"]


@pytest.mark.parametrize("layout", ["long", "wide", "klaviyo", "braze"])
def test_exports_and_the_terminal_hold_out_whom_the_service_does(
    recsvc: Callable[..., Any], measured: Settings, tmp_path: Path, layout: str
) -> None:
    ask = asking(create_app(measured))
    path, file = tmp_path / "home.parquet", tmp_path / "customers.csv"
    file.write_text("\n".join(["customer_id", *CUSTOMERS, "nobody"]))
    where = ("--registry", measured.registry, "--state", measured.state().reveal(), "--placement", "home")
    share = ("--holdout-share", measured.holdout_share, "--holdout-salt", measured.holdout_salt)
    asked = ("--customers", file, "--limit", 3, "--output", path, "--format", layout)
    done = recsvc("export", *where, *share, *asked)
    assert done.exit_code == 0, done.output
    table = pyarrow.parquet.read_table(path)
    assert table.column_names[1] == "holdout"
    rows = table.to_pylist()
    for customer_id in [*CUSTOMERS, "nobody"]:
        own_rows = [row for row in rows if next(iter(row.values())) == customer_id]
        answer = ask.get(f"/v1/recommendations/home?limit=3&customer_id={customer_id}").json
        on_terminal = json.loads(recsvc("recommend", *where, *share, "--customer", customer_id, "--json").stdout)
        exported = (
            [row["item_id"] for row in own_rows]
            if layout == "long"
            else [own_rows[0][f"item_{place}_id"] for place in (1, 2, 3)]
        )
        assert exported == ids_of(answer) == ids_of(on_terminal)[:3]
        assert {row["holdout"] for row in own_rows} == {answer["holdout"]} == {on_terminal["holdout"]}
        assert answer["holdout"] is HELD.has(customer_id)


def test_the_terminal_says_who_is_a_stranger(recsvc: Callable[..., Any], own: Settings, tombstones: Tombstones) -> None:
    where = ("--registry", own.registry, "--state", own.state().reveal(), "--placement", "home", "--customer")
    assert ", known customer" in recsvc("recommend", *where, IN).stdout
    share = ("--holdout-share", 0.5, "--holdout-salt", "autumn")
    assert ", held out" in recsvc("recommend", *where, IN, *share).stdout
    tombstones.erase([IN])
    assert ", unknown customer" in recsvc("recommend", *where, IN).stdout


def test_where_nobody_is_a_stranger_the_engine_sees_the_query_itself(shop: Learned) -> None:
    query = Query(placement="home", customer_id=IN)
    assert Strangers(lambda _: False, None).query(query) is query
    slate = Strangers(lambda _: False, None).recommend(shop.engine, query)
    assert slate == shop.engine.recommend(query)


def test_a_tombstone_is_of_one_id_alone() -> None:
    assert len({tombstone(one) for one in ("a", "A", "a ", "á", "a\u0301", "\udc80")}) == 6
