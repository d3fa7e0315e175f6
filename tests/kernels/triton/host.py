"""What PyTorch's host promises of tensors on a GPU; interpreted, the CPU's are taken for such."""

import pytest
import torch
from torch.autograd import forward_ad
from torch.autograd.graph import saved_tensors_hooks
from torch.utils._python_dispatch import TorchDispatchMode

import lossary
from lossary.backends import backend_named
from lossary.core import dispatch
from lossary.errors import KernelWarning, ShapeError
from lossary.kernels.hosts import torch as eager
from lossary.kernels.hosts import torch_cuda
from lossary.kernels.triton import launch
from lossary.testing.case import Case
from tests.kernels.triton.calls import DEVICE, PRECISIONS, WAYS, close, drawn

FOCAL = lossary.SigmoidFocal()
WEIGHED = lossary.CrossEntropy(class_weight=(0, 1, 2, 0.5, 3))
SUMS = (
    lossary.Dice(),
    lossary.Dice(pool="image"),
    lossary.Tversky(),
    lossary.RootMeanSquaredError(),
)
LOSSES = (
    FOCAL,
    lossary.Quantile(level=0.8),
    lossary.GaussianNLL(),
    lossary.CrossEntropy(smoothing=0.1),
    WEIGHED,
    *SUMS,
)
# PyTorch's own rules of forward differentiation are still written in its deprecated language.
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")
every_loss = pytest.mark.parametrize("loss", LOSSES, ids=repr)
UNITS = 240  # of the precision computed in: as the kernels' own promises, and a mean's two sums


@pytest.fixture(autouse=True)
def launched(monkeypatch):
    """List the kernels that are launched, so that no definition can pass for one."""
    names = []

    def run(call, name, *given, **sizes):
        names.append(name)
        return original(call, name, *given, **sizes)

    original = launch.Call.run
    monkeypatch.setattr(launch.Call, "run", run)
    if DEVICE == "cpu":
        monkeypatch.setattr(torch_cuda, "here", lambda each: True)
        monkeypatch.setattr(eager, "answer", lambda *_: None)
    with lossary.use_kernels():
        yield names


class _Followed(TorchDispatchMode):
    """A mode that sees every operation, and changes none."""

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        return function(*args, **(kwargs or {}))


def called(loss, precision="float64", counted=WAYS[0], **sizes):
    """Draw a prediction that asks for its gradient, all that a call takes, and both in NumPy."""
    call = drawn(Case(loss, backend_named("torch"), precision), counted, **sizes)
    prediction, *others = call.tensors()
    weight, mask = call.extras()
    named = {"weight": weight, "mask": mask}
    return prediction.requires_grad_(), others, named, call


def by_definition(function):
    with lossary.use_kernels(False):
        return function()


def slope(call, loss, above, reduction):
    """Return the definition's value in double precision, and its slopes times what is above."""
    leaf, *others = (torch.from_numpy(each.copy()) for each in call.arrays)
    extras = (call.weight, call.mask)
    weight, mask = (None if each is None else torch.from_numpy(each) for each in extras)
    leaf.requires_grad_()
    with lossary.use_kernels(False):
        found = loss(leaf, *others, weight=weight, mask=mask, reduction=reduction)
    return found.detach(), torch.autograd.grad(found, leaf, above.cpu().double())[0]


@every_loss
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("counted", [WAYS[0], WAYS[-1]])
def test_values_and_gradients_are_the_definitions(loss, reduction, counted, launched):
    for precision in PRECISIONS if reduction == "none" and counted else PRECISIONS[:2]:
        prediction, others, named, call = called(loss, precision, counted)
        found = loss(prediction, *others, reduction=reduction, **named)
        assert len(launched) == 1
        above = torch.linspace(0.5, 2, found.numel(), device=DEVICE, dtype=found.dtype)
        above = above.reshape(found.shape)
        found.backward(above)
        assert len(launched) == 2
        expected, slopes = slope(call, loss, above, reduction)
        close(found.detach(), expected, precision, UNITS, f"{loss!r}, {precision}")
        close(prediction.grad, slopes, precision, UNITS, f"slopes of {loss!r}, {precision}")
        launched.clear()


