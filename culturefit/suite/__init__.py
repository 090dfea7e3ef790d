"""Reading suites: YAML files to schema objects, and the checks that contributors meet."""

from __future__ import annotations

from culturefit.suite.load import Case, Suite, load_suite, shipped_suites, suites_root

__all__ = ["Case", "Suite", "load_suite", "shipped_suites", "suites_root"]
