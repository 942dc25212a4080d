"""`python -m bench`: speed and memory of the service, and of its parts for whoever changes them."""

from __future__ import annotations

import sys

from recsvc.runtime import pin_threads

pin_threads()

import click  # noqa: E402 - threads are pinned before numpy is imported


@click.command()
@click.argument("what", type=click.Choice(["serving", "engine"]), default="serving")
@click.option("--quick", is_flag=True, help="Small shops and short runs: whether it works, not how fast it is.")
def bench(what: str, quick: bool) -> None:
    """Measures the service under gunicorn (serving) or its parts in one process (engine).

    Example: python -m bench engine --quick
    """
    if what == "engine":
        from bench import engine

        click.echo(engine.as_text(engine.measure(engine.QUICK if quick else engine.FULL)))
        return
    _serving(quick)


def _serving(quick: bool) -> None:
    from bench.figures import as_text
    from bench.load import LoadError
    from bench.report import write_report
    from bench.servers import ServerError
    from bench.serving import FULL, QUICK, measure
    from bench.shops import OUT

    try:
        results = measure(QUICK if quick else FULL)
    except (LoadError, ServerError) as error:
        sys.exit(f"bench: {error}")
    click.echo(as_text(results))
    click.echo(f"report: {write_report(results, OUT)}")


if __name__ == "__main__":
    bench()
