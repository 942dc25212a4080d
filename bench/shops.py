"""Shops: synthetic registries under bench/out, written once and used again until their making changes."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from bench import columns, draws, synthetic
from bench.synthetic import Size, publish_shop

OUT = Path(__file__).parent / "out"
# What decides the bytes of a bundle.
MAKING = (synthetic, columns, draws)


def registry_of(size: Size, directory: Path = OUT / "shops") -> Path:
    """The registry of a shop of this size; the first time for a size this takes seconds to minutes."""
    stem = f"{size.customers}x{size.items}"
    path = directory / f"{stem}-{_digest()}"
    if not (path / "CURRENT").exists():
        for left in directory.glob(f"{stem}-*"):
            shutil.rmtree(left)
        print(f"writing a shop of {size}", flush=True)
        publish_shop(path, size)
    return path


def _digest() -> str:
    sources = b"".join(Path(module.__file__ or "").read_bytes() for module in MAKING)
    return hashlib.sha256(sources).hexdigest()[:12]
