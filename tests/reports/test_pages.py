"""A page shows what its record holds, by itself, and nothing in a table can harm its reader."""

import re
from dataclasses import replace

import pytest

from lossary import reports
from lossary.records import StudyRecord
from lossary.reports.sections import sections
from tests.reports import studies
from tests.reports.reading import Reader
from tests.reports.records import HARM, record
from tests.reports.tables import recommending

OPTIONAL = {"holdout", "code", "diagnosis", "answers", "pull", "learning", "sensitivity",
            "interaction", "optimism", "limits"}  # fmt: skip
ALWAYS = {"verdict", "ranking", "reasons", "protocol", "capsule", "sources"}


@pytest.fixture(scope="module")
def page():
    return reports.page(studies.regression())


@pytest.fixture(scope="module")
def harmed():
    return reports.page(record())


def test_the_verdict_stands_first_in_words_and_grades_are_explained_there(page):
    text, verdict = Reader(page).text, studies.regression().verdict
    told = [verdict.sentence, verdict.advice, "a theorem says so", verdict.sure,
            "So they confirm the choice.", "the budget ran out", "The ranking"]  # fmt: skip
    places = [text.index(each) for each in told]
    assert places == sorted(places)


def test_every_number_of_the_ranking_is_shown(page):
    text = Reader(page).text
    for said in (
        "TweedieDeviance(power=1.5) perceptron 42.1 ± 1.3 leads 0.9 0.058 to 1.74",
        "better 62 %, same 30 %, worse 8 % 0.21",
        "worse 8 % < 0.001",
        "take this default for this metric perceptron 43 ± 1.3 0.9 -0.363 to 2.16 is the default",
        "what most would take perceptron 46.9 ± 1.4 4.8 3.54 to 6.06 -3.9",
        "looks at nothing 92.62",
    ):  # fmt: skip
        assert said in text, said


def test_the_reader_is_told_how_it_was_judged_and_how_to_repeat_it(page):
    text = Reader(page).text
    for said in (
        "Peter J. Huber (1964)", "Claude Nadeau", "2026-01-01", "1,234 rows", "20.6 minutes",
        "lossary study patients.csv --target cost --metric mae", "c0de", "f00d", "0a1b",
        "study( 'patients.csv', target='cost', metric='mae', task='positive', learners=",
        "247 rows",
        "its best constant is the mean; mae rewards the median", "Outliers among the residuals",
        "Bend the loss", "The 5 % hardest rows carry", "Good over a factor of 16 (1.2 decades)",
        "differs by 0.4 between mlp and lightgbm", "promised 41.71, kept 43: too good by 1.3",
        "another table may rank them otherwise", "within 30.0 minutes", "perceptron, 2 × 64 SiLU",
    ):  # fmt: skip
        assert said in text, said


def test_all_parts_are_there_when_their_data_are_and_are_gone_when_they_are_not(page):
    assert set(Reader(page).sections) == ALWAYS | OPTIONAL
    bare = Reader(reports.page(studies.bare()))
    assert set(bare.sections) == ALWAYS | {"code"}
    assert "hold-out" not in bare.text.replace("inner hold-out", "")


def test_a_study_without_a_winner_says_so_first():
    text = Reader(reports.page(studies.no_difference())).text
    assert text.index("No difference") < text.index("What to use") < text.index("The ranking")


def test_calibration_is_shown_before_and_after_the_decision_layer():
    page = reports.page(studies.binary())
    answers = page[page.index('id="answers"') : page.index('id="pull"')]
    told = Reader(answers).text
    assert "before and after the decision layer" in told
    assert "share that came true probability said" in told
    for style in ("second", "front"):
        assert answers.count(f'class="line {style}"') == 3


def test_levels_are_held_against_levels_and_classes_against_probabilities():
    chances = sections(studies.binary())
    levels = recommending("ordinal")
    portrait = studies.regression().arms[0].portrait
    arms = (replace(levels.arms[0], portrait=portrait), *levels.arms[1:])
    levels = sections(replace(levels, arms=arms))
    for found, wanted in ((chances, True), (levels, False)):
        (part,) = (each.data for each in found if each.name == "answers")
        assert part["chances"] is wanted


def test_a_failed_arm_stands_last_and_says_that_it_failed():
    page = reports.page(studies.with_a_failed_arm())
    assert "SquaredLogarithmicError perceptron failed –" in Reader(page).text
    strips = page[page.index("How far behind") : page.index('id="holdout"')]
    assert "Logarithmic" not in strips


def test_names_from_a_table_are_shown_and_never_run(harmed):
    read = Reader(harmed)
    assert "script" not in read.tags
    assert read.text.count('<script>alert("1")</script>') >= 12
    assert HARM in read.text
    assert "onload" not in harmed


def test_a_page_needs_nothing_but_itself(page, harmed):
    for each in (page, harmed):
        outside = [link for link in Reader(each).links if not link.startswith("#")]
        assert outside == ["record.json"]
        assert "@import" not in each
        assert re.findall(r"url\((?!#)", each) == []


def test_every_id_is_borne_once_and_every_reference_finds_its_id(page):
    read = Reader(page)
    assert sorted(set(read.ids)) == sorted(read.ids)
    wanted = {link[1:] for link in read.links if link.startswith("#")}
    assert wanted - set(read.ids) == set()


def test_figures_take_the_colours_of_the_page_on_light_dark_and_paper(page):
    pictures = re.findall(r'<svg class="panel".*?</svg>', page, flags=re.DOTALL)
    assert len(pictures) >= 6
    for picture in pictures:
        assert 'role="img"' in picture
        assert re.search(r"#[0-9a-f]{3,6}\b|rgb\(|style=", picture) is None
    for said in ("prefers-color-scheme: dark", "@media print", 'name="viewport"'):
        assert said in page


def test_the_same_record_gives_the_same_page(page):
    found = studies.regression()
    assert reports.page(found) == page
    assert reports.page(StudyRecord.from_json(found.to_json())) == page


def test_a_page_is_written_where_it_is_wanted(page, tmp_path):
    path = reports.write(studies.regression(), tmp_path / "deep" / "down")
    assert path.name == "report.html"
    assert path.read_text(encoding="utf-8") == page
