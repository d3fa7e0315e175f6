"""A run measures, holds what it found against the targets, and writes it down with its drawings."""

import json
import os
import subprocess
import sys
from copy import deepcopy

import pytest

from benchmarks.plots import FILES, KINDS, kind_of, ratio_points
from benchmarks.report import page
from benchmarks.rows import rows
from benchmarks.targets import RATIOS, SMALL, held
from tests.house.rooms import ROOT


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run the benchmarks as `make bench` does, on what takes an instant."""
    folder = tmp_path_factory.mktemp("results")
    command = [sys.executable, "-m", "benchmarks", "--quick", "--only", "squared"]
    quiet = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    ran = subprocess.run(
        [*command, "--into", str(folder)], cwd=ROOT, env=quiet,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return folder


def _found(folder):
    (file,) = folder.glob("*.json")
    return json.loads(file.read_text()), file.name


def test_a_quick_run_measures_and_writes_what_a_whole_one_does(run):
    found, name = _found(run)
    assert {(row["host"], row["pass"]) for row in found["rows"]} >= {
        ("numpy", "forward"), ("numpy", "both"), ("torch", "forward"), ("torch", "both")
    }  # fmt: skip
    errors = [row["contestants"]["ours"]["error"] for row in found["rows"]]
    assert all(max(each.values()) < 1e-6 for each in errors)
    assert {"definition", "F.mse_loss"} <= set(found["rows"][-1]["contestants"])
    assert [row["could_not"] for row in found["rows"]] == [{}] * len(found["rows"])
    assert (run / "latest.md").read_text() == page(found, name)
    assert [(run / file).read_text().startswith("<?xml") for file in FILES] == [True] * len(FILES)


def test_every_target_has_a_row_that_is_measured():
    wanted = {(loss, size, host, which) for loss, size, host, which, *_ in RATIOS}
    whole = rows()
    there = {(r.title, r.size, host, p) for r in whole for host in r.hosts for p in r.passes}
    assert wanted - there == set()
    assert {row.size for row in whole} >= set(SMALL)


def _with_ratio(found, ratio, error):
    """Pretend that the small row was the one of a target, and that it came out like this."""
    made = deepcopy(found)
    row = made["rows"][-1]
    row["size"] = "16,777,216"
    them = row["contestants"]["F.mse_loss"]
    them["ratio"]["median"] = ratio
    row["contestants"]["ours"]["error"] = {"value": error, "slope": 0.0}
    return next(line for line in held(made) if line["against"] == "F.mse_loss")


def test_a_target_is_met_only_by_a_kernel_that_is_fast_and_exact(run):
    found, _ = _found(run)
    assert _with_ratio(found, 5.1, 1e-7)["met"] is True
    assert _with_ratio(found, 4.9, 1e-7)["met"] is False
    assert _with_ratio(found, 5.1, 1e-4)["met"] is False
    assert _with_ratio(found, 5.1, 1e-7)["measured"] == "5.10"


def test_a_target_that_was_not_measured_is_a_line_all_the_same(run):
    found, _ = _found(run)
    dice = [line for line in held(found) if line["against"] == "MONAI"]
    assert [line["met"] for line in dice] == [None, None]


@pytest.mark.parametrize(
    ("host", "name", "kind"),
    [
        ("torch", "F.mse_loss", "PyTorch eager"),
        ("torch", "F.mse_loss, compiled", "torch.compile"),
        ("torch", "three sums", "PyTorch eager"),
        ("torch", "MONAI", "torchvision, MONAI, segmentation_models"),
        ("torch", "definition", "definition, kernels off"),
        ("torch", "ours, compiled", None),
        ("jax.jit", "optax", "optax under jit"),
        ("numpy", "NumPy formula", "NumPy, scikit-learn"),
    ],
)
def test_a_contestant_is_drawn_as_what_it_is(host, name, kind):
    assert kind_of(host, name) == kind
    assert kind is None or kind in KINDS


def test_only_large_rows_are_drawn_as_ratios(run):
    found, _ = _found(run)
    assert ratio_points(found) == {}
