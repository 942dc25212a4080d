"""Random filters over random small catalogues against a slow evaluator that looks at one item at a time."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.catalogue import Catalogue, Kind
from models.filters import compile_filter

Item = Mapping[str, Any]
AS_OF = 1_000_000.0

NUMBERS = st.integers(-8, 8).map(lambda quarters: quarters / 4)
TEXTS = st.sampled_from(["", "a", "A", "ab", "b", "it's", 'say "hi"', "żółw", "\U0001f600", "a\nb"])
CATEGORIES = st.sampled_from(["A", "A > B", "A > B > C", "A > B2", "D", "D > B", "D > B > C > E"])
CATEGORY_NAMES = CATEGORIES | st.sampled_from(["B", "C", "E", "Z", "D > C", ""])
TIMES = st.integers(0, 20).map(lambda hours: AS_OF - 3_600.0 * hours)

ITEMS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "price": NUMBERS, "sale_price": NUMBERS, "brand": TEXTS, "supplier": TEXTS, "odd `name": TEXTS,
            "organic": st.booleans(), "frozen": st.booleans(), "added_at": TIMES, "category": CATEGORIES,
        },
    ),
    min_size=1,
    max_size=8,
)  # fmt: skip
CUSTOMERS = st.none() | st.fixed_dictionaries(
    {}, optional={"tier": TEXTS | st.none(), "points": NUMBERS, "vip": st.booleans(), "since": TIMES}
)


@dataclass(frozen=True)
class World:
    """What one item's evaluation may look at."""

    item: Item
    anchor: Item
    customer: Item
    paths: frozenset[str] = field(default_factory=frozenset)  # of every category in the catalogue


@dataclass(frozen=True)
class Term:
    """A piece of a filter as text, with the slow way to its value (None: unknown) or truth."""

    text: str
    of: Callable[[World], Any]
    per_item: bool = False


def attribute(scope: str, name: str) -> Term:
    quoted = "`" + name.replace("`", "``") + "`" if " " in name else name
    if not scope:
        return Term(quoted, lambda world: world.item.get(name), per_item=True)
    source = operator.attrgetter({"item": "anchor", "customer": "customer"}[scope])
    return Term(f"{scope}.{quoted}", lambda world: source(world).get(name))


def attributes(names: Sequence[str], customer: str | None = None) -> st.SearchStrategy[Term]:
    terms = [attribute(scope, name) for scope in ("", "item") for name in names]
    return st.sampled_from(terms + ([attribute("customer", customer)] if customer else []))


def quoted(text: str) -> Term:
    quote = "'" if len(text) % 2 else '"'
    return Term(quote + text.replace(quote, quote * 2) + quote, lambda _: text)


def moment(seconds: float) -> Term:
    text = dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat()
    return Term(f"'{text}'", lambda _: seconds)


def calculated(symbol: str, left: Term, right: Term) -> Term:
    def of(world: World) -> float | None:
        a, b = left.of(world), right.of(world)
        if a is None or b is None or (symbol == "/" and b == 0):
            return None
        calculate: Callable[[float, float], float] = {
            "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv
        }[symbol]  # fmt: skip
        return calculate(a, b)

    return Term(f"({left.text} {symbol} {right.text})", of)


def aged(time: Term) -> Term:
    def of(world: World) -> float | None:
        seconds = time.of(world)
        return None if seconds is None else (AS_OF - seconds) / 86_400.0

    return Term(f"age({time.text})", of)


def compared(symbol: str, holds: Callable[[Any, Any], bool], left: Term, right: Term) -> Term:
    def of(world: World) -> bool:
        a, b = left.of(world), right.of(world)
        return a is not None and b is not None and holds(a, b)

    return Term(f"{left.text} {symbol} {right.text}", of)


def negated(term: Term) -> Term:
    return Term(f"not ({term.text})", lambda world: not term.of(world))


def joined(word: str, terms: list[Term]) -> Term:
    judge = {"and": all, "or": any}[word]
    return Term(f" {word} ".join(f"({term.text})" for term in terms), lambda world: judge(t.of(world) for t in terms))


def named(world: World, name: str) -> set[str]:
    """The categories that a name stands for: the path, else every path that ends in it."""
    return {name} if name in world.paths else {path for path in world.paths if path.split(" > ")[-1] == name}


def is_category(left: Term, symbol: str, right: Term) -> Term:
    def of(world: World) -> bool:
        path, name = left.of(world), right.of(world)
        if path is None or name is None:
            return False
        tops = named(world, name)
        return any(path == top or (symbol == "under" and path.startswith(top + " > ")) for top in tops)

    return Term(f"{left.text} {symbol} {right.text}", of)


