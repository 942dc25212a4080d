"""Peers are told what the product is told, and their answers are read back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from bench.peers import ask, environments
from bench.peers.environments import PeerError, environment
from bench.protocols.fit import Terms, config_of
from bench.protocols.prepared import Prepared
from bench.protocols.questions import Questions
from training.dataset import Dataset
from training.load import load

Shop = tuple[Dataset, Prepared]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Customers of two parities buy items of their own, twelve each, in orders of three."""
    lines = [
        (f"c{customer}", f"{customer}/{number // 3}", f"i{2 * (customer + number) % 24 + customer % 2:02}", number // 3)
        for customer in range(40)
        for number in range(9)
    ]
    prepared = Prepared(
        order_lines=pl.DataFrame(lines, schema=["customer_id", "order_id", "item_id", "ordered_at"], orient="row"),
        asked=pl.DataFrame({"query": [0, 1, 2], "customer_id": ["c4", "c7", "nobody"]}),
        wanted=pl.DataFrame({"query": [0, 1], "item_id": ["i00", "i01"]}),
        anchors=pl.DataFrame({"query": [0, 0, 1, 2], "item_id": ["i00", "i02", "i01", "i03"]}),
    )
    folder = tmp_path_factory.mktemp("prepared") / "toy"
    prepared.write(folder)
    return load(config_of(folder, Terms())).dataset, Prepared.read(folder)


def questions_of(shop: Shop, *, carts: bool) -> Questions:
    dataset, prepared = shop
    anchors = prepared.anchors if carts else None
    return Questions.of(Prepared(prepared.order_lines, prepared.asked, prepared.wanted, anchors=anchors), dataset)


@pytest.fixture
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """implicit is here too, so nothing is installed for a test."""
    monkeypatch.setattr(ask, "environment", lambda _peer, _cache: Path(sys.executable))


@pytest.mark.usefixtures("own_environment")
def test_implicit_finds_items_of_the_own_parity_never_bought(shop: Shop, tmp_path: Path) -> None:
    questions = questions_of(shop, carts=False)
    found = ask.ask_peers(shop[0], questions, places=3, repeats=False, cache=tmp_path, peers=("implicit",))
    shown = {model: slates for model, slates, *_ in found}
    assert shown.keys() == {"implicit ALS", "implicit BPR", "implicit cosine", "implicit BM25"}
    for model in ("implicit cosine", "implicit BM25"):
        assert [set(row[row >= 0].tolist()) for row in shown[model][:2]] == [missing(shop, "c4"), missing(shop, "c7")]
    assert (shown["implicit BPR"][2] == -1).all()


@pytest.mark.usefixtures("own_environment")
def test_carts_are_completed_from_orders_without_themselves(shop: Shop, tmp_path: Path) -> None:
    found = ask.ask_peers(shop[0], questions_of(shop, carts=True), places=4, repeats=True, cache=tmp_path)
    shown = {model: slates for model, slates, *_ in found}["implicit cosine"]
    for cart, row in zip([{0, 2}, {1}, {3}], shown, strict=True):
        items = set(row[row >= 0].tolist())
        assert items
        assert not items & cart
        assert {item % 2 for item in items} == {min(cart) % 2}


def missing(shop: Shop, customer: str) -> set[int]:
    """The items of the customer's parity that he never bought."""
    dataset = shop[0]
    row = dataset.customers.row(customer, missing=-1)
    bought = set(dataset.lines.item[dataset.lines.customer == row].tolist())
    return {item for item in range(dataset.n_items) if item % 2 == int(customer[1:]) % 2} - bought


def test_a_peer_that_fails_is_told_of_and_left_out(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ask, "environment", lambda _peer, _cache: Path(sys.executable))
    questions = questions_of(shop, carts=False)
    found = ask.ask_peers(shop[0], questions, places=3, repeats=False, cache=tmp_path, peers=("nobody",))
    assert list(found) == []
    assert "nobody: left out: ended with 2" in capsys.readouterr().err


def test_a_peer_that_takes_too_long_is_left_out(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask, "LONGEST_S", 0.01)
    told = ask.exchange(shop[0], questions_of(shop, carts=False), places=3, repeats=True)
    with pytest.raises(PeerError, match="no answer within"):
        ask._ask(Path(sys.executable), "implicit", told, tmp_path / "out.npz")


def test_the_same_question_is_asked_once(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask, "environment", lambda _peer, _cache: Path(sys.executable))

    def shown(places: int) -> list[str]:
        questions = questions_of(shop, carts=True)
        found = ask.ask_peers(shop[0], questions, places=places, repeats=True, cache=tmp_path, peers=("implicit",))
        return [f"{model} {slates.tolist()}" for model, slates, *_ in found]

    first = shown(3)
    assert first
    monkeypatch.setattr(ask, "_ask", None)
    assert shown(3) == first
    with pytest.raises(TypeError):
        shown(4)


def test_what_cannot_be_installed_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments.venv, "create", lambda *_, **__: None)
    failed = subprocess.CompletedProcess([], 1, "", "noise\nERROR: no such version\n")
    monkeypatch.setattr(environments.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(PeerError, match=r"pip could not install implicit.txt: ERROR: no such version"):
        environment("implicit", tmp_path)


@pytest.mark.parametrize("peer", environments.PEERS)
def test_every_peer_has_a_script_and_requirements_with_hashes(peer: str) -> None:
    assert (ask.SCRIPTS / f"{peer}_models.py").exists()
    text = (environments.REQUIREMENTS / f"{peer}.txt").read_text()
    assert text.count("--hash=sha256:") > 10
    assert "://" not in text
