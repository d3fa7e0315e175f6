"""Kernels where PyTorch's operations are followed: in compiled functions, and under modes."""

import subprocess
import sys

import pytest
import torch
from torch._dynamo.backends.registry import lookup_backend
from torch._subclasses import FakeTensor, FakeTensorMode
from torch.fx.experimental.proxy_tensor import make_fx
from torch.testing import assert_close
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.checkpoint import checkpoint
from torch.utils.flop_counter import FlopCounterMode

import lossary
from lossary.core import catalogue, dispatch
from lossary.kernels.hosts import torch_written
from lossary.kernels.hosts.torch_operator import judged
from tests.kernels.drawn import FOCAL, LOSSES, REDUCTIONS, by_definition, drawn

NAMES = [type(each).__name__ for each in LOSSES]
# PyTorch's own generator and rules of differentiation are written in its deprecated language.
pytestmark = pytest.mark.filterwarnings("ignore:`torch.jit.script.*` is deprecated")
every_loss = pytest.mark.parametrize("loss", LOSSES, ids=NAMES)


class Graphs:
    """A compiler that keeps what it was given, and says whether the operator is in it."""

    def __init__(self, name="aot_eager"):
        self.seen, self.compiler = [], lookup_backend(name)

    def __call__(self, graph, given):
        self.seen.append(graph)
        return self.compiler(graph, given)

    @property
    def taken(self):
        return [_taken(graph) for graph in self.seen]


def _taken(graph):
    return any(node.target is judged for node in graph.graph.nodes)


class Followed(TorchDispatchMode):
    """Write down the name of each operation."""

    def __init__(self):
        super().__init__()
        self.names = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.names.append(str(func))
        return func(*args, **(kwargs or {}))


@pytest.fixture(autouse=True)
def _fresh():
    torch._dynamo.reset()


@pytest.fixture
def shelf(monkeypatch):
    """Let a test define losses that are gone after it."""
    monkeypatch.setitem(catalogue._SHELVES, "loss", dict(catalogue._SHELVES["loss"]))


def _compiled(function, graphs, **options):
    return torch.compile(function, fullgraph=True, backend=graphs, **options)


def _agree(found, expected, ours, theirs):
    assert_close(found, expected)
    above = torch.rand_like(found)
    found.backward(above)
    expected.backward(above)
    assert_close(ours.grad, theirs.grad)


@every_loss
@pytest.mark.parametrize("dynamic", [False, True])
def test_a_compiled_loss_is_the_definition_and_takes_the_kernel(loss, dynamic):
    graphs, reductions = Graphs(), ("none",) if dynamic else ("mean", "sum")
    for reduction in reductions:

        def called(p, t, w, m, reduction=reduction):
            return loss(p, t, weight=w, mask=m, reduction=reduction)

        function = _compiled(called, graphs, dynamic=dynamic)
        for rows in (4, 7) if dynamic else (4,):
            prediction, *given = drawn(loss, rows)
            ours, theirs = (prediction.clone().requires_grad_() for _ in range(2))
            expected = by_definition(called, theirs, *given)
            _agree(function(ours, *given), expected, ours, theirs)
    assert graphs.taken == [True] * len(reductions)


def test_a_generated_program_is_right():
    graphs = Graphs("inductor")
    model = torch.nn.Linear(3, 3)

    def step(x, target):
        return FOCAL(model(x.relu()) * 2, target) + FOCAL(model(x), target, reduction="sum")

    x, target, *_ = drawn(FOCAL, dtype=torch.float32)
    _compiled(step, graphs)(x, target).backward()
    found = [each.grad for each in model.parameters()]
    model.zero_grad()
    by_definition(step, x, target).backward()
    for ours, theirs in zip(found, model.parameters(), strict=True):
        assert_close(ours, theirs.grad)
    assert graphs.taken == [True]


@pytest.mark.parametrize("loss", LOSSES[:4], ids=NAMES[:4])
def test_slopes_and_curvatures_compile_whole(loss):
    graphs = Graphs()
    prediction, *given = drawn(loss)
    weight, mask = given[1:]
    requests = [lambda p, t: loss.gradient(p, t, weight=weight, reduction="mean")]
    requests.append(lambda p, t: loss.gradient(p, t, mask=mask))
    if isinstance(loss, lossary.Elementwise):
        requests.append(lambda p, t: loss.curvature(p, t, weight=weight, mask=mask))
    for request in requests:
        function = _compiled(request, graphs)
        expected = by_definition(request, prediction, given[0])
        assert_close(function(prediction, given[0]), expected)
    assert all(graphs.taken)


