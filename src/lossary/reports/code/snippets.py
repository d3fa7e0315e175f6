"""One snippet for each host: with the loss, its numbers and the settings that the folds chose."""

from lossary.errors import ArgumentError
from lossary.heads import head_for
from lossary.records import ArmRecord, StudyRecord
from lossary.reports.code.chosen import chosen
from lossary.reports.code.filling import Snippet
from lossary.reports.code.fitted import FITTED, fitted
from lossary.reports.code.forms import form_of
from lossary.reports.code.networks import NETWORKS, network

_HOSTS = {"mlp": "torch", "module": "torch", "linear": "sklearn"}


def snippets(record: StudyRecord) -> tuple[Snippet, ...]:
    """Return the recommended configuration as code; the host that was studied comes first."""
    arm = next((each for each in record.arms if each.name == record.verdict.recommended), None)
    if arm is None or arm.loss is None or (own := chosen(record, arm)) is None:
        return ()
    kind, k = record.question.kind, len(record.question.classes)
    try:
        head = head_for(own.loss, kind, k)
    except ArgumentError:  # a loss that this version does not fit to this target any more
        return ()
    form = form_of(head, own.loss, kind, k)
    if arm.learner == "module":  # the user's rows are no table, and only PyTorch runs the module
        return (network("torch", own, form, record),) if form else ()
    found = [network(host, own, form, record) for host in NETWORKS] if form else []
    found += [fitted(host, own, arm, record) for host in FITTED if _shown(host, record)]
    first = _HOSTS.get(arm.learner, arm.learner)
    return tuple(sorted(found, key=lambda each: (not each.text, each.host != first)))


def _shown(host: str, record: StudyRecord) -> bool:
    """Leave out the linear models where none was studied: they are no common request."""
    return host != "sklearn" or any(_is_linear(each) for each in record.arms)


def _is_linear(arm: ArmRecord) -> bool:
    return arm.learner == "linear"
