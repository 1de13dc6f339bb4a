"""Reads the protobuf text that manifest.json echoes as `input`: one field or brace per line, as the printer writes it."""

from __future__ import annotations

import ast
from typing import Any


def parse(text: str) -> dict[str, list[Any]]:
    """Nested messages as dictionaries; every field is the list of its values, since any may repeat.

    Quoted values become text, all others (numbers, enumerators) stay as written. Raises ValueError on any other layout.
    """
    top: dict[str, list[Any]] = {}
    open_messages = [top]
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        name, _, value = line.partition(": ")
        if not line:
            continue
        if line == "}" and len(open_messages) > 1:
            open_messages.pop()
        elif line.endswith(" {") and line[:-2].isidentifier():
            inner: dict[str, list[Any]] = {}
            open_messages[-1].setdefault(line[:-2], []).append(inner)
            open_messages.append(inner)
        elif value and name.isidentifier():
            open_messages[-1].setdefault(name, []).append(_text(value) if value.startswith('"') else value)
        else:
            raise ValueError(f"line {number} is neither a field nor a brace: {line}")
    if len(open_messages) > 1:
        raise ValueError("a brace is not closed")
    return top


def _text(quoted: str) -> str:
    """The printer escapes bytes as C does, which is how Python writes bytes too."""
    return ast.literal_eval("b" + quoted).decode("utf-8")
