"""A loss as a PyTorch module: beside PyTorch's own, moved, saved, compiled, and wrongly called."""

import copy
import io
import pickle
import subprocess
import sys

import pytest
import torch
from torch.nn import functional as F  # noqa: N812 (as everyone writes it)
from torch.testing import assert_close

import lossary
from lossary.adapters.torch import LossModule, module
from lossary.domains import logit, scores
from lossary.errors import ArgumentError, DomainError, DtypeError, FormatError, ShapeError
from lossary.errors import SuspicionWarning as Suspicion

ROUNDING = {"rtol": 1e-12, "atol": 1e-14}  # a few of double precision
WEIGHTS = (1.0, 0.0, 0.5, 2.0, 3.0)
SHAPES = {"one row": (5,), "rows": (8, 5), "a sentence": (4, 5, 7), "images": (2, 5, 3, 4)}
"""Of scores over five classes, in PyTorch's order."""


def _drawn(shape, ignored=None):
    generator = torch.Generator().manual_seed(len(shape))
    p = torch.randn(shape, dtype=torch.float64, generator=generator).requires_grad_()
    labels = shape[:1] + shape[2:] if len(shape) > 1 else ()
    if not labels:  # one that counts: where none does, PyTorch gives NaN
        return p, torch.tensor(2)
    t = torch.randint(0, 5, labels, generator=generator)
    if ignored is not None:
        t = torch.where(torch.rand(t.shape, generator=generator) < 0.3, ignored, t)
    return p, t


def _agree(ours, theirs, p, t):
    found, expected = ours(p, t), theirs(p, t)
    assert_close(found, expected, **ROUNDING)
    pairs = zip(*(torch.autograd.grad(each.sum(), p) for each in (found, expected)), strict=True)
    for slope, other in pairs:
        assert_close(slope, other, **ROUNDING)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["plain", "weighted"])
@pytest.mark.parametrize("ignored", [None, -100, 1])
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_it_is_pytorchs_cross_entropy(shape, ignored, weights, smoothing, reduction):
    p, t = _drawn(shape, ignored)
    ours = module(
        lossary.CrossEntropy(smoothing=smoothing, class_weight=weights),
        ignore_index=ignored,
        reduction=reduction,
    )
    theirs = torch.nn.CrossEntropyLoss(
        weight=None if weights is None else torch.tensor(weights, dtype=torch.float64),
        ignore_index=-100 if ignored is None else ignored,
        label_smoothing=smoothing,
        reduction=reduction,
    )
    _agree(ours, theirs, p, t)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("shape", [(8, 5), (2, 5, 3, 4)], ids=str)
def test_it_is_pytorchs_cross_entropy_of_distributions(shape, smoothing):
    p, _ = _drawn(shape)
    t = torch.softmax(torch.randn(shape, dtype=torch.float64), 1)
    ours = module(lossary.CrossEntropy(smoothing=smoothing))
    _agree(ours, torch.nn.CrossEntropyLoss(label_smoothing=smoothing), p, t)


def test_it_is_pytorchs_loss_of_log_probabilities():
    p, t = _drawn((2, 5, 3, 4), 255)
    ours = module(lossary.NegativeLogLikelihood(), ignore_index=255)
    _agree(ours, torch.nn.NLLLoss(ignore_index=255), torch.log_softmax(p, 1), t)


def test_where_all_is_ignored_the_loss_is_zero_and_on_the_graph():
    p, t = _drawn((4, 5, 7))
    assert torch.nn.CrossEntropyLoss()(p, torch.full_like(t, -100)).isnan()
    found = module(lossary.CrossEntropy(), ignore_index=-100)(p, torch.full_like(t, -100))
    found.backward()
    assert found.item() == 0
    assert (p.grad == 0).all()


def test_a_mask_and_a_label_to_ignore_go_together():
    p, t = _drawn((4, 5, 7), -1)
    mask = torch.rand(t.shape) < 0.5
    judge = module(lossary.CrossEntropy(), ignore_index=-1)
    expected = F.cross_entropy(p.movedim(1, -1)[mask & (t >= 0)], t[mask & (t >= 0)])
    assert_close(judge(p, t, mask=mask), expected, **ROUNDING)


