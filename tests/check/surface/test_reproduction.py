"""The code of a finding: it runs without lossary, and its reader sees the same number."""

import jax
import numpy as np
import pytest
import tensorflow as tf
import torch

from lossary.verifier import Argument, Contract
from lossary.verifier.batch import Batch
from lossary.verifier.finding import Call
from lossary.verifier.writing import reproduction
from lossary.verifier.writing.arrays import spelt
from lossary.verifier.writing.dialects import dialect_of
from lossary.verifier.writing.spelling import fallback
from tests.check.replaying import replayed
from tests.check.surface.made import BATCH, finding, verdict

ROWS = Contract(
    arguments=(
        Argument("p", "prediction", ("n",), "real"),
        Argument("t", "target", ("n",), "real"),
    )
)
SMALL = Batch({"p": np.asarray([0.5, -2.0]), "t": np.asarray([1.0, 3.0])})
SLOPE = (SMALL["p"] - SMALL["t"]) * np.asarray([2.0, 6.0])
LOSSES = {
    "torch": lambda p, t, gamma=2.0: (p - t) ** gamma,
    "jax": lambda p, t, gamma=2.0: (p - t) ** gamma,
    "tensorflow": lambda p, t, gamma=2.0: (p - t) ** gamma,
    "numpy": lambda p, t, gamma=2.0: (p - t) ** gamma,
}
SOME = Contract(arguments=ROWS.arguments, output=("n",), reduction="none")
every_host = pytest.mark.parametrize("host", list(LOSSES))


def _verdict(host, found, contract=SOME):
    return verdict(found, host=host, arrays=host, contract=contract, spelling=("loss = focal",))


@every_host
@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_values_are_seen_again(host, precision):
    found = finding(Call(SMALL, (SMALL["p"] - SMALL["t"]) ** 2, precision=precision))
    of = _verdict(host, found)
    assert replayed(of, found, _named(LOSSES[host])) == ""


@pytest.mark.parametrize("host", ["torch", "jax", "tensorflow"])
@pytest.mark.parametrize("upstream", [None, np.asarray([1.0, 3.0])], ids=["ones", "upstream"])
def test_gradients_are_seen_again(host, upstream):
    slope = 2 * (SMALL["p"] - SMALL["t"]) * (1.0 if upstream is None else upstream)
    found = finding(Call(SMALL, slope, of="p", upstream=upstream))
    of = _verdict(host, found)
    assert replayed(of, found, _named(LOSSES[host])) == ""


def _named(loss):
    loss.__name__ = "focal"
    return loss


def test_another_number_is_noticed():
    found = finding(Call(SMALL, np.asarray([1.0, 1.0])))
    assert "gave" in replayed(_verdict("torch", found), found, _named(LOSSES["torch"]))


def test_a_gradient_that_is_not_there_is_none():
    found = finding(Call(SMALL, None, of="p"))
    assert replayed(_verdict("torch", found), found, _named(lambda p, t: (p - t).detach())) == ""


def test_a_gradient_by_hand_is_called_by_its_name():
    found = finding(Call(SMALL, np.asarray([1.0, 2.0]), of="p"))
    by_hand = ("from losses import slope", "gradient = slope")
    of = verdict(found, host="numpy", arrays="numpy", contract=ROWS, gradient=by_hand)
    code = reproduction(of, found)
    assert "print(gradient(p, t))" in code
    assert "from losses import slope" in code


def test_an_error_is_raised_again_and_in_between_is_told():
    def focal(p, t):
        raise ValueError("no")

    calls = (Call(SMALL, "ValueError: no"), Call(SMALL, "ValueError: no"))
    found = finding(*calls)
    of = _verdict("torch", found)
    assert replayed(of, found, focal) == ""
    assert "except Exception as error:" in reproduction(of, found)


