"""`python -m bench.quality --data DIR`: the quality of recommendations by published protocols, beside peers."""

from __future__ import annotations

import sys
from pathlib import Path

# So that `bench/quality.py` runs as well as `python -m bench.quality`.
sys.path.insert(0, str(Path(__file__).parent.parent))

from recsvc.runtime import pin_threads

pin_threads()

import tempfile  # noqa: E402 - threads are pinned before numpy is imported

import click  # noqa: E402
import msgspec  # noqa: E402

from bench.peers.environments import PEERS  # noqa: E402
from bench.protocols import measure, replenishment  # noqa: E402
from bench.protocols.every import PROTOCOLS  # noqa: E402
from bench.protocols.fit import Terms  # noqa: E402
from bench.protocols.outcome import Outcome  # noqa: E402
from bench.protocols.page import write  # noqa: E402
from bench.protocols.table import section  # noqa: E402

CACHE = Path(tempfile.gettempdir()) / "recsvc-quality"
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--only", type=click.Choice(list(PROTOCOLS)), multiple=True, help="Default: all.")
@click.option(
    "--seconds", default=120.0, show_default=True, help="Seconds on the clock for the search of each training."
)
@click.option("--seed", default=0, show_default=True)
@click.option("--threads", type=int, default=None, help="Default: the processors that the process may use.")
@click.option("--draws", default=1_000, show_default=True, help="Bootstrap draws of customers behind each interval.")
@click.option(
    "--peers", is_flag=True, help="Ask implicit, RecTools and LensKit too, each in an environment of its own."
)
@click.option(
    "--write",
    "page",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Write all outcomes in --cache into this page, such as docs/quality.md, and draw them beside it.",
)
@click.option("--cache", type=FOLDER, default=CACHE, show_default=True, help="Prepared files, trained registries.")
def main(
    data: Path,
    only: tuple[str, ...],
    seconds: float,
    seed: int,
    threads: int | None,
    draws: int,
    peers: bool,
    page: Path | None,
    cache: Path,
) -> None:
    """Prints one table a protocol, in Markdown; each outcome is kept in --cache, under results.

    Example: python -m bench.quality --data data --only cj-last-day --seconds 30 --draws 200
    """
    terms = Terms(seconds=seconds, seed=seed, threads=threads, draws=draws)
    results = cache / "results"
    results.mkdir(parents=True, exist_ok=True)
    for name in only or PROTOCOLS:
        outcome = measured(name, data, cache, terms, PEERS if peers else ())
        (results / f"{name}.json").write_bytes(msgspec.json.encode(outcome))
        click.echo("\n".join(section(outcome)))
    if page is not None:
        kept = {name: path for name in PROTOCOLS if (path := results / f"{name}.json").exists()}
        outcomes = [msgspec.json.decode(path.read_bytes(), type=Outcome) for path in kept.values()]
        write(page, outcomes, [name for name in PROTOCOLS if name not in kept])


def measured(name: str, data: Path, cache: Path, terms: Terms, peers: tuple[str, ...]) -> Outcome:
    protocol = PROTOCOLS[name]
    if isinstance(protocol, replenishment.Replenishment):
        return replenishment.measure(protocol, data, cache, terms)
    return measure.measure(protocol, data, cache, terms, peers)


if __name__ == "__main__":
    main()