def test_the_classes_may_stand_last():
    p, t = _drawn((4, 5, 7), -1)
    last = module(lossary.CrossEntropy(), class_axis=-1, ignore_index=-1)
    assert_close(last(p.movedim(1, -1), t), F.cross_entropy(p, t, ignore_index=-1), **ROUNDING)


@pytest.mark.parametrize("target", ["labels", "memberships"])
@pytest.mark.parametrize("pool", ["batch", "image"])
def test_regions_have_their_classes_where_pytorch_has_channels(target, pool):
    p, t = _drawn((3, 5, 4, 6))
    p, last = torch.softmax(p, 1), F.one_hot(t, 5).double()
    loss, weight = lossary.Tversky(pool=pool), torch.rand(t.shape)
    given = t if target == "labels" else last.movedim(-1, 1)
    found = module(loss)(p, given, weight=weight)
    assert_close(found, loss(p.movedim(1, -1), last, weight=weight), **ROUNDING)


def test_a_sum_has_its_classes_there_too():
    p, t = _drawn((3, 5, 4, 6), 255)
    loss = 0.7 * lossary.Dice() + 0.3 * lossary.CrossEntropy()
    found = module(loss, ignore_index=255)(p, t)
    expected = loss(p.movedim(1, -1), t, mask=t != 255)
    assert_close(found, expected, **ROUNDING)


def test_one_channel_of_logits_is_a_class_of_its_own():
    p, t = torch.randn(3, 1, 4, 6), torch.randint(0, 2, (3, 1, 4, 6)).float()
    loss = lossary.BinaryCrossEntropy() + lossary.Dice().reading(logit)
    expected = loss(p.movedim(1, -1), t.movedim(1, -1))
    # Sums of 72 numbers in single precision, in another order.
    assert_close(module(loss)(p, t), expected, rtol=1e-6, atol=0)


def test_axes_that_are_no_classes_stay():
    a, p, n = torch.randn(3, 6, 4, dtype=torch.float64)
    theirs = F.triplet_margin_loss(a, p, n, margin=1.0, eps=0)
    assert_close(module(lossary.TripletMargin())(a, p, n), theirs, **ROUNDING)
    mean, log_variance = torch.randn(2, 6, 3, dtype=torch.float64)
    theirs = F.gaussian_nll_loss(mean, a[:, :3], log_variance.exp(), eps=0)
    ours = module(lossary.GaussianNLL())(torch.stack((mean, log_variance), -1), a[:, :3])
    assert_close(ours, theirs, **ROUNDING)


def test_the_prediction_comes_first():
    low, high = torch.zeros(3), torch.ones(3)
    judge = module(lossary.Quantile(level=0.9))
    assert judge(low, high).item() == pytest.approx(0.9)
    assert judge(high, low).item() == pytest.approx(0.1)


def test_class_weights_may_come_as_a_tensor():
    weights = torch.tensor(WEIGHTS)
    assert lossary.CrossEntropy(class_weight=weights) == lossary.CrossEntropy(class_weight=WEIGHTS)


# Wrong calls.


def _image_labels(*axes):
    return torch.zeros(2, *axes, 4, 4, dtype=torch.long)


def test_a_column_against_a_row_is_an_error():
    with pytest.raises(ShapeError, match=r"Hint: target\[\.\.\., None\]"):
        module(lossary.SquaredError())(torch.zeros(8, 1), torch.zeros(8))


def test_labels_with_a_channel_are_an_error_that_says_how_it_counts_axes():
    with pytest.raises(ShapeError) as caught:
        module(lossary.CrossEntropy())(torch.zeros(2, 3, 4, 4), _image_labels(1))
    assert "taken from axis 1" in caught.value.__notes__[0]


