"""parse(): what a text says, where it is wrong, and that nothing but FilterError ever comes out."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.errors import FilterError
from models.filters import parse
from models.filters.expression import And, Arithmetic, Attribute, Comparison, Constant, IsNull, Membership, Not, Or
from models.filters.parse import CACHED_EXPRESSIONS, MAX_DEPTH
from models.query import MAX_FILTER_CHARS


def test_positions_and_parts_are_those_of_the_text() -> None:
    assert parse("price < 20") == Comparison(7, "<", Attribute(1, "", "price"), Constant(9, 20.0))
    assert parse(" item.price*2>=-1.5e1") == Comparison(
        14, ">=", Arithmetic(12, "*", Attribute(2, "item", "price"), Constant(13, 2.0)), Constant(16, -15.0)
    )
    assert parse("a in ('x', .5, true,)") == Membership(
        3, Attribute(1, "", "a"), (Constant(7, "x"), Constant(12, 0.5), Constant(16, True))
    )


def test_or_binds_weaker_than_and_and_and_weaker_than_not() -> None:
    a, b, c, d = (Attribute(at, "", name) for at, name in ((1, "a"), (6, "b"), (16, "c"), (21, "d")))
    assert parse("a or b and not c or d") == Or(1, (a, And(6, (b, Not(12, c))), d))


def test_product_binds_stronger_than_sum_and_sums_group_from_the_left() -> None:
    one, two, three = Constant(1, 1.0), Constant(3, 2.0), Constant(5, 3.0)
    assert parse("1-2*3 < 4") == Comparison(
        7, "<", Arithmetic(2, "-", one, Arithmetic(4, "*", two, three)), Constant(9, 4.0)
    )
    assert parse("1-2-3 < 4") == Comparison(
        7, "<", Arithmetic(4, "-", Arithmetic(2, "-", one, two), three), Constant(9, 4.0)
    )


@pytest.mark.parametrize("text", ["a != 1", "a <> 1"])
def test_unequal_is_the_opposite_of_equal(text: str) -> None:
    assert parse(text) == Not(3, Comparison(3, "=", Attribute(1, "", "a"), Constant(6, 1.0)))


def test_not_before_an_operator_is_not_before_the_comparison() -> None:
    assert parse("a not in (1)") == Not(3, Membership(7, Attribute(1, "", "a"), (Constant(11, 1.0),)))
    assert parse("a not under 'x'") == Not(3, Comparison(7, "under", Attribute(1, "", "a"), Constant(13, "x")))


@pytest.mark.parametrize("text", ["a is null", "a = null", "a == NULL"])
def test_null_is_asked_for_with_is_or_equals(text: str) -> None:
    assert parse(text) == IsNull(3, Attribute(1, "", "a"))


@pytest.mark.parametrize("text", ["a is not null", "a != null"])
def test_not_null_likewise(text: str) -> None:
    assert parse(text) == Not(3, IsNull(3, Attribute(1, "", "a")))


def test_null_may_stand_first() -> None:
    assert parse("null = a") == IsNull(6, Attribute(8, "", "a"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a='it''s'", "it's"),
        ('a="say ""hi"""', 'say "hi"'),
        ("a='\"'", '"'),
        ("a=''", ""),
        ("a='x\n\U0001f600'", "x\n😀"),
    ],
)
def test_quotes_are_doubled_inside_quotes(text: str, value: str) -> None:
    assert parse(text) == Comparison(2, "=", Attribute(1, "", "a"), Constant(3, value))


@pytest.mark.parametrize(
    ("text", "name"), [("`a b`", "a b"), ("`in`", "in"), ("`a``b`", "a`b"), ("größe_2", "größe_2"), ("order", "order")]
)
def test_odd_names_stand_in_backquotes(text: str, name: str) -> None:
    assert parse(text) == Attribute(1, "", name)


@pytest.mark.parametrize("text", ["starts > 1", "age > 1", "item > 1", "customer > 1"])
def test_words_with_a_meaning_only_in_their_place_are_ordinary_names_elsewhere(text: str) -> None:
    assert parse(text) == Comparison(len(text) - 2, ">", Attribute(1, "", text[:-4]), Constant(len(text), 1.0))


