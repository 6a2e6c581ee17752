"""A nightly report: assets that nobody models yet, by asset type.

python report_missing_modeling.py PROJECT [TASK TYPE]

Ends with exit code 1 if there are any, so that a scheduler can send what was printed.
"""

import sys
from collections import defaultdict

import gazu

from studio import log_in, project


def main(name, task_type="Modeling"):
    log_in()
    production = project(name)
    wanted = gazu.task.get_task_type_by_name(task_type)
    # Two calls for a whole production, however big: its tasks and its assets.
    tasks = gazu.task.all_tasks_for_project(production)
    done = {task["entity_id"] for task in tasks if task["task_type_id"] == wanted["id"]}
    types = {one["id"]: one["name"] for one in gazu.asset.all_asset_types()}
    missing = defaultdict(list)
    for asset in gazu.asset.all_assets_for_project(production):
        if asset["id"] not in done and not asset["canceled"]:
            missing[types[asset["entity_type_id"]]].append(asset["name"])
    for asset_type, names in sorted(missing.items()):
        print(f"{asset_type}: {', '.join(sorted(names))}")
    print(f"{sum(map(len, missing.values()))} without {task_type}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