def test_settings_go_where_the_loss_is_made_or_with_the_call():
    calls = (Call(SMALL, 1.0), Call(SMALL, 1.0, settings={"gamma": 0.0}))
    found = finding(*calls)
    function = reproduction(_verdict("torch", found), found)
    assert "print(loss(p, t, gamma=0.0))" in function
    made = verdict(found, contract=ROWS, spelling=("from a import F", "loss = F(gamma=2.0)"))
    lines = reproduction(made, found).splitlines()
    assert [line for line in lines if line.startswith("loss")] == [
        "loss = F(gamma=2.0)", "loss = F(gamma=0.0)",
    ]  # fmt: skip


def test_what_was_assumed_is_written_too():
    found = finding(Call(SMALL, 1.0))
    of = verdict(found, contract=ROWS, passed={"gamma": 2.0})
    assert "loss(p, t, gamma=2.0)" in reproduction(of, found)


def test_only_what_changed_is_written_again():
    calls = (Call(SMALL, 1.0), Call(SMALL.with_("p", [1.0, 2.0]), 1.0, says="with others"))
    code = reproduction(verdict(contract=ROWS), finding(*calls))
    assert code.count("p = torch.tensor") == 2
    assert code.count("t = torch.tensor") == 1
    assert "# with others" in code


def test_nan_and_inf_come_with_their_import_and_an_optional_array_by_its_name():
    code = reproduction(verdict(), finding(Call(BATCH, 2.0)))
    assert code.startswith("from math import inf, nan\nimport torch\n")
    assert "loss(logits, labels, weight=weight)" in code
    assert "dtype=torch.int64" in code


def test_a_plain_call_imports_no_more_than_it_needs():
    made = fallback("focal", "losses:focal")
    code = reproduction(verdict(contract=ROWS, spelling=made), finding(Call(SMALL, 1.0)))
    assert code.startswith("import torch\nfrom losses import focal\n\nloss = focal\n")


def test_a_name_that_is_taken_is_changed():
    batch = Batch({"loss": np.asarray([1.0])})
    contract = Contract(arguments=(Argument("loss", "prediction", ("n",), "real"),))
    code = reproduction(verdict(contract=contract), finding(Call(batch, 1.0)))
    assert "loss(loss_)" in code


def test_one_of_several_results_is_taken():
    code = reproduction(verdict(contract=ROWS, part="[0]"), finding(Call(SMALL, 1.0)))
    assert "print(loss(p, t)[0])" in code


ARRAYS = {
    "plain": np.asarray([[0.1, -1e-300], [np.inf, 2.0]]),
    "not_a_number": np.asarray([np.nan, 1.0]),
    "whole": np.asarray([[1, -100], [0, 3]]),
    "switches": np.asarray([True, False]),
    "one_number": np.asarray(0.25),
    "no_rows": np.zeros((0, 3)),
    "constant": np.full((300, 2), 0.1),
    "repeated": np.tile([[0.1, 0.2], [0.3, np.nan]], (100, 1)),
    "long": np.arange(90.0) / 7,
    "wide": np.arange(60.0).reshape(3, 20) / 7,
    "deep": np.arange(24.0).reshape(2, 3, 4) / 7,
}


@pytest.mark.parametrize("host", list(LOSSES))
@pytest.mark.parametrize("array", ARRAYS.values(), ids=ARRAYS.keys())
def test_an_array_is_read_back_to_the_last_bit(host, array):
    around = {"torch": torch, "np": np, "tf": tf, "jax": jax, "jnp": jax.numpy}
    around |= {"nan": float("nan"), "inf": float("inf")}
    code = spelt("found", array, "float64", dialect_of(host))
    with jax.enable_x64(True):
        exec(code, around)
        read = np.asarray(around["found"])
    assert read.shape == array.shape
    assert read.dtype == array.dtype
    assert np.array_equal(read, array, equal_nan=array.dtype.kind == "f")


@pytest.mark.parametrize("array", ARRAYS.values(), ids=ARRAYS.keys())
def test_a_line_of_code_fits_a_narrow_terminal(array):
    code = spelt("prediction", array, "float64", dialect_of("torch"))
    assert max(map(len, code.splitlines())) <= 80 or len(code.splitlines()) == 1


def test_half_precision_is_spelt():
    assert "dtype=torch.bfloat16" in spelt("p", SMALL["p"], "bfloat16", dialect_of("torch"))