def test_keywords_are_read_in_any_case() -> None:
    lower = "not a starts with 'x' and item.b in (true) or age(c) under null"
    assert parse(lower.upper().replace("'X'", "'x'")) == parse(
        "not A starts with 'x' and item.B in (true) or age(C) under null"
    )


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("", 1, "empty"),
        ("  \n", 1, "empty"),
        ("price <", 8, "ends too early: a value is missing"),
        ("price < and a", 9, "unexpected 'and' where a value"),
        ("price 20", 7, "unexpected '20' where an operator"),
        ("(a", 3, "a closing parenthesis is missing"),
        ("a)", 2, "unexpected ')'"),
        ("1 < 2 < 3", 7, "unexpected '<'"),
        ("a in 3", 6, "a list in parentheses"),
        ("a in ()", 7, "where a value"),
        ("a in (1 2)", 9, "a comma or a closing parenthesis"),
        ("a is 3", 6, "where null"),
        ("item.3", 5, "unexpected '.3'"),
        ("item.in", 6, "unexpected 'in' where a name"),
        ("a = 'it's'", 9, "unexpected 's' where and, or, or the end"),
        ("a = 'abc", 5, "quotation that opens here with ' is not closed"),
        ("a = `b", 5, "quotation that opens here with ` is not closed"),
        ("a\n and\n $", 9, "unexpected character '$'"),
        ("a < 1e999", 5, "number is too large"),
        ("thing.a = 1", 1, "before a dot stands item or customer"),
        ("a < now(b)", 5, "there is no function now()"),
    ],
)
def test_a_fault_is_named_with_its_column(text: str, column: int, said: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert caught.value.column == column
    assert said in caught.value.reason
    assert str(caught.value).endswith(f"(column {column})")


def test_a_text_over_the_limit_is_refused() -> None:
    longest = "a = '" + "x" * (MAX_FILTER_CHARS - 6) + "'"
    parse(longest)
    with pytest.raises(FilterError, match="at most") as caught:
        parse(longest + " ")
    assert caught.value.column == MAX_FILTER_CHARS + 1


def test_a_filter_may_nest_to_the_limit_and_no_deeper() -> None:
    parse("not " * (MAX_DEPTH - 1) + "a")
    with pytest.raises(FilterError, match="nests") as caught:
        parse("not " * MAX_DEPTH + "a")
    assert caught.value.column == 4 * MAX_DEPTH + 1


def test_a_long_flat_filter_is_not_deep() -> None:
    parse(" or ".join(f"a={number}" for number in range(200)))


@pytest.mark.parametrize("unit", ["(", "not ", "-", "a+", "a in (", "age(", "a and(", "1<"])
def test_endless_nesting_is_an_error_like_any_other(unit: str) -> None:
    with pytest.raises(FilterError):
        parse((unit * MAX_FILTER_CHARS)[:MAX_FILTER_CHARS])


def test_superfluous_parentheses_do_not_count_as_nesting() -> None:
    assert parse("(" * 900 + "a" + ")" * 900) == Attribute(901, "", "a")


PIECES = st.sampled_from(
    ["a", "price", "item.", "customer.", "age(", "and", "or", "not", "in", "is", "null", "under", "contains", "starts",
     "with", "true", "(", ")", ",", ".", "+", "-", "*", "/", "=", "!=", "<=", "'", '"', "`", "'x'", '"y"', "`z`", "1",
     "2.5", "1e9", ".5", ";", "\\", "$", "é", "\U0001f600", "\ud800", "\x00"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=30).map(" ".join), st.lists(PIECES).map("".join)))
@example("'\ud800'")
def test_no_text_raises_anything_but_a_filter_error_inside_the_text(text: str) -> None:
    try:
        parse(text)
        column = 1
    except FilterError as error:
        column = error.column
    assert 1 <= column <= len(text) + 1


def test_parsed_texts_are_remembered_up_to_a_bound() -> None:
    assert parse("price < 20") is parse("price < 20")
    assert parse.cache_info().maxsize == CACHED_EXPRESSIONS


def test_the_grammar_library_is_not_imported_before_the_first_filter() -> None:
    program = (
        "import sys, models.filters\n"
        "assert 'lark' not in sys.modules\n"
        "models.filters.parse('a')\n"
        "assert 'lark' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
