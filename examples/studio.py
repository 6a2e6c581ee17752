"""What the examples share: where the tracker is, and who asks.

TANUKI_API, TANUKI_EMAIL and TANUKI_PASSWORD say so; without them it is the demo of `cargo run --release`.
"""

import os

import gazu


def log_in():
    """Logs in; every call of gazu after this one is made as this person."""
    gazu.set_host(os.environ.get("TANUKI_API", "http://127.0.0.1:3000/api"))
    gazu.log_in(
        os.environ.get("TANUKI_EMAIL", "admin@example.com"),
        os.environ.get("TANUKI_PASSWORD", "tanuki-demo"),
    )


def project(name):
    """The project of a name; ends the program if there is none."""
    found = gazu.project.get_project_by_name(name)
    if found is None:
        raise SystemExit(f"there is no project {name!r}")
    return found
