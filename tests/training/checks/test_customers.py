"""Consent and attributes of customers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.training.feeds import rejected, sheet
from training.checks.customers import Customers, check_customers
from training.checks.sheet import Sheet
from training.config import Data


def check(**columns: Sequence[Any]) -> tuple[Customers, Sheet]:
    size = len(next(iter(columns.values())))
    found = sheet("customers", {"customer_id": [f"c{row}" for row in range(size)]} | columns)
    return check_customers(found, Data()), found


def test_only_a_clear_yes_is_consent() -> None:
    customers, found = check(consent_personalisation=["yes", "no", "", None, "hm", "1"])
    assert customers.refused.to_list() == ["c1", "c2", "c3", "c4"]
    assert rejected(found) == [
        (
            5,
            "consent_personalisation",
            "hm",
            "consent_personalisation is neither yes nor no, which counts as no; the value is ignored",
        )
    ]
    assert found.notes == ["consent_personalisation is empty in 2 rows, which counts as no"]


def test_without_the_column_consent_is_given() -> None:
    assert check(tier=["gold"])[0].refused.to_list() == []


def test_consent_to_email_and_all_else_are_attributes() -> None:
    customers, _ = check(consent_email=[1, 0], tier=["gold", "silver"], points=["10", "20"])
    assert customers.kinds == {"tier": "text", "points": "number", "consent_email": "boolean"}
    assert customers.frame["consent_email"].to_list() == [True, False]


def test_email_addresses_are_left_out() -> None:
    customers, found = check(contact=["a@example.com", "b@example.org", None], country=["PL", "CZ", "PL"])
    assert customers.frame.columns == ["customer_id", "country"]
    assert found.notes == ["column contact holds e-mail addresses and is left out: none is ever needed"]


def test_of_rows_with_one_id_the_last_counts() -> None:
    customers, _ = check(customer_id=["a", "a", None], consent_personalisation=[True, False, True])
    assert customers.refused.to_list() == ["a"]
    assert customers.frame.height == 1
