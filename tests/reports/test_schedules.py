"""The picture of the schedules shows each of them, with the numbers that they give."""

from lossary.reports.schedules import KNOWN, draw_panels, panels
from lossary.schedules import listed


def test_the_picture_shows_every_schedule():
    ours = {each.__name__ for each in listed() if each.__module__.startswith("lossary.")}
    assert set(KNOWN) == ours


def test_its_lines_are_what_the_schedules_give(tmp_path):
    figure = panels(KNOWN, 1000)
    shown = {(panel.title, name): line for panel in figure for name, line in panel.lines}
    assert shown["WarmupStableDecay", "linear"].y[850] == 0.5
    assert max(max(line.y) for line in shown.values()) == 1.0
    file = draw_panels(figure, tmp_path / "schedules.svg")
    assert all(panel.title in file.read_text() for panel in figure)
