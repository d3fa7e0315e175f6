"""The race of small networks judges everybody by double precision, and says what it missed."""

import pytest

from benchmarks import lockstep
from benchmarks.trainers.row import BATCH, COLUMNS, RATES, Row, flops

SMALL = Row(16, 2, 2 * len(RATES), 2)


@pytest.fixture(scope="module")
def found():
    return lockstep.raced(SMALL, 1, 2, judged=5) | {"threads": 2}


def test_all_come_to_the_weights_of_double_precision(found):
    assert list(found["who"]) == [
        "ours",
        "ours, without a C compiler",
        "plain loop",
        "plain loop, fused AdamW",
        "torch.func.vmap",
    ]
    # single precision: near zero, AdamW's first steps take a slope's rounding for the slope
    assert all(each["error"] < 2e-2 for each in found["who"].values())


def test_the_page_says_by_how_much_ours_is_faster_and_what_was_missed(found):
    machine = {"processor": "a processor", "cores": 2, "system": "a system", "python": "3",
               "versions": {"torch": "2"}, "compiler": "cc", "load_before": 1.0}  # fmt: skip
    run = {"machine": machine, "load_after": 1.0, "seconds": 1.0}
    for title, said in (
        ("2 × 64, 40 configurations", "wanted 10: missed"),
        ("2 × 16", "Not measured"),
    ):
        slow = {name: each | {"ratio": {"median": 2.0, "min": 1.0, "max": 3.0}}
                for name, each in found["who"].items()}  # fmt: skip
        page = lockstep.page([run | {"rows": [found | {"title": title, "who": slow}]}])
        assert said in page
        assert "| plain loop | " in page
        assert "2.0 (1.0 to 3.0)" in page


def test_the_products_of_a_step_are_counted():
    forward = COLUMNS * 16 + 16 * 16 + 16
    assert flops(SMALL) == 2 * BATCH * (3 * forward - COLUMNS * 16)
