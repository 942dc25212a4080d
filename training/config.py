"""Config: every setting of the trainer with its default and its one line of documentation."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

TABLES = ("order_lines", "items", "events", "customers")
NULL_VALUES = ("", "NULL", "null", "None", "none", "NaN", "nan", "N/A", "n/a", "\\N")

Share = Annotated[float, Meta(ge=0, le=1)]
Positive = Annotated[float, Meta(gt=0)]
Whole = Annotated[int, Meta(ge=1)]
Text = Annotated[str, Meta(min_length=1)]


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of the configuration file."""


class TableInput(Section, frozen=True):
    """Where one input table comes from, and how to read it."""

    path: Annotated[Text | None, Meta(description="a file, a directory or a glob of parts")] = None
    query: Annotated[Text | None, Meta(description="an SQL query, instead of `path`")] = None
    url: Annotated[Text | None, Meta(description="database of `query`; default `inputs.url`")] = None
    columns: Annotated[dict[str, str], Meta(description='`{our_name = "their name"}` where names differ')] = (
        msgspec.field(default_factory=dict)
    )
    delimiter: Annotated[
        Annotated[str, Meta(min_length=1, max_length=1)] | None, Meta(description="CSV: default detected")
    ] = None
    decimal: Annotated[
        Literal[".", ","] | None, Meta(description="decimal mark of numbers in text; default detected")
    ] = None
    encoding: Annotated[Text | None, Meta(description="CSV: default detected (UTF-8, UTF-16, cp1250/1/2)")] = None
    null_values: Annotated[tuple[str, ...], Meta(description="texts that mean a missing value")] = NULL_VALUES
    timezone: Annotated[Text | None, Meta(description="zone of times without one; default `data.timezone`")] = None
    time_format: Annotated[
        Text | None, Meta(description="strptime format of times in text, such as `%d/%m/%Y %H:%M`; default detected")
    ] = None


class Inputs(Section, frozen=True):
    """The tables; each may also be given as one text: a path, or a query that begins with SELECT or WITH."""

    url: Annotated[
        Text | None, Meta(description="SQLAlchemy URL that queries run on; `${NAME}` is taken from the environment")
    ] = None
    order_lines: TableInput | None = None
    items: TableInput | None = None
    events: TableInput | None = None
    customers: TableInput | None = None

    def given(self) -> dict[str, TableInput]:
        """The tables that there are, by name."""
        tables = {name: getattr(self, name) for name in TABLES}
        return {name: table for name, table in tables.items() if table is not None}


class Data(Section, frozen=True):
    """What counts as good data."""

    max_rejected_share: Annotated[
        Share, Meta(description="a larger share of faulty rows in one table stops the run")
    ] = 0.05
    min_joined_share: Annotated[
        Share, Meta(description="a smaller share of order lines whose item is in `items` stops the run")
    ] = 0.5
    timezone: Annotated[Text, Meta(description="the shop's zone: of times without one, and of its days")] = "UTC"
    future_tolerance_days: Annotated[
        Annotated[float, Meta(ge=0)], Meta(description="times further ahead than this are faulty")
    ] = 1.0
    min_orders: Annotated[Whole, Meta(description="fewer orders than this stop the run")] = 20
    currency: Annotated[
        Annotated[str, Meta(pattern="^[A-Z]{3}$")] | None,
        Meta(description="the shop's currency, where prices come in several: others' prices count as unknown"),
    ] = None
    recommend_unlisted: Annotated[bool, Meta(description="whether items that `items` lacks may be recommended")] = False


class Training(Section, frozen=True):
    """How the bundle is made."""

    seed: Annotated[Annotated[int, Meta(ge=0)], Meta(description="the same seed and data give the same bundle")] = 0
    threads: Annotated[Whole | None, Meta(description="default: the processors that the process may use")] = None
    depth: Annotated[Whole, Meta(description="ranked items stored for each customer")] = 100
    search_seconds: Annotated[
        Annotated[float, Meta(ge=0)], Meta(description="wall-clock time in which a search begins new trials")
    ] = 120.0
    keep_bundles: Annotated[Whole, Meta(description="bundles the registry keeps, the current one included")] = 5
    keep_runs: Annotated[
        Whole, Meta(description="runs whose report, log and quarantine the registry keeps, this one included")
    ] = 30
    window_days: Annotated[
        Positive | None, Meta(description="train on the last so many days only (orders, where times are a sequence)")
    ] = None


class Evaluation(Section, frozen=True):
    """How a bundle is judged before it is published."""

    test_days: Annotated[
        Whole, Meta(description="length of the test window at the end; a quarter of a short history at most")
    ] = 28
    cutoff: Annotated[Whole, Meta(description="the K of Recall@K and its kin")] = 10
    max_customers: Annotated[Whole, Meta(description="customers asked at most, drawn with the seed")] = 20_000
    bootstrap_rounds: Annotated[Whole, Meta(description="resamples behind each confidence interval")] = 1_000


class Gate(Section, frozen=True):
    """When a worse bundle is refused."""

    max_slice_loss_share: Annotated[
        Share, Meta(description="a slice that surely loses more than this refuses the bundle")
    ] = 0.03
    min_slice_customers: Annotated[Whole, Meta(description="smaller slices do not vote")] = 200
    max_drift_share: Annotated[
        Share, Meta(description="change of coverage, Gini or mean price that needs a reason")
    ] = 0.1


class Config(Section, frozen=True):
    """The whole file."""

    registry: Annotated[Text | None, Meta(description="directory that bundles are published in")] = None
    placements: Annotated[Text | None, Meta(description="placements file; default: the one that is shipped")] = None
    inputs: Inputs = Inputs()
    data: Data = Data()
    training: Training = Training()
    evaluation: Evaluation = Evaluation()
    gate: Gate = Gate()
