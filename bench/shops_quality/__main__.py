"""`python -m bench.shops_quality --data DIR`: the product beside all else in many unlike shops, as one table."""

from __future__ import annotations

import tempfile
from pathlib import Path

from recsvc.runtime import pin_threads

pin_threads()

import click  # noqa: E402 - threads are pinned before numpy is imported
import msgspec  # noqa: E402

from bench.shops_quality.every import SHOPS  # noqa: E402
from bench.shops_quality.measure import Found, Terms, measure  # noqa: E402
from bench.shops_quality.table import shop_rows, table  # noqa: E402

CACHE = Path(tempfile.gettempdir()) / "recsvc-quality"
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--only", type=click.Choice(list(SHOPS)), multiple=True, help="Default: all.")
@click.option("--seconds", type=float, default=None, help="Seconds for the search; default: the trainer's.")
@click.option("--threads", type=int, default=None, help="Default: the trainer's.")
@click.option("--draws", default=1_000, show_default=True, help="Bootstrap draws of customers behind each interval.")
@click.option("--results", type=FOLDER, default=None, help="Where the figures of each shop are kept as JSON.")
@click.option("--cache", type=FOLDER, default=CACHE, show_default=True, help="Rivals' environment and answers.")
def main(
    data: Path,
    only: tuple[str, ...],
    seconds: float | None,
    threads: int | None,
    draws: int,
    results: Path | None,
    cache: Path,
) -> None:
    """Trains on every shop by the product's own commands and prints one table, in Markdown.

    Example: python -m bench.shops_quality --data data --only cj-100 --only b2b --seconds 20
    """
    terms, found = Terms(seconds, threads, draws), []
    for name in only or SHOPS:
        found.append(measure(SHOPS[name], data, cache, terms))
        click.echo("\n".join(shop_rows(found[-1])), err=True)
        if results is not None:
            keep(found[-1], results)
    click.echo("\n".join(table(found)))


def keep(found: Found, results: Path) -> None:
    results.mkdir(parents=True, exist_ok=True)
    (results / f"{found.name}.json").write_bytes(msgspec.json.encode(found))


if __name__ == "__main__":
    main()