@pytest.mark.parametrize(
    ("prediction", "target", "told"),
    [
        (torch.randn(4, 3), torch.tensor([0, 1, 2, 3]), "integers 0 to k-1"),
        (torch.randn(4, 3), torch.tensor([0, 1, 2, -1]), "integers 0 to k-1"),
        (torch.softmax(torch.randn(4, 3), -1), torch.tensor([0, 1, 2, 2]), "after a softmax"),
    ],
    ids=["a label too many", "a negative label", "a softmax too many"],
)
def test_values_are_looked_at_when_asked(prediction, target, told):
    judges = [
        module(lossary.CrossEntropy(smoothing=0.125), check="first"),
        module(lossary.CrossEntropy(smoothing=0.125), check="first", learn="smoothing", held=False),
    ]
    for judge in judges:
        with pytest.raises(DomainError, match=told):
            judge(prediction, target)
        with pytest.raises(DomainError, match=told):
            judge.parts(prediction, target)


def test_ignored_labels_are_not_looked_at():
    judge = module(lossary.CrossEntropy(), ignore_index=-100, check="always")
    assert torch.isfinite(judge(torch.randn(3, 4), torch.tensor([0, -100, 3])))


def test_swapped_arguments_are_told_by_their_kind():
    p, t = torch.randn(4, 3), torch.randint(0, 3, (4,))
    with pytest.raises(DtypeError, match="look swapped"):
        module(lossary.CrossEntropy())(t, p)
    with pytest.raises(DtypeError, match="look swapped"):
        module(lossary.Quantile(level=0.9))(torch.arange(3), torch.randn(3))


def test_swapped_arguments_are_told_by_their_graph():
    network, target = torch.randn(3, requires_grad=True), torch.randn(3)
    judge = module(lossary.Quantile(level=0.9))
    with pytest.raises(DtypeError, match="look swapped"):
        judge(target, network)
    with torch.no_grad():
        judge(target, network)
    both = torch.randn(3, requires_grad=True)
    judge(both, network).backward()
    assert_close(both.grad, -network.grad)


def test_either_of_two_points_may_come_from_a_network():
    fixed, network = torch.randn(4, 3), torch.randn(4, 3, requires_grad=True)
    module(lossary.InfoNCE())(fixed, network).backward()
    assert network.grad is not None


REFUSED = {
    "reduction": (lossary.Huber(), {"reduction": "average"}, "reduction='average'"),
    "check": (lossary.Huber(), {"check": "once"}, "check='once'"),
    "ranks": (lossary.Huber(), {"ranks": "all"}, "ranks='all'"),
    "ranks of a sum": (lossary.Huber(), {"ranks": "mean", "reduction": "sum"}, "the mean over all"),
    "no labels": (lossary.Huber(), {"ignore_index": -100}, "reads no labels"),
}


@pytest.mark.parametrize(("loss", "wrong", "told"), REFUSED.values(), ids=REFUSED)
def test_a_module_that_makes_no_sense_is_refused(loss, wrong, told):
    with pytest.raises(ArgumentError, match=told):
        module(loss, **wrong)


def test_a_label_cannot_be_ignored_where_there_is_none():
    judge = module(lossary.CrossEntropy(), ignore_index=-100)
    with pytest.raises(ArgumentError, match="a number for each class"):
        judge(torch.randn(4, 3), torch.softmax(torch.randn(4, 3), -1))


@pytest.mark.parametrize("mask", [torch.ones(4), torch.ones(4, 1, dtype=torch.bool)], ids=str)
def test_a_mask_that_does_not_fit_is_not_mended_by_an_ignored_label(mask):
    judge = module(lossary.CrossEntropy(), ignore_index=-100)
    with pytest.raises((DtypeError, ShapeError), match="mask"):
        judge(torch.randn(4, 3), torch.tensor([0, 1, 2, -100]), mask=mask)


# A module among modules.


def test_a_loss_keeps_its_numbers_where_a_module_is_moved():
    judge = module(lossary.Huber(delta=0.1))
    p, t = torch.randn(9, dtype=torch.float64), torch.zeros(9, dtype=torch.float64)
    assert judge.half()(p, t) == lossary.Huber(delta=0.1)(p, t)
    assert judge.double().loss == lossary.Huber(delta=0.1)
    assert list(judge.parameters()) == list(judge.buffers()) == []


