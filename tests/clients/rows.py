"""The list of rows, and what they share. A row is one call of gazu in the recorded session with Zou."""

import types
import uuid

ROWS = []

# What the rows make, for the rows after them.
world = types.SimpleNamespace(tag=uuid.uuid4().hex[:8])


def row(name):
    """Adds a function to the list; `name` is what it calls."""

    def add(function):
        ROWS.append((name, function))
        return function

    return add


def ids(rows):
    return [row["id"] for row in rows]


def has(rows, wanted):
    """Whether a list of dicts holds that of `wanted`, once."""
    return ids(rows).count(wanted["id"]) == 1


def raises(exception, function, *arguments, **options):
    """Asserts that a call ends with this exception."""
    try:
        result = function(*arguments, **options)
    except exception:
        return
    raise AssertionError(f"gave {result!r} instead of {exception.__name__}")
