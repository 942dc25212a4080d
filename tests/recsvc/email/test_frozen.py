"""A mail with a send_id shows the same products whenever and by whatever means it is opened."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from recsvc.app import App, create_app
from recsvc.settings import Secret, Settings
from recsvc.state.sends import Sends
from recsvc.state.store import open_state
from recsvc.state.tombstones import Tombstones

BLOCK = "/v1/email/email_newsletter"


def item_in(link: str) -> str:
    return urlsplit(link).path


@pytest.fixture
def own_settings(mail_settings: Settings, registry: Path) -> Settings:
    """Of a service whose registry the test may change."""
    return replace(mail_settings, registry=registry)


@pytest.fixture
def own_app(own_settings: Settings, token_of: Callable[..., str]) -> App:  # noqa: ARG001 - the tables are there first
    return create_app(own_settings)


def test_a_mail_shows_its_products_after_two_retrainings_a_restart_and_a_rise_of_prices(
    own_app: App, own_settings: Settings, call: Any, publish_again: Callable[..., str], send_id: str
) -> None:
    question = f"?customer_id=c0003&send_id={send_id}&slots=3"
    sent = call(own_app, "server").get(f"{BLOCK}.json{question}").json
    for rise in (1.0, 2.0):
        publish_again(rise)
        own_app.service.live.refresh()
    swapped = call(own_app, "server").get(f"{BLOCK}.json{question}").json
    restarted = call(create_app(own_settings), "server").get(f"{BLOCK}.json{question}").json
    now = call(own_app, "server").get(f"{BLOCK}.json?customer_id=c0003&slots=3").json
    assert sent == swapped == restarted
    assert sent["frozen"] is True
    assert now["frozen"] is False
    assert now["model_version"] == own_app.service.live.version != sent["model_version"]
    risen = {item["item_id"]: item["price"] for item in now["items"]}
    assert any(risen.get(item["item_id"], item["price"]) != item["price"] for item in sent["items"])


def test_image_and_link_show_what_the_block_showed(
    own_app: App, call: Any, publish_again: Callable[..., str], token_of: Callable[..., str], send_id: str
) -> None:
    tool, reader = call(own_app, "server"), call(own_app, None)
    sent = tool.get(f"{BLOCK}.json?customer_id=c0003&send_id={send_id}&slots=3").json
    question = f"?token={token_of('c0003')}&send_id={send_id}"
    before = reader.get(f"{BLOCK}/2.png{question}").data
    publish_again(5.0)
    own_app.service.live.refresh()
    assert reader.get(f"{BLOCK}/2.png{question}").data == before
    for slot in (1, 2, 3):
        gone = reader.get(f"{BLOCK}/{slot}/go{question}")
        assert gone.headers["Location"] == sent[f"item_{slot}_link"]
    again = tool.get(f"{BLOCK}.json?customer_id=c0003&send_id={send_id}&slots=5").json
    assert again["items"][:3] == sent["items"]
    assert again["count"] == 5


def test_a_send_opened_by_its_image_first_is_what_the_link_leads_to(
    reader: Any, token_of: Callable[..., str], send_id: str
) -> None:
    token = token_of("c0005", send_id)
    assert reader.get(f"{BLOCK}/1.png?token={token}").status_code == 200
    first = reader.get(f"{BLOCK}/1/go?token={token}").headers["Location"]
    second = reader.get(f"{BLOCK}/1/go?token={token}").headers["Location"]
    assert first == second
    assert parse_qs(urlsplit(first).query)["utm_campaign"] == [send_id]


def test_of_many_that_ask_at_once_all_get_the_same(mail_app: App, call: Any, send_id: str) -> None:
    answers: list[Any] = []

    def ask() -> None:
        tool = call(mail_app, "server")
        answers.append(tool.get(f"{BLOCK}.json?customer_id=c0006&send_id={send_id}&slots=2").json)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({answer["recommendation_id"] for answer in answers}) == 1
    assert all(answer == answers[0] for answer in answers)
    assert len(answers) == 6


def test_erasure_leaves_the_mail_with_what_is_for_everybody(
    mail_app: App, builder: Any, reader: Any, tombstones: Tombstones, token_of: Callable[..., str], send_id: str
) -> None:
    question = f"?token={token_of('c0008')}&send_id={send_id}"
    personal = builder.get(f"{BLOCK}.json?customer_id=c0008&send_id={send_id}").json
    assert reader.get(f"{BLOCK}/1/go{question}").headers["Location"] == personal["item_1_link"]
    assert tombstones.erase(["c0008"]).sends == 1
    mail_app.service.erased.refresh()
    anybody = builder.get(f"{BLOCK}.json?slots=6").json
    for _ in range(2):
        gone = item_in(reader.get(f"{BLOCK}/1/go{question}").headers["Location"])
        assert gone == item_in(anybody["item_1_link"])
    assert reader.get(f"{BLOCK}/1.png{question}").status_code == 200
    for asked in (f"customer_id=c0008&send_id={send_id}", "customer_id=c0008"):
        block = builder.get(f"{BLOCK}.json?{asked}").json
        assert block["customer_known"] is False
        assert [item["item_id"] for item in block["items"]] == [item["item_id"] for item in anybody["items"]]


def test_nobody_without_key_or_token_can_fill_the_database(reader: Any, builder: Any, send_id: str) -> None:
    assert reader.get(f"{BLOCK}/1/go?send_id={send_id}").status_code == 302
    made = builder.get(f"{BLOCK}.json?send_id={send_id}").json
    assert made["frozen"] is True
    assert reader.get(f"{BLOCK}/1/go?send_id={send_id}").headers["Location"] == made["item_1_link"]


def test_while_live_state_is_away_a_mail_gets_what_is_of_the_moment(
    mail_app: App, builder: Any, monkeypatch: pytest.MonkeyPatch, send_id: str, tmp_path: Path
) -> None:
    (tmp_path / "away.sqlite").write_text("no database at all, but long enough to be taken for one")
    away = Sends(open_state(Secret(f"sqlite:///{tmp_path}/away.sqlite")))
    monkeypatch.setattr(mail_app.service.mail, "_open", lambda: away)
    block = builder.get(f"{BLOCK}.json?customer_id=c0003&send_id={send_id}").json
    assert (block["frozen"], block["count"], block["customer_known"]) == (False, 6, True)
    assert b"recsvc_state_errors_total" in mail_app.service.metrics.exposition(0.0)


def test_sends_older_than_the_setting_are_deleted(mail_app: App, builder: Any, send_id: str) -> None:
    first = builder.get(f"{BLOCK}.json?customer_id=c0003&send_id={send_id}").json
    mail_app.service.mail.forget_old()
    assert builder.get(f"{BLOCK}.json?customer_id=c0003&send_id={send_id}").json == first
    mail_app.service.mail._kept_for *= 0
    mail_app.service.mail.forget_old()
    again = builder.get(f"{BLOCK}.json?customer_id=c0003&send_id={send_id}").json
    assert again["recommendation_id"] != first["recommendation_id"]


def test_where_a_placement_rotates_the_next_mail_differs_and_each_stays_as_it_was(
    mail_settings: Settings, call: Any, token_of: Callable[..., str], tmp_path: Path, send_id: str
) -> None:
    token_of("c0003")  # the tables are there
    path = tmp_path / "placements.toml"
    path.write_text('[placements.letter]\nkind = "for_you"\nfallback = ["popular"]\nrotation = { pool = 30 }\n')
    tool = call(create_app(replace(mail_settings, placements=path)), "server")

    def shown(send: str) -> list[str]:
        found = tool.get(f"/v1/email/letter.json?customer_id=c0003&send_id={send}&slots=4").json
        return [item["item_id"] for item in found["items"]]

    mails = [shown(f"{send_id}-{number}") for number in range(4)]
    assert len(set(map(tuple, mails))) == 4
    assert mails == [shown(f"{send_id}-{number}") for number in range(4)]