@every_loss
@pytest.mark.parametrize("counted", [WAYS[0], WAYS[-1]])
def test_parts_slopes_and_curvatures_are_the_definitions(loss, counted, launched):
    prediction, others, named, _ = called(loss, counted=counted)
    parts = loss.parts(prediction, *others, **named)
    kept = [by_definition(lambda: loss.parts(prediction, *others, **named)), parts]
    for theirs, ours in zip(*(each.sums for each in kept), strict=True):
        torch.testing.assert_close(ours, theirs)
    before, after = (torch.autograd.grad(each.value, prediction)[0] for each in kept)
    torch.testing.assert_close(after, before)
    prediction = prediction.detach()
    for reduction in ("sum", "mean"):

        def gradient(reduction=reduction):
            return loss.gradient(prediction, *others, reduction=reduction, **named)

        torch.testing.assert_close(gradient(), by_definition(gradient))
    assert len(launched) >= 4
    if isinstance(loss, type(FOCAL)):
        launched.clear()

        def curvature():
            return loss.curvature(prediction, *others, **named)

        torch.testing.assert_close(curvature(), by_definition(curvature))
        assert launched == ["SigmoidFocal_curvatures"]


def test_a_mean_slope_of_entries_that_all_count_takes_one_pass(launched):
    for loss in (lossary.GaussianNLL(), lossary.CrossEntropy()):
        prediction, others, _, _ = called(loss, counted="")
        prediction = prediction.detach()
        expected = by_definition(lambda: loss.gradient(prediction, *others, reduction="mean"))  # noqa: B023
        launched.clear()
        torch.testing.assert_close(loss.gradient(prediction, *others, reduction="mean"), expected)
        assert len(launched) == 1


@pytest.mark.parametrize("loss", [FOCAL, LOSSES[2], LOSSES[3], SUMS[0]], ids=repr)
def test_a_second_derivative_is_right(loss):
    prediction, others, named, _ = called(loss, **{"...": (2,), "k": 3})
    with torch.no_grad():
        prediction.nan_to_num_(0.4)

    def reduced(prediction):
        return loss(prediction, *others, **named)

    assert torch.autograd.gradgradcheck(reduced, (prediction,))


@every_loss
def test_nothing_is_kept_but_what_was_handed_over(loss):
    prediction, others, named, _ = called(loss)
    kept = []
    with saved_tensors_hooks(lambda each: kept.append(each) or each, lambda each: each):
        loss(prediction, *others, **named)
    given = {each.data_ptr() for each in (prediction, *others, *named.values())}
    assert given <= {each.data_ptr() for each in kept}
    own = [each.numel() for each in kept if each.data_ptr() not in given]
    if loss not in SUMS:
        assert own == [1]  # what the mean was divided by
    assert max(own) <= prediction.numel() / 3  # the sums of a few classes


@every_loss
def test_nothing_valid_is_zero_with_a_gradient_of_zeros(loss):
    prediction, others, named, _ = called(loss, "float32", "mask")
    named["mask"] = torch.zeros_like(named["mask"])
    with torch.no_grad():
        prediction.fill_(torch.nan)
    found = loss(prediction, *others, **named)
    found.backward()
    assert found == 0
    assert (prediction.grad == 0).all()
    if loss not in SUMS:
        assert (loss.gradient(prediction.detach(), *others, reduction="mean", **named) == 0).all()


@pytest.mark.parametrize("precision", ["float16", "bfloat16"])
def test_slopes_of_half_precision_are_scaled_before_they_are_rounded(precision):
    p = torch.linspace(-6e4, 6e4, 1000, device=DEVICE).to(getattr(torch, precision))
    p.requires_grad_()
    above = torch.tensor(0.7, device=DEVICE)
    found = lossary.SquaredError()(p, torch.zeros_like(p))
    assert found.dtype == torch.float32
    found.backward(above)
    expected = 2 * p.detach().float() * (above / 1000)  # twice of these is too large for float16
    unit = torch.finfo(p.dtype).eps  # the interpreter cuts bfloat16 off, where a GPU rounds
    torch.testing.assert_close(p.grad, expected.to(p.dtype), rtol=unit, atol=0)


def test_shapes_that_do_not_fit_are_told(launched):
    p = torch.zeros(4, 3, device=DEVICE)
    for _ in range(2):
        with pytest.raises(ShapeError, match="SigmoidFocal"):
            FOCAL(p, p[0])
        with pytest.raises(ShapeError, match="weight"):
            FOCAL(p, p, weight=p[0])
    assert not launched


