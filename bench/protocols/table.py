"""Table: outcomes as Markdown: one section a protocol, and all of them in one table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.protocols.outcome import Contender, Figure, Outcome

# The lower the better.
FALLING = ("Calibration error",)


def section(outcome: Outcome) -> Iterator[str]:
    """Everything that was measured by one protocol."""
    yield f"### {outcome.title}"
    yield ""
    yield outcome.split + (f" **{outcome.leaks}**" if outcome.leaks else "")
    yield ""
    defined = "; ".join(f"{name}: {text}" for name, text in outcome.definitions.items())
    yield f"{defined}. All {outcome.items:,} items ranked."
    yield ""
    yield (
        f"{outcome.questions:,} questions of {outcome.customers:,} customers; seed {outcome.seed}; {outcome.draws:,} "
        f"paired bootstrap draws; commit `{outcome.commit[:10]}`, {outcome.at[:10]}. Training, search of "
        f"{outcome.search_seconds:.0f} s included: {_duration(outcome)}."
    )
    yield ""
    first = outcome.metrics[0]
    headings = [f"{name} [95 %]" for name in outcome.metrics]
    yield f"| | {' | '.join(headings)} | product over it, {first} [95 %] | fit s | answer s |"
    yield f"|---|{'---|' * (len(outcome.metrics) + 3)}"
    for contender in outcome.contenders:
        yield _row(outcome, contender)
    yield ""
    yield from _peers(outcome)
    for note, text in outcome.notes.items():
        yield f"{note[0].upper()}{note[1:]}: {text}."
        yield ""


def _peers(outcome: Outcome) -> Iterator[str]:
    """The ratio of the product to the best of the others."""
    best, first = outcome.best("peer"), outcome.metrics[0]
    if best is None or best.figures[first].value <= 0:
        return
    ratio = outcome.product.figures[first].value / best.figures[first].value
    yield (
        f"{first}: {ratio:.2f} times that of the best peer, {best.name}. Fit: "
        f"{_seconds(outcome.product.fit_seconds)} s (with its search) to {_seconds(best.fit_seconds)} s; answers: "
        f"{_seconds(outcome.product.answer_seconds)} s to {_seconds(best.answer_seconds)} s, on the clock."
    )
    yield ""


def _duration(outcome: Outcome) -> str:
    each = "" if outcome.parts == 1 else " a fold"
    wall, processor = outcome.fit_wall / outcome.parts, outcome.fit_processor / outcome.parts
    return f"{wall:.0f} s{each} on the clock, {processor:.0f} s of processor time"


def _row(outcome: Outcome, contender: Contender) -> str:
    figures = [_figure(contender.figures[name]) if name in contender.figures else "" for name in outcome.metrics]
    gain = "" if contender.gain is None else _gain(contender.gain, contender.figures[outcome.metrics[0]])
    seconds = [_seconds(contender.fit_seconds), _seconds(contender.answer_seconds)]
    name = f"**{contender.name}**" if contender.role == "product" else contender.name
    return f"| {' | '.join([name, *figures, gain, *seconds])} |"


def _figure(figure: Figure) -> str:
    return f"{figure.value:.4f} [{figure.low:.4f} {figure.high:.4f}]"


def _gain(gain: Figure, base: Figure) -> str:
    share = f" ({gain.value / base.value:+.1%})" if base.value > 0 else ""
    return f"{gain.value:+.4f}{share} [{gain.low:+.4f} {gain.high:+.4f}]"


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def summary(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """One line a protocol and metric: what there is to beat, what was found, and whether it reaches what it must."""
    yield "| protocol | metric | by hand | published | best beside it | product [95 %] | must reach | reached |"
    yield "|---|---|---|---|---|---|---|---|"
    for outcome in outcomes:
        for metric in outcome.metrics:
            if metric in outcome.product.figures:
                yield _line(outcome, metric)


def _line(outcome: Outcome, metric: str) -> str:
    aim = outcome.aims.get(metric, {})
    found, reach = outcome.product.figures[metric], aim.get("reach")
    falls = metric in FALLING
    reached = "" if reach is None else "yes" if (found.value <= reach if falls else found.value >= reach) else "no"
    best = max(
        (each for each in outcome.contenders[1:] if metric in each.figures),
        key=lambda each: each.figures[metric].value,
        default=None,
    )
    beside = "" if best is None else f"{best.figures[metric].value:.4f} {best.name}"
    name = f"{outcome.title}{' (leaks)' if outcome.leaks else ''}"
    known = [_known(aim.get("by_hand")), _known(aim.get("published"))]
    return f"| {' | '.join([name, metric, *known, beside, _figure(found), _known(reach), reached])} |"


def _known(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
