"""A finished run held against a policy: what a CI job passes or fails on. `check_runs` is the one to call."""

from __future__ import annotations

from culturefit.check.policy import Policy, read_policy
from culturefit.check.rules import Outcome, check_runs

__all__ = ["Outcome", "Policy", "check_runs", "read_policy"]