def test_half_precision_and_autocast_give_single_precision():
    p, t = torch.randn(9, 5, requires_grad=True), torch.randint(0, 5, (9,))
    judge = module(lossary.CrossEntropy())
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = judge(p @ torch.eye(5), t)
    assert found.dtype is torch.float32
    expected = judge((p @ torch.eye(5)).bfloat16().float(), t)
    assert_close(found, expected, rtol=1e-6, atol=0)  # the product alone is rounded to eight bits


def test_a_copy_is_a_module_of_its_own():
    judge = module(lossary.Barron(), learn="alpha")
    again = copy.deepcopy(judge)
    with torch.no_grad():
        again.raw_alpha.fill_(1.0)
    assert judge.loss == lossary.Barron()
    assert again.loss != judge.loss
    assert again.state_dict().keys() == judge.state_dict().keys()


def test_a_state_holds_what_was_learned_and_knows_its_loss():
    network = torch.nn.ModuleDict({"judge": module(lossary.Barron(scale=0.3), learn="alpha")})
    with torch.no_grad():
        network["judge"].raw_alpha.fill_(1.0)
    file = io.BytesIO()
    torch.save(network.state_dict(), file)
    state = torch.load(io.BytesIO(file.getvalue()), weights_only=True)
    assert all(isinstance(each, torch.Tensor) for each in state.values())
    again = torch.nn.ModuleDict({"judge": module(lossary.Barron(scale=0.3), learn="alpha")})
    again.load_state_dict(state)
    assert again["judge"].loss == network["judge"].loss


@pytest.mark.parametrize(
    "other",
    [module(lossary.Barron(scale=0.4), learn="alpha"), module(lossary.Huber())],
    ids=["another scale", "another loss"],
)
def test_a_state_of_another_loss_is_refused(other):
    state = module(lossary.Barron(scale=0.3), learn="alpha").state_dict()
    with pytest.raises(FormatError, match=r"in the checkpoint.*0\.3(.|\n)*in the model"):
        other.load_state_dict(state, strict=False)
    del state["_extra_state"]
    other.load_state_dict(state, strict=False)


FRESH = """
import sys, torch
whole = torch.load(sys.argv[1], weights_only=False)
p, t = torch.load(sys.argv[2], weights_only=True)
network, judge = whole["network"], whole["judge"]
compiled = torch.compile(judge, fullgraph=True, backend="aot_eager")
p = network(p).detach()
torch.save([judge(p, t).detach(), compiled(p, t).detach()], sys.argv[3])
print(judge)
"""


