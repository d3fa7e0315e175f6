"""Each detector finds what is there, leaves alone what is not, and says what it could not see."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lossary.core.references import all_references
from lossary.lab.diagnosis import DETECTORS, diagnose
from lossary.lab.diagnosis.detector import EVERY
from lossary.lab.diagnosis.wild import wild
from lossary.lab.tasks.table import table
from lossary.lab.tasks.task import read_task
from tests.lab.diagnosed import ROWS, censored, diagnosis_of, features, found, seen


@pytest.mark.parametrize(
    ("name", "symptoms"),
    [
        ("plain", set()),
        ("power tails", {"heavy tail"}),
        ("noise that differs", {"uneven noise"}),
        ("capped", {"pile-up"}),
        ("spoilt", {"contamination", "variance law", "skew"}),
        ("poisson", {"variance law"}),
        ("bursts", {"variance law", "over-dispersion", "skew", "heavy tail"}),
        ("zeros", {"variance law", "over-dispersion", "zeros"}),
        ("overlapping", set()),
        ("overlapping more", set()),
        ("flipped", {"label noise"}),
        ("rare", {"imbalance"}),
    ],
)
def test_what_is_wrong_is_found_and_nothing_else(name, symptoms):
    assert found(name) == symptoms


def test_amounts_that_spread_as_they_grow_are_no_wild_ones():
    assert "contamination" not in found("gamma")
    assert diagnosis_of("gamma")["variance law"].figure == pytest.approx(2, abs=0.35)
    assert diagnosis_of("poisson")["variance law"].figure == pytest.approx(1, abs=0.35)


def test_the_figure_of_wild_targets_is_about_their_share():
    assert 0.01 < diagnosis_of("spoilt")["contamination"].figure < 0.05


def test_the_variance_of_bursts_is_told_in_units_of_poisson():
    assert diagnosis_of("poisson")["over-dispersion"].figure < 1.5
    assert diagnosis_of("bursts")["over-dispersion"].figure > 3


@pytest.mark.parametrize("name", ["plain", "gamma", "poisson", "rare"])
def test_every_detector_of_the_kind_reports_a_figure_or_why_there_is_none(name):
    for each in diagnosis_of(name).values():
        assert each.detail
        if math.isnan(each.figure):
            assert each.detail.startswith("not looked at: ")
            assert not each.found


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda each: each.name)
def test_a_detector_says_what_follows_when_not_and_who_says_so(detector):
    assert detector.implies
    assert detector.unless
    assert detector.grade in "ABC"
    assert detector.cites
    assert set(detector.cites) <= set(all_references())
    assert set(detector.kinds) <= set(EVERY)


def test_times_that_are_cut_off_and_events_that_come_late_are_told_from_those_that_wear_out():
    random = np.random.default_rng(0)
    frame, told = features(random, 600)
    for wide, late, log_noise in (
        (0.8, False, np.log(random.exponential(size=600))),
        (1.0, True, random.logistic(size=600)),
    ):
        time, event = censored(random, np.exp(told + wide * log_noise))
        shown = seen(frame.assign(y=time, event=event), None, event="event")
        assert shown["censoring"].found
        assert shown["censoring"].figure == pytest.approx(1 - event.mean())
        assert shown["late events"].found == late


def test_a_column_made_of_the_target_is_found_and_named():
    random = np.random.default_rng(0)
    frame, told = features(random, 400)
    target = told + random.normal(size=400)
    shown = seen(frame.assign(copy=np.exp(target), y=target), "regression")
    assert shown["leakage"].found
    assert shown["leakage"].detail.startswith("copy alone")


def test_rows_that_stand_there_twice_are_counted():
    random = np.random.default_rng(0)
    frame, told = features(random, 400)
    frame = frame.assign(y=told + random.normal(size=400))
    shown = seen(pd.concat([frame, frame[:40]]), "regression")
    assert shown["duplicates"].found
    assert shown["duplicates"].figure == pytest.approx(40 / 440)


def test_coarse_columns_that_coincide_are_no_twins():
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.integers(0, 3, (400, 3)), columns=list("abc"))
    assert not seen(frame.assign(y=random.integers(0, 2, 400)), "binary")["duplicates"].found


def test_later_rows_that_differ_are_told_apart_and_the_clock_itself_is_no_difference():
    random = np.random.default_rng(0)
    frame, told = features(random, 400)
    frame = frame.assign(clock=np.arange(400) * 2.5, y=told + random.normal(size=400))
    assert not seen(frame, "regression")["shift"].found
    moved = frame.assign(a=frame.a + np.where(frame.index < 200, 0.0, 1.5))
    assert seen(moved, "regression")["shift"].found
    mixed = moved.sample(frac=1, random_state=0)
    assert not seen(mixed, "regression")["shift"].found
    assert seen(mixed, "regression", order="clock")["shift"].found


def test_neighbours_that_err_alike_are_found():
    random = np.random.default_rng(0)
    frame, told = features(random, 600)
    drift = np.zeros(600)
    for row in range(1, 600):
        drift[row] = 0.9 * drift[row - 1] + random.normal()
    assert seen(frame.assign(y=told + drift), "regression")["autocorrelation"].found


def test_rows_sorted_by_the_target_tell_nothing_of_time():
    random = np.random.default_rng(0)
    frame, told = features(random, 400)
    frame = frame.assign(y=told + random.normal(size=400)).sort_values("y")
    shown = seen(frame, "regression")
    assert "sorted by the target" in shown["shift"].detail
    assert not shown["shift"].found


def test_few_rows_that_carry_the_weight_are_found():
    random = np.random.default_rng(0)
    frame, told = features(random, 400)
    frame = frame.assign(y=told + random.normal(size=400), w=random.pareto(0.3, 400) + 1e-3)
    shown = seen(frame, "regression", weight="w")
    weight = frame.w.to_numpy()
    assert shown["effective rows"].found
    assert shown["effective rows"].figure == pytest.approx(
        weight.sum() ** 2 / np.sum(weight**2) / 400
    )
    assert not seen(frame.assign(w=1.0 + frame.index % 2), "regression", weight="w")[
        "effective rows"
    ].found


def test_a_rare_label_is_found_and_a_common_one_is_not():
    random = np.random.default_rng(0)
    frame, _ = features(random, 400)
    for share, rare in ((0.3, False), (0.006, True)):
        labels = {"p": random.random(400) < 0.4, "q": np.arange(400) < 400 * share}
        whole = frame.assign(**{name: each.astype(int) for name, each in labels.items()})
        shown = seen(whole, "multilabel", target=["p", "q"])
        assert shown["rare labels"].found == rare


def test_ten_classes_of_one_size_are_no_imbalance():
    random = np.random.default_rng(0)
    frame, _ = features(random, 300)
    assert not seen(frame.assign(y=np.arange(300) % 10), "multiclass")["imbalance"].found


def test_nothing_is_made_of_rows_that_no_column_tells_apart():
    frame = pd.DataFrame({"a": np.arange(60) % 2, "y": np.random.default_rng(0).normal(size=60)})
    task = read_task(table(frame), "y", "rmse")
    blank = replace(task, features=task.features * 0)
    shown = {each.name: each for each in diagnose(blank)}
    assert "no column tells rows apart" in shown["skew"].detail
    assert shown["pile-up"].detail


@pytest.mark.parametrize(
    "draw",
    [
        lambda random: random.normal(size=ROWS),
        lambda random: random.exponential(size=ROWS),
        lambda random: np.log(random.gamma(2, 1, ROWS)),
        lambda random: random.exponential(size=ROWS) * random.choice([-1, 1], ROWS),
    ],
    ids=["normal", "exponential", "log gamma", "laplace"],
)
def test_tails_that_fall_exponentially_or_faster_hold_next_to_no_wild_rows(draw):
    random = np.random.default_rng(0)
    assert np.mean([wild(draw(random)).mean() for _ in range(20)]) < 0.005


def test_a_second_bump_is_wild_and_a_gap_is_not():
    random = np.random.default_rng(0)
    left = random.normal(size=ROWS)
    left[:30] += 12
    left[-1] = np.nan
    assert wild(left)[:30].all()
    assert wild(left)[30:].sum() <= 3
    assert not wild(np.full(9, np.nan)).any()


@pytest.mark.parametrize("unit", [1e-200, 1e6, 1e150], ids=str)
def test_no_figure_hangs_on_the_units_of_target_or_columns(unit):
    random = np.random.default_rng(0)
    frame, told = features(random, 300)
    target = np.exp(0.6 * told) * random.gamma(2, 0.5, 300)
    plain = seen(frame.assign(y=target), "positive")
    other = seen(frame.assign(a=frame.a / unit, y=target * unit), "positive")
    for name, each in plain.items():
        assert other[name].figure == pytest.approx(each.figure, rel=1e-2, nan_ok=True), name


def test_rows_that_are_held_out_are_not_looked_at():
    random = np.random.default_rng(0)
    frame, told = features(random, 300)
    target = told + random.normal(size=300)
    asked = read_task(table(frame.assign(y=target)), "y", "rmse")
    target[200:] = 1e9
    spoilt = read_task(table(frame.assign(y=target)), "y", "rmse")
    rows = random.permutation(200)
    assert str(diagnose(asked, 0, rows)) == str(diagnose(spoilt, 0, rows))


def test_the_same_seed_sees_the_same():
    random = np.random.default_rng(0)
    frame, told = features(random, 200)
    frame = frame.assign(y=told + random.normal(size=200))
    one, other = (seen(frame, "regression") for _ in range(2))
    assert str(one) == str(other)
