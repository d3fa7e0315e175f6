"""A loss from plain data again: what `to_dict` wrote, read with its version."""

from typing import Any

from lossary import domains
from lossary.core.catalogue import find
from lossary.core.composition import Reading, Sum
from lossary.errors import FormatError


def from_dict(data: dict[str, Any]) -> Any:
    """Make the loss that `to_dict` wrote down.

    >>> import lossary
    >>> from_dict(lossary.Huber(delta=2.0).to_dict())
    Huber(delta=2.0)

    Raises:
        FormatError: it is no such dictionary, or another version of the definition wrote it.
        NotFoundError: there is no such loss here.
    """
    try:
        name, version = data["loss"], data["version"]
        if name == "Sum":
            if len(data["factors"]) != len(data["terms"]) or version != 1:
                raise FormatError(f"a Sum needs as many factors as terms, in version 1: {data!r}.")
            return Sum(tuple(data["factors"]), tuple(map(from_dict, data["terms"])))
        if name == "Reading":
            given = getattr(domains, str(data["given"]), None)
            return Reading(from_dict(data["of"]), given) if given else find(str(data["given"]))
        parameters = data["parameters"]
    except (KeyError, TypeError) as error:
        raise FormatError(
            f"expected what to_dict() returns ('loss', 'version', 'parameters'), got {data!r}."
        ) from error
    cls = find(name)
    if version != cls.version:
        raise FormatError(
            f"{name} was written as version {version}, but here it is version {cls.version}.\n"
            f"Hint: install the lossary that wrote it, or write it again."
        )
    unknown = set(parameters) - set(cls.own)
    if unknown:
        raise FormatError(f"{name} has no parameter {min(unknown)!r}, but {cls.own}.")
    return cls(**{key: tuple(v) if isinstance(v, list) else v for key, v in parameters.items()})
