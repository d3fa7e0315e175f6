"""Snippets that train a network: PyTorch, Keras and JAX."""

from lossary.records import StudyRecord
from lossary.reports.code.chosen import Chosen
from lossary.reports.code.decisions import decision_of
from lossary.reports.code.filling import Snippet, filled, remark
from lossary.reports.code.forms import Form
from lossary.reports.code.rules import rule_of

NETWORKS = {"torch": "PyTorch", "keras": "Keras", "jax": "JAX"}
_FUNCTIONS = {
    "torch": {"expm1": "torch.expm1", "sigmoid": "torch.sigmoid",
              "softmax": "torch.softmax(raw, 1)", "log_softmax": "torch.log_softmax(raw, 1)"},
    "keras": {"expm1": "keras.ops.expm1", "sigmoid": "keras.ops.sigmoid",
              "softmax": "keras.ops.softmax(raw)", "log_softmax": "keras.ops.log_softmax(raw)"},
    "jax": {"expm1": "jnp.expm1", "sigmoid": "jax.nn.sigmoid",
            "softmax": "jax.nn.softmax(raw)", "log_softmax": "jax.nn.log_softmax(raw)"},
}  # fmt: skip
_WIDTH = 64
_BATCH, _EPOCHS, _LEAST, _MOST = 128, 30, 300, 1500  # where the study tried no network
_BEST = "where the metric was best, the median over folds"


def network(host: str, own: Chosen, form: Form, record: StudyRecord) -> Snippet:
    """Return the snippet of one host; settings are the study's if a network was studied."""
    effort = own.learner if own.learner and own.learner.name in ("mlp", "module") else None
    rows = record.data.rows
    batch = (effort.batch or rows) if effort else _BATCH
    steps = effort.steps if effort else min(max(_EPOCHS * rows // batch, _LEAST), _MOST)
    best = own.steps if effort else None
    given = form.given.format(**_FUNCTIONS[host])
    template = "own" if effort and effort.name == "module" else host
    text = filled(
        f"{template}.jinja", own, record, form=form, width=_WIDTH, rows_target=_target(record),
        given=given.replace("[:, 0]", "") if host == "keras" else given,
        rule=rule_of(own if effort else None, steps), stop=best or steps, batch=min(batch, rows),
        stop_why=_BEST if best else "not tuned in the study",
        answer=_scaled(form.answer, own), decision=_decision(own, form, record),
    )  # fmt: skip
    return Snippet(host, NETWORKS[host], text, remark(own, effort is not None, NETWORKS[host]))


def _decision(own: Chosen, form: Form, record: StudyRecord) -> tuple[str, ...]:
    score = form.score.replace("raw", "raw_of(table)")
    return decision_of(own.decision, record.question.kind, score, _second(form, record))


def _target(record: StudyRecord) -> tuple[str, ...]:
    """Return the lines that read the target of a dataset's rows, which stands last in each."""
    classes, kind = list(record.question.classes), record.question.kind
    if not classes:
        return ("y = np.array([float(row[-1]) for row in rows])",)
    if kind == "multilabel":
        return (f"classes = {classes!r}", "y = np.array([np.asarray(row[-1]) for row in rows])")
    named = 'classes.index(f"{float(row[-1]):g}")'
    return (f"classes = {classes!r}", f"y = np.array([{named} for row in rows])")


def _second(form: Form, record: StudyRecord) -> str:
    """Return the code of the chance of the second of two classes, or of all of more."""
    two = record.question.kind == "binary" and form.outputs == 2
    return "predict(table)[:, 1]" if two else "predict(table)"


def _scaled(answer: str, own: Chosen) -> str:
    return answer if own.unit == 1.0 else f"unit * {answer}"
