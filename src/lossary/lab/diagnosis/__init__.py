"""What the data are like: detectors that look at what a quick model leaves over."""

from lossary.lab.diagnosis.diagnosing import DETECTORS, diagnose

__all__ = ["DETECTORS", "diagnose"]
