"""The pictures of a range test and of a search show what their records say."""

import math
import re
from itertools import pairwise

import numpy as np
import pytest

from lossary.optimizers import SGD
from lossary.reports import picture
from lossary.reports.range_figure import range_figure
from lossary.reports.search_figure import search_figure
from lossary.search import Descent, learning_rate_range, minimise
from tests.search import landscapes as land


def bowl(weights):
    fit, ridge = float(weights @ weights), 0.1 * float(weights @ weights)
    return {"fit < 1 & $x$": fit - 5, "ridge": ridge}, 2.2 * weights


def never(weights):
    return 1.0, 0 * weights


@pytest.fixture(scope="module")
def swept():
    return learning_rate_range(Descent(SGD(), np.ones(2), bowl), repeats=2, steps=40)


@pytest.fixture(scope="module")
def searched():
    return minimise(
        land.rastrigin, bounds=land.BOX, gradient=land.rastrigin_slope, budget=3000, restarts=24
    )


def test_the_figure_of_a_range_test_marks_rate_interval_divergence_and_width(swept):
    figure = range_figure(swept)
    assert (figure.suggested.at, figure.suggested.low) == (swept.suggested, swept.suggested_low)
    assert (figure.divergence.low, figure.divergence.high) == (swept.held, swept.diverged)
    assert (figure.wide.low, figure.wide.high) == (swept.wide_low, swept.wide_high)
    assert [name for name, _ in figure.terms] == ["fit < 1 & $x$", "ridge"]
    assert len(figure.raw) == len(figure.smooth) == 2
    falls = min(min(each.smooth) for each in swept.sweeps)
    assert figure.limits[0] < falls < swept.sweeps[0].before < figure.limits[1]


def test_the_figure_of_a_search_shows_every_restart_and_every_basin(searched):
    figure = search_figure(searched)
    assert len(figure.courses) == 24
    settled = sum(each.ended == "settled" for each in searched.restarts)
    assert sum(bar.count for bar in figure.bars) == settled
    assert f"{len(searched.basins)} basins" in figure.title
    assert min(min(course.line.y) for course in figure.courses) == figure.floor
    assert figure.bars[-1].label.endswith("more")


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_pictures_are_files(swept, searched, ending, tmp_path):
    for name, record in (("range", swept), ("search", searched)):
        path = picture(record, tmp_path / "new" / f"{name}.{ending}")
        assert path.stat().st_size > 5000


def test_the_same_record_gives_the_same_picture_and_names_are_taken_as_they_are(swept, tmp_path):
    one, other = (picture(swept, tmp_path / f"{i}.svg").read_text() for i in (1, 2))
    assert one == other
    assert "fit &lt; 1 &amp; $x$" in one
    assert "mathdefault" not in one


def test_the_legend_names_all_that_is_drawn(swept, tmp_path):
    drawn = picture(swept, tmp_path / "range.svg").read_text()
    for name in ("as measured", "without noise", "stable below, diverging above"):
        assert name in drawn


def test_the_best_so_far_is_drawn_as_steps(searched, tmp_path):
    drawn = picture(searched, tmp_path / "search.svg").read_text()
    courses = re.findall(r'<path d="([^"]*)"[^>]*stroke-width: 0\.8', drawn)
    lines = [re.findall(r"[ML] (\S+) (\S+)", each) for each in courses]
    lines = [each for each in lines if len(each) > 3]
    assert len(lines) >= 24
    for line in lines:
        assert all(one[0] == two[0] or one[1] == two[1] for one, two in pairwise(line))


def test_what_has_not_settled_has_no_bar_and_is_told():
    found = minimise(land.rastrigin, bounds=land.BOX, method="cma_es", budget=1500)
    figure = search_figure(found)
    assert found.unsettled > 0
    assert f"{found.unsettled} had not settled" in figure.title
    assert sum(bar.count for bar in figure.bars) == len(found.restarts) - found.unsettled


def test_what_was_not_found_is_not_drawn(tmp_path):
    empty = learning_rate_range(Descent(SGD(), np.ones(2), never), repeats=1, steps=20)
    assert "no learning rate" in range_figure(empty).title
    picture(empty, tmp_path / "empty.svg")
    nowhere = minimise(
        lambda w: np.full(len(w), math.nan), bounds=land.BOX, method="cma_es", budget=30
    )
    assert nowhere.basins == ()
    assert search_figure(nowhere).bars == ()
    picture(nowhere, tmp_path / "nowhere.svg")
