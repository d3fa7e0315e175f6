"""All that is known of one loss, as plain data: what `lossary show` draws and `--json` prints."""

import inspect
from dataclasses import fields
from typing import Any

from lossary.cli.formulas import Line, formulas
from lossary.cli.words import accumulation, axes, domain_reads, reading
from lossary.core.parameter import default_of, facts_of, meanings
from lossary.core.references import all_references


def card(cls: Any) -> dict[str, Any]:
    """Return the facts of a loss, all but its name possibly empty."""
    loss, (sentence, *remarks) = cls(), texts(cls)
    said = formulas(loss)
    return {
        "name": cls.__name__,
        "does": sentence,
        "remarks": remarks,
        "formula": _lines({"": said.value})[0],
        "gradient": _lines(said.slopes),
        "curvature": {"rule": said.reason, "formulas": _lines(said.curvature)},
        "letters": list(said.legend),
        "arrays": arrays(loss),
        "shapes": [{"sentence": str(each), "reads": reading(each)} for each in loss.sentences],
        "axes": axes(loss.sentences),
        "parameters": parameters(cls),
        "kind": kind_of(cls).__name__,
        "kind_reads": texts(kind_of(cls))[0],
        "accumulation": accumulation(loss),
        "elicits": cls.elicits,
        "convex": cls.convex,
        "robust": cls.robust,
        "trainable": cls.trainable,
        "tasks": list(cls.tasks),
        "aliases": list(cls.aliases),
        "cites": [cited(key) for key in cls.cites],
        "hazards": cls.hazards,
        "example": example(cls),
        "version": cls.version,
    }


def texts(cls: type) -> list[str]:
    """Return the paragraphs of a docstring before its example, each as one line.

    >>> from lossary import LogLoss
    >>> texts(LogLoss)[1]
    'Nothing is clipped: ruling out what happens costs infinity.'
    """
    before = (inspect.getdoc(cls) or "").partition(">>>")[0].strip()
    return [" ".join(each.split()) for each in before.split("\n\n")]


def example(cls: type) -> str:
    """Return the example in a docstring, with its prompts."""
    _, prompt, after = (inspect.getdoc(cls) or "").partition(">>>")
    return (prompt + after).strip()


def kind_of(cls: type) -> type:
    """Return the kind of a loss: the nearest of its ancestors that the core defines."""
    return next(each for each in cls.__mro__ if each.__module__.startswith("lossary.core."))


def arrays(loss: Any) -> list[dict[str, str]]:
    """Say of each array what it holds."""
    rows = []
    for place, name in enumerate(loss.names):
        domains = dict.fromkeys(each[place] for each in loss.domains)
        mends = dict.fromkeys(each.mend for each in domains)
        numbers = getattr(loss, "components", ()) if place == 0 else ()
        holds = " or ".join(map(domain_reads, domains))
        if numbers:
            holds = f"{' and '.join(each.replace('_', ' ') for each in numbers)}: {holds}"
        rows.append({"name": name, "holds": holds, "mend": "; ".join(filter(None, mends))})
    return rows


def parameters(cls: Any) -> list[dict[str, Any]]:
    """Say of each parameter its default, where it may lie, how to search it and what it means."""
    facts, lines = facts_of(cls), meanings(cls)
    return [
        {
            "name": each.name,
            "default": _plain(default_of(each)),
            "domain": str(facts[each.name]),
            "scale": "" if facts[each.name].choices else facts[each.name].scale,
            "meaning": lines.get(each.name, ""),
        }
        for each in fields(cls)
        if each.name in facts
    ]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _lines(lines: dict[str, Line]) -> list[dict[str, str]]:
    return [{"of": name, "plain": str(line), "latex": line.latex} for name, line in lines.items()]


def cited(key: str) -> dict[str, str]:
    """Cite a source in full; a key that is not known here stands as it is."""
    source = all_references().get(key)
    if source is None:
        return {"key": key, "text": key, "note": ""}
    return {"key": key, "text": source.cited(), "note": source.note}
