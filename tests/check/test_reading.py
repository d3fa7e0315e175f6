"""Losses of every framework are read, called and differentiated alike."""

import enum
import functools
import textwrap

import numpy as np
import pytest

import lossary
from lossary.adapters.foreign.candidate import CandidateError, Unchangeable
from lossary.adapters.foreign.loading import loaded, losses_in
from lossary.adapters.foreign.reading import read
from lossary.errors import ArgumentError, HostError, LossError, NotFoundError

P = np.array([0.5, -1.0, 2.0])
T = np.array([1.0, 0.0, 1.5])
PLACES = [None, None]


def value(candidate, *arrays, precision="float64"):
    host = candidate.host
    given = [host.array(each, precision) for each in arrays]
    return host.numpy(candidate(given, [None] * len(given)))


def slopes(candidate, *arrays, precision="float64", **options):
    host = candidate.host
    given = [host.array(each, precision) for each in arrays]
    return candidate.slope(given, [None] * len(given), range(len(given)), **options)


def with_torch(p, t, power=2.0):
    import torch

    return torch.mean((p - t.detach()) ** power)


def with_jax(p, t, power=2.0):
    import jax

    return jax.numpy.mean((p - jax.lax.stop_gradient(t)) ** power)


def with_tensorflow(p, t, power=2.0):
    import tensorflow as tf

    return tf.reduce_mean((p - tf.stop_gradient(t)) ** power)


def with_keras(p, t, power=2.0):
    import keras

    return keras.ops.mean((p - keras.ops.stop_gradient(t)) ** power)


def with_numpy(p, t, power=2.0):
    return np.mean((p - t) ** power)


def with_numpy_grad(p, t, power=2.0):
    return power * (p - t) ** (power - 1) / p.size


FUNCTIONS = [with_torch, with_jax, with_tensorflow, with_keras, with_numpy]
HOSTS = pytest.mark.parametrize("loss", FUNCTIONS, ids=lambda each: each.__name__)


@HOSTS
def test_a_function_is_called_and_differentiated_in_double_precision(loss):
    candidate = read(loss)
    assert candidate.host.name == loss.__name__.removeprefix("with_")
    assert [each.name for each in candidate.inputs] == ["p", "t"]
    assert value(candidate, P, T) == pytest.approx(np.mean((P - T) ** 2), rel=1e-15)
    in_p, in_t = slopes(candidate, P, T)
    np.testing.assert_allclose(in_p, 2 * (P - T) / 3, rtol=1e-15)
    assert in_t is None  # nothing leads there
    upstream = slopes(candidate, P, T, upstream=np.array(3.0))[0]
    np.testing.assert_allclose(upstream, 3 * in_p, rtol=1e-15)


@HOSTS
def test_a_setting_is_changed(loss):
    candidate = read(loss)
    assert candidate.settings == {"power": 2.0}
    cubed = candidate.changed(power=4.0)
    assert value(cubed, P, T) == pytest.approx(np.mean((P - T) ** 4), rel=1e-14)
    np.testing.assert_allclose(slopes(cubed, P, T)[0], 4 * (P - T) ** 3 / 3, rtol=1e-14)
    assert value(read(loss, settings={"power": 4.0}), P, T) == value(cubed, P, T)


@HOSTS
def test_half_precision_is_what_it_says(loss):
    candidate = read(loss)
    for precision in candidate.host.precisions:
        given = [candidate.host.array(each, precision) for each in (P, T)]
        assert {candidate.host.precision(each) for each in given} == {precision}
        assert candidate.host.precision(candidate(given, PLACES)) == precision


@HOSTS
def test_a_loss_is_differentiated_twice_where_the_framework_can(loss):
    candidate = read(loss)
    given = [candidate.host.array(each) for each in (P, T)]
    along = np.array([1.0, 2.0, 3.0])
    if candidate.host.name == "numpy":
        with pytest.raises(CandidateError):
            candidate.twice(given, PLACES, 0, along)
    else:
        found = candidate.twice(given, PLACES, 0, along)
        np.testing.assert_allclose(found, 2 * along / 3, rtol=1e-15)


@HOSTS
def test_compiled_and_eager_agree(loss):
    candidate = read(loss)
    compiled = candidate.compiled()
    if candidate.host.name == "numpy":
        assert compiled is None
    else:
        found = value(compiled, P, T, precision="float32")
        assert found == pytest.approx(value(candidate.eager(), P, T, precision="float32"))


def test_what_a_framework_is_set_to_is_left_as_it_was():
    import jax
    import keras
    import torch

    def settings():
        return jax.numpy.ones(1).dtype, keras.config.floatx(), torch.get_default_dtype()

    before = settings()
    for loss in FUNCTIONS:
        for precision in ("float64", "float32"):
            value(read(loss), P, T, precision=precision)
            slopes(read(loss), P, T, precision=precision)
    assert settings() == before


