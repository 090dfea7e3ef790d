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

__all__ = ["KINDS", "PATTERNS", "explain", "kind_of", "parse", "parse_file"]

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
}

#: A pattern of the schema, as a sentence; people are not asked to read patterns.
PATTERNS: dict[str, str] = {
    r"^[a-z][a-z0-9_]{0,63}$": "must be lower-case letters, digits and _, at most 64, with a letter first",
    r"^[A-Z]{2}$": "must be a country's two capital letters, such as PL",
    r"^[A-Z][a-z]{3}$": "must be a script's four letters, such as Latn",
    r"^[^\r\n]*$": "must be a single line",
    r"^https?://\S+$": "must be an address that begins with https:// and has no space",
    r"^\d{4}(-\d{2}(-\d{2})?)?$": "must be a year, a month or a day, such as 2025, 2025-09 or 2025-09-19",
    r"^\d+\.\d+\.\d+$": "must be three numbers with points between, such as 1.0.0",
    r"^[0-9a-f]{64}$": "must be the 64 digits and letters that `culturefit lint` prints",
    r"^[+*#]?\d[\d \-()./]{0,24}$": "must be a number as people write it, such as 116 123: digits, spaces and - ( ) . / only, at most 25",
}

#: What an entry of a list looks like, where people leave the list out or write one value.
_ENTRIES = {
    "sources": "- {title: …, url: …, publisher: …}", "review": "- {by: …, role: native, date: 2026-11-22}",
    "turns": '- "…"', "criteria": "- {id: …, text: …, dimension: …, kind: judge}",
}  # fmt: skip


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
        where, name = tuple(each["loc"]), each["type"]
        context: dict[str, Any] = {"error": "", **each.get("ctx", {})}
        if name == "extra_forbidden":
            message = _stray(kind, where, document)
        elif name == "at_field":
            where, message = (*where, context["field"]), context["message"]
        elif name == "string_pattern_mismatch":
            message = _of_pattern(str(each["input"]), context["pattern"])
        elif name in _REMEDIES:
            message = _REMEDIES[name].format_map(context)
            if name == "list_type" and where and where[-1] in _ENTRIES:
                message += f" of entries such as {_ENTRIES[where[-1]]}"
            if name in ("literal_error", "date_from_datetime_parsing"):
                message = f"is {str(each['input'])[:80]!r}, but {message}"
        else:
            message = each["msg"]
        faults.append(SuiteError(message, path=str(document.path), line=document.line(where), field=dotted(where)))
    return sorted(faults, key=lambda fault: fault.line or 0)


def _of_pattern(value: str, pattern: str) -> str:
    """Say what a value that does not match should be."""
    shown = repr(value if len(value) <= 80 else f"{value[:80]}…")
    if pattern.startswith("^(") and pattern.endswith(")$") and not set(pattern[2:-2]) & set("\\(){}*?."):
        known = pattern[2:-2].replace("[+]", "+").split("|")
        close = nearest(value, known)
        hint = f"; did you mean '{close}'?" if close else ""
        return f"is {shown}, but must be one of {', '.join(known)}{hint}"
    return f"is {shown}, but {PATTERNS.get(pattern, 'does not have the right form; see docs/schema')}"


def _stray(kind: type[BaseModel], where: tuple[str | int, ...], document: Document) -> str:
    """Say of a field that does not belong where it stands what was meant: another name, or another place."""
    name, known = str(where[-1]), _fields_at(kind, where[:-1])
    parents = [each for each in known if name in _fields_at(kind, (*where[:-1], each))]
    if parents:
        # Fields that slid out to the left stand right below the one they belong to.
        line = document.line(where)
        above = [each for each in known if document.lines.get((*where[:-1], each), line) < line]
        nearest_above = max(above, key=lambda each: document.lines[*where[:-1], each], default="")
        if nearest_above in parents:
            return f"is not a field here; it belongs under `{nearest_above}:` above it: indent the line by two spaces"
        return f"is not a field here; it belongs under {' or '.join(f'`{each}:`' for each in parents)}, indented by two spaces"
    close = nearest(name, known)
    return f"is not a field here; {f'did you mean `{close}`? ' if close else ''}Known: {', '.join(known)}"


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