def test_a_compiled_slope_is_differentiated_by_the_definition():
    prediction, target, *_ = drawn(FOCAL)
    ours, theirs = (prediction.clone().requires_grad_() for _ in range(2))
    graphs = Graphs()
    found = _compiled(FOCAL.gradient, graphs)(ours, target)
    _agree(found, by_definition(FOCAL.gradient, theirs, target), ours, theirs)
    assert graphs.taken == [True]


def test_parts_leave_a_compiled_function():
    prediction, target, weight, _ = drawn(FOCAL)
    prediction.requires_grad_()
    graphs = Graphs()

    def sums(p, t, w):
        return FOCAL.parts(p, t, weight=w).sums

    numerator, denominator = _compiled(sums, graphs)(prediction, target, weight)
    assert_close((numerator, denominator), by_definition(sums, prediction, target, weight))
    assert not denominator.requires_grad
    numerator.backward()
    assert_close(prediction.grad, FOCAL.gradient(prediction.detach(), target, weight=weight))
    assert graphs.taken == [True]


def test_a_loss_may_be_made_inside_the_compiled_function():
    graphs = Graphs()
    prediction, target, *_ = drawn(FOCAL)

    def called(p, t):
        return lossary.SigmoidFocal(gamma=1.5, alpha=None)(p, t) + lossary.Huber(delta=3.0)(p, t)

    assert_close(_compiled(called, graphs)(prediction, target), called(prediction, target))
    assert graphs.taken == [True]


def test_a_weighted_sum_takes_the_kernels_of_its_terms():
    graphs = Graphs()
    loss = 0.7 * lossary.SigmoidFocal(gamma=1.0) + 0.3 * lossary.BinaryCrossEntropy()
    prediction, target, *_ = drawn(FOCAL)
    assert_close(_compiled(loss, graphs)(prediction, target), loss(prediction, target))
    assert sum(node.target is judged for node in graphs.seen[0].graph.nodes) == 2


def test_a_parameter_that_changes_is_compiled_for_once():
    """As a constant it would be compiled for again and again, until PyTorch gives up at eight."""
    graphs = Graphs()
    prediction, target, *_ = drawn(FOCAL)
    function = _compiled(lambda loss, p, t: loss(p, t), graphs)
    for step in range(12):
        loss = lossary.SigmoidFocal(gamma=1 + step / 8)
        ours, theirs = (prediction.clone().requires_grad_() for _ in range(2))
        _agree(function(loss, ours, target), loss(theirs, target), ours, theirs)
    assert graphs.taken == [True, True]


def test_a_loss_of_ones_own_takes_a_kernel_and_a_new_draft_of_it_another(shelf):
    prediction, target, *_ = drawn(FOCAL)

    def draft(factor):
        @lossary.define
        class Drafted(lossary.Elementwise):
            """A cell that is run again."""

            def value(self, xp, prediction, target):
                return factor * xp.exp(target - prediction)

        return Drafted()

    graphs, first = Graphs(), draft(3.0)
    judge = _compiled(first, graphs)
    found = judge(prediction, target)
    second = draft(5.0)
    assert_close(_compiled(second, graphs)(prediction, target) / 5, found / 3)
    assert_close(judge(prediction, target), found)  # the first one's graph keeps the first
    assert graphs.taken == [True, True]
    torch._dynamo.reset()
    assert_close(judge(prediction, target), found)
    assert graphs.taken == [True, True, False]  # no process could find it by its name any more


def test_switching_kernels_off_compiles_the_definition_and_on_again_the_kernel():
    graphs = Graphs()
    prediction, target, *_ = drawn(FOCAL)
    function = _compiled(FOCAL, graphs)
    expected = FOCAL(prediction, target)
    assert_close(function(prediction, target), expected)
    with lossary.use_kernels(False):
        assert_close(function(prediction, target), expected)
    assert_close(function(prediction, target), expected)
    assert graphs.taken == [True, False]


def test_what_does_not_fit_is_said_before_anything_is_compiled():
    prediction, target, *_ = drawn(FOCAL)
    graphs = Graphs()
    with pytest.raises(Exception, match="SigmoidFocal cannot read these shapes"):
        _compiled(FOCAL, graphs)(prediction, target[:, :2])
    assert not graphs.seen


@pytest.mark.parametrize("which", ["target", "weight"])
def test_where_another_array_learns_the_definition_answers(which):
    graphs = Graphs()
    prediction, target, weight, _ = drawn(FOCAL)
    given = {"target": target, "weight": weight}
    given[which].requires_grad_()
    _compiled(FOCAL, graphs)(prediction, target, weight=weight).backward()
    expected = torch.autograd.grad(FOCAL(prediction, target, weight=weight), given[which])[0]
    assert_close(given[which].grad, expected)
    assert graphs.taken == [False]


