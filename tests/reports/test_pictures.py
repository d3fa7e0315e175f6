"""The pictures of a range test and of a search show what their records say."""

import math

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
    assert sum(bar.count for bar in figure.bars) == 24
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
