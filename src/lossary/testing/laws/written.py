"""Laws of a loss as a value: written down and read again it is the same; parameters matter."""

import pickle
from dataclasses import FrozenInstanceError, fields
from typing import Any

import numpy as np

import lossary
from lossary.core.dictionaries import from_dict
from lossary.core.parameter import facts_of, meanings
from lossary.errors import DomainError
from lossary.testing.case import Case, Law, Refused, instances

FIRST = ("float64",)


def it_can_be_written_down_and_read_again(case: Case) -> None:
    loss = case.loss
    room = dict(vars(lossary)) | {type(loss).__name__: type(loss)}
    pickled, written = pickle.loads(pickle.dumps(loss)), from_dict(loss.to_dict())
    for again in (pickled, written, eval(repr(loss), room), loss.replace()):
        assert (again, hash(again), repr(again)) == (loss, hash(loss), repr(loss))


def it_cannot_be_changed(case: Case) -> None:
    for each in fields(case.loss):
        with Refused(FrozenInstanceError):
            setattr(case.loss, each.name, 0.1)


def every_parameter_has_an_effect(case: Case) -> None:
    cls: Any = type(case.loss)
    arrays = Case(cls(), case.backend, case.precision).draw(1)
    for name in facts_of(cls):
        others = [loss for loss in instances(cls) if getattr(loss, name) != getattr(cls(), name)]
        assert others, f"{name} has only one value"
        base = case.with_loss(cls()).call(*arrays)
        changed = [case.with_loss(loss).call(*_fitting(case, loss, arrays)) for loss in others]
        assert any(np.any(each != base) for each in changed), f"{name} has no effect"


def _fitting(case: Case, loss: Any, arrays: tuple[Any, ...]) -> tuple[Any, ...]:
    fits = loss.sentences[0].bind(tuple(each.shape for each in arrays)) is not None
    return arrays if fits else case.with_loss(loss).draw(1)


def a_parameter_outside_its_domain_is_refused(case: Case) -> None:
    for name, facts in facts_of(type(case.loss)).items():
        for wrong in ("much", float("nan"), True if not facts.choices else "perhaps"):
            with Refused(DomainError) as caught:
                type(case.loss)(**{name: wrong})
            assert f"{type(case.loss).__name__}({name}=" in str(caught.error)


def it_states_its_facts(case: Case) -> None:
    cls: Any = type(case.loss)
    for fact in ("__doc__", "cites", "tasks", "elicits", "hazards"):
        assert getattr(cls, fact), f"{fact} is not stated"
    assert cls.formula or hasattr(cls, "traced")
    assert set(meanings(cls)) >= set(facts_of(cls)), "a parameter has no line of meaning"


def _always(loss: Any) -> bool:
    return True


WRITTEN = (
    Law(
        "it can be written down and read again",
        it_can_be_written_down_and_read_again,
        _always,
        FIRST,
    ),
    Law("it cannot be changed", it_cannot_be_changed, _always, FIRST),
    Law("every parameter has an effect", every_parameter_has_an_effect, _always, FIRST),
    Law(
        "a parameter outside its domain is refused",
        a_parameter_outside_its_domain_is_refused,
        _always,
        FIRST,
    ),
    Law("it states its facts", it_states_its_facts, _always, FIRST),
)
