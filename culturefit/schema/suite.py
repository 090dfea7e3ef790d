"""suite.yaml: what a suite is for, which locale its pivot texts are in, under which licence."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from culturefit.schema.base import Id, Line, LocaleTag, SuiteFile, Text

__all__ = ["SuiteCard"]


class SuiteCard(SuiteFile):
    """The card of a suite."""

    id: Id
    title: Line = "untitled"
    purpose: Text | None = None
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")] = "0.0.0"
    #: The locale whose files hold the pivot prompt and placebo; every `pivot:` text is in its language.
    pivot: LocaleTag = "en-US"
    licence: Line = "not stated"
    #: "paired": every scenario in several locales, with a pivot; gaps. "native": every scenario in the one locale it was written
    #: in, with no source text; only the uncued local arm is asked, and reports give rates.
    design: Literal["paired", "native"] = "paired"
    #: How the texts came to be and what nobody has reviewed; printed in reports.
    provenance: Text = "Not stated."
    content_warning: Text | None = None
