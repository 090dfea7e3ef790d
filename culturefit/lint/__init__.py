"""Checks of suite files, in the manner of a linter: a stable id per rule, its place, its remedy, fixes and waivers."""

from culturefit.lint.problem import Problem
from culturefit.lint.walk import lint

__all__ = ["Problem", "lint"]
