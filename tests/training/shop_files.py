"""Synthetic shops as files, and the configuration of a run over them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.shops import Shop
from tests.training.feeds import config
from training.config import Config


def write_shop(shop: Shop, directory: Path) -> dict[str, str]:
    """The flags that name its files."""
    directory.mkdir(exist_ok=True)
    flags = {}
    for name in ("order_lines", "items", "customers"):
        table = getattr(shop, name)
        if table is not None:
            path = directory / f"{name}.parquet"
            table.write_parquet(path)
            flags[f"inputs__{name}"] = str(path)
    return flags


def shop_options(shop: Shop, directory: Path) -> list[str]:
    """The same for the command, but for the registry."""
    settings = directory / "training.toml"
    settings.write_text("training.search_seconds = 0.0\nevaluation.bootstrap_rounds = 100\n")
    files = write_shop(shop, directory)
    options = [part for name, path in files.items() for part in (f"--{name[8:].replace('_', '-')}", path)]
    return ["--config", str(settings), *options]


def shop_config(shop: Shop, directory: Path, **flags: Any) -> Config:
    """The registry is `directory/registry`."""
    files = write_shop(shop, directory)
    quick = {"training__search_seconds": 0.0, "evaluation__bootstrap_rounds": 100}
    return config(registry=str(directory / "registry"), **files, **quick | flags)
