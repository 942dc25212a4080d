"""recsvc-train list: the bundles of a registry."""

from __future__ import annotations

import click
from rich.table import Table

from models.bundle import BundleInfo
from training.commands.options import faults_end_it
from training.commands.outcome import console
from training.commands.registry import existing_registry, registry_option
from training.report import words

MEGABYTE = 1_000_000


@click.command("list")
@registry_option
@faults_end_it
def command(registry: str | None) -> None:
    """Show the bundles of a registry, the newest first.

    \b
    Example:
      recsvc-train list --registry registry
    """
    found = existing_registry(registry).bundles()
    if not found:
        click.echo("no bundles yet")
        return
    table = Table(box=None, padding=(0, 1, 0, 0))
    for name in ("", "version", "created", "learned until", "size", *map(_title, _headlines(found)), "remarks"):
        table.add_column(name, no_wrap=name in ("", "version", "created"))
    for info in found:
        table.add_row(*_row(info, _headlines(found)))
    console().print(table)


def _headlines(found: list[BundleInfo]) -> list[str]:
    """The figures that any of the bundles reports."""
    return list(dict.fromkeys(name for info in found for name in info.headline))


def _title(headline: str) -> str:
    """The task of `next_order ndcg_whole@10` as a person says it; inspect names the metric."""
    task = headline.partition(" ")[0]
    return words.TASKS.get(task, task)


def _row(info: BundleInfo, headlines: list[str]) -> list[str]:
    window = info.manifest.training_window if info.manifest else None
    figures = [f"{info.headline[name]:.3f}" if name in info.headline else "" for name in headlines]
    remarks = ["damaged"] if info.fault else []
    remarks += ["forced"] if info.manifest and info.manifest.forced else []
    return [
        "current" if info.current else "",
        info.version,
        info.created_at.strftime("%Y-%m-%d %H:%M") if info.created_at else "",
        str(window.last)[:10] if window else "",
        f"{info.size_bytes / MEGABYTE:,.1f} MB",
        *figures,
        ", ".join(remarks),
    ]
