"""Tables read, hashed, sorted into columns and prepared."""

import numpy as np
import pandas as pd
import pytest

from lossary.errors import ArgumentError, NotFoundError
from lossary.lab.tasks.columns import sort_columns
from lossary.lab.tasks.preparation import preparation
from lossary.lab.tasks.table import table
from tests.lab.tables import mixed

WRITERS = {
    "commas.csv": lambda frame, path: frame.to_csv(path, index=False),
    "semicolons.csv": lambda frame, path: frame.to_csv(path, index=False, sep=";"),
    "tabs.tsv": lambda frame, path: frame.to_csv(path, index=False, sep="\t"),
    "packed.csv.gz": lambda frame, path: frame.to_csv(path, index=False),
    "columns.parquet": lambda frame, path: frame.to_parquet(path),
}


def _sorted(frame, target="price"):
    features, roles = sort_columns(frame.drop(columns=target), frame[target])
    return features, {each.name: each for each in roles}


@pytest.mark.parametrize(("name", "write"), WRITERS.items(), ids=WRITERS.keys())
def test_a_table_is_the_same_from_every_kind_of_file(name, write, tmp_path):
    write(mixed(), tmp_path / name)
    read = table(tmp_path / name)
    assert read.name == name
    assert list(read.frame.columns) == list(mixed().columns)
    assert np.allclose(read.frame["price"], mixed()["price"])
    assert _sorted(read.frame)[1]["built"].role == "number"


def test_the_hash_of_a_frame_changes_with_a_value_and_with_a_name():
    frame = mixed()
    changed = frame.assign(price=frame["price"].where(frame.index != 17, 1.0))
    renamed = frame.rename(columns={"area": "size"})
    assert len({table(each).sha256 for each in (frame, changed, renamed)}) == 3
    assert table(frame).sha256 == table(mixed()).sha256


def _file(folder, name, content):
    path = folder / name
    path.write_bytes(content)
    return path


WRONG = {
    "missing": (lambda at: at / "price.csv", NotFoundError, "prices.csv"),
    "folder": (lambda at: at, ArgumentError, "this is a folder"),
    "ending": (lambda at: _file(at, "table.xlsx", b"x"), ArgumentError, "as .csv or .parquet"),
    "no_parquet": (lambda at: _file(at, "t.parquet", b"a,b\n1,2\n"), ArgumentError, "as parquet"),
    "no_text": (lambda at: _file(at, "t.csv", b"\xff\xfe\x00\x81,\x90"), ArgumentError, "as csv"),
    "nothing": (lambda at: _file(at, "t.csv", b""), ArgumentError, "as csv"),
    "no_rows": (lambda at: _file(at, "t.csv", b"a,b\n"), ArgumentError, "no rows"),
    "number": (lambda at: 3, ArgumentError, "data is a int"),
    "twice": (
        lambda at: pd.DataFrame([[1, 2]], columns=["a", "a"]),
        ArgumentError,
        "two columns are called 'a'",
    ),
}


@pytest.mark.parametrize(("make", "error", "told"), WRONG.values(), ids=WRONG.keys())
def test_what_is_no_table_is_told(make, error, told, tmp_path):
    _file(tmp_path, "prices.csv", b"a,b\n1,2\n")
    with pytest.raises(error, match=told):
        table(make(tmp_path))


def test_every_column_is_used_for_what_it_holds_or_left_out_with_a_reason():
    _, roles = _sorted(mixed())
    assert {name: each.role for name, each in roles.items()} == {
        "number": "left out",
        "name": "left out",
        "area": "number",
        "place": "category",
        "garden": "number",
        "built": "number",
        "rooms": "number",
        "same": "left out",
        "empty": "left out",
    }
    assert "numbers the rows" in roles["number"].remark
    assert "different texts" in roles["name"].remark
    assert "1 entries that are no numbers" in roles["rooms"].remark


def test_a_copy_of_the_target_is_no_feature():
    frame = mixed().assign(again=lambda each: each["price"])
    assert _sorted(frame)[1]["again"].remark == "is the target again"


def test_infinite_entries_count_as_missing():
    frame = mixed()
    frame.loc[5, "area"] = np.inf
    features, roles = _sorted(frame)
    assert np.isnan(features["area"][5])
    assert "1 infinite" in roles["area"].remark


def test_prepared_features_are_finite_and_bounded_whatever_comes_later():
    features, _ = _sorted(mixed())
    fitted = preparation().fit(features)
    strange = features.head(3).copy()
    strange["area"] = [1e12, -1e12, np.nan]
    strange["place"] = ["never seen", "(missing)", "north"]
    made = fitted.transform(strange)
    assert made.dtype == np.float32
    assert np.isfinite(made).all()
    assert np.abs(made).max() < 20


def test_a_column_without_any_known_entry_in_training_does_no_harm():
    features, _ = _sorted(mixed())
    fitted = preparation().fit(features.assign(area=np.nan))
    assert np.isfinite(fitted.transform(features)).all()
