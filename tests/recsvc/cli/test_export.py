"""recsvc export."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from click.testing import Result
from sqlalchemy import delete

from models.catalogue import BooleanColumn
from recsvc.associations import associations
from recsvc.errors import ExportError
from recsvc.export import Customers
from recsvc.profiles import profiles
from recsvc.settings import Settings
from recsvc.state.migrations import require_current
from recsvc.state.schema import tombstones
from recsvc.state.store import open_state
from recsvc.state.tombstones import Tombstones
from tests.engines import Learned, learned

Run = Callable[..., Result]


def test_everyone_has_a_full_slate_in_the_file(recsvc: Run, settings: Settings, tmp_path: Path, shop: Learned) -> None:
    path = tmp_path / "home.parquet"
    told = recsvc("export", "--registry", settings.registry, "--placement", "home", "--limit", 5, "--output", path)
    assert told.exit_code == 0, told.output
    assert told.stdout == ""
    assert f"{shop.dataset.n_customers} customers to {path}" in told.stderr
    rows = pyarrow.parquet.read_table(path)
    assert rows.column_names == ["customer_id", "rank", "item_id", "score", "method", "reason"]
    assert len(rows) == 5 * shop.dataset.n_customers


def test_named_customers_alone_in_the_order_named(recsvc: Run, settings: Settings, tmp_path: Path) -> None:
    chosen = tmp_path / "customers.csv"
    chosen.write_text("customer_id\nc0007\nnobody\nc0003\n")
    path = tmp_path / "home.csv"
    asked = ("--placement", "home", "--limit", 1, "--customers", chosen, "--output", path, "--as-of", "2024-07-01")
    assert recsvc("export", "--registry", settings.registry, *asked).exit_code == 0
    _, *rows = path.read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == ['"c0007"', '"nobody"', '"c0003"']


def test_wide_has_a_row_for_each_customer(recsvc: Run, settings: Settings, tmp_path: Path, shop: Learned) -> None:
    path = tmp_path / "home.parquet"
    asked = ("--placement", "home", "--limit", 2, "--format", "wide", "--output", path)
    told = recsvc("export", "--registry", settings.registry, *asked, "--public-url", "https://shop.example")
    assert told.exit_code == 0, told.output
    rows = pyarrow.parquet.read_table(path)
    assert len(rows) == shop.dataset.n_customers
    assert rows["item_1_link"][0].as_py().startswith("https://shop.example/p/")


@pytest.mark.parametrize("layout", ["long", "wide"])
def test_an_export_carries_the_tokens_of_a_mailing(
    recsvc: Run, settings: Settings, tmp_path: Path, layout: str
) -> None:
    state = f"sqlite:///{tmp_path}/state.sqlite"
    recsvc("tokens", "keys", "create", "--state", state)
    chosen, path = tmp_path / "customers.csv", tmp_path / "home.parquet"
    chosen.write_text("customer_id\nc0007\nc0003\n")
    expires = f"{dt.datetime.now(dt.UTC) + dt.timedelta(days=30):%Y-%m-%d}"
    asked = ("--placement", "home", "--limit", 2, "--format", layout, "--customers", chosen, "--output", path)
    named = ("--campaign", "spring", "--expires", expires, "--state", state)
    told = recsvc("export", "--registry", settings.registry, *asked, *named)
    assert told.exit_code == 0, told.output
    rows = pyarrow.parquet.read_table(path).to_pylist()
    assert list(rows[0])[:2] == ["customer_id", "token"]
    for row in rows:
        assert f"customer  {row['customer_id']}\n" in recsvc("tokens", "verify", row["token"], "--state", state).stdout


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (("--placement", "home", "--output", "{tmp}/x.xlsx"), 1, "must end in .parquet, .csv, .jsonl"),
        (("--placement", "home", "--output", "{tmp}/x.csv", "--campaign", "spring"), 2, "go together"),
        (("--placement", "hom", "--output", "{tmp}/x.csv"), 2, "did you mean 'home'?"),
        (("--placement", "home", "--output", "{tmp}/no/x.csv"), 1, "No such file or directory"),
        (("--placement", "home", "--output", "{tmp}/x.csv", "--customers", "{tmp}/none"), 2, "does not exist"),
    ],
)
def test_a_wrong_export_writes_nothing(
    recsvc: Run, settings: Settings, tmp_path: Path, arguments: tuple[str, ...], exit_code: int, message: str
) -> None:
    given = [argument.format(tmp=tmp_path) for argument in arguments]
    refused = recsvc("export", "--registry", settings.registry, *given)
    assert refused.exit_code == exit_code
    assert message in refused.output
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def erased(settings: Settings) -> Iterator[str]:
    """A customer who asked to be forgotten, for as long as a test runs."""
    engine = open_state(settings.state())
    require_current(engine)
    Tombstones(engine).erase(["c0004"])
    yield "c0004"
    with engine.begin() as connection:
        connection.execute(delete(tombstones))


@pytest.mark.parametrize(("tool", "identifier"), [("klaviyo", "External ID"), ("braze", "external_id")])
def test_a_mail_tool_gets_profiles(
    recsvc: Run, settings: Settings, tmp_path: Path, shop: Learned, tool: str, identifier: str
) -> None:
    path = tmp_path / "profiles.csv"
    asked = ("--placement", "email_newsletter", "--limit", 2, "--format", tool, "--output", path, "--locale", "pl-PL")
    told = recsvc("export", "--registry", settings.registry, *asked, "--public-url", "https://shop.example")
    assert told.exit_code == 0, told.output
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == shop.dataset.n_customers
    fields = (
        *("id", "title", "price", "price_text", "currency", "link", "image_link"),
        *("final_price", "final_price_text", "reason"),
    )
    assert list(rows[0]) == [identifier, *(f"item_{place}_{name}" for place in (1, 2) for name in fields)]
    price = float(rows[0]["item_1_price"])
    assert rows[0]["item_1_price_text"] == f"{price:.2f}".replace(".", ",") + "\xa0€"
    assert rows[0]["item_1_final_price_text"] == rows[0]["item_1_price_text"]


@pytest.mark.parametrize("service_url", [None, "https://recs.shop.example"])
def test_profiles_hold_pictures_that_every_mail_client_shows(service_url: str | None) -> None:
    images = ["https://img.example/1.jpg", "https://img.example/2.webp", None, None]
    batch = pa.RecordBatch.from_pydict(
        {
            "customer_id": ["a", "b", "c", "d"],
            "item_1_id": ["1", "2&", "3", None],
            "item_1_image_link": pa.array(images, pa.string()),
        }
    )
    ours = "https://recs.shop.example/v1/items/photo.jpg?item_id={}&width=552"
    expected = [images[0], *([ours.format("2%26"), ours.format("3")] if service_url else [None, None]), None]
    assert profiles(batch, "braze", "en-GB", service_url).column("item_1_image_link").to_pylist() == expected


def test_erased_customers_are_left_out(recsvc: Run, settings: Settings, tmp_path: Path, erased: str) -> None:
    path = tmp_path / "home.parquet"
    asked = ("--registry", settings.registry, "--placement", "home", "--limit", 1, "--output", path)
    assert settings.state_url is not None
    assert recsvc("export", *asked, "--state", settings.state_url.reveal()).exit_code == 0
    ids = pyarrow.parquet.read_table(path)["customer_id"].to_pylist()
    assert erased not in ids
    assert "c0003" in ids


def test_whoever_consents_to_no_mail_is_left_out_of_mailings(shop: Learned) -> None:
    everyone = Customers.of(shop.engine, ["c0001", "c0002", "nobody"])
    assert everyone.subscribed(shop.engine) == everyone
    consents = np.where(np.arange(shop.dataset.n_customers) == everyone.rows[1], 0, 1).astype(np.int8)
    with pytest.MonkeyPatch.context() as patch:
        column = BooleanColumn({"values": consents})
        patch.setitem(shop.engine.model.customer_attributes.columns, "consent_email", column)
        assert everyone.subscribed(shop.engine).ids.to_pylist() == ["c0001", "nobody"]


def test_no_item_is_shown_to_more_than_its_share(recsvc: Run, settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "home.parquet"
    asked = ("--registry", settings.registry, "--placement", "home", "--limit", 3, "--output", path)
    assert recsvc("export", *asked, "--max-share", 10).exit_code == 0
    rows = pyarrow.parquet.read_table(path).to_pylist()
    shown = Counter(row["item_id"] for row in rows)
    recipients = len({row["customer_id"] for row in rows})
    assert max(shown.values()) <= 0.10 * recipients
    assert len(rows) == 3 * recipients
    tight = recsvc("export", *asked, "--max-share", 2)
    assert "have fewer items than asked for" in tight.stderr
    refused = recsvc("export", *asked, "--max-share", 0.5)
    assert (refused.exit_code, "less than one" in refused.output) == (1, True)


def test_associations_are_those_counted_in_the_orders(
    recsvc: Run, settings: Settings, tmp_path: Path, shop: Learned
) -> None:
    path = tmp_path / "pairs.parquet"
    told = recsvc("associations", "--registry", settings.registry, "--output", path, "--min-orders", 5)
    assert told.exit_code == 0, told.output
    rows = pyarrow.parquet.read_table(path).to_pylist()
    orders: dict[str, set[str]] = {}
    for line in shop.shop.order_lines.to_dicts():
        orders.setdefault(line["item_id"], set()).add(line["order_id"])
    n_orders = len(set().union(*orders.values()))
    assert len(rows) > 20
    for row in rows:
        first, second = orders[row["item_id"]], orders[row["with_item_id"]]
        both = len(first & second)
        assert row["orders"] == both >= 5
        assert row["support"] == pytest.approx(both / n_orders)
        assert row["confidence"] == pytest.approx(both / len(first))
        assert row["lift"] == pytest.approx(both * n_orders / len(first) / len(second))
        assert row["title"].startswith("Type")
    assert [row["orders"] for row in rows] == sorted((row["orders"] for row in rows), reverse=True)


def test_a_bundle_that_does_not_count_orders_is_told() -> None:
    model = learned("grocery").model
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model.methods["basket"], "sold", None)
        with pytest.raises(ExportError, match="train again with orders"):
            associations(model, 2)
