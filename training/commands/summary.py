"""Summary: findings as a person reads them on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from training.findings import Findings


def print_findings(findings: Findings, console: Console) -> None:
    """A table of the inputs, the figures of the data set, and what to know about it."""
    console.print(_tables(findings))
    for name, value in _figures(findings):
        console.print(f"{name}: {value}", highlight=False)
    for sentence in (note for table in findings.tables for note in table.notes):
        console.print(f"note: {sentence}", highlight=False, markup=False, soft_wrap=True)
    for sentence in findings.warnings:
        console.print(f"warning: {sentence}", highlight=False, markup=False, soft_wrap=True)
    for sentence in findings.off:
        console.print(f"off: {sentence}", highlight=False, markup=False, soft_wrap=True)


def _tables(findings: Findings) -> Table:
    table = Table("table", "read", "kept", "faulty", "set aside because")
    for found in findings.tables:
        reasons = "\n".join(f"{count.reason}: {count.rows:,}" for count in found.reasons)
        table.add_row(found.table, f"{found.rows_read:,}", f"{found.rows_kept:,}", f"{found.rows_faulty:,}", reasons)
    return table


def _figures(findings: Findings) -> list[tuple[str, str]]:
    counts = {name: getattr(findings, name) for name in ("customers", "items", "orders", "guest_orders", "lines")}
    figures = [(name.replace("_", " "), f"{count:,}") for name, count in counts.items() if count is not None]
    if findings.first is not None and findings.last is not None:
        figures.append(("time span", f"{findings.first} to {findings.last}"))
    if findings.joined_share is not None:
        figures.append(("order lines joined to items", f"{findings.joined_share:.1%}"))
    if findings.currency is not None:
        figures.append(("currency", findings.currency))
    return figures
