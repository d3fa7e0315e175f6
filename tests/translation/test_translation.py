"""Every claim about an optimizer in another library is walked, and holds."""

import sys

import pytest

from lossary.adapters.translation import spelled, translated
from lossary.adapters.translation.comparing import CLOSE, compared
from lossary.adapters.translation.rows import ROWS
from lossary.adapters.translation.spelling import APART, CONSTANT
from lossary.adapters.translation.tables import TABLES
from lossary.errors import ArgumentError
from lossary.optimizers import LARS, Adam, ClipByNorm, Momentum
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
    with pytest.raises(ArgumentError, match=r"ClipByNorm.* in PyTorch: gradients are clipped"):
        translated(ClipByNorm(of=Adam()), "torch")
    with pytest.raises(ArgumentError, match=r"LARS.* in Keras: it has no such rule"):
        translated(LARS(), "keras")
    with pytest.raises(ArgumentError, match="Did you mean torch"):
        translated(Adam(), "pytorch")


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
    found = compared(Adam(), "optax", spelled(Adam(), "optax"))
    assert (found.missing, found.apart, found.holds) == ("optax is not installed", {}, True)
