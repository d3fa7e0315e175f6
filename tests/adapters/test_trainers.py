"""Lightning, Accelerate and Hugging Face learn in micro-batches and on ranks as from one batch."""

import socket

import pytest
from torch.testing import assert_close

from tests.adapters.programs import once, ran

# Sums in double precision, taken in another order, and three steps of them.
ROUNDING = {"rtol": 1e-11, "atol": 1e-13}
SINGLE = {"rtol": 1e-6, "atol": 0}  # Hugging Face adds up in single precision what it logs
WORLDS = (1, 2)
TRAINERS = {
    "accelerate": "network",
    "lightning": "network",
    "language": "language",  # by Trainer and compute_loss
    "tagging": "tagging",  # by LossTrainer
}


@pytest.fixture(scope="module")
def ranks(tmp_path_factory):
    """Return what the ranks of a world of so many have found; each world is run once."""

    @once
    def run(world):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        folder = tmp_path_factory.mktemp("trainers")
        program = "tests.adapters.trainer_program"
        return ran(program, folder, world, str(port), strict=False)  # trainers warn of themselves

    return run


@pytest.fixture
def alone(ranks):
    """Return what one process found."""
    return ranks(1)[0]


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize(("trainer", "batch"), TRAINERS.items())
def test_weights_are_those_of_one_big_batch(ranks, alone, world, trainer, batch):
    for found in ranks(world):
        assert_close(found[trainer][0], alone[f"whole {batch}"][0], **ROUNDING)


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize(("trainer", "batch"), TRAINERS.items())
def test_the_log_shows_the_number_that_was_optimised(ranks, alone, world, trainer, batch):
    expected = alone[f"whole {batch}"][1][:-1]
    for rank, found in enumerate(ranks(world)):
        if rank == 0 or batch == "network":  # Hugging Face logs on the first rank
            tolerance = ROUNDING if batch == "network" else SINGLE
            assert_close(found[trainer][1], expected, **tolerance)


@pytest.mark.parametrize("world", WORLDS)
def test_the_mean_of_means_trains_to_other_weights(ranks, alone, world):
    """Else the tests before could not see what they are for."""
    for found in ranks(world):
        apart = (found["naive"][0] - alone["whole network"][0]).abs().max()
        assert apart > 0.1


@pytest.mark.parametrize("world", WORLDS)
def test_an_epoch_of_validation_is_judged_as_one_batch(ranks, alone, world):
    after = alone["whole network"][1][1:]  # an epoch is one step
    for found in ranks(world):
        assert_close(found["lightning"][2], after, **ROUNDING)


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("batch", ["language", "tagging"])
def test_an_evaluation_is_judged_as_one_batch(ranks, alone, world, batch):
    for found in ranks(world):
        report, expected = found[batch][2], alone[f"whole {batch}"][1][-1]
        assert_close(report["eval_exact_loss"], expected, **ROUNDING)
        assert abs(report["eval_loss"] / expected - 1) > 0.001  # Trainer's own is a mean of means


def test_a_step_of_one_batch_needs_no_second_pass(alone):
    assert_close(alone["at once"][0], alone["whole tagging"][0], **ROUNDING)
    assert alone["at once"][1] == 0


def test_the_second_pass_draws_the_same_dropout(alone):
    first, second = alone["dropped"]
    assert len(first) == 3
    assert_close(first, second, **ROUNDING)
    assert (first[0] - first[1]).abs().max() > 0.01  # each step draws anew


REFUSED = {
    "deepspeed": ("ArgumentError", "DEEPSPEED keeps the gradients where they cannot be divided"),
    "dice": ("AdditivityError", "no numerator divided by a denominator"),
    "pairs": ("AdditivityError", "compares rows, so micro-batches do not add up"),
    "metric": ("AdditivityError", "compares rows, so batches do not add up"),
    "counts": ("AdditivityError", "does not divide by the number of labels"),
    "manual": ("ArgumentError", "with manual optimization"),
    "Added": ("ArgumentError", "training_step must return what this loss gave it"),
    "Twice": ("ArgumentError", "training_step must return what this loss gave it"),
    "Forgotten": ("ArgumentError", "the trainer does not know it"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_made_exact_is_refused(alone, case):
    error, text = REFUSED[case]
    assert alone["refusals"][case][0] == error
    assert text in alone["refusals"][case][1]


def test_a_multiple_of_the_loss_may_be_returned(alone):
    assert alone["refusals"]["Scaled"] is None
