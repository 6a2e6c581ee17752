"""Every call of the recorded session of gazu with Zou, one line each: `ok`, `FAIL` or `not here`."""

import os
import traceback

import gazu
from gazu.exception import RouteNotFoundException

# Each import adds its rows to the list, in the order of the session.
import rows_studio  # noqa: F401
import rows_assets  # noqa: F401
import rows_tasks  # noqa: F401
import rows_casting  # noqa: F401
import rows_places  # noqa: F401
import rows_more_production  # noqa: F401
import rows_more_tasks  # noqa: F401
import rows_not
import rows_end  # noqa: F401
from rows import ROWS

# What has no route here, and why. A row that works must not stand here.
NOT_HERE = rows_not.REASONS


def why(error):
    """The exception and the line of the row it came from."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "rows" in frame.filename]
    line = frames[-1].line if frames else ""
    return f"{type(error).__name__}: {error} ({line})".replace("\n", " ")


def attempt(name, function):
    """The line that tells how a row went."""
    try:
        function()
    except RouteNotFoundException as error:
        if name in NOT_HERE:
            return f"not here {name}: {NOT_HERE[name]}"
        return f"FAIL {name}: {why(error)}"
    except Exception as error:  # each row is told, whatever it ends with
        return f"FAIL {name}: {why(error)}"
    if name in NOT_HERE:
        return f"FAIL {name}: it works now, so it must leave NOT_HERE"
    return f"ok {name}"


def main():
    gazu.set_host(os.environ["TANUKI_API"])
    unknown = set(NOT_HERE) - {name for name, _ in ROWS}
    assert not unknown, f"no such rows: {unknown}"
    names = [name for name, _ in ROWS]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, f"twice: {twice}"
    for name, function in ROWS:
        print(attempt(name, function), flush=True)


if __name__ == "__main__":
    main()