def test_compiled_transforms_see_the_formula():
    prediction, target, *_ = drawn(FOCAL)
    graphs = Graphs()
    slopes = torch.vmap(torch.func.grad(FOCAL))
    assert_close(_compiled(slopes, graphs)(prediction, target), slopes(prediction, target))
    assert graphs.taken == [False]


def test_memory_in_another_order_stays_in_that_order():
    """Scores of a network for images, classes last: their slopes are no second copy."""
    loss, graphs = lossary.CrossEntropy(), Graphs("inductor")
    scores, target = torch.randn(2, 5, 3, 4), torch.randint(0, 5, (2, 3, 4))

    def called(scores, target):
        return loss((scores * 2).movedim(1, -1), target)

    ours, theirs = (scores.clone().requires_grad_() for _ in range(2))
    found = _compiled(called, graphs)(ours, target)
    _agree(found, by_definition(called, theirs, target), ours, theirs)
    assert graphs.taken == [True]
    given = ([scores.movedim(1, -1), target], None, None, None, *_spelled(loss), True)
    assert judged(*given)[1].stride() == scores.movedim(1, -1).stride()


def _spelled(loss, request="mean"):
    return torch_written.spelled(loss, request)[0], request


@every_loss
def test_the_operator_keeps_pytorchs_promises(loss):
    prediction, target, weight, mask = drawn(loss, rows=4, dtype=torch.float32)
    pooled = isinstance(loss, lossary.Dice)
    turned = prediction.mT.contiguous().mT
    for request in ("pooled",) if pooled else ("mean", "none", "parts", "gradient:sum"):
        reduced = request in ("mean", "none", "parts")
        for shown in (turned.bfloat16(), prediction.clone().requires_grad_()):
            given = ([shown, target], weight, mask, None, *_spelled(loss, request))
            checks = ["test_schema", "test_faketensor"]
            if shown.requires_grad and request in ("none", "pooled", "gradient:sum"):
                checks.append("test_aot_dispatch_dynamic")
            torch.library.opcheck(judged, (*given, reduced), test_utils=checks)


@every_loss
def test_modes_see_one_operation(loss):
    prediction, target, weight, mask = drawn(loss)
    ours, theirs = (prediction.clone().requires_grad_() for _ in range(2))
    with Followed() as followed:
        found = loss(ours, target, weight=weight, mask=mask)
    assert followed.names.count("lossary.judged.default") == 1
    expected = by_definition(loss, theirs, target, weight=weight, mask=mask)
    _agree(found, expected, ours, theirs)


def test_a_second_derivative_under_a_mode_is_right():
    prediction, target, *_ = drawn(FOCAL)
    prediction.requires_grad_()
    with Followed():
        assert torch.autograd.gradgradcheck(lambda p: FOCAL(p, target), (prediction,))


def test_operations_are_counted_beside_a_kernel():
    prediction, target, *_ = drawn(FOCAL)
    with FlopCounterMode(display=False) as counter:
        FOCAL(prediction @ prediction.T @ prediction, target)
    assert counter.get_total_flops() == 2 * 2 * 6 * 6 * 3


@pytest.mark.parametrize("mode", ["real", "fake", "symbolic"])
def test_a_traced_function_holds_the_operator_which_heeds_the_switch(mode, monkeypatch):
    prediction, target, *_ = drawn(FOCAL)
    graph = make_fx(FOCAL, tracing_mode=mode)(prediction, target)
    assert _taken(graph)
    assert_close(graph(prediction, target), FOCAL(prediction, target))
    monkeypatch.setattr("lossary.kernels.hosts.torch.run", None)
    assert_close(by_definition(graph, prediction, target), by_definition(FOCAL, prediction, target))


@every_loss
def test_fake_tensors_get_fake_answers_like_the_true_ones(loss):
    prediction, target, weight, mask = drawn(loss)
    mode = FakeTensorMode()
    fakes = [mode.from_tensor(each) for each in (prediction, target, weight, mask)]
    for reduction in REDUCTIONS:
        true = loss(prediction, target, weight=weight, mask=mask, reduction=reduction)
        with mode:
            fake = loss(*fakes[:2], weight=fakes[2], mask=fakes[3], reduction=reduction)
        assert type(fake) is FakeTensor
        assert (fake.shape, fake.dtype, fake.stride()) == (true.shape, true.dtype, true.stride())


