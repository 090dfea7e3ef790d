"""What must hold of a run's files before numbers are made of them: somebody may have sent the folder, or changed it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from culturefit.errors import CulturefitError, UsageError
from culturefit.locales import parse_locale
from culturefit.vocabulary import ARMS, DIMENSIONS, OWN_ARM, SEVERITIES

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["check_record", "check_rows", "check_types"]

#: Columns in which a row without a value stands for nothing.
_NEVER_NULL = frozenset(
    {"run", "suite", "scenario", "locale", "arm", "epoch", "model", "language", "reply", "status", "scorer", "criterion", "dimension"}
)  # fmt: skip
_REMEDY = "use the files that `culturefit run` wrote"


def check_record(path: Path, run: Mapping[str, Any]) -> None:
    """Refuse a record that lacks what the report reads, or has something else in its place."""
    from pydantic import ValidationError

    from culturefit.schema.run import RunFile

    try:
        RunFile.model_validate(run)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        fault = "is missing" if first["type"] == "missing" else f"is {first['input']!r:.80}: {first['msg']}"
        raise CulturefitError(f"{path}: {where}: {fault}; use the culturefit that wrote it, or run it again.") from None


def check_types(path: Path, found: pa.Schema, known: pa.Schema) -> None:
    """Refuse columns that are not of the kind this version writes; words may be a dictionary or plain text."""
    import pyarrow as pa

    def plain(kind: pa.DataType) -> pa.DataType:
        return kind.value_type if pa.types.is_dictionary(kind) else kind

    for field in known:
        at = found.get_field_index(field.name)
        if at >= 0 and not plain(found.field(at).type).equals(plain(field.type)):
            raise CulturefitError(
                f"{path}: {field.name}: is {found.field(at).type}, and this version reads {plain(field.type)}; "
                "use the culturefit that wrote it."
            )


def check_rows(path: Path, table: pa.Table, runs: Collection[str]) -> None:
    """Refuse rows that no run writes: of another run, without a place, with a value outside 0 to 1, of an unknown kind.

    Args:
        path: the file, for the message.
        table: its rows.
        runs: names of the runs whose records are beside the files.
    """
    for column, told in _faults(table, runs):
        raise CulturefitError(f"{path}: {column}: {told}; {_REMEDY}.")


def _faults(table: pa.Table, runs: Collection[str]) -> Iterator[tuple[str, str]]:
    import pyarrow.compute as pc

    names = set(table.column_names)
    for column in sorted(names & _NEVER_NULL):
        if empty := table.column(column).null_count:
            yield column, f"is missing in {empty:,} rows"
    for column, known in (("run", runs), ("arm", (*ARMS, OWN_ARM)), ("dimension", DIMENSIONS)):
        yield from _unknown(table, column, known) if column in names else ()
    for column in sorted(names & {"locale", "language"}):
        for tag in _values(table, column):
            try:
                parse_locale(tag)
            except UsageError as error:
                yield column, str(error).rstrip(".")
    for column, low, high in (("epoch", 1, 2**31 - 1), ("value", 0.0, 1.0)):
        if column in names and table.num_rows:
            data = table.column(column)
            least, most = (each.as_py() for each in pc.min_max(data).values())
            # NaN is neither the least nor the most.
            strange = column == "value" and pc.any(pc.is_nan(data)).as_py()
            if least is not None and (least < low or most > high or strange):
                yield (
                    column,
                    f"goes from {least} to {most}{' with NaN' if strange else ''}, not within {low} and {high}",
                )
    if "findings" in names:
        yield from _findings(table)


def _findings(table: pa.Table) -> Iterator[tuple[str, str]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    flat = pc.list_flatten(table.column("findings")).combine_chunks()
    if not len(flat):
        return
    parts = pa.Table.from_arrays(flat.flatten(), names=[field.name for field in flat.type])
    for column in parts.column_names:
        if parts.column(column).null_count:
            yield f"findings.{column}", f"is missing in {parts.column(column).null_count:,} findings"
    yield from ((f"findings.{column}", told) for column, told in _unknown(parts, "severity", SEVERITIES))
    if pc.any(pc.or_(pc.less(parts["start"], 0), pc.less(parts["end"], parts["start"]))).as_py():
        yield "findings", "has a span that ends before it starts"


def _unknown(table: pa.Table, column: str, known: Collection[str]) -> Iterator[tuple[str, str]]:
    if strange := sorted(set(_values(table, column)) - set(known)):
        yield column, f"is {strange[0]!r:.80} in some rows, which is none of {', '.join(sorted(known)):.300}"


def _values(table: pa.Table, column: str) -> list[str]:
    return [value for value in table.column(column).unique().to_pylist() if value is not None]