def test_single_precision_within_is_read_as_double():
    import tensorflow as tf
    import torch

    class_weights = torch.tensor([0.1, 2.0])

    def in_torch(p, t):
        return torch.nn.functional.cross_entropy(p.float(), t, weight=class_weights)

    def in_tensorflow(y_true, y_pred):
        one_hot = tf.one_hot(y_true, 2)
        return -tf.reduce_mean(tf.reduce_sum(one_hot * tf.nn.log_softmax(y_pred), -1))

    scores, labels = np.array([[0.3, -0.2], [1.5, 0.1]]), np.array([1, 0])
    entries = np.log(np.exp(scores).sum(1)) - scores[[0, 1], labels]
    shares = np.array([2.0, 0.1])[[0, 1]]
    weighted = (shares * entries).sum() / shares.sum()
    # The weights are singles, 0.1 to seven digits; the rest is exact.
    assert value(read(in_torch), scores, labels) == pytest.approx(weighted, rel=1e-8)
    assert value(read(in_tensorflow), labels, scores) == pytest.approx(entries.mean(), rel=1e-14)


def test_integer_targets_have_no_slope():
    import torch

    scores, labels = np.array([[0.3, -0.2], [1.5, 0.1]]), np.array([1, 0])
    for loss in (torch.nn.CrossEntropyLoss, lossary.CrossEntropy):
        assert slopes(read(loss), scores, labels)[1] is None


def test_an_error_in_the_backward_pass_is_the_loss_s_own():
    import torch

    class Broken(torch.autograd.Function):
        @staticmethod
        def forward(ctx, p):
            return p.sum()

        @staticmethod
        def backward(ctx, upstream):
            raise ValueError("not written yet")

    def broken(p, t):
        return Broken.apply(p - t)

    with pytest.raises(CandidateError, match="not written yet"):
        slopes(read(broken), P, T)


class Focal:
    """A loss as an object; its word for the reduction is an enumeration."""

    class Kind(enum.Enum):
        MEAN = "mean"
        SUM = "sum"

    def __init__(self, gamma=2.0, kind=Kind.MEAN):
        self.gamma, self.kind = gamma, kind

    def __call__(self, pred, target, mask=None):
        entries = abs(pred - target) ** self.gamma
        return entries.mean() if self.kind is Focal.Kind.MEAN else entries.sum()


def test_classes_and_objects_are_made_again_with_other_settings():
    for loss in (Focal, Focal(3.0)):
        candidate = read(loss, host="numpy")
        assert [each.name for each in candidate.inputs if each.required] == ["pred", "target"]
        assert value(candidate.changed(gamma=1.0), P, T) == pytest.approx(abs(P - T).mean())
        summed = candidate.changed(gamma=1.0, kind=Focal.Kind.SUM)
        assert value(summed, P, T) == pytest.approx(abs(P - T).sum())
    mask = read(Focal, host="numpy").inputs[2]
    assert (mask.name, mask.required, mask.keyword) == ("mask", False, True)


def test_a_module_s_own_arrays_follow_and_are_told_apart():
    import torch

    class Weighted(torch.nn.Module):
        def __init__(self, num_classes):
            super().__init__()
            self.register_buffer("share", torch.ones(num_classes))
            self.scale = torch.nn.Parameter(torch.ones(()))
            self.plain = torch.full((num_classes,), 2.0)

        def forward(self, score, target):
            weight = self.share * self.plain
            return self.scale * torch.nn.functional.cross_entropy(score, target, weight=weight)

    candidate = read(Weighted)
    assert candidate.assumed == {"num_classes": 4}
    kinds = {name: each.kind for name, each in candidate.state().items()}
    assert kinds == {"share": "buffer", "scale": "parameter", "plain": "attribute"}
    scores, labels = np.eye(4), np.arange(4)
    assert value(candidate, scores, labels).dtype == np.float64
    moved = candidate.host.state(candidate.host.moved(candidate.live, "float64"))
    assert {name: each.precision for name, each in moved.items()} == {
        "share": "float64", "scale": "float64", "plain": "float32",
    }  # fmt: skip


def test_keras_objects_compute_in_the_precision_that_comes():
    import keras

    for loss in (keras.losses.Huber(delta=0.5), keras.losses.Huber):
        candidate = read(loss, settings={"delta": 0.5})
        exact = lossary.Huber(delta=0.5)(P, T)
        assert value(candidate, T, P) == pytest.approx(exact, rel=1e-15)
        summed = candidate.changed(reduction="sum")
        assert value(summed, T[:, None], P[:, None]) == pytest.approx(3 * exact, rel=1e-15)


