"""A page shows what its record holds, by itself, and nothing in a table can harm its reader."""

import re
from html.parser import HTMLParser

import pytest

from lossary import reports
from lossary.records import StudyRecord
from lossary.reports.figures import curves, differences, scores
from tests.reports.records import HARM, record, without_curves


class _Reader(HTMLParser):
    """Collects the words a reader sees, the tags, the ids, and what tags refer to."""

    def __init__(self, page):
        super().__init__()
        self.words, self.tags, self.ids, self.links, self.open = [], [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.open.append(tag)
        for name, value in attributes:
            if name == "id":
                self.ids.append(value)
            if name in ("src", "href", "xlink:href", "data", "action", "srcset"):
                self.links.append(value)

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.words.append(data)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def page():
    return reports.page(record())


def test_the_verdict_stands_first_and_every_number_of_the_ranking_is_shown(page):
    text = _Reader(page).text
    found = record()
    assert text.index(found.verdict.sentence) < text.index("Huber 1.1")
    for said in ("1.1 0.1 leads", "1.3 0.2 0.2 -0.1 to 0.5 not told apart", "– – – – to – worse"):
        assert said in text
    for said in (
        "Take Huber.", "a reason", "a caution", "a decision", "0a1b", "lossary 0.1.0", "delta 1.25",
        "Peter J. Huber (1964)", "Claude Nadeau", "2026-01-01", "123 rows", "12 seconds",
    ):  # fmt: skip
        assert said in text, said


def test_names_from_a_table_are_shown_and_never_run(page):
    read = _Reader(page)
    assert "script" not in read.tags
    assert read.text.count('<script>alert("1")</script>') >= 7
    assert HARM in read.text


def test_a_page_needs_nothing_but_itself(page):
    outside = [link for link in _Reader(page).links if not link.startswith("#")]
    assert outside == ["record.json"]
    assert "@import" not in page
    assert re.findall(r"url\((?!#)", page) == []


def test_every_id_is_borne_once_and_every_reference_finds_its_id(page):
    read = _Reader(page)
    assert sorted(set(read.ids)) == sorted(read.ids)
    wanted = {link[1:] for link in read.links if link.startswith("#")}
    wanted |= set(re.findall(r"url\(#([^)]*)\)", page))
    assert wanted
    assert wanted - set(read.ids) == set()


def test_figures_take_the_colour_of_the_page_on_light_and_dark(page):
    pictures = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)
    assert len(pictures) == 2 + 2
    for picture in pictures:
        assert "currentColor" in picture
        assert "#ffffff" not in picture
        assert "#000000" not in picture
        assert 'role="img"' in picture
    assert "prefers-color-scheme: dark" in page
    assert 'name="viewport"' in page


def test_the_same_record_gives_the_same_page(page):
    assert reports.page(record()) == page
    assert reports.page(StudyRecord.from_json(record().to_json())) == page


def test_the_figures_hold_the_numbers_of_the_record():
    found = record()
    first, second = scores(found).rows
    assert (first.label, first.dots, first.mark) == ("Huber", (1.0, 1.2), 1.1)
    assert second.strong
    (behind,) = differences(found).rows
    assert (behind.mark, behind.bar) == (0.2, (-0.1, 0.5))
    panel, other = curves(found)
    assert panel.metrics[1].y == tuple(point.metric for point in found.arms[0].folds[1].curve)
    assert panel.losses[0].y == tuple(point.loss for point in found.arms[0].folds[0].curve)
    assert panel.metric_limits == other.metric_limits


def test_a_record_without_curves_still_makes_a_page():
    assert "How it was judged" in reports.page(without_curves(record()))


def test_a_page_is_written_where_it_is_wanted(tmp_path):
    path = reports.write(record(), tmp_path / "deep" / "down")
    assert path.name == "report.html"
    assert path.read_text(encoding="utf-8") == reports.page(record())
