"""The report: complete, self-contained, well-formed, and safe whatever the shop's texts hold."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace
from rich.console import Console

from tests.shops import PRESETS
from tests.training.evaluation.planted import RECIPE, evaluated
from tests.training.evaluation.toys import Bought, toy
from training.config import Gate
from training.evaluation.contenders import LINE_UPS
from training.evaluation.result import Estimate, SliceResult
from training.findings import Count, Findings, TableFindings
from training.gate import Verdict, judge
from training.report import plots, words
from training.report.html import OUTCOMES, render
from training.report.report import Report, to_json
from training.report.table import evaluation_table, print_verdict
from training.report.timeline import Timeline, timeline

VOID = {"meta", "br", "input", "img", "link", "hr"}
EVIL = '<script>alert("1")</script> & Söhne'
FINDINGS = Findings(
    tables=(
        TableFindings(
            table="order_lines",
            source="orders.csv",
            rows_read=1_200,
            rows_rejected=3,
            rows_replaced=0,
            rows_faulty=3,
            reasons=(Count("negative price", 3),),
            notes=("a note",),
        ),
    ),
    customers=90,
    items=76,
    orders=1_234,
    lines=5_000,
    first="2024-01-01T08:00+00:00",
    last="2024-06-28T20:00+00:00",
    currency="EUR",
    warnings=("a warning",),
    off=("nothing is off",),
)


class Page(HTMLParser):
    """What a browser would find: balanced elements, ids, links, texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.links += [value for name in ("href", "src", "xlink:href", "srcset") if (value := found.get(name))]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def full_report(**changes: object) -> Report:
    report = Report(
        run="20240101T000000Z-0",
        outcome="published",
        created_at="2024-01-01T00:00:00+00:00",
        commit="abc",
        findings=FINDINGS,
        timeline=Timeline(("2024-06-08", "2024-06-15", "2024-06-22"), (5, 6, 7)),
        recipe=RECIPE,
        why={"verdict": "most purchases repeat", "cascade": {"customers": 9, "orders": {"a > b": 0.11, "b > a": 0.12}}},
        evaluation=evaluated("poor"),
        verdict=judge(evaluated("poor"), Gate(), compared_with="v0", notes=("a first note",)),
        seconds={"learn als": 1.5},
    )
    return replace(report, **changes)


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(render(full_report()))


def test_the_page_is_well_formed(page: Page) -> None:
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))


def test_every_link_stays_on_the_page(page: Page) -> None:
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert all(link.startswith("#") for link in page.links)


def test_nothing_is_loaded_from_elsewhere() -> None:
    text = render(full_report())
    assert not re.search(r"@import|url\((?!#)|<script|<link|<iframe", text)
    assert set(re.findall(r'https?://[^"\s<]+', text)) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_the_page_says_all_there_is(page: Page) -> None:
    for expected in (
        "Published",
        "1,234",
        "negative price: 3",
        "a note",
        "a warning",
        "nothing is off",
        "most purchases repeat",
        "learn als",
        "a first note",
        "v0",
        "orders a week",
        "cascade · customers",
        "cascade · orders",
        "b > a",
        "0.1200",
        "Recall@10",
        "Coverage@10",
        "Random dearer item",
        "heavy customers",
    ):
        assert expected in page.text, expected
    assert all(title in page.text for title in words.TASKS.values())


def test_every_drawing_is_xml() -> None:
    drawings = re.findall(r"<svg.*?</svg>", render(full_report()), re.DOTALL)
    assert len(drawings) >= 9
    for drawing in drawings:
        ElementTree.fromstring(drawing)
        assert not re.search(r"#0[1-6]0[1-6]0[1-6]\b", drawing)


def test_texts_of_the_shop_are_escaped() -> None:
    evaluation = evaluated("poor")
    first = evaluation.tasks[0]
    sliced = replace(first, slices=tuple(replace(part, name=f"category {EVIL} $x$") for part in first.slices))
    text = render(
        full_report(
            faults=(EVIL,),
            findings=replace(FINDINGS, warnings=(EVIL,)),
            evaluation=replace(evaluation, tasks=(sliced,)),
            verdict=Verdict((EVIL,), (EVIL,)),
            why={"reason": EVIL},
        )
    )
    assert "<script" not in text
    assert Page(text).open == []
    assert Page(text).text.count("alert") >= 5


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_run_that_did_not_come_far_has_a_page_too(outcome: str) -> None:
    bare = Report(run="r", outcome=outcome, created_at="now", commit="", faults=("no order line",))  # type: ignore[arg-type]
    text = Page(render(bare)).text
    assert "no order line" in text
    assert OUTCOMES[outcome] in text


