"""PyTorch's plain calls: a kernel answers, and autograd and its kin see what they would without."""

import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from torch.autograd import forward_ad
from torch.autograd.graph import saved_tensors_hooks
from torch.testing import assert_close
from torch.utils.checkpoint import checkpoint

import lossary
from tests.kernels.drawn import FOCAL, LOSSES, REDUCTIONS, by_definition, drawn

NAMES = [type(each).__name__ for each in LOSSES]
# PyTorch's own rules of forward differentiation are still written in its deprecated language.
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")
every_loss = pytest.mark.parametrize("loss", LOSSES, ids=NAMES)


@every_loss
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_values_and_gradients_are_the_definitions(loss, reduction):
    prediction, target, weight, mask = drawn(loss)
    ours, theirs = (prediction.clone().requires_grad_() for _ in range(2))
    call = {"weight": weight, "mask": mask, "reduction": reduction}
    found = loss(ours, target, **call)
    expected = by_definition(loss, theirs, target, **call)
    assert_close(found, expected)
    above = torch.rand_like(found)
    found.backward(above)
    expected.backward(above)
    assert_close(ours.grad, theirs.grad)


@every_loss
def test_a_plain_call_is_one_node_of_autograd_that_keeps_one_array_of_its_own(loss):
    prediction, target, *_ = drawn(loss)
    prediction.requires_grad_()
    kept = []
    with saved_tensors_hooks(lambda each: kept.append(each) or each, lambda each: each):
        loss(prediction, target).backward()
    own = [each for each in kept if each is not None and each.numel() >= target.numel()]
    arrays = {prediction.data_ptr(), target.data_ptr()}
    assert len([each for each in own if each.data_ptr() not in arrays]) <= 1


def test_a_plain_call_asks_pytorch_for_memory_and_for_nothing_else():
    prediction, target, *_ = drawn(FOCAL)
    prediction.requires_grad_()
    FOCAL(prediction, target).backward()
    with torch.autograd.profiler.profile() as seen:
        FOCAL(prediction, target).backward()
    names = {each.name for each in seen.function_events if each.name.startswith("aten::")}
    assert names <= {
        "aten::empty", "aten::ones_like", "aten::empty_like", "aten::fill_", "aten::item",
        "aten::_local_scalar_dense", "aten::detach",
        "aten::empty_strided", "aten::add_", "aten::clone", "aten::copy_",
    }  # fmt: skip


@every_loss
def test_a_second_derivative_is_right(loss):
    if isinstance(loss, lossary.Quantile):
        pytest.skip("its second derivative is zero")
    prediction, target, weight, mask = drawn(loss)

    def called(prediction):
        return loss(prediction, target, weight=weight, mask=mask)

    prediction.requires_grad_()
    assert torch.autograd.gradcheck(called, (prediction,))
    assert torch.autograd.gradgradcheck(called, (prediction,))


@every_loss
def test_function_transforms_see_the_formula(loss):
    prediction, target, *_ = drawn(loss)
    func = torch.func
    for transform in (func.grad, func.jacrev, func.hessian, lambda f: func.vjp(f, prediction)[0]):

        def transformed(transform=transform):
            found = transform(lambda p: loss(p, target))
            return found(prediction) if callable(found) else found

        assert_close(transformed(), by_definition(transformed))


def test_rows_of_a_vmap_are_calls_of_their_own():
    prediction, target, *_ = drawn(FOCAL)
    found = torch.vmap(FOCAL)(prediction, target)
    assert_close(
        found, torch.stack([FOCAL(*each) for each in zip(prediction, target, strict=True)])
    )
    slopes = torch.vmap(torch.func.grad(FOCAL))(prediction, target)
    assert_close(slopes, by_definition(torch.vmap(torch.func.grad(FOCAL)), prediction, target))


def test_forward_differentiation_is_right():
    prediction, target, *_ = drawn(FOCAL)
    along = torch.rand_like(prediction)
    with forward_ad.dual_level():
        dual = forward_ad.make_dual(prediction, along)
        found = forward_ad.unpack_dual(FOCAL(dual, target)).tangent
    slopes = FOCAL.gradient(prediction, target, reduction="mean")
    assert_close(found, (slopes * along).sum())


def test_a_gradient_can_be_differentiated_again():
    prediction, target, *_ = drawn(FOCAL)
    prediction.requires_grad_()
    slopes = FOCAL.gradient(prediction, target)
    (found,) = torch.autograd.grad(slopes.sum(), prediction)
    again = by_definition(FOCAL.gradient, prediction, target)
    assert_close(found, torch.autograd.grad(again.sum(), prediction)[0])


def test_autocast_leaves_a_loss_of_half_precision_in_single():
    prediction, target, *_ = drawn(FOCAL, dtype=torch.float32)
    half = prediction.bfloat16().requires_grad_()
    plain = half.detach().clone().requires_grad_()
    with torch.autocast("cpu", torch.bfloat16):
        found = FOCAL(half, target)
        found.backward()
    expected = by_definition(FOCAL, plain, target)
    expected.backward()
    assert found.dtype is torch.float32
    assert half.grad.dtype is torch.bfloat16
    assert_close(found, expected)
    assert_close(half.grad, plain.grad, rtol=2**-8, atol=0)  # one step of bfloat16


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_without_a_graph_nothing_is_kept(mode):
    prediction, target, *_ = drawn(FOCAL)
    prediction.requires_grad_()
    with mode():
        found = FOCAL(prediction, target)
    assert not found.requires_grad
    assert_close(found, by_definition(FOCAL, prediction, target).detach())


