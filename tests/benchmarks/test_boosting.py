"""The boosting table takes turns, divides rightly, and says what it missed."""

from argparse import Namespace

import numpy as np
import pytest

from benchmarks import boosting
from benchmarks.boosters.row import draw


def test_turns_are_taken_by_turns_and_the_first_is_dropped():
    now, log = [0.0], []

    def call(name, lengths):
        each = iter(lengths)

        def made():
            log.append(name)
            now[0] += next(each)

        return made

    clocks = (lambda: now[0], lambda: 2 * now[0])
    ours, theirs = call("ours", [90.0, 3.0, 1.0, 2.0]), call("theirs", [50.0, 2.0, 2.0, 2.0])
    found = boosting.timed(ours, theirs, 3, clocks)
    assert log == ["theirs", "ours", "ours", "theirs"] * 2
    assert found == {
        "ours_s": 2.0,
        "theirs_s": 2.0,
        "ratio": {"median": 1.0, "min": 0.5, "max": 1.5},
        "processor_ratio": 1.0,
    }


def test_a_small_run_writes_every_row_with_both_errors(capsys):
    pytest.importorskip("lightgbm")
    given = Namespace(only="lightgbm", rows=400, rounds=2, threads=1, repeats=1)
    rows = boosting.measured("lightgbm", given)
    assert {row["loss"] for row in rows} >= {
        "HalfSquaredError",
        "Quantile 0.9",
        "CrossEntropy of 5",
    }
    assert np.isfinite([(row["error_ours"], row["error_theirs"]) for row in rows]).all()
    machine = {"processor": "P", "cores": 2, "system": "S", "python": "3", "load_before": 1.0}
    told = {"machine": machine | {"versions": {"numpy": "2"}}, "load_after": 1.0}
    slow = rows[0] | {"ratio": {"median": 1.2, "min": 1.1, "max": 1.3}}
    page = boosting.page(told | {"told": vars(given), "rows": [slow, *rows[1:]]})
    line = next(line for line in page.splitlines() if line.startswith("| HalfSquaredError"))
    assert "| 1.20 (1.10 to 1.30) |" in line
    assert line.endswith("| missed |")
    assert page.count("\n| ") == len(rows) + 2


def test_targets_are_of_the_kinds_that_rows_ask_for():
    features, targets = draw(1000)
    assert features.dtype == np.float32
    assert features.shape == (1000, 10)
    assert set(np.unique(targets["two"])) == {0, 1}
    assert set(np.unique(targets["five"])) == set(range(5))
    assert (targets["count"] >= 0).all()
