"""What the kernels promise, for every loss they serve; run interpreted, or on a GPU."""

import numpy as np
import pytest
import torch

import lossary
from lossary.backends import backend_named
from lossary.core.catalogue import all_of, define
from lossary.core.elementwise import Elementwise
from lossary.core.ratio_of_sums import RatioOfSums
from lossary.core.rowwise import Rowwise
from lossary.kernels import triton as kernels
from lossary.kernels.triton import rowwise
from lossary.testing.case import Case
from lossary.testing.laws import cases
from tests.kernels.triton.calls import DEVICE, PRECISIONS, WAYS, Call, close, drawn, tensor

UNITS = 60  # of single precision: exponents of about ten are rounded before the exponential
EXACT = lossary.SquaredError()


def of(kind):
    return [pytest.param(cls, id=cls.__name__) for cls in all_of(kind)]


def _cases(cls, precision):
    """List a loss's cases; of a half precision, those of its default; of equal sums, one."""
    found = cases(cls, "torch", precision)
    if precision not in ("float64", "float32"):
        return [case for case in found if case.loss == cls()]
    if issubclass(cls, RatioOfSums):
        alike = {(c.loss.traced(c.place), c.loss.averaged, c.place): c for c in found}
        return list(alike.values())
    return found


def _held(call: Call, function, wants):
    """Hold values, slopes, curvatures and sums against the definition in double precision."""
    loss, place, precision = call.case.loss, call.case.place, call.case.precision
    found = function(loss, place, wants, *call.given())
    counted = {"weight": call.weight, "mask": call.mask}
    why = f"{loss!r} in {precision}, sentence {place}"
    expected = loss(*call.arrays, reduction="none", **counted)
    assert found["value"].shape == expected.shape
    close(found["value"], expected, precision, UNITS, f"values of {why}")
    for total, wanted in zip(found["sums"], loss.parts(*call.arrays, **counted).sums, strict=True):
        assert total.shape == ()
        close(total, wanted, precision, 4 * UNITS, f"sums of {why}")
    for which, method in (("slopes", "gradient"), ("curvatures", "curvature")):
        if which in wants:
            expected = getattr(loss, method)(*call.arrays, **counted)
            close(found[which], expected, precision, UNITS, f"{which} of {why}")


def _wants(loss):
    found = {"sums", "value"}
    if loss.trainable:
        found.add("slopes")
        if isinstance(loss, Elementwise) and loss.curvature_rule.rule != "none":
            found.add("curvatures")
    return found


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("cls", of(Elementwise))
def test_entries_equal_the_definition(cls, precision):
    for case in _cases(cls, precision):
        assert kernels.served(case.loss, case.place)
        for counted in WAYS[: 4 if precision == "float64" else 1]:
            _held(drawn(case, counted, **{"...": (3, 7)}), kernels.entries, _wants(case.loss))


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("cls", of(Rowwise))
def test_rows_equal_the_definition(cls, precision, monkeypatch):
    for case in _cases(cls, precision):
        assert kernels.served(case.loss, case.place)
        ways = [(4096, way) for way in WAYS] + [(4, WAYS[0])]
        for widest, counted in ways[: 5 if precision == "float64" else 1]:
            monkeypatch.setattr(rowwise, "WIDEST", widest)  # of 4, five columns take three blocks
            _held(drawn(case, counted), kernels.rows, _wants(case.loss))


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("cls", of(RatioOfSums))
def test_sums_and_their_slopes_equal_the_definition(cls, precision):
    for case in _cases(cls, precision):
        assert kernels.served(case.loss, case.place)
        for counted in WAYS[: 4 if precision == "float64" else 1]:
            _sums_held(drawn(case, counted, **{"...": (5, 11)}))


def _sums_held(call: Call) -> None:
    loss, precision = call.case.loss, call.case.precision
    found = kernels.sums(loss, call.case.place, *call.given())
    arrays = [torch.from_numpy(each) for each in call.arrays]
    extras = [None if each is None else torch.from_numpy(each) for each in (call.weight, call.mask)]
    leaf = arrays[0].requires_grad_()
    expected = loss.pooled((leaf, *arrays[1:]), *extras)
    for one, other in zip(found, expected, strict=True):
        assert one.shape == other.shape
        close(one, other.detach(), precision, UNITS, f"sums of {loss!r}")
    rng = np.random.default_rng(7)
    pulls = [torch.from_numpy(rng.normal(size=tuple(each.shape))) for each in expected]
    total = sum((pull * each).sum() for pull, each in zip(pulls, expected[:-1], strict=False))
    slope = torch.autograd.grad(total, leaf)[0]
    pulls = [each.to(DEVICE) for each in pulls]
    got = kernels.sums_gradient(loss, call.case.place, *call.given(), pulls)
    assert got.dtype == getattr(torch, precision)
    close(got, slope, precision, UNITS, f"slopes of {loss!r}")