def test_an_exported_program_holds_plain_operations_only():
    """It is taken to places where nothing is known of us."""

    class Judge(torch.nn.Module):
        def forward(self, prediction, target):
            return FOCAL(prediction, target)

    prediction, target, *_ = drawn(FOCAL)
    program = torch.export.export(Judge(), (prediction, target))
    assert not _taken(program.graph_module)
    assert_close(program.module()(prediction, target), FOCAL(prediction, target))


@pytest.mark.parametrize("learning", [False, True])
@pytest.mark.filterwarnings("ignore:`torch.jit.trace.*` is deprecated")
@pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning")  # shapes are looked at, as ever
def test_a_torchscript_trace_holds_plain_operations_only(learning):
    """A kernel that nobody sees would leave a trace of memory that nothing has written."""
    prediction, target, *_ = drawn(FOCAL)
    given = (prediction.requires_grad_(learning), target)
    traced = torch.jit.trace(lambda p, t: FOCAL(p, t), given)
    assert "lossary::" not in str(traced.graph)
    assert_close(traced(-prediction, target), FOCAL(-prediction, target))


def test_a_graph_is_run_by_a_process_that_has_never_seen_its_loss(monkeypatch):
    given = _spelled(lossary.Huber(delta=0.5), "sum")
    monkeypatch.setattr(torch_written, "_LOSSES", {})  # as one has it that loads a kept graph
    (found,) = judged([torch.tensor([3.0]), torch.tensor([1.0])], None, None, None, *given, False)
    assert found == 0.875


def test_the_first_call_of_all_may_be_a_compiled_one():
    """What is opened while a compiler looks on must not be what it guards."""
    program = """if True:
        import torch, lossary

        def judge(prediction, target):
            slopes = lossary.SigmoidFocal().gradient(prediction, target)
            return slopes.sum() + lossary.Dice()(prediction, target)

        given = [torch.rand(3, 2, requires_grad=True), torch.ones(3, 2)]
        found = torch.compile(judge, fullgraph=True, backend="aot_eager")(*given)
        found.backward()
        assert torch.isclose(found, judge(*given))
    """
    given = [sys.executable, "-W", "error", "-c", program]
    found = subprocess.run(given, check=False, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr


@every_loss
def test_with_no_kernel_at_hand_the_operator_computes_the_definition(loss, monkeypatch):
    prediction, *given = drawn(loss)
    graphs = Graphs()
    function = _compiled(lambda p, t, w, m: loss(p, t, weight=w, mask=m), graphs)
    ours, theirs = (prediction.clone().requires_grad_() for _ in range(2))
    monkeypatch.setattr("lossary.kernels.hosts.torch_operator._by_kernel", lambda *_: None)
    expected = by_definition(loss, theirs, given[0], weight=given[1], mask=given[2])
    _agree(function(ours, *given), expected, ours, theirs)
    assert graphs.taken == [True]


def test_where_no_kernel_can_be_made_the_definition_is_compiled(monkeypatch):
    graphs = Graphs()
    prediction, target, *_ = drawn(FOCAL)
    monkeypatch.setattr(dispatch.state, "broken", "no compiler")
    assert_close(_compiled(FOCAL, graphs)(prediction, target), FOCAL(prediction, target))
    assert graphs.taken == [False]


def test_autocast_does_not_recast_inside_a_compiled_function():
    prediction, target, *_ = drawn(FOCAL, dtype=torch.float32)
    graphs = Graphs()
    layer = torch.nn.Linear(3, 3)

    def called(x, target):
        with torch.autocast("cpu", torch.bfloat16):
            scores = layer(x)
            return scores, FOCAL(scores, target)

    scores, found = _compiled(called, graphs)(prediction, target)
    assert scores.dtype is torch.bfloat16
    assert found.dtype is torch.float32
    assert_close(found, by_definition(FOCAL, scores, target))
    found.backward()
    assert graphs.taken == [True]


def test_a_compiled_checkpoint_and_no_graph_at_all_are_right():
    prediction, target, *_ = drawn(FOCAL)
    graphs = Graphs()
    ours, theirs = (prediction.clone().requires_grad_() for _ in range(2))

    def called(p, t):
        return checkpoint(lambda p: FOCAL(p * p, t), p, use_reentrant=False)

    function = _compiled(called, graphs)
    _agree(function(ours, target), FOCAL(theirs * theirs, target), ours, theirs)
    plain = _compiled(FOCAL, graphs)
    for mode in (torch.no_grad, torch.inference_mode):
        with mode():
            found = plain(prediction.requires_grad_(), target)
        assert not found.requires_grad
        assert_close(found, FOCAL(prediction, target).detach())
