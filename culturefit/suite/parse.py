"""From a YAML document to a schema object, with every fault told as file, line, field and remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from culturefit.errors import SuiteError, nearest
from culturefit.schema import (
    SCHEMA_VERSION,
    CrisisFile,
    LocalePack,
    Rendering,
    Scenario,
    SuiteCard,
    SuiteFile,
)
from culturefit.suite.yamlfile import Document, dotted, read_yaml

__all__ = ["KINDS", "explain", "kind_of", "parse", "parse_file"]

F = TypeVar("F", bound=SuiteFile)

#: What each kind of file is called, and its schema.
KINDS: dict[str, type[SuiteFile]] = {
    "suite": SuiteCard, "scenario": Scenario, "rendering": Rendering, "pack": LocalePack, "crisis": CrisisFile,
}  # fmt: skip

# What pydantic says, in a contributor's words; {…} are filled from the error's context.
_REMEDIES = {
    "missing": "is missing; add it",
    "string_type": "must be text; put it in double quotes",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must hold fields",
    "model_type": "must hold fields",
    "model_attributes_type": "must hold fields",
    "literal_error": "must be one of {expected}",
    "string_too_short": "is empty; write it or remove the field",
    "string_too_long": "is longer than {max_length} characters; shorten it",
    "too_short": "needs at least {min_length} entries",
    "too_long": "has more than {max_length} entries",
    "value_error": "{error}",
    "date_from_datetime_parsing": "must be a date such as 2026-11-22",
    "date_parsing": "must be a date such as 2026-11-22",
    "string_pattern_mismatch": "does not have the form {pattern}",
}


def kind_of(path: Path) -> str | None:
    """Return what a file is by where it stands, or None if it stands where no suite file belongs."""
    if path.name in ("suite.yaml", "scenario.yaml"):
        return path.stem
    if path.parent.parent.name == "packs":
        return {"locales": "pack", "crisis": "crisis"}.get(path.parent.name)
    return "rendering" if (path.parent / "scenario.yaml").exists() else None


def parse_file(path: Path, kind: type[F]) -> F:
    """Read and check one file.

    Raises:
        SuiteError: the first fault, with the number of the others.
    """
    found = parse(read_yaml(path), kind)
    if isinstance(found, list):
        first = found[0]
        if len(found) > 1:
            message = f"{first.message} (and {len(found) - 1} more; run `culturefit lint {path}`)"
            raise SuiteError(message, path=first.path, line=first.line, field=first.field)
        raise first
    return found


def parse(document: Document, kind: type[F]) -> F | list[SuiteError]:
    """Return the file as `kind`, or every fault in it in order of lines."""
    data = document.data
    if not isinstance(data, dict):
        return [SuiteError("must hold fields, such as `schema: 1`", path=str(document.path), line=1)]
    version = data.get("schema")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        message = f"is {version}, but this culturefit reads up to {SCHEMA_VERSION}; update culturefit"
        return [SuiteError(message, path=str(document.path), line=document.line(("schema",)), field="schema")]
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        return explain(error, kind, document)


def explain(error: ValidationError, kind: type[BaseModel], document: Document) -> list[SuiteError]:
    """Translate pydantic's errors: place in the file, and what would be right."""
    faults = []
    for each in error.errors(include_url=False):
        where = tuple(each["loc"])
        if each["type"] == "extra_forbidden":
            known = _fields_at(kind, where[:-1])
            close = nearest(str(where[-1]), known)
            message = f"is not a field here; {f'did you mean `{close}`? ' if close else ''}Known: {', '.join(known)}"
        else:
            context: dict[str, Any] = {"error": "", **each.get("ctx", {})}
            message = _REMEDIES.get(each["type"], each["msg"]).format_map(context)
            if each["type"] == "list_type" and each["input"] is None:
                entry = "{title: …, url: …, publisher: …}" if where[-1] == "sources" else "…"
                message = f"is empty; add - {entry} below it, or remove the field"
            if each["type"] in ("literal_error", "string_pattern_mismatch", "date_from_datetime_parsing"):
                message = f"is {str(each['input'])[:80]!r}, but {message}"
        faults.append(SuiteError(message, path=str(document.path), line=document.line(where), field=dotted(where)))
    return sorted(faults, key=lambda fault: fault.line or 0)


def _fields_at(kind: type[BaseModel], where: tuple[str | int, ...]) -> list[str]:
    """Return the names a file may use at `where` inside `kind`."""
    current: type[BaseModel] | None = kind
    for part in where:
        if isinstance(part, int) or current is None:
            continue
        info = next((f for name, f in current.model_fields.items() if (f.alias or name) == part), None)
        current = _model_in(info.annotation) if info else None
    return [info.alias or name for name, info in current.model_fields.items()] if current else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _model_in(arg))), None)
