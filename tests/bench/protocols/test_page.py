from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.protocols.outcome import Contender, Figure, Outcome
from bench.protocols.page import BEGIN, END, PageError, plot, write

ROOT = Path(__file__).parent.parent.parent.parent


def outcome(name: str = "toy") -> Outcome:
    def contender(role: str, value: float) -> Contender:
        gain = None if role == "product" else Figure(0.3 - value, 0.0, 0.4)
        return Contender(f"some {role}", role, {"Recall@10": Figure(value, value - 0.01, value + 0.01)}, gain)

    return Outcome(
        name=name,
        title=f"The {name} shop",
        split="Cut somewhere.",
        leaks="",
        metrics=("Recall@10",),
        aims={"Recall@10": {"by_hand": 0.1, "published": 0.25, "reach": 0.31}},
        definitions={"Recall@10": "wanted items shown / wanted items"},
        seed=0,
        draws=10,
        search_seconds=1.0,
        questions=5,
        customers=5,
        items=9,
        parts=1,
        commit="0123456789abcdef",
        at="2026-01-01T00:00:00",
        fit_wall=2.0,
        fit_processor=1.0,
        contenders=tuple(contender(*each) for each in [("product", 0.3), ("floor", 0.1), ("peer", 0.2)]),
    )


def test_figures_stand_between_the_marks_and_nothing_else_changes(tmp_path: Path) -> None:
    page = tmp_path / "quality.md"
    page.write_text(f"before\n{BEGIN}\nold figures\n{END}\nafter\n")
    write(page, [outcome()])
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "old figures" not in text
    assert (
        "| The toy shop | Recall@10 | 0.1000 | 0.2500 | 0.2000 some peer | 0.3000 [0.2900 0.3100] | 0.3100 | no |"
        in text
    )
    assert "Recall@10: 1.50 times that of the best peer, some peer." in text
    assert "Not measured" not in text
    write(page, [outcome()])
    assert page.read_text() == text
    write(page, [outcome()], ["other"])
    assert "Not measured for this page: `other`." in page.read_text()


@pytest.mark.parametrize("text", ["", BEGIN, f"{END}\n{BEGIN}"])
def test_a_page_without_marks_is_left_alone(tmp_path: Path, text: str) -> None:
    page = tmp_path / "quality.md"
    page.write_text(text)
    with pytest.raises(PageError, match="expected one line"):
        write(page, [outcome()])
    assert page.read_text() == text


def test_the_drawing_names_every_protocol_and_is_the_same_again() -> None:
    drawing = plot([outcome("first"), outcome("second")])
    ElementTree.fromstring(drawing)
    assert "The first shop" in drawing
    assert "The second shop" in drawing
    assert drawing == plot([outcome("first"), outcome("second")])


def test_the_page_of_this_repository_has_its_marks() -> None:
    text = (ROOT / "docs" / "quality.md").read_text()
    assert text.index(BEGIN) < text.index(END)
