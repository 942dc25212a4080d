"""Faults of several steps in one error."""

from __future__ import annotations

import pytest

from training.errors import DataRefused, Faults, GateRefused, TrainingError, UsageError


def test_each_error_knows_its_exit_code_and_every_fault() -> None:
    codes = {error: error.exit_code for error in (TrainingError, UsageError, DataRefused, GateRefused)}
    assert codes == {TrainingError: 1, UsageError: 2, DataRefused: 3, GateRefused: 4}
    assert UsageError("a", "b").faults == ["a", "b"]
    assert str(UsageError("a", "b")) == "a\nb"


def test_faults_of_usage_and_data_come_together_as_one_of_usage() -> None:
    faults = Faults()
    assert not faults
    for error in (DataRefused("rows"), UsageError("path"), DataRefused("more rows")):
        with faults.collecting():
            raise error
    assert faults
    assert isinstance(faults.error(), UsageError)
    assert faults.error().faults == ["path", "rows", "more rows"]


def test_faults_of_data_alone_refuse_them() -> None:
    faults = Faults()
    faults.data("rows")
    assert isinstance(faults.error(), DataRefused)


def test_other_errors_are_not_collected() -> None:
    faults = Faults()
    with pytest.raises(ZeroDivisionError), faults.collecting():
        raise ZeroDivisionError
    assert not faults
