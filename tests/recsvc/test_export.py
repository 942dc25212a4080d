"""Exports say what the service would answer, in every format, or leave the file as it was."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet
import pytest

from models.engine import Engine
from models.kinds import KINDS
from models.placements import Placement
from models.query import Query
from models.rules.tables import Boost, Diversity, Pin, Rotation
from recsvc import export as export_module
from recsvc.customer_file import read_customer_ids
from recsvc.errors import ExportError
from recsvc.export import LONG, Customers, Export
from recsvc.table_files import table_file
from tests.engines import SECONDS_A_DAY, Learned, learn_shop, learned
from tests.shops import Shop, grocery

PLACEMENTS = {kind: Placement(name=kind, kind=kind, fallback=("popular",)) for kind in KINDS}  # type: ignore[arg-type]


@pytest.fixture(params=["grocery", "variants", "sequence", "no_prices"])
def any_shop(request: pytest.FixtureRequest) -> Learned:
    return learned(request.param)


def as_of(shop: Learned) -> float | None:
    return None if shop.dataset.unit == "order" else (shop.dataset.reference + 2) * SECONDS_A_DAY


def asked(engine: Engine, placement: str, customer: str, limit: int) -> list[tuple[Any, ...]]:
    """What the Engine answers one customer, as rows of a long export."""
    slate = engine.recommend(Query(placement=placement, customer_id=customer, limit=limit))
    return [(customer, item.rank, item.item_id, item.method, item.reason.text) for item in slate.items]


@pytest.mark.parametrize("kind", KINDS)
def test_a_long_export_is_what_each_customer_would_be_answered(
    any_shop: Learned, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_module, "CHUNK", 32)
    shop = any_shop
    engine = Engine(shop.model, PLACEMENTS, clock=shop.engine._clock)
    exported = Export(engine, PLACEMENTS[kind], limit=5, as_of=as_of(shop))
    customers = Customers.of(engine, [*engine.model.customers.ids(range(0, 40)), "nobody", "nobody"])
    rows = [
        (row["customer_id"], row["rank"], row["item_id"], row["method"], row["reason"])
        for chunk in customers.chunks()
        for row in exported.batch(chunk).to_pylist()
    ]
    expected = [row for customer in customers.ids.to_pylist() for row in asked(engine, kind, customer, 5)]
    assert rows == expected
    assert len(customers.rows) == 41


def test_everyone_is_exported_unless_customers_are_named(shop: Learned) -> None:
    everyone = Customers.all(shop.engine)
    assert everyone.ids.to_pylist() == shop.engine.model.customers.ids(everyone.rows)
    assert len(everyone.rows) == shop.dataset.n_customers


def test_a_wide_export_has_a_row_for_each_customer_and_nulls_where_the_slate_ends(shop: Learned) -> None:
    engine = shop.engine
    placement = Placement(name="own", kind="buy_again")
    customers = Customers.of(engine, ["c0003", "nobody"])
    exported = Export(engine, placement, layout="wide", limit=40, as_of=as_of(shop), public_url="https://shop.example")
    known, unknown = exported.batch(customers).to_pylist()
    long = Export(engine, placement, limit=40, as_of=as_of(shop)).batch(customers).to_pylist()
    assert {row["customer_id"] for row in long} == {"c0003"}
    assert len(known) == 1 + 40 * 10
    for row in long:
        prefix = f"item_{row['rank']}"
        assert known[f"{prefix}_id"] == row["item_id"]
        assert known[f"{prefix}_reason"] == row["reason"]
        assert known[f"{prefix}_link"].startswith("https://shop.example/p/")
        (fields,) = engine.items([row["item_id"]], ("title", "price", "currency", "image_link"))
        assert fields is not None
        assert {name: known[f"{prefix}_{name}"] for name in fields} == fields
        assert known[f"{prefix}_final_price"] == fields["price"]
    assert known[f"item_{len(long) + 1}_id"] is None
    assert {value for name, value in unknown.items() if name != "customer_id"} == {None}


def test_a_wide_export_tells_what_an_item_costs_today() -> None:
    plain = grocery()
    assert plain.items is not None
    number = pl.int_range(pl.len())
    sale_price = pl.when(number % 3 == 0).then(pl.col("price") / 2).when(number % 3 == 1).then(pl.col("price") * 2)
    shop = learn_shop(Shop(plain.order_lines, plain.items.with_columns(sale_price=sale_price), plain.customers))
    exported = Export(shop.engine, shop.engine.placements["home"], layout="wide", limit=6)
    rows = exported.batch(Customers.all(shop.engine)).to_pylist()
    told = {row[f"item_{place}_id"]: row[f"item_{place}_final_price"] for row in rows for place in range(1, 7)}
    for item_id, final_price in told.items():
        (fields,) = shop.engine.items([item_id], ("price", "sale_price"))
        assert fields is not None
        assert final_price == min(price for price in fields.values() if price is not None)
    assert len(told) > 6


def test_an_export_at_another_moment_says_so_in_its_reasons(shop: Learned) -> None:
    placement = Placement(name="own", kind="buy_again")
    customers = Customers.of(shop.engine, ["c0003"])
    now, later = (
        Export(shop.engine, placement, as_of=(shop.dataset.reference + days) * SECONDS_A_DAY).batch(customers)
        for days in (0, 30)
    )
    assert now["reason"][0].as_py().endswith("last 17 days ago")
    assert later["reason"][0].as_py().endswith("last 47 days ago")


def test_a_catalogue_without_columns_has_nulls_in_their_place() -> None:
    bare = learned("untimed")
    exported = Export(bare.engine, bare.engine.placements["home"], layout="wide", limit=2)
    batch = exported.batch(Customers.all(bare.engine))
    assert batch["item_1_id"].null_count == 0
    assert batch["item_1_title"].null_count == len(batch)


def test_rules_and_filters_are_those_of_the_moment_and_the_send(shop: Learned) -> None:
    """What is exported is what each customer is answered."""
    rules = Placement(
        name="rules",
        kind="for_you",
        limit=5,
        filter="age(added_at) > 3",
        boosts=(Boost(filter="brand = 'Alba'", factor=9, until="2024-03-01"),),
        pins=(Pin(item_id="sku/004", position=2, start="2024-02-20"),),
        diversity=Diversity(max_per_category=2),
        rotation=Rotation(pool=20, keep=1),
        fallback=("popular",),
    )
    engine = Engine(shop.model, {"rules": rules})
    customers = Customers.of(engine, ["c0001", "c0002", "nobody", "c0003"])
    found = {}
    for day, send_id in ((19, None), (21, None), (21, "november"), (21, "december"), (40, "november")):
        as_of = dt.datetime(2024, 2, 1, 12, tzinfo=dt.UTC) + dt.timedelta(days=day - 1)
        export = Export(engine, rules, as_of=as_of.timestamp(), send_id=send_id)
        rows = export.batch(customers).to_pylist()
        found[day, send_id] = [(row["customer_id"], row["item_id"], row["rank"]) for row in rows]
        assert found[day, send_id] == [
            (customer, item.item_id, item.rank)
            for customer in customers.ids.to_pylist()
            for item in engine.recommend(Query("rules", customer, as_of=as_of, send_id=send_id)).items
        ]
    assert len(set(map(tuple, found.values()))) == len(found)


def test_what_an_export_cannot_answer_is_refused(shop: Learned) -> None:
    boosted = Placement(name="mine", kind="for_you", boosts=(Boost(filter="price < customer.points", factor=2),))
    with pytest.raises(ExportError, match="placement mine differs from customer to customer"):
        Export(shop.engine, boosted)
    personal = Placement(name="mine", kind="for_you", filter="price < customer.points")
    with pytest.raises(ExportError, match="placement mine differs from customer to customer"):
        Export(shop.engine, personal)
    sequence = learned("sequence")
    with pytest.raises(ExportError, match="order positions instead of times"):
        Export(sequence.engine, sequence.engine.placements["home"], as_of=0.0)


ROWS = [
    {"customer_id": 'ż, "quoted"', "rank": 1, "item_id": "č 🧀", "score": 0.5, "method": "als", "reason": "a\nb"},
    {"customer_id": "2", "rank": 2, "item_id": "x", "score": 0.25, "method": "als", "reason": ""},
]


def read(path: Path) -> list[dict[str, Any]]:
    match path.suffix:
        case ".parquet":
            rows: list[dict[str, Any]] = pyarrow.parquet.read_table(path).to_pylist()
            return rows
        case ".jsonl":
            return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        case _:
            texts = csv.DictReader(io.StringIO(path.read_text("utf-8"), newline=""))
            return [{**row, "rank": int(row["rank"]), "score": float(row["score"])} for row in texts]


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
def test_every_format_keeps_every_character(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"slates{suffix}"
    batch = pa.RecordBatch.from_pylist(ROWS, schema=LONG)
    with table_file(path, LONG) as write:
        write(batch)
        write(batch)
        assert not path.exists()
    assert read(path) == ROWS * 2
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
def test_what_fails_half_way_leaves_the_file_as_it_was(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"slates{suffix}"
    path.write_text("yesterday's")

    def fail_half_way() -> None:
        with table_file(path, LONG) as write:
            write(pa.RecordBatch.from_pylist(ROWS, schema=LONG))
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        fail_half_way()
    assert path.read_text() == "yesterday's"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("name", "message"), [("x.xlsx", "must end in .parquet, .csv"), ("no/x.csv", "No such file")])
def test_other_suffixes_and_missing_directories_are_refused(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(ExportError, match=message), table_file(tmp_path / name, LONG):
        pass


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        ("customer_id\n1\n2\n", ["1", "2"]),
        ("email,customer_id\na,1\nb,\nc\nd,3\n", ["1", "3"]),
        ("\ufeffcustomer_id\r\n1\r\n", ["1"]),
        ('1\n"a ""b"", c"\n\n2', ["1", 'a "b", c', "2"]),
        ("", []),
    ],
)
def test_customers_are_read_by_column_or_by_line(tmp_path: Path, content: str, ids: list[str]) -> None:
    path = tmp_path / "customers.csv"
    path.write_bytes(content.encode())
    assert read_customer_ids(path) == ids


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"a,b\n1,2\n", "none of them called customer_id"), (b"\xff\n", "is not UTF-8"), (b'"' + b"x" * 200_000, "limit")],
)
def test_a_file_of_customers_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "customers.csv"
    path.write_bytes(content)
    with pytest.raises(ExportError, match=message):
        read_customer_ids(path)
