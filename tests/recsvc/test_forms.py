"""Forms and their faults, without HTTP."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.query import Query
from recsvc.contract import Batch, ItemQuery
from recsvc.faults import MAX_FAULTS, schema_faults
from recsvc.forms import Form, InBody, parameters
from recsvc.problems import Problem
from recsvc.slate_query import SlateQuery

FORM = Form(Query, in_path=("placement",))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
IDS = st.lists(TEXT.filter(bool), max_size=3)
QUERIES = st.builds(
    Query,
    placement=st.just("home"),
    customer_id=st.none() | TEXT.filter(bool),
    item_id=IDS.map(tuple),
    recent=IDS.map(tuple),
    limit=st.none() | st.integers(1, 200),
    offset=st.integers(0, 10_000),
    filter=st.none() | TEXT.filter(bool),
    as_of=st.none() | st.datetimes(timezones=st.just(dt.UTC)),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)


def problem_with(read: Callable[[], object]) -> Problem | None:
    try:
        read()
    except Problem as problem:
        return problem
    return None


@given(st.lists(st.tuples(TEXT, TEXT)))
def test_query_strings_read_as_the_standard_library_reads_them(pairs: list[tuple[str, str]]) -> None:
    text = urlencode(pairs)
    assert parameters(text) == parse_qs(text, keep_blank_values=True)


@given(QUERIES)
def test_every_query_survives_its_query_string_and_its_body(query: Query) -> None:
    said = msgspec.to_builtins(query)
    del said["placement"]
    assert FORM.from_object(said, placement="home") == query
    assert FORM.from_query(urlencode(said, doseq=True), placement="home") == query


@given(st.dictionaries(st.sampled_from([*Query.__struct_fields__, "other"]), JSON))
def test_whatever_comes_is_read_or_refused_with_its_faults(value: dict[str, Any]) -> None:
    refused = problem_with(lambda: FORM.from_object(value, placement="home"))
    if refused is None:
        assert schema_faults(Query, leave_out=("placement",))(value) == []
    else:
        assert refused.status == 400
        assert refused.faults


@given(st.text(st.characters(max_codepoint=255), max_size=60))
def test_no_query_string_is_more_than_a_bad_request(text: str) -> None:
    refused = problem_with(lambda: FORM.from_query(text, placement="home"))
    assert refused is None or refused.status == 400


def test_no_more_faults_are_told_than_anyone_reads() -> None:
    with pytest.raises(Problem) as refused:
        FORM.from_object({"cart": [0] * 200, "recent": [0] * 200}, placement="home")
    assert len(refused.value.faults) == MAX_FAULTS


def test_a_missing_field_is_named() -> None:
    with pytest.raises(Problem) as refused:
        Form(ItemQuery).from_query("")
    assert [(fault.parameter, fault.detail) for fault in refused.value.faults] == [("item_id", "is required")]


def test_a_form_may_refer_to_other_types() -> None:
    with pytest.raises(Problem) as refused:
        Form(Batch, refers_to=(SlateQuery,)).from_object({"requests": [{"placement": 1}], "distinct": "yes"})
    assert [fault.pointer for fault in refused.value.faults] == ["/distinct"]


def test_no_list_of_empty_values_is_longer_than_a_list_may_be() -> None:
    assert FORM.from_query("item_id=&" * 200, placement="home").item_id == ()
    assert problem_with(lambda: FORM.from_query("item_id=&" * 201, placement="home"))


def test_whole_numbers_may_be_written_with_a_point() -> None:
    assert FORM.from_object({"limit": 2.0}, placement="home").limit == 2
    for number in (2.5, 1e300, float("inf")):
        assert problem_with(lambda number=number: FORM.from_object({"limit": number}, placement="home"))  # type: ignore[misc]


def test_pointers_start_where_the_value_stands() -> None:
    with pytest.raises(Problem) as refused:
        Form(Query).from_object({"limit": 1}, InBody("/requests/3"))
    assert [fault.pointer for fault in refused.value.faults] == ["/requests/3/placement"]


@pytest.mark.parametrize(
    "text", ["2026-01-31", "2026-01-31T12:00:00", "2026-01-31T12:00:00%202:00", "1769860800", "now"]
)
def test_a_time_says_its_offset(text: str) -> None:
    assert FORM.from_query("as_of=2026-01-31T13:00:00%2B01:00", placement="home").as_of == dt.datetime(
        2026, 1, 31, 12, tzinfo=dt.UTC
    )
    refused = problem_with(lambda: FORM.from_query(f"as_of={text}", placement="home"))
    assert refused is not None
    assert [fault.detail for fault in refused.faults] == ["must be a time such as 2026-01-31T12:00:00Z"]


def test_yes_and_no_are_written_as_json_has_them() -> None:
    assert FORM.from_query("evidence=true", placement="home").evidence is True
    assert FORM.from_query("evidence=false", placement="home").evidence is False
    assert FORM.from_query("evidence=", placement="home").evidence is False
    refused = problem_with(lambda: FORM.from_query("evidence=1", placement="home"))
    assert refused is not None
    assert [(fault.parameter, fault.detail) for fault in refused.faults] == [("evidence", "must be true or false")]
