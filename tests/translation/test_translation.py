"""Every claim about an optimizer in another library is walked, and holds."""

import sys

import pytest

from lossary.adapters.translation import spelled, translated
from lossary.adapters.translation.comparing import CLOSE, compared
from lossary.adapters.translation.rows import ROWS
from lossary.adapters.translation.spelling import APART, CONSTANT
from lossary.adapters.translation.tables import TABLES
from lossary.errors import ArgumentError, HostError
from lossary.optimizers import (
    LARS,
    AdaGrad,
    Adam,
    AdamW,
    ClipByGlobalNorm,
    ClipByNorm,
    ClipByValue,
    DecoupledWeightDecay,
    Momentum,
    RAdam,
    RMSProp,
)
from lossary.schedules import Cosine

CLAIMS = [(row, host) for row in ROWS for host in TABLES]
WALKED = [each for each in CLAIMS if spelled(each[0].optimizer, each[1]).call is not None]


def _named(value):
    """Tell a row by its optimizer, and a host by its name."""
    return value if isinstance(value, str) else repr(value.optimizer)


@pytest.mark.parametrize(("row", "host"), WALKED, ids=_named)
def test_what_is_claimed_of_a_host_is_what_walking_beside_it_shows(row, host):
    spelling = spelled(row.optimizer, host)
    found = compared(row.optimizer, host, spelling)
    assert found.holds, found.apart
    if spelling.claim == CONSTANT:
        assert found.apart["constant rate"] < CLOSE
    if spelling.claim in (APART, CONSTANT):
        assert max(found.apart.values()) > row.apart[host]  # more than is told of it
    else:
        assert max(found.apart.values()) < CLOSE
        assert host not in row.apart


def test_every_host_that_is_spelled_is_walked_and_every_optimizer_it_is_spelled_for():
    walked = {(type(row.optimizer).__name__, host) for row, host in WALKED}
    spelt = {(name, host) for host, table in TABLES.items() for name in table}
    assert spelt - walked == NOT_WALKED


NOT_WALKED = {("SophiaG", "optax")}
"""Where the table says that there is nothing, and why."""


def test_what_takes_another_path_is_refused_and_the_closest_told_when_asked():
    careful = Adam(epsilon=0.1)
    with pytest.raises(ArgumentError, match=r"before the root is corrected.*\n.*closest=True"):
        translated(careful, "keras")
    assert translated(careful, "keras", closest=True).startswith("keras.optimizers.Adam(")
    assert "eps=0.1" in translated(careful, "torch")


def test_what_no_host_has_is_refused_by_name():
    with pytest.raises(ArgumentError, match=r"LARS.* in Keras: nothing there is compared with it"):
        translated(LARS(), "keras")
    with pytest.raises(ArgumentError, match="Did you mean torch"):
        translated(Adam(), "pytorch")


CLIPPED = {
    ClipByGlobalNorm(limit=1.0, of=Adam()): r"clip_grad_norm_\(model.parameters\(\), 1.0\)",
    ClipByValue(limit=0.5, of=Adam()): r"clip_grad_value_\(model.parameters\(\), 0.5\)",
    ClipByNorm(limit=2.0, of=Adam()): r"clip_grad_norm_\(each, 2.0\) for each of them",
}


@pytest.mark.parametrize("optimizer", CLIPPED, ids=lambda each: type(each).__name__)
def test_a_clipping_that_is_a_call_of_its_own_is_named(optimizer):
    with pytest.raises(ArgumentError, match=rf"torch\.nn\.utils\.{CLIPPED[optimizer]}"):
        translated(optimizer, "torch")


def test_a_condition_stands_behind_the_code():
    assert translated(Momentum(), "keras").endswith(")  # same while the learning rate stays")
    assert translated(AdamW(), "keras").endswith(")  # same while epsilon is tiny")
    assert translated(Adam(epsilon=0.1), "keras", closest=True).endswith(")  # another path")
    assert "#" not in translated(Momentum(), "torch")
    around = DecoupledWeightDecay(of=RAdam(), weight_decay=0.1)  # two conditions at once
    assert spelled(around, "optax").claim == APART


def test_a_number_is_written_as_one_would_write_it():
    assert "epsilon=1e-16," in translated(RMSProp(epsilon=1e-8), "keras")
    assert "eps=1e-16)" in translated(AdaGrad(epsilon=1e-8), "optax")


def test_a_schedule_is_code_for_optax_and_refused_elsewhere():
    falling = Adam(learning_rate=Cosine(peak=0.1, steps=10))
    assert "learning_rate=Cosine(peak=0.1, floor=0.0, steps=10" in translated(falling, "optax")
    with pytest.raises(ArgumentError, match="PyTorch takes a number here"):
        translated(falling, "torch")
    with pytest.raises(ArgumentError, match="optax takes a number here"):
        translated(Momentum(momentum=Cosine(peak=0.9)), "optax")


def test_trials_are_translated_one_by_one():
    with pytest.raises(ArgumentError, match=r"replace\(learning_rate=0.1\)"):
        translated(Adam(learning_rate=[0.1, 0.2]), "torch")


def test_the_code_runs_and_makes_what_it_says():
    import torch

    model = torch.nn.Linear(2, 1)
    made = eval(translated(Adam(learning_rate=0.25), "torch"), {"torch": torch, "model": model})
    assert type(made) is torch.optim.Adam
    assert made.param_groups[0]["lr"] == 0.25


def test_a_host_that_is_not_installed_is_no_failure(monkeypatch):
    monkeypatch.setitem(sys.modules, "optax", None)
    with pytest.raises(HostError, match=r"optax.adam needs optax, which is not installed"):
        spelled(Adam(), "optax").call.found()
    found = compared(Adam(), "optax", spelled(Adam(), "optax"))
    assert (found.missing, found.apart, found.holds) == ("optax is not installed", {}, True)