def test_a_keras_loss_of_one_s_own_has_the_settings_of_its_parents():
    import keras
    import tensorflow as tf

    class Power(keras.losses.Loss):
        def __init__(self, gamma=2.0, **others):
            super().__init__(**others)
            self.gamma = gamma

        def call(self, y_true, y_pred):
            return abs(tf.cast(y_true, tf.float32) - y_pred) ** self.gamma

    for loss in (Power, Power(2.0)):
        candidate = read(loss)
        assert candidate.settings == {"gamma": 2.0, "reduction": "sum_over_batch_size"}
        summed = candidate.changed(gamma=1.0, reduction="sum")
        assert value(summed, T, P) == pytest.approx(abs(P - T).sum(), rel=1e-15)


def triplet(a, p, n, margin):
    return np.maximum(np.sum((a - p) ** 2) - np.sum((a - n) ** 2) + margin, 0)


def minkowski(x, y, p):
    return np.mean(abs(x - y) ** p)


def divergence(p, q, eps):
    return np.sum(p * np.log(p / (q + eps)))


def pinball(q, y, f):
    return np.mean(np.maximum(q * (y - f), (q - 1) * (y - f)))


def distilled(student, teacher, labels, T, mask=None, axis=None):  # noqa: N803
    return np.mean((student / T - teacher / T) ** 2)


def with_targets_left_out(predictions, targets=None, sample_weight=None):
    return np.mean((predictions - targets) ** 2)


