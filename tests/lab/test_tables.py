"""Tables read, hashed, sorted into columns and prepared."""

import numpy as np
import pandas as pd
import pytest

from lossary.errors import ArgumentError, NotFoundError
from lossary.lab.tasks.columns import sort_columns
from lossary.lab.tasks.preparation import preparation
from lossary.lab.tasks.samples import BUNDLES
from lossary.lab.tasks.table import table
from lossary.lab.tasks.task import read_task
from tests.lab.frames import mixed

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


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_is_read_by_its_name_and_knows_its_target(name):
    read = table(f"sklearn:{name}")
    assert read.sha256 == table(name).sha256
    task = read_task(read)
    assert task.name == read.target[0]
    assert task.table.name == f"{name} (bundled with scikit-learn)"
    assert name == "diabetes" or not task.classes[0].startswith("0.")


def test_a_file_goes_before_a_bundle_of_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wine").write_bytes(b"a,b\n1,2\n")
    with pytest.raises(ArgumentError, match="without an ending"):
        table("wine")


X = np.random.default_rng(0).normal(size=(60, 3))
Y = X[:, 0] + 1.0


class Stream:
    """What other libraries hand over of their data frames."""

    def __arrow_c_stream__(self, requested_schema=None):
        import pyarrow

        frame = pd.DataFrame({"x0": X[:, 0], "y": Y})
        return pyarrow.Table.from_pandas(frame).__arrow_c_stream__(requested_schema)


class Foreign:
    """A data frame of another library."""

    columns = ("x0", "y")

    def to_pandas(self):
        return pd.DataFrame({"x0": X[:, 0], "y": Y})


@pytest.mark.parametrize("given", [Stream, Foreign], ids=["stream", "to_pandas"])
def test_a_data_frame_of_another_library_is_read(given):
    task = read_task(table(given()), "y")
    assert np.allclose(task.target, Y)
    assert list(task.features) == ["x0"]


@pytest.mark.parametrize(
    "read",
    [
        lambda: table((X, Y)),
        lambda: table(X, target=Y),
        lambda: table(X.tolist(), target=Y[:, None]),
        lambda: table(X, target=pd.Series(Y, index=range(5, 65))),
    ],
    ids=["pair", "apart", "lists", "series"],
)
def test_arrays_are_a_table_whose_target_is_known(read):
    task = read_task(read())
    assert list(task.features) == ["x0", "x1", "x2"]
    assert task.name == "target"
    assert np.array_equal(task.target, Y)
    assert np.array_equal(task.features, X)


def test_a_matrix_of_labels_is_a_target_of_as_many_columns():
    task = read_task(table((X, (X > 0).astype(int))))
    assert task.classes == ("target_0", "target_1", "target_2")


def test_a_frame_keeps_its_names_beside_an_array():
    frame = mixed().drop(columns="price")
    task = read_task(table(frame, target=pd.Series(mixed()["price"], name="cost")))
    assert task.name == "cost"
    assert "area" in task.features


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
    "no_bundle": (lambda at: "sklearn:wines", NotFoundError, "Did you mean wine"),
    "fetched": (lambda at: "sklearn:california_housing", NotFoundError, "no such table is bundled"),
    "line": (lambda at: np.ones(9), ArgumentError, r"reshape\(len\(features\), -1\)"),
    "ragged": (lambda at: [[1, 2], [3]], ArgumentError, "no matrix"),
    "lengths": (lambda at: (np.ones((9, 2)), np.ones(8)), ArgumentError, "9 rows, but .* has 8"),
    "taken": (
        lambda at: (mixed(), mixed()["price"]),
        ArgumentError,
        "already: rename it, or leave it in the table",
    ),
    "cube": (lambda at: (np.ones((9, 2)), np.ones((9, 2, 2))), ArgumentError, r"\(rows, labels\)"),
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
