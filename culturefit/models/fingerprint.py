"""What makes a Python function that function: a checksum of what it does, for functions that no file tells apart.

A name is not enough: a cell of a notebook is run again with another body, and two closures of one line differ in what
they close over. The checksum covers the bytecode, constants, defaults and closed-over values, plain values and functions
of the same module that it names, and for objects their attributes, as far as those are plain. It does not see what lies
beyond: files, servers, the inside of other objects and of libraries. `version` is for that.
"""

from __future__ import annotations

import functools
import hashlib
import types
from collections.abc import Callable
from typing import Any

__all__ = ["function_digest"]

_PLAIN = (str, bytes, int, float, complex, bool, type(None))


def function_digest(function: Any) -> str:
    """Return the sha256 of what a function, method, partial or callable object does, as far as it can be seen."""
    total = hashlib.sha256()
    for part in _Walk().of(function):
        total.update(part.encode() + b"\0")
    return total.hexdigest()


class _Walk:
    def __init__(self) -> None:
        #: Kept alive, so that no id is used twice.
        self._seen: dict[int, Any] = {}

    def of(self, value: Any) -> list[str]:
        """Return texts that stand for a value."""
        if isinstance(value, _PLAIN):
            return [type(value).__name__, repr(value)]
        if id(value) in self._seen:
            return ["again"]
        self._seen[id(value)] = value
        for kinds, parts in self._kinds:
            if isinstance(value, kinds):
                return parts(value)
        return self._object(value)

    @property
    def _kinds(self) -> tuple[tuple[Any, Callable[[Any], list[str]]], ...]:
        return (
            ((list, tuple), lambda v: [type(v).__name__, str(len(v)), *(part for each in v for part in self.of(each))]),
            ((set, frozenset), lambda v: ["set", *sorted("\0".join(self.of(each)) for each in v)]),
            (dict, lambda v: ["dict", *(part for pair in v.items() for each in pair for part in self.of(each))]),
            (functools.partial, lambda v: ["partial", *self.of([v.func, v.args, v.keywords])]),
            (types.MethodType, lambda v: ["method", *self.of(v.__func__), *self._object(v.__self__)]),
            (types.FunctionType, self._function),
            ((type, types.BuiltinFunctionType), lambda v: [f"{v.__module__}.{v.__qualname__}"]),
            (types.ModuleType, lambda v: ["module", v.__name__]),
        )

    def _function(self, function: types.FunctionType) -> list[str]:
        parts = ["function", function.__module__ or "", function.__qualname__, *self._code(function.__code__)]
        parts += self.of(function.__defaults__) + self.of(function.__kwdefaults__)
        for cell in function.__closure__ or ():
            try:
                parts += self.of(cell.cell_contents)
            except ValueError:  # not filled yet: a function that names itself
                parts.append("empty")
        for name in sorted(_names(function.__code__)):
            if name in function.__globals__:
                found = function.__globals__[name]
                mine = not isinstance(found, types.FunctionType) or found.__module__ == function.__module__
                parts += [name, *(self.of(found) if mine else [f"{found.__module__}.{found.__qualname__}"])]
        return parts

    def _code(self, code: types.CodeType) -> list[str]:
        parts = [code.co_code.hex(), *code.co_names, *code.co_varnames]
        for each in code.co_consts:
            parts += self._code(each) if isinstance(each, types.CodeType) else self.of(each)
        return parts

    def _object(self, value: Any) -> list[str]:
        """Return the class, how it is called, and its attributes; an object of a library's by its class alone."""
        kind = type(value)
        parts = ["object", f"{kind.__module__}.{kind.__qualname__}"]
        call = getattr(kind, "__call__", None)  # noqa: B004 - the code of the call, not whether there is one
        if isinstance(call, types.FunctionType):
            parts += self.of(call) + self.of(getattr(value, "__dict__", {}))
        return parts


def _names(code: types.CodeType) -> set[str]:
    found = set(code.co_names)
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            found |= _names(each)
    return found
