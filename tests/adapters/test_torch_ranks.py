"""Several processes learn what one learns from the whole batch: value and gradient."""

import pytest
import torch
from torch.testing import assert_close

import lossary
from lossary.adapters.torch.ranks import across, all_reduced, share, suspect_means
from lossary.core import catalogue
from lossary.errors import AdditivityError, ArgumentError
from tests.adapters import rank_program
from tests.adapters.programs import once, ran
from tests.adapters.rank_program import CUTS, DTYPES, WAYS
from tests.adapters.whole_batches import (
    ADDITIVE,
    CASES,
    ROWS,
    Judged,
    gradients,
    network,
    slices,
    whole,
)

# Sums in double precision, taken in another order: a few roundings of numbers of size one.
ROUNDING = {"rtol": 1e-12, "atol": 1e-14}
TOGETHER = [
    (world, way, name, cut)
    for world, cuts in CUTS.items()
    for way, (_, names) in WAYS.items()
    for name in names
    for cut in cuts
    if way != "naive"
]


@pytest.fixture(scope="module")
def ranks(tmp_path_factory):
    """Return what the ranks of a world of so many have found; each world is run once."""

    @once
    def run(world):
        return ran(rank_program.__name__, tmp_path_factory.mktemp("ranks"), world)

    return run


def _gradient(way, found):
    """Return the gradient of the ranks together: a wrapper has brought it to each of them."""
    mine = [gradient for _, gradient in found]
    if way == "bare":
        return sum(mine)
    for each in mine:
        assert_close(each, mine[0], rtol=0, atol=0)
    return mine[0]


@pytest.mark.parametrize(("world", "way", "name", "cut"), TOGETHER)
def test_ranks_learn_what_one_process_learns_from_all_entries(ranks, world, way, name, cut):
    found = [each[way, name, cut] for each in ranks(world)]
    value, gradient = _learned(CASES[name]) if way == "learning" else whole(CASES[name])
    for each, _ in found:
        assert_close(each, value, **ROUNDING)
    assert_close(_gradient(way, found), gradient, **ROUNDING)


def _learned(case):
    """Return value and gradient in one process, those of the loss's own parameters included."""
    model = Judged()
    value = model(case, slice(0, ROWS))
    value.backward()
    return value.detach(), gradients(model)


@pytest.mark.parametrize("name", CASES)
def test_the_mean_of_the_ranks_means_is_another_number(ranks, name):
    """Else the test before could not see what it is for."""
    value, gradient = whole(CASES[name])
    for found in ranks(2):
        theirs, slope = found["naive", name, "few"]
        assert abs(theirs / value - 1) > 0.001
        assert torch.cosine_similarity(slope, gradient, dim=0) < 0.9999


@pytest.mark.parametrize("name", ["CrossEntropy", "InfoNCE"])
def test_a_group_of_ranks_shares_its_batch_without_the_others(ranks, name):
    found = [each["group", name] for each in ranks(3)]
    value, gradient = whole(CASES[name])
    assert found[1] is None
    assert_close(found[0][0], value, **ROUNDING)
    assert_close(found[0][1] + found[2][1], gradient, **ROUNDING)


def test_the_loss_of_all_ranks_is_followed_into_a_compiled_function(ranks):
    found = [each["compiled"] for each in ranks(2)]
    value, gradient = whole(CASES["Quantile"])
    assert_close(found[0][0], value, **ROUNDING)
    assert_close(_gradient("bare", found), gradient, **ROUNDING)


@pytest.mark.parametrize("world", CUTS)
def test_rows_of_every_dtype_are_gathered_from_ranks_that_have_more_fewer_or_none(ranks, world):
    own = [rank_program.rows_of(rank) for rank in range(world)]
    expected = [torch.cat(each) for each in zip(*own, strict=True)]
    for found in ranks(world):
        assert found["rows"][-1] is None
        assert [each.dtype for each in found["rows"][:-1]] == list(DTYPES)
        for one, other in zip(found["rows"][:-1], expected, strict=True):
            assert_close(one, other, rtol=0, atol=0)


def test_ranks_that_hand_over_different_arrays_are_told_so_all_at_once(ranks):
    first, second = (each["strangers"] for each in ranks(2))
    assert "number 3 is not alike on all ranks; here it is None" in first[0]
    assert "here it is rows () of torch.float32" in second[0]
    assert "number 2 is not alike on all ranks; here it is rows (3,) of torch.int32" in second[1]
    assert "number 1 is not alike on all ranks; here it is rows (1, 3) of" in second[2]


def test_a_mean_of_means_is_warned_of_where_several_ranks_run(ranks):
    for found in ranks(2):
        ((suspicion, told),) = found["suspected"]
        assert suspicion
        assert told.startswith("Huber(delta=1.0) divides by what this rank counts, and 2 ranks")
    suspect_means("Huber(delta=1.0)")  # alone, there is nothing to warn of


@pytest.mark.parametrize("name", CASES)
def test_a_process_of_its_own_gets_its_own_loss(name):
    case, model = CASES[name], network()
    rows = slice(0, ROWS)
    found = across(case.loss, *case.arrays(model, rows), **case.counting(rows))
    found.backward()
    value, gradient = whole(case)
    assert_close(found, value, **ROUNDING)
    assert_close(gradients(model), gradient, **ROUNDING)


@pytest.mark.parametrize("name", ADDITIVE)
def test_the_shares_of_virtual_ranks_and_micro_batches_make_up_the_whole(name):
    case, model = CASES[name], network()
    cuts = slices((2, 0, 1, 3, 2))
    parts = [case.loss.parts(*case.arrays(model, rows), **case.counting(rows)) for rows in cuts]
    total = sum(parts)
    value, gradient = whole(case)
    for own in parts:
        each = share(own, total)
        assert_close(each, value, **ROUNDING)
        each.backward()
    assert_close(gradients(model), gradient, **ROUNDING)


def test_an_infinite_loss_stays_infinite():
    """Written with differences, the value of the whole would be infinity less infinity."""
    found = across(lossary.SquaredError(), torch.tensor([1e30]), torch.zeros(1))
    assert found == torch.inf


def test_what_is_logged_has_no_graph():
    parts = lossary.SquaredError().parts(torch.ones(2, requires_grad=True), torch.zeros(2))
    assert not all_reduced(parts).value.requires_grad


def test_parts_of_another_loss_are_no_whole_to_share_in():
    parts = [
        each.parts(torch.ones(2), torch.zeros(2)) for each in (lossary.Huber(), lossary.LogCosh())
    ]
    with pytest.raises(AdditivityError, match=r"LogCosh\(\) has no share in parts of Huber\(delta"):
        share(parts[1], parts[0])


def test_a_loss_that_compares_other_entries_than_rows_is_refused(monkeypatch):
    monkeypatch.setitem(catalogue._SHELVES, "loss", dict(catalogue._SHELVES["loss"]))

    @lossary.define
    class Columns(lossary.Pairwise):
        """Compare columns."""

        shapes = "d n, d n -> n"

        def value(self, xp, prediction, target, present):
            return xp.sum(prediction * target, axis=0)

    with pytest.raises(AdditivityError, match="compares entries along other axes than the first"):
        across(Columns(), torch.ones(2, 3), torch.ones(2, 3))


def test_a_word_for_the_gradients_that_does_not_exist_is_an_error():
    with pytest.raises(ArgumentError, match="Did you mean mean"):
        across(lossary.SquaredError(), torch.ones(2), torch.zeros(2), gradients="means")
