"""Records: to JSON and back without loss, and a word where something else is handed over."""

import json

import pytest

from lossary.errors import FormatError
from lossary.records import FORMAT, StudyRecord
from tests.reports.records import record
from tests.reports.studies import with_a_failed_arm


def test_a_record_is_the_same_after_its_way_through_json():
    text = record().to_json()
    assert StudyRecord.from_json(text).to_json() == text
    assert StudyRecord.from_json(text).arms[0] == record().arms[0]


def test_what_is_not_finite_is_written_as_every_json_reader_can_read_it():
    def refuse(name):
        raise AssertionError(name)

    data = json.loads(with_a_failed_arm().to_json(), parse_constant=refuse)
    failed = data["verdict"]["standings"][-1]
    assert failed["mean"] is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "not JSON"),
        ("[]", "format None"),
        ('{"format": 99}', f"format 99 was given, format {FORMAT} is read"),
        (f'{{"format": {FORMAT}}}', "not as it was written"),
        (f'{{"format": {FORMAT}, "stranger": 1}}', "not as it was written"),
    ],
)
def test_what_is_no_record_is_told(text, told):
    with pytest.raises(FormatError, match=told):
        StudyRecord.from_json(text)