@pytest.mark.parametrize("length", [0, 1, 2, 3, 31, 64, 70, 1024, 1025, 2500])
def test_any_length_will_do(length):
    for loss in (lossary.Huber(), lossary.BinaryCrossEntropy(), lossary.GaussianNLL()):
        case = Case(loss, backend_named("torch"), "float32")
        _held(drawn(case, **{"...": (length,)}), kernels.entries, _wants(loss))
    case = Case(lossary.CrossEntropy(), backend_named("torch"), "float32")
    _held(drawn(case, **{"...": (length,)}), kernels.rows, _wants(case.loss))
    for loss in (lossary.Dice(), lossary.RootMeanSquaredError()):
        _sums_held(drawn(Case(loss, backend_named("torch"), "float32"), **{"...": (length,)}))


@pytest.mark.parametrize("classes", [1, 2, 3, 8, 9, 100])
def test_any_number_of_classes_will_do(classes):
    for loss in (lossary.CrossEntropy(smoothing=0.1), lossary.KullbackLeibler()):
        case = Case(loss, backend_named("torch"), "float32")
        _held(drawn(case, k=classes), kernels.rows, _wants(loss))
    for loss in (lossary.Dice(pool="image"), lossary.Tversky()):
        _sums_held(drawn(Case(loss, backend_named("torch"), "float32"), k=classes))


def _odd(array, how):
    """Lay an array out so that its entries are not next to each other."""
    if how == "every other":
        wide = torch.stack([array, torch.full_like(array, 7)], dim=-1)
        return wide[..., 0]
    return array.mT.contiguous().mT


@pytest.mark.parametrize("how", ["every other", "transposed"])
def test_entries_may_lie_apart(how):
    rng = np.random.default_rng(0)
    p, t = (tensor(rng.normal(size=(5, 8)), "float32") for _ in range(2))
    labels = tensor(rng.integers(0, 8, 5), "float32")
    loss, wants = lossary.Huber(delta=0.5), {"value", "slopes"}
    plain = kernels.entries(loss, 0, wants, (p, t), t.abs(), t > 0)
    apart = [_odd(each, how) for each in (p, t, t.abs(), t > 0)]
    assert not apart[0].is_contiguous()
    found = kernels.entries(loss, 0, wants, tuple(apart[:2]), *apart[2:])
    assert all(torch.equal(plain[name], found[name]) for name in wants)
    loss = lossary.CrossEntropy()
    plain = kernels.rows(loss, 0, wants, (p, labels), None, None)
    found = kernels.rows(loss, 0, wants, (apart[0], labels), None, None)
    assert all(torch.equal(plain[name], found[name]) for name in wants)
    plain = kernels.sums(lossary.Dice(), 1, (p, t), None, None)
    found = kernels.sums(lossary.Dice(), 1, (apart[0], apart[1]), None, None)
    assert all(map(torch.equal, plain, found))


@pytest.mark.parametrize("kind", ["bool", "uint8", "int8", "int32", "int64", "float16", "float64"])
def test_targets_and_weights_of_any_kind_are_read(kind):
    rng = np.random.default_rng(1)
    p = tensor(rng.normal(size=40), "float32")
    t = tensor(rng.integers(0, 2, 40), "float32")
    other = t.to(getattr(torch, kind))
    loss, wants = lossary.BinaryCrossEntropy(), {"value", "slopes", "sums"}
    plain = kernels.entries(loss, 0, wants, (p, t.float()), t.float(), None)
    found = kernels.entries(loss, 0, wants, (p, other), other, None)
    assert torch.equal(plain["value"], found["value"])
    assert torch.equal(plain["slopes"], found["slopes"])
    assert plain["sums"][1] == found["sums"][1] == t.sum()


def test_labels_outside_their_classes_give_nan():
    p = tensor(np.zeros((4, 3)), "float32")
    for kind in (torch.int8, torch.int64):
        t = torch.tensor([-1, 3, 0, -100], device=DEVICE).to(kind)
        for loss in (lossary.CrossEntropy(), lossary.CrossEntropy(class_weight=(1, 2, 3))):
            found = kernels.rows(loss, 0, {"value", "slopes"}, (p, t), None, None)
            assert found["value"].isnan().tolist() == [True, True, False, True]
            assert found["slopes"].isnan().any(-1).tolist() == [True, True, False, True]
    assert kernels.sums(lossary.Dice(), 0, (p, t), None, None)[0].isnan().all()