def test_what_a_kernel_would_hide_is_left_to_the_definition(launched):
    p, t = torch.rand(2, 3, 4, dtype=torch.float64, device=DEVICE)
    torch.func.grad(FOCAL)(p, t)
    torch.func.vmap(FOCAL)(p, t)
    with forward_ad.dual_level():
        FOCAL(forward_ad.make_dual(p, t), t)
    FOCAL(p, t.clone().requires_grad_())
    leaf = p.clone().requires_grad_()
    FOCAL.gradient(leaf, t)
    lossary.InfoNCE()(p, t)
    by_definition(lambda: FOCAL(p, t))
    with _Followed():
        FOCAL(p, t)
    torch.compile(FOCAL, backend="eager")(p, t)
    assert not launched


def test_slopes_of_several_ways_at_once_are_the_definitions(launched):
    p, t = torch.rand(2, 3, dtype=torch.float64, device=DEVICE)
    p.requires_grad_()
    found = FOCAL(p, t, reduction="none")
    ways = torch.eye(3, dtype=torch.float64, device=DEVICE)
    (each,) = torch.autograd.grad(found, p, ways, is_grads_batched=True)
    torch.testing.assert_close(each.diag(), FOCAL.gradient(p.detach(), t))
    assert launched == ["SigmoidFocal_value", "SigmoidFocal_slopes"]


def test_a_prediction_that_lies_apart_gets_its_gradient():
    wide = torch.rand(4, 6, device=DEVICE, requires_grad=True)
    t = torch.rand(6, 2, device=DEVICE)

    def grad():
        return torch.autograd.grad(FOCAL(wide[::2].mT, t), wide)[0]

    torch.testing.assert_close(grad(), by_definition(grad))


def test_sums_may_be_added_to_in_place(launched):
    prediction, others, _, _ = called(SUMS[0])
    sums = SUMS[0].parts(prediction, *others).sums
    for each in sums:
        each += 1
    assert len({each.untyped_storage().data_ptr() for each in sums}) == len(sums)
    assert launched


def test_an_upstream_of_zero_does_not_hide_a_label_outside_its_classes():
    p = torch.zeros(2, 3, device=DEVICE, requires_grad=True)
    t = torch.tensor([7, 1], device=DEVICE)

    def grad():
        found = lossary.CrossEntropy()(p, t, reduction="none")
        return torch.autograd.grad(found[1], p)[0]

    assert torch.equal(grad().isnan(), by_definition(grad).isnan())


@pytest.mark.parametrize("fails", ["value", "slopes"])
def test_a_kernel_that_cannot_be_made_is_told_once_and_the_definition_answers(fails, monkeypatch):
    def run(call, name, *given, **sizes):
        tried.append(name)
        if name.endswith(fails):
            raise RuntimeError("Failed to find C compiler.")
        return original(call, name, *given, **sizes)

    tried, original = [], launch.Call.run
    monkeypatch.setattr(launch.Call, "run", run)
    monkeypatch.setattr(dispatch.state, "broken", None)
    loss, (p, t) = lossary.Huber(delta=0.3), torch.rand(2, 7, device=DEVICE)
    p.requires_grad_()

    def grad():
        return torch.autograd.grad(loss(p, t, reduction="none").sum(), p)[0]

    with pytest.warns(KernelWarning, match="C compiler"):
        found = grad()
    torch.testing.assert_close(found, by_definition(grad))
    count = len(tried)
    torch.testing.assert_close(grad(), found)
    assert len(tried) == count  # what failed is not tried again, nor told again


def test_a_device_whose_memory_is_short_is_told_as_it_is(monkeypatch):
    def run(*_, **__):
        raise torch.cuda.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(launch.Call, "run", run)
    p = torch.rand(3, device=DEVICE)
    with pytest.raises(torch.cuda.OutOfMemoryError):
        lossary.LogCosh()(p, p)
    assert dispatch.state.broken is None


def test_a_call_brings_no_number_to_the_host():
    prediction, others, named, _ = called(WEIGHED, "float32")

    def step():
        WEIGHED(prediction, *others, **named).backward()

    step()
    with torch.autograd.profiler.profile() as seen:
        step()
    names = {each.name for each in seen.function_events}
    assert not names & {"aten::item", "aten::_local_scalar_dense", "aten::nonzero"}
    if DEVICE == "cuda":
        torch.cuda.set_sync_debug_mode("error")
        try:
            step()
        finally:
            torch.cuda.set_sync_debug_mode("default")
