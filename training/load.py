"""Load: from the configuration to a checked Dataset; the one way in for every command."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from training.build import Tables, build_dataset
from training.checks.currency import settle
from training.checks.customers import Customers, check_customers
from training.checks.events import Events, check_events
from training.checks.items import Items, check_items
from training.checks.join import joined_share, refusal
from training.checks.order_lines import Lines, check_order_lines
from training.checks.sheet import Sheet
from training.config import Config
from training.dataset import Dataset
from training.errors import DataRefused, Faults, UsageError
from training.findings import Findings, TableFindings
from training.progress import Progress
from training.quarantine import Quarantine, quarantine_of
from training.sources.reader import read_table

Checked = TypeVar("Checked")


class Loaded(NamedTuple):
    dataset: Dataset
    findings: Findings
    quarantine: Quarantine


def load(config: Config, progress: Progress | None = None, *, now: dt.datetime | None = None) -> Loaded:
    """Reads and checks every table that is configured. `now`: what future times are told by.

    Raises UsageError where a source cannot be opened as configured, else DataRefused with what was found until then;
    either lists every fault of all tables.
    """
    if config.inputs.order_lines is None:
        raise UsageError("inputs.order_lines: missing; give --order-lines, or set it in the configuration")
    run = _Run(config, progress or Progress(), now or dt.datetime.now(dt.UTC))
    return run.load()


@dataclass(slots=True)
class _Run:
    """What has been found so far."""

    config: Config
    progress: Progress
    now: dt.datetime
    faults: Faults = field(default_factory=Faults)
    tables: list[TableFindings] = field(default_factory=list)
    aside: list[Quarantine] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def load(self) -> Loaded:
        data = self.config.data
        lines = self._table("order_lines", lambda sheet: check_order_lines(sheet, data, self.now))
        items = self._table("items", lambda sheet: check_items(sheet, data))
        customers = self._table("customers", lambda sheet: check_customers(sheet, data))
        events = self._table("events", lambda sheet: check_events(sheet, data, self.now))
        if lines is None:
            raise self._refused(Findings())
        findings, dataset = self._dataset(lines, items, customers, events)
        if self.faults or dataset is None:
            raise self._refused(findings)
        return Loaded(dataset, self._completed(findings), quarantine_of(self.aside))

    def _table(self, name: str, check: Callable[[Sheet], Checked]) -> Checked | None:
        """The checked table, or None where it is not configured or cannot be read."""
        settings = self.config.inputs.given().get(name)
        if settings is None:
            return None
        with self.faults.collecting():
            self.progress.step(f"read {name}")
            sheet = Sheet(read_table(name, settings, self.config.inputs.url))
            self.progress.step(f"check {name}")
            checked = check(sheet)
            self.faults.data(*sheet.refusals(self.config.data.max_rejected_share))
            self.tables.append(sheet.findings())
            self.aside.append(sheet.quarantine())
            return checked
        return None

    def _dataset(
        self, lines: Lines, items: Items | None, customers: Customers | None, events: Events | None
    ) -> tuple[Findings, Dataset | None]:
        self.progress.step("build data set")
        data = self.config.data
        settled = settle(
            {"order_lines": lines.currency, "items": None if items is None else items.currency}, data.currency
        )
        if settled.fault is not None:
            self.faults.data(settled.fault)
        share = None if items is None else self._joined(lines, items, events)
        if not len(lines.quantity):
            self.faults.data("no order line is left to train on")
            return Findings(joined_share=share), None
        tables = Tables(lines, items, customers, events, settled.currency)
        dataset, notes = build_dataset(tables, self.config)
        self.warnings += notes
        findings = described(dataset, share)
        if findings.orders is not None and findings.orders < data.min_orders:
            self.faults.data(f"only {findings.orders} orders, where data.min_orders asks for {data.min_orders}")
        if not dataset.arrays["sellable"].any():
            # What is served today stays, where a feed that went wrong would empty every slate.
            self.faults.data("no item can be recommended: all of items are out of stock or hidden, or none is listed")
        return findings, dataset

    def _joined(self, lines: Lines, items: Items, events: Events | None) -> float:
        least = self.config.data.min_joined_share
        share = joined_share(lines.item, items)
        if share < least:
            self.faults.data(refusal(lines.item, items, share, least))
        if events is not None and (known := joined_share(events.item, items)) < least:
            self.warnings.append(f"only {known:.1%} of the events are about an item of items")
        return share

    def _completed(self, findings: Findings) -> Findings:
        return msgspec.structs.replace(findings, tables=tuple(self.tables), warnings=tuple(self.warnings))

    def _refused(self, findings: Findings) -> DataRefused | UsageError:
        error = self.faults.error()
        if isinstance(error, DataRefused):
            error.findings, error.quarantine = self._completed(findings), quarantine_of(self.aside)
        return error


def described(dataset: Dataset, joined: float | None) -> Findings:
    """The figures of a data set."""
    lines = dataset.lines
    guests = np.unique(lines.order[lines.customer < 0])
    return Findings(
        joined_share=joined,
        customers=dataset.n_customers,
        guest_orders=len(guests),
        items=dataset.n_items,
        orders=int(lines.order.max()) + 1,
        lines=len(lines),
        first=_shown(dataset, float(lines.time.min())),
        last=_shown(dataset, float(lines.time.max())),
        currency=dataset.currency,
        off=dataset.off,
    )


def _shown(dataset: Dataset, time: float) -> str | None:
    """A time as people read it."""
    if not dataset.timed:
        return None
    if dataset.unit == "order":
        return f"{time:.0f}"
    moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=time)
    return moment.astimezone(ZoneInfo(dataset.timezone)).isoformat(timespec="minutes")