@pytest.mark.parametrize(
    ("loss", "arrays", "optional", "settings"),
    [
        (triplet, ["a", "p", "n"], [], {"margin": 1.0}),
        (minkowski, ["x", "y"], [], {"p": 2}),
        (divergence, ["p", "q"], [], {"eps": 1e-6}),
        (pinball, ["y", "f"], [], {"q": 0.7}),
        (distilled, ["student", "teacher", "labels"], ["mask"], {"T": 2.0, "axis": None}),
        (with_targets_left_out, ["predictions", "targets"], ["sample_weight"], {}),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_arrays_are_told_from_settings(loss, arrays, optional, settings):
    candidate = read(loss, host="numpy")
    assert [each.name for each in candidate.inputs if each.required] == arrays
    assert [each.name for each in candidate.inputs if not each.required] == optional
    assert candidate.settings == settings
    assert set(candidate.assumed) == set(settings) - {"axis"}
    assert np.isfinite(value(candidate, *[abs(P)] * len(arrays)))


def test_a_function_that_makes_a_loss_is_called_first():
    def focal(gamma=2.0):
        def loss(y_true, y_pred):
            return np.mean(abs(y_true - y_pred) ** gamma)

        return loss

    candidate = read(focal)
    assert candidate.name == "focal"
    assert value(candidate.changed(gamma=1.0), T, P) == pytest.approx(abs(P - T).mean())
    assert candidate.spelling[-1] == "loss = focal()"


def test_wrappers_show_what_they_wrap():
    def logged(function):
        def inner(*arrays, **named):
            return function(*arrays, **named)

        return inner

    bound = functools.partial(with_numpy, power=4.0)
    assert read(bound).settings == {"power": 4.0}
    assert [each.name for each in read(logged(with_numpy)).inputs] == ["p", "t"]
    assert value(read(bound).changed(power=2.0), P, T) == value(read(with_numpy), P, T)


def test_of_several_results_the_loss_is_taken():
    def parts(p, t):
        return {"aux": (p**2).mean(), "loss": ((p - t) ** 2).mean()}

    def pair(p, t):
        return ((p - t) ** 2).mean(), p

    for loss, says in ((parts, "the entry 'loss' of what is returned"), (pair, "the first of 2")):
        candidate = read(loss, host="numpy")
        found, told = candidate.result([P, T], PLACES)
        assert found == np.mean((P - T) ** 2)
        assert told.startswith(says)


def test_what_gives_no_number_says_so():
    def forgotten(p, t):
        np.mean((p - t) ** 2)

    with pytest.raises(CandidateError, match="is a return missing"):
        value(read(forgotten), P, T)
    with pytest.raises(CandidateError, match="complex"):
        value(read(lambda p, t: np.sum(p * 1j), host="numpy"), P, T)


def test_a_gradient_is_taken_from_where_its_author_wrote_it():
    def both(p, t):
        grad = 2 * (p - t) / p.size
        return np.mean((p - t) ** 2), grad

    class Layer:
        def forward(self, p, t):
            self.kept = p, t
            return np.mean((p - t) ** 2)

        def backward(self):
            p, t = self.kept
            return 2 * (p - t) / p.size

    exact = 2 * (P - T) / 3
    handed = read(with_torch, gradient=lambda p, t: {"p": 2 * (p - t) / 3, "t": None})
    for candidate in (read(with_numpy), read(both), read(Layer), read(Layer()), handed):
        in_p, in_t = slopes(candidate, P, T)
        np.testing.assert_allclose(in_p, exact, rtol=1e-15)
        assert in_t is None
    learnt_second = read(lambda y, p: np.mean((p - y) ** 2), gradient=lambda y, p: 2 * (p - y) / 3)
    assert slopes(learnt_second, T, P, learnt=1)[0] is None


def test_ours_need_no_probing_on_pytorch_or_numpy():
    for host in ("torch", "numpy"):
        candidate = read(lossary.Huber(delta=0.5), host=host)
        assert candidate.ours == lossary.Huber(delta=0.5)
        assert value(candidate, P, T) == pytest.approx(lossary.Huber(delta=0.5)(P, T))
        doubled = candidate.changed(delta=1.0, reduction="sum")
        exact = lossary.Huber(delta=1.0).gradient(P, T)
        np.testing.assert_allclose(slopes(doubled, P, T)[0], exact, rtol=1e-14)


@HOSTS
def test_the_spelling_makes_the_same_loss(loss):
    candidate = read(loss)
    space = {}
    exec("\n".join(candidate.spelling), space)
    given = [candidate.host.array(each, "float32") for each in (P, T)]
    found = candidate.host.numpy(space["loss"](*given))
    assert found == pytest.approx(np.mean((P - T) ** 2), rel=1e-6)


def test_objects_and_classes_are_spelt_by_what_they_were_made_with():
    import torch

    assert read(torch.nn.HuberLoss(delta=2.0)).spelling[-1] == "loss = HuberLoss(delta=2.0)"
    assert read(torch.nn.HuberLoss).spelling[0] == "from torch.nn import HuberLoss"
    weight = torch.tensor([1.0, 2.0])
    assert "weight=torch.tensor([1.0, 2.0])" in read(torch.nn.NLLLoss(weight)).spelling[-1]


def test_what_is_missing_is_told_with_the_option_that_gives_it():
    import torch

    class Deep(torch.nn.Module):
        def __init__(self, backbone):
            super().__init__()

        def forward(self, p, t):
            return p.mean()

    with pytest.raises(LossError, match=r"needs backbone(.|\n)*settings=(.|\n)*--set backbone="):
        read(Deep)
    with pytest.raises(ArgumentError, match=r"has no setting 'powr'. Did you mean power\?"):
        read(with_numpy, settings={"powr": 1.0})
    with pytest.raises(ArgumentError, match="expected a loss"):
        read(3)
    with pytest.raises(LossError, match="host='pytorch'"):
        read(with_numpy, host="pytorch")
    with pytest.raises(Unchangeable):
        read(torch.nn.HuberLoss).changed(reduction=3, power=2)


def write(folder, name, text):
    (folder / name).write_text(textwrap.dedent(text))
    return f"{folder / name}"


def test_a_loss_is_loaded_from_a_file_beside_what_it_imports(tmp_path):
    write(tmp_path, "entries_of_it.py", "def entries(p, t): return (p - t) ** 2\n")
    file = write(
        tmp_path,
        "my_own.py",
        """
        from entries_of_it import entries

        def my_loss(p, t):
            return entries(p, t).mean()

        class Kept:
            def judged(self, p, t):
                return entries(p, t).sum()
        """,
    )
    loss, origin = loaded(f"{file}:my_loss")
    assert (loss(P, T), origin) == (np.mean((P - T) ** 2), f"{file}:my_loss")
    assert loaded(f"{file}:Kept.judged")[0](P, T) == np.sum((P - T) ** 2)
    assert list(losses_in(file)) == ["my_loss"]
    assert loaded("huber")[0] is lossary.Huber
    assert loaded("lossary:Huber") == (lossary.Huber, "lossary:Huber")


def test_what_cannot_be_loaded_says_why(tmp_path):
    broken = write(tmp_path, "broken_one.py", "import numpy\nvalue = 1 / 0\n")
    lacking = write(tmp_path, "lacking_one.py", "import no_such_package_here\n")
    wrong = write(tmp_path, "wrong_one.py", "def loss(:\n")
    good = write(tmp_path, "good_one.py", "def my_loss(p, t): return p\n")
    for text, kind, told in (
        (f"{broken}:loss", LossError, r"broken_one.py, line 2: .*ZeroDivisionError"),
        (f"{lacking}:loss", HostError, "no_such_package_here is needed"),
        (f"{wrong}:loss", LossError, "wrong_one.py, line 1: invalid syntax"),
        (f"{good}:my_los", NotFoundError, r"Did you mean my_loss\?"),
        (f"{tmp_path}/absent.py:loss", NotFoundError, "there is no file"),
        ("no_such_package_here:loss", NotFoundError, "there is no module"),
        ("lossary.lossess:Huber", NotFoundError, r"Did you mean lossary.losses or"),
        ("hubber", NotFoundError, "Did you mean Huber"),
    ):
        with pytest.raises(kind, match=told):
            loaded(text)
