"""recsvc-train inspect: one bundle."""

from __future__ import annotations

import click
import msgspec
from rich.console import Console

from models.bundle import BundleInfo, Manifest
from training.commands.options import faults_end_it
from training.commands.outcome import console
from training.commands.registry import existing_registry, known_version, registry_option
from training.evaluation.result import Evaluation
from training.report.table import evaluation_table


@click.command("inspect")
@registry_option
@click.argument("version", required=False)
@faults_end_it
def command(registry: str | None, version: str | None) -> None:
    """Show what a bundle was made of, and how good it is: VERSION, by default the current one.

    \b
    Example:
      recsvc-train inspect --registry registry
    """
    found = existing_registry(registry)
    info = found.inspect(known_version(found, version))
    screen = console()
    for name, value in _facts(info):
        screen.print(f"{name}: {value}", highlight=False, markup=False, soft_wrap=True)
    if info.manifest is not None:
        _print_evaluation(info.manifest, screen)


def _facts(info: BundleInfo) -> list[tuple[str, str]]:
    facts = [("version", info.version + (" (current)" if info.current else ""))]
    if info.manifest is not None:
        window = info.manifest.training_window
        facts += [
            ("created", info.manifest.created_at.isoformat(timespec="seconds")),
            ("learned from", f"{window.first} to {window.last}"),
            ("methods", ", ".join(info.manifest.methods)),
            ("size", f"{info.size_bytes:,} bytes in {len(info.manifest.files)} files"),
            ("data", info.manifest.data_fingerprint),
            ("code", info.manifest.commit),
        ]
        facts += [("forced", info.manifest.forced)] if info.manifest.forced else []
    return [*facts, ("damaged", info.fault)] if info.fault else facts


def _print_evaluation(manifest: Manifest, screen: Console) -> None:
    try:
        evaluation = msgspec.convert(manifest.evaluation, Evaluation)
    except msgspec.ValidationError:
        screen.print("its evaluation was written by another release: read its report.json")
        return
    screen.print(evaluation_table(evaluation, screen.width))
