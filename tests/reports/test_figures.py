"""Figures hold the numbers of the record, and are drawn where these numbers belong."""

import math
import re
from dataclasses import replace

import pytest

from lossary.records import PortraitRecord, SensitivityPointRecord
from lossary.reports import figures
from lossary.reports.drawing import draw_panel, strips
from lossary.reports.drawing.scale import Scale
from lossary.reports.figures import Dot, Line, Panel, Row, Rows, Series
from tests.reports import studies
from tests.reports.records import HARM


@pytest.fixture(scope="module")
def found():
    return studies.regression()


def test_the_interval_figure_holds_the_leader_and_all_others_but_the_constant(found):
    figure = figures.differences(found)
    standing = {each.arm: each for each in found.verdict.standings}
    leads, *others = figure.rows
    assert (leads.label, leads.mark, leads.bar) == (found.verdict.leader, 0.0, None)
    assert [row.label for row in others] == [arm.name for arm in found.arms[1:6]]
    for row in others:
        each = standing[row.label]
        assert (row.mark, row.bar) == (each.difference, (each.low, each.high))
        assert row.strong == each.together
    assert figure.band == (-found.verdict.rope, found.verdict.rope)


def test_scores_hold_every_fold_and_curves_share_one_scale_for_the_metric(found):
    first = figures.scores(found).rows[0]
    assert first.dots == tuple(fold.score for fold in found.arms[0].folds)
    curves = figures.curves(found)
    fold = found.arms[0].folds[1]
    assert curves[0].metric.series[1].line.y == tuple(point.metric for point in fold.curve)
    assert len({each.metric.y_limits for each in curves}) == 1
    assert len(curves[0].loss.series) == 1


def test_an_arm_far_behind_is_an_arrow_at_the_edge_and_flattens_nothing():
    near = [Row(str(place), (), 0.1 * place, (0.0, 0.2 * place)) for place in range(1, 5)]
    entries = studies.regression()
    far = replace(entries.verdict.standings[5], difference=1e6, low=9e5, high=1.1e6)
    verdict = replace(entries.verdict, standings=(*entries.verdict.standings[:5], far))
    figure = figures.differences(replace(entries, verdict=verdict))
    assert figure.limits[1] < 100
    drawn = strips(figure).strips
    assert [row.beyond for row in drawn] == [0, 0, 0, 0, 0, 1]
    inside = strips(Rows("", "", tuple(near), (-0.1, 1.0), 0.0))
    assert all(row.beyond == 0 for row in inside.strips)
    assert inside.line == pytest.approx(100 * 0.1 / 1.1, abs=0.01)


def test_the_hardest_rows_are_read_off_between_the_points():
    portrait = PortraitRecord(100, pull=((0.02, 0.2), (0.1, 0.6), (1.0, 1.0)))
    assert figures.carried(portrait, 0.05) == pytest.approx(0.2 + 0.4 * 3 / 8)
    assert figures.carried(portrait, 0.01) == pytest.approx(0.1)  # the curve begins at nothing
    assert figures.carried(PortraitRecord(100), 0.05) is None


def test_the_band_of_a_sensitivity_lies_on_the_worse_side_of_the_best(found):
    less = found.verdict.sensitivity[0]
    best, rope = min(each.metric for each in less.points), found.verdict.rope
    assert figures.sensitivity(less, found).band == pytest.approx((best, best + rope))
    more = replace(found, question=replace(found.question, greater_is_better=True))
    best = max(each.metric for each in less.points)
    assert figures.sensitivity(less, more).band == pytest.approx((best - rope, best))


def test_a_logarithmic_parameter_at_zero_is_drawn_by_differences(found):
    points = tuple(SensitivityPointRecord(value, 1.0, 0.1, 3) for value in (0.0, 0.5, 1.0))
    one = replace(found.verdict.sensitivity[0], points=points)
    assert not figures.sensitivity(one, found).log


@pytest.mark.parametrize(
    ("scale", "value", "place"),
    [
        (Scale(0.0, 2.0), 0.5, 0.25),
        (Scale(0.01, 1.0, log=True), 0.1, 0.5),
        (Scale(0.01, 1.0, log=True), 0.0, 0.0),
        (Scale(1.0, 1.0), 1.0, 0.0),
    ],
    ids=["even", "log", "log of zero", "no width"],
)
def test_a_number_has_its_place_on_a_scale(scale, value, place):
    assert scale.place(value) == pytest.approx(place)


@pytest.mark.parametrize("scale", [Scale(-3.2, 8.9), Scale(0.0011, 0.0019), Scale(1e5, 9e6)],
                         ids=["wide", "small", "large"])  # fmt: skip
def test_ticks_are_few_round_and_inside(scale):
    ticks = scale.ticks()
    assert 2 <= len(ticks) <= 6
    for tick in ticks:
        assert scale.low <= tick <= scale.high
        assert re.fullmatch(r"(1|2|2.5|5|[1-9]\d?(\.\d)?|0)", f"{_mantissa(tick):g}")


def _mantissa(value):
    return 0.0 if value == 0 else abs(value) / 10.0 ** math.floor(math.log10(abs(value)))


def test_labels_of_the_left_axis_have_room_and_texts_are_escaped():
    line = Line((0.0, 1.0), (123456.0, 987654.0))
    drawn = draw_panel(Panel(HARM, HARM, HARM, (0.0, 1.0), (1e5, 1e6), (Series(line),)))
    assert "<script" not in drawn
    edges = re.findall(r'<text class="tick" x="([\d.]+)"[^>]*text-anchor="end">([^<]*)<', drawn)
    assert edges
    for x, text in edges:
        assert float(x) - 6.1 * len(text) >= 0


def test_the_last_number_of_the_lower_axis_stays_on_the_sheet():
    line = Line((0.0, 1500.0), (0.0, 1.0))
    drawn = draw_panel(Panel("", "step", "y", (0.0, 1500.0), (0.0, 1.0), (Series(line),)))
    centred = re.findall(r'x="([\d.]+)" y="[\d.]+" text-anchor="middle">([^<]*)<', drawn)
    assert centred[-1][1] == "1,500"
    assert all(float(x) + 6.1 * len(text) / 2 <= 340 for x, text in centred)


def test_a_line_breaks_where_a_number_is_missing_and_stays_inside_its_frame():
    line = Line((0.0, 1.0, 2.0, 3.0), (0.0, math.nan, 9.0, 1.0))
    panel = Panel("", "x", "y", (0.0, 3.0), (0.0, 1.0), (Series(line),), (Dot(1, 0.5, 0.4, 0.6),))
    drawn = draw_panel(panel)
    (path,) = re.findall(r'class="line front" d="([^"]*)"', drawn)
    assert path.count("M") == 2
    assert 'overflow="hidden"' in drawn
    assert "nan" not in drawn


def test_empty_and_failed_numbers_still_make_figures():
    failed = studies.with_a_failed_arm()
    assert len(figures.scores(failed).rows) == 6
    none = Rows("", "", (Row("a", (), None, (math.nan, 1.0)),), (0.0, 1.0))
    assert strips(none).strips[0].bar is None
