"""The types of a method's arguments, for methods that say them."""
from __future__ import annotations

from typing import Any

from ._errors import Code, Error

_NAMES = {str: "string", bool: "boolean", int: "integer", float: "number", bytes: "bytes", list: "array", dict: "object"}

Types = dict[str, type]


def checked(types: Types) -> Types:
    """types, if they are what a method may say."""
    for name, kind in types.items():
        if kind not in _NAMES:
            raise ValueError(f"{name}: a type is one of {', '.join(k.__name__ for k in _NAMES)}, not {kind!r}")
    return types


def fit(args: Any, types: Types) -> dict[str, Any]:
    """The arguments, if they are of these types; Error (INVALID_PARAMS) names the first that is not."""
    if not isinstance(args, dict):
        raise _invalid(f"the argument: expected object, found {_name(args)}")
    out = dict(args)
    for key, kind in types.items():
        name = key.removesuffix("?")
        value = args.get(name)
        if value is None and key != name:
            continue
        if kind is int and type(value) is float and value.is_integer():
            value = out[name] = int(value)
        if type(value) is not kind and not (kind is float and type(value) is int):
            raise _invalid(f"{name}: expected {_NAMES[kind]}, found {_name(value) if name in args else 'nothing'}")
    return out


def _invalid(message: str) -> Error:
    return Error(Code.INVALID_PARAMS, "invalidParams", message)


def _name(value: Any) -> str:
    return "null" if value is None else _NAMES[type(value)]