@pytest.mark.parametrize("widest", [4096, 4])
def test_infinite_scores_are_those_of_the_definition(widest, monkeypatch):
    monkeypatch.setattr(rowwise, "WIDEST", widest)
    inf = float("inf")
    rows = [[-inf, 1, 2, 3, -1e4], [0, 1, -inf, -inf, -inf], [-inf] * 5, [1, inf, 0, 0, 0]]
    p, t = torch.tensor([*rows, [1e4, 0, 0, 0, 0]]), torch.tensor([1, 0, 2, 1, 0])
    loss = lossary.CrossEntropy()
    given = p.to(DEVICE), t.to(DEVICE)
    found = kernels.rows(loss, 0, {"value", "slopes"}, given, None, None)
    plain = p.numpy().astype(float), t.numpy()  # PyTorch's softmax of +inf is NaN throughout
    close(found["value"], loss(*plain, reduction="none"), "float32", UNITS, "values")
    close(found["slopes"], loss.gradient(*plain), "float32", UNITS, "slopes")
    one_by_one = Sums()
    expected = torch.logsumexp(p, -1)
    found = kernels.rows(one_by_one, 0, {"value"}, (given[0], given[0]), None, None)
    close(found["value"], expected, "float32", UNITS, "logsumexp")


@define
class Sums(Rowwise):
    """The logarithm of a sum of exponentials, alone."""

    shapes = "... k, ... k -> ..."

    def value(self, xp, prediction, target):
        return xp.logsumexp(prediction, axis=-1)


def test_a_class_of_no_weight_cannot_be_felt():
    p = torch.tensor([[np.nan, 1, 2], [0, 1, 2]], dtype=torch.float32, device=DEVICE)
    t = torch.tensor([0, 1], device=DEVICE)
    loss = lossary.CrossEntropy(class_weight=(0, 1, 2))
    found = kernels.rows(loss, 0, {"value", "slopes", "sums"}, (p, t), None, None)
    assert found["value"][0] == 0
    assert (found["slopes"][0] == 0).all()
    assert not found["sums"][0].isnan()
    assert found["sums"][1] == 1


def test_slopes_can_be_scaled_by_what_comes_from_above():
    rng = np.random.default_rng(2)
    p, w = (tensor(rng.normal(size=(6, 4)), "float32") for _ in range(2))
    labels = torch.tensor([0, 1, 2, 3, 0, 1], device=DEVICE)
    scale = torch.tensor(0.25, dtype=torch.float64, device=DEVICE)
    cases = (
        (kernels.entries, lossary.Huber(), (p, w), w.abs()),
        (kernels.rows, lossary.CrossEntropy(), (p, labels), None),
    )
    for function, loss, arrays, weight in cases:
        plain = function(loss, 0, {"slopes", "value"}, arrays, weight, None)
        found = function(loss, 0, {"slopes", "value"}, arrays, weight, None, scale)
        assert torch.equal(found["slopes"], plain["slopes"] / 4)
        assert torch.equal(found["value"], plain["value"])


def test_nothing_counted_is_exactly_zero():
    nothing = tensor(np.full(9, np.nan), "float32")
    off = torch.zeros(9, dtype=torch.bool, device=DEVICE)
    for weight, mask in ((None, off), (off.float(), None)):
        wants = {"sums", "value", "slopes", "curvatures"}
        found = kernels.entries(EXACT, 0, wants, (nothing, nothing), weight, mask)
        assert [each.item() for each in found["sums"]] == [0, 0]
        assert all((found[name] == 0).all() for name in wants - {"sums"})


def test_extremes_are_those_of_the_definition():
    far = np.asarray([-1e4, -745.2, -104.5, -88.7, -1e-6, 0.0, 0.3, 17.0, 88.7, 709.9, 1e4, np.inf])
    far = np.concatenate([far, -far, [np.nan]])
    names = ("BinaryCrossEntropy", "SigmoidFocal", "Hinge", "LogCosh", "Huber", "SquaredError")
    for name in names:
        loss = getattr(lossary, name)()
        for yes in (0.0, 1.0):
            arrays = tuple(tensor(each, "float32") for each in (far, np.full_like(far, yes)))
            found = kernels.entries(loss, 0, {"value", "slopes"}, arrays, None, None)
            cpu = [each.cpu() for each in arrays]
            close(found["value"], loss(*cpu, reduction="none"), "float32", UNITS, name)
            close(found["slopes"], loss.gradient(*cpu), "float32", UNITS, name)


def test_the_same_bits_come_twice():
    rng = np.random.default_rng(3)
    p, t = (tensor(rng.normal(size=5000), "float32") for _ in range(2))
    one, two = (
        kernels.entries(lossary.LogCosh(), 0, {"sums"}, (p, t), None, None) for _ in range(2)
    )
    assert torch.equal(one["sums"][0], two["sums"][0])