def test_a_second_backward_gives_the_same_and_nothing_is_shared():
    prediction, target, *_ = drawn(FOCAL)
    prediction.requires_grad_()
    found = FOCAL(prediction, target)
    found.backward(retain_graph=True)
    once = prediction.grad.clone()
    prediction.grad.mul_(100)  # as an optimizer or a clip may
    prediction.grad = None
    found.backward(retain_graph=True)
    assert torch.equal(prediction.grad, once)
    found.backward()
    assert torch.equal(prediction.grad, 2 * once)


def test_gradients_of_one_forward_are_arrays_of_their_own():
    prediction, target, *_ = drawn(FOCAL)
    prediction.requires_grad_()
    found = FOCAL(prediction, target)
    (one,) = torch.autograd.grad(found, prediction, retain_graph=True)
    kept = one.clone()
    one.zero_()
    (other,) = torch.autograd.grad(found, prediction)
    assert torch.equal(other, kept)


@pytest.mark.parametrize("which", [0, 1])
def test_what_was_changed_since_is_not_differentiated(which):
    """PyTorch's own losses raise; to be quiet would be a wrong gradient of the second order."""
    given = list(drawn(FOCAL)[:2])
    leaf = given[0].requires_grad_()
    given[0] = leaf * 1
    found = FOCAL(*given)
    with torch.no_grad():
        given[which].add_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        found.backward()


@every_loss
def test_a_checkpoint_computes_again_what_it_had(loss):
    prediction, target, *_ = drawn(loss)
    ours, theirs = (prediction.clone().requires_grad_() for _ in range(2))
    checkpoint(lambda p: loss(p * p, target), ours, use_reentrant=False).backward()
    by_definition(loss, theirs * theirs, target).backward()
    assert_close(ours.grad, theirs.grad)


def test_threads_that_call_at_once_do_not_meet():
    given = [drawn(FOCAL, rows=3000 + seed % 3, seed=seed) for seed in range(12)]
    expected = [by_definition(FOCAL, *each[:2]) for each in given]

    def call(each):
        prediction = each[0].clone().requires_grad_()
        found = [FOCAL(prediction, each[1]) for _ in range(20)][-1]
        found.backward()
        return found.detach()

    with ThreadPoolExecutor(8) as pool:
        for found, wanted in zip(pool.map(call, given), expected, strict=True):
            assert_close(found, wanted)


PARALLEL = """
    import os
    import torch, lossary
    import torch.distributed as dist
    from torch.nn.parallel import DistributedDataParallel

    dist.init_process_group("gloo", init_method="file://{meet}", rank=0, world_size=1)
    torch.manual_seed(0)
    loss, model = lossary.SigmoidFocal(), torch.nn.Linear(4, 3)
    wrapped = DistributedDataParallel(model)
    x, target = torch.randn(6, 4), torch.rand(6, 3)
    loss(wrapped(x), target).backward()
    found = model.weight.grad.clone()
    model.zero_grad()
    with lossary.use_kernels(False):
        loss(model(x), target).backward()
    torch.testing.assert_close(found, model.weight.grad)
    os._exit(0)  # the group's threads may wait for each other when it is taken down
"""


def test_a_data_parallel_model_trains(tmp_path):
    _run(PARALLEL.format(meet=tmp_path / "meet"))


FORKED = """
    import os, signal
    import numpy as np
    import lossary
    {arrays}
    loss = lossary.SigmoidFocal()
    before = [float(loss(*each)) for each in (small, large)]
    child = os.fork()
    if not child:
        signal.alarm(20)  # what hangs must fail
        after = [float(loss(*each)) for each in (small, large)]
        os._exit(0 if after == before else 1)
    _, status = os.waitpid(child, 0)
    assert status == 0, status
    assert [float(loss(*each)) for each in (small, large)] == before
"""
ARRAYS = {
    "numpy": "small, large = ((np.linspace(-3, 3, n), np.linspace(0, 1, n)) for n in (9, 600_000))",
    "torch": "import torch\n    torch.set_num_threads(2)\n    small, large = "
    "((torch.linspace(-3, 3, n), torch.linspace(0, 1, n)) for n in (9, 600_000))",
}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.parametrize("framework", ARRAYS)
def test_a_forked_process_goes_on_with_the_kernels_it_finds(framework):
    _run(FORKED.format(arrays=ARRAYS[framework]))


def test_a_spawned_process_takes_a_loss_that_has_kernels():
    _run(
        """
        import multiprocessing
        from concurrent.futures import ProcessPoolExecutor
        import numpy as np, lossary
        if __name__ == "__main__":
            loss, given = lossary.SigmoidFocal(), (np.linspace(-3, 3, 9), np.linspace(0, 1, 9))
            before = loss(*given)
            spawn = multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(1, mp_context=spawn) as pool:
                assert pool.submit(loss, *given).result() == before
        """
    )


def _run(program):
    """Run a program in a process that has loaded nothing else."""
    given = [sys.executable, "-W", "error", "-c", textwrap.dedent(program)]
    found = subprocess.run(given, check=False, capture_output=True, text=True, timeout=60)
    assert found.returncode == 0, found.stderr
