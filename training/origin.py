"""Origin: which code and which data a bundle was made of."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from training.dataset import Dataset

ROOT = Path(__file__).parent.parent


def code_version() -> str:
    """The commit of a checkout, else the installed release."""
    if (ROOT / ".git").exists():
        asked = subprocess.run(
            ["git", "-C", str(ROOT), "rev-parse", "HEAD"], capture_output=True, text=True, check=False
        )
        if asked.returncode == 0:
            return asked.stdout.strip()
    try:
        return f"recsvc {version('recsvc')}"
    except PackageNotFoundError:
        return "unknown"


def data_fingerprint(dataset: Dataset) -> str:
    """SHA-256 of all that is learned from: two runs with the same fingerprint saw the same shop."""
    lines = {f"lines/{field.name}": getattr(dataset.lines, field.name) for field in fields(dataset.lines)}
    if (events := dataset.events) is not None:
        lines |= {f"events/{name}": getattr(events, name) for name in ("customer", "item", "kind", "time")}
    ids = {"customers/ids": dataset.customers.array, "items/ids": dataset.items.array}
    attributes = {f"customer_attributes/{name}": array for name, array in dataset.customer_arrays.items()}
    names = "" if events is None else " ".join(events.names)
    described = f"{dataset.unit} {dataset.reference} {dataset.timezone} {dataset.currency} {names}"
    digest = hashlib.sha256(described.strip().encode())
    for name, array in sorted((lines | ids | dataset.arrays | attributes).items()):
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).view(np.uint8).data)
    return digest.hexdigest()
