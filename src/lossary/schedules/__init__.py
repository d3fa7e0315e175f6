"""The schedules: numbers that change with the step."""

from lossary.core.descent.schedule import Schedule

__all__ = ["Schedule"]
