"""suite.yaml: what a suite is for, which locale its pivot texts are in, under which licence."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from culturefit.schema.base import Id, Line, LocaleTag, SuiteFile, Text

__all__ = ["SuiteCard"]


class SuiteCard(SuiteFile):
    """The card of a suite."""

    id: Id
    title: Line
    purpose: Text
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    #: The locale whose files hold the pivot prompt and placebo; every `pivot:` text is in its language.
    pivot: LocaleTag
    licence: Line
    #: How the texts came to be and what nobody has reviewed; printed in reports.
    provenance: Text
    content_warning: Text | None = None