def test_a_refusal_is_on_the_page() -> None:
    text = Page(render(full_report(outcome="refused", verdict=Verdict(("a loss",))))).text
    assert "Refused by the gate" in text
    assert "a loss" in text


def test_a_shop_too_small_to_evaluate_has_a_page() -> None:
    evaluation = replace(evaluated(), tasks=(), headline={})
    assert Page(render(full_report(evaluation=evaluation, verdict=Verdict(notes=("too small",))))).open == []


def test_json_holds_what_the_page_is_made_of() -> None:
    report = full_report()
    assert msgspec.json.decode(to_json(report), type=Report) == report


def test_every_figure_has_a_name_and_a_meaning() -> None:
    for task in evaluated("poor").tasks:
        for contender in task.contenders:
            assert contender.name in words.CONTENDERS
            assert {words.stem(name) for name in contender.metrics} <= words.METRICS.keys()
    assert {*words.ACCURACY, *words.BEYOND} == words.METRICS.keys()


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("recall@10", 0.1234, "12.3%"),
        ("ndcg_whole@10", 0.1234, "0.123"),
        ("revenue@10", 1234.5, "1,234.50 EUR"),
        ("price_step@5", 1.5, "1.50 times"),
    ],
)
def test_figures_are_written_in_their_style(name: str, value: float, text: str) -> None:
    assert words.figure(name, value, "EUR") == text


def test_an_interval_is_written_where_there_is_one() -> None:
    assert words.interval("recall@10", Estimate(0.2, 0.1, 0.3)) == "10.0% to 30.0%"
    assert words.interval("coverage@10", Estimate(0.2)) == ""


@pytest.mark.parametrize("width", [60, 80, 140])
def test_the_table_fits_the_terminal(width: int) -> None:
    console = Console(width=width)
    with console.capture() as shown:
        console.print(evaluation_table(evaluated(), width))
    lines = shown.get().splitlines()
    assert all(len(line) <= width for line in lines)
    assert sum("This bundle" in line for line in lines) == len(evaluated().tasks)
    assert ("Coverage@10" in shown.get()) is (width == 140)


def test_the_verdict_is_printed_line_by_line() -> None:
    console = Console(width=80)
    with console.capture() as shown:
        print_verdict(console, Verdict(("a [bold] loss",), ("a note",)))
    assert shown.get() == "refused: a [bold] loss\nnote: a note\n"


def test_a_timeline_counts_orders_by_weeks_that_end_with_the_history() -> None:
    days = [0.5, 1.5, 2.5, 8.5, 9.5, 9.5]
    found = timeline(toy([Bought(f"c{number}", "p", day) for number, day in enumerate(days)]))
    assert found == Timeline(("1969-12-28", "1970-01-04"), (3, 3))


def test_a_week_without_orders_is_told() -> None:
    found = timeline(toy([Bought("a", "p", 0.5), Bought("a", "p", 20.5)]))
    assert found is not None
    assert found.orders == (1, 0, 1)


@pytest.mark.parametrize("preset", ["untimed", "sequence"])
def test_a_history_without_times_has_no_timeline(preset: str) -> None:
    assert timeline(PRESETS[preset]().dataset) is None


def test_weeks_of_the_test_window_stand_out() -> None:
    weeks = Timeline(tuple(str(day) for day in np.arange("2024-01-01", "2024-03-04", 7, "datetime64[D]")), (3,) * 9)
    assert plots.timeline_plot(weeks, 28).count("var(--accent)") == 4
    assert plots.timeline_plot(weeks, None).count("var(--accent)") == 0


def test_a_long_label_is_cut() -> None:
    task = evaluated("poor").tasks[0]
    long = SliceResult("x" * 200, 300, Estimate(0.1), task.slices[0].differences)
    drawing = plots.slice_plot(replace(task, slices=(long,)), "popularity")
    assert "x" * 44 not in drawing
    assert "…" in drawing


def test_the_documentation_explains_every_metric_and_task() -> None:
    text = (Path(__file__).parents[3] / "docs" / "training.md").read_text()
    for title in [metric.title for metric in words.METRICS.values()] + list(words.TASKS.values()):
        assert title in text, title


def test_every_contender_has_a_title() -> None:
    named = [name for line_up in LINE_UPS.values() for name in (*line_up.floors, *line_up.methods)]
    assert [name for name in named if name not in words.CONTENDERS] == []