ORDER = {
    "=": operator.eq, "==": operator.eq, "!=": operator.ne, "<>": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def ordered(left: Term, symbol: str, right: Term) -> Term:
    if symbol not in ("!=", "<>"):
        return compared(symbol, ORDER[symbol], left, right)
    equal = compared("=", operator.eq, left, right)
    return Term(f"{left.text} {symbol} {right.text}", lambda world: not equal.of(world))


def listed(left: Term, choices: list[Term]) -> Term:
    text = f"{left.text} in ({', '.join(choice.text for choice in choices)})"
    return Term(text, lambda world: any(left.of(world) == choice.of(world) for choice in choices))


def is_null(term: Term) -> Term:
    return Term(f"{term.text} is null", lambda world: term.of(world) is None)


TRUE, FALSE = Term("true", lambda _: True), Term("FALSE", lambda _: False)


def number(value: float) -> Term:
    return Term(repr(value), lambda _: value)


def comparable(pair: tuple[Term, str, Term]) -> bool:
    """Two different text columns of the filtered items cannot be compared."""
    left, _, right = pair
    return not (left.per_item and right.per_item and left.text != right.text)


SYMBOLS = st.sampled_from(list(ORDER))
NUMERIC = st.recursive(
    NUMBERS.map(number) | attributes(["price", "sale_price"], "points") | attributes(["added_at"], "since").map(aged),
    lambda inner: st.builds(calculated, st.sampled_from("+-*/"), inner, inner),
    max_leaves=4,
)
QUOTED = TEXTS.map(quoted)
NEEDLES = TEXTS.filter(bool).map(quoted)
TEXTUAL = QUOTED | attributes(["brand", "supplier", "odd `name"], "tier")
TIMED = attributes(["added_at"], "since")
MOMENTS = TIMES.map(moment)
FLAGS = attributes(["organic", "frozen"], "vip")
CATEGORY = attributes(["category"])
SIMPLE = st.one_of(
    st.builds(ordered, NUMERIC, SYMBOLS, NUMERIC),
    st.tuples(TEXTUAL, SYMBOLS, TEXTUAL).filter(comparable).map(lambda pair: ordered(*pair)),
    st.builds(ordered, TIMED, SYMBOLS, TIMED | MOMENTS),
    st.builds(ordered, MOMENTS, SYMBOLS, TIMED),
    st.builds(ordered, FLAGS, st.sampled_from(["=", "!="]), FLAGS | st.sampled_from([TRUE, FALSE])),
    FLAGS.map(lambda flag: Term(flag.text, lambda world: flag.of(world) is True)),
    st.builds(listed, NUMERIC, st.lists(NUMBERS.map(number), min_size=1, max_size=6)),
    st.builds(listed, TEXTUAL, st.lists(QUOTED, min_size=1, max_size=8)),
    st.builds(listed, TIMED, st.lists(MOMENTS, min_size=1, max_size=6)),
    st.builds(is_category, CATEGORY, st.sampled_from(["=", "under"]), CATEGORY | CATEGORY_NAMES.map(quoted)),
    st.builds(is_category, CATEGORY, st.sampled_from(["=", "under"]), TEXTUAL.filter(lambda text: not text.per_item)),
    st.builds(partial(compared, "contains", operator.contains), TEXTUAL, NEEDLES),
    st.builds(partial(compared, "starts with", str.startswith), TEXTUAL, NEEDLES),
    st.builds(is_null, st.one_of(NUMERIC, TEXTUAL, CATEGORY, FLAGS, TIMED)),
)
CONDITIONS = st.recursive(
    SIMPLE,
    lambda inner: (
        inner.map(negated) | st.builds(joined, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=4))
    ),
    max_leaves=8,
)


def as_stored(customer: Item | None) -> dict[str, Any] | None:
    """A customer's times are ISO texts, as every column gives them."""
    if customer is None:
        return None
    since = customer.get("since")
    return {**customer, "since": since and dt.datetime.fromtimestamp(since, dt.UTC).isoformat()}


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(CONDITIONS, ITEMS, st.none() | st.integers(0, 7), CUSTOMERS)
def test_a_filter_agrees_with_looking_at_each_item(
    catalogue_of: Callable[[Sequence[Item]], Catalogue],
    customer_kinds: Mapping[str, Kind],
    condition: Term,
    items: list[Item],
    anchor: int | None,
    customer: Item | None,
) -> None:
    anchor = None if anchor is None else anchor % len(items)
    leaves = [item["category"].split(" > ") for item in items if "category" in item]
    paths = frozenset(" > ".join(leaf[:depth]) for leaf in leaves for depth in range(1, len(leaf) + 1))
    asked = items[anchor] if anchor is not None else {}
    expected = [condition.of(World(item, asked, customer or {}, paths)) for item in items]

    item_filter = compile_filter(condition.text, catalogue_of(items), customer_kinds)
    assert item_filter.mask(anchor, as_stored(customer), AS_OF).tolist() == expected
    rows = np.arange(len(items))[::-1]
    assert item_filter.of(rows, anchor, as_stored(customer), AS_OF).tolist() == expected[::-1]
