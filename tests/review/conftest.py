"""The browser of the report's tests."""

from report.conftest import browser, page

__all__ = ["browser", "page"]