def test_a_whole_model_with_its_loss_opens_in_a_fresh_interpreter(tmp_path):
    network, judge = torch.nn.Linear(3, 1), module(lossary.Barron(), learn=("alpha", "scale"))
    with torch.no_grad():
        judge.raw_scale.fill_(0.7)
    p, t = torch.randn(8, 3), torch.randn(8, 1)
    whole, given, told = (str(tmp_path / name) for name in ("whole", "given", "told"))
    torch.save({"network": network, "judge": judge}, whole)
    torch.save([p, t], given)
    run = [sys.executable, "-W", "error", "-c", FRESH, whole, given, told]
    ran = subprocess.run(run, check=False, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == repr(judge)
    for found in torch.load(told, weights_only=True):
        assert_close(found, judge(network(p), t).detach(), rtol=1e-6, atol=0)


def test_pickles_are_small_and_whole():
    judge = module(lossary.CrossEntropy(smoothing=0.1), ignore_index=255, reduction="sum")
    judge(torch.randn(64, 5), torch.zeros(64, dtype=torch.long))  # kernels are not taken along
    again = pickle.loads(pickle.dumps(judge))
    assert repr(again) == repr(judge)
    assert repr(judge) == (
        "LossModule(CrossEntropy(smoothing=0.1, class_weight=None), ignore_index=255, "
        "reduction='sum')"
    )
    assert isinstance(again, LossModule)


def test_it_prints_within_a_model():
    model = torch.nn.ModuleDict({"judge": module(lossary.Huber(delta=2.0), class_axis=-1)})
    assert "(judge): LossModule(Huber(delta=2.0), class_axis=-1)" in repr(model)


MODULES = {
    "labels": (
        module(lossary.CrossEntropy(class_weight=WEIGHTS), ignore_index=-1),
        (torch.randn(2, 5, 3), torch.tensor([[0, 1, -1], [4, 2, 2]])),
    ),
    "regions": (
        module(0.5 * lossary.Dice() + lossary.CrossEntropy(), ignore_index=-1),
        (torch.randn(2, 5, 3), torch.tensor([[0, 1, -1], [4, 2, 2]])),
    ),
    "numbers": (module(lossary.Quantile(level=0.9)), (torch.randn(7), torch.randn(7))),
}


@pytest.mark.parametrize(("judge", "arrays"), MODULES.values(), ids=MODULES)
def test_it_compiles_and_exports_whole(judge, arrays):
    p, t = arrays[0].clone().requires_grad_(), arrays[1]
    compiled = torch.compile(judge, fullgraph=True, backend="aot_eager")
    exported = torch.export.export(judge, (p, t)).module()
    for whole in (compiled, exported):
        found, plain = whole(p, t), judge(p, t)
        # Single precision, in another order.
        assert_close(found, plain, rtol=1e-6, atol=1e-7)
        slopes = (torch.autograd.grad(each, p)[0] for each in (found, plain))
        assert_close(*slopes, rtol=1e-5, atol=1e-7)


@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")
@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")
def test_it_can_be_traced_for_torchscript_and_knows_new_sizes():
    judge = module(lossary.CrossEntropy(smoothing=0.1), ignore_index=-1)
    traced = torch.jit.trace(judge, _drawn((8, 5), -1))
    file = io.BytesIO()
    torch.jit.save(traced, file)
    again = torch.jit.load(io.BytesIO(file.getvalue()))
    p, t = _drawn((3, 5), -1)
    assert_close(again(p, t), judge(p, t), **ROUNDING)


def test_functions_of_its_parameters_can_be_transformed():
    judge = module(lossary.Barron(), learn=("alpha", "scale"))
    p, t = torch.randn(6), torch.randn(6)
    weights = {name: each.detach() for name, each in judge.named_parameters()}

    def value(given, one, other):
        return torch.func.functional_call(judge, given, (one[None], other[None]))

    each = torch.func.vmap(torch.func.grad(value), in_dims=(None, 0, 0))(weights, p, t)
    whole = torch.autograd.grad(judge(p, t), judge.raw_alpha)[0]
    assert_close(each["raw_alpha"].mean(0), whole, rtol=1e-5, atol=1e-6)  # six single roundings


def test_kernels_and_the_definition_agree_where_classes_stand_first():
    p, t = _drawn((2, 5, 3, 4), 1)
    judge = module(lossary.CrossEntropy(class_weight=WEIGHTS), ignore_index=1)
    fast, (slope,) = judge(p, t), torch.autograd.grad(judge(p, t), p)
    with lossary.use_kernels(False):
        assert_close(fast, judge(p, t), **ROUNDING)
        assert_close(slope, torch.autograd.grad(judge(p, t), p)[0], **ROUNDING)


def test_probabilities_for_a_loss_of_logits_are_suspect():
    p, t = torch.rand(32), torch.randint(0, 2, (32,)).float()
    with pytest.warns(Suspicion, match="after a sigmoid"):
        module(lossary.BinaryCrossEntropy(), check="always")(p, t)


def test_a_reading_has_the_classes_of_the_loss_behind_it():
    p, t = _drawn((2, 5, 3, 4))
    loss = lossary.Dice().reading(scores)
    assert_close(module(loss)(p, t), loss(p.movedim(1, -1), t), **ROUNDING)
