"""Tasks of assets."""

import gazu

from rows import has, ids, row, world as w


@row("gazu.task.new_task")
def _():
    w.task = gazu.task.new_task(w.asset, w.task_type)
    assert w.task["entity_id"] == w.asset["id"] and w.task["name"] == "main"


@row("gazu.task.all_tasks_for_asset")
def _():
    tasks = gazu.task.all_tasks_for_asset(w.asset)
    assert ids(tasks) == [w.task["id"]] and tasks[0]["task_type_name"] == w.task_type["name"]


@row("gazu.task.all_tasks_for_asset (with relations)")
def _():
    assert gazu.task.all_tasks_for_asset(w.asset, relations=True)[0]["assignees"] == []


@row("gazu.task.all_task_types_for_asset")
def _():
    assert ids(gazu.task.all_task_types_for_asset(w.asset)) == [w.task_type["id"]]


@row("gazu.task.get_task")
def _():
    task = gazu.task.get_task(w.task["id"])
    assert task["entity"]["id"] == w.asset["id"] and task["project"]["id"] == w.project["id"]
    assert task["task_type"]["id"] == w.task_type["id"] and task["task_status"]["is_default"]


@row("gazu.task.get_task_by_entity")
def _():
    assert gazu.task.get_task_by_entity(w.asset, w.task_type)["id"] == w.task["id"]
    assert gazu.task.get_task_by_entity(w.asset2, w.task_type) is None


@row("gazu.task.all_task_types")
def _():
    assert has(gazu.task.all_task_types(), w.task_type)


@row("gazu.task.all_task_statuses")
def _():
    assert has(gazu.task.all_task_statuses(), w.task_status)


@row("gazu.task.get_task_type_by_name")
def _():
    assert gazu.task.get_task_type_by_name(w.task_type["name"])["id"] == w.task_type["id"]


@row("gazu.task.get_task_status_by_short_name")
def _():
    assert gazu.task.get_task_status_by_short_name(w.tag)["id"] == w.task_status["id"]


@row("gazu.task.get_default_task_status")
def _():
    assert gazu.task.get_default_task_status()["short_name"] == "todo"
    extra = gazu.asset.new_asset(w.project, w.asset_type, "Extra with a task")
    assert gazu.task.new_task(extra, w.task_type)["task_status_id"] == gazu.task.get_default_task_status()["id"]
    gazu.asset.remove_asset(extra, force=True)


@row("gazu.task.assign_task")
def _():
    gazu.task.assign_task(w.task, w.person)
    assert ids(gazu.task.get_task(w.task["id"])["persons"]) == [w.person["id"]]


@row("gazu.task.update_task")
def _():
    assert gazu.task.update_task({"id": w.task["id"], "estimation": 90})["estimation"] == 90


@row("gazu.task.add_comment")
def _():
    comment = gazu.task.add_comment(w.task, w.task_status, "Look")
    assert comment["text"] == "Look" and comment["object_id"] == w.task["id"]
    assert gazu.task.get_task(w.task["id"])["task_status_id"] == w.task_status["id"]


@row("gazu.task.create_asset_tasks")
def _():
    tasks = gazu.task.create_asset_tasks(w.asset2, [w.task_type])
    assert [task["entity_id"] for task in tasks] == [w.asset2["id"]]


@row("gazu.task.all_tasks_for_project")
def _():
    assert len(gazu.task.all_tasks_for_project(w.project)) == 2


@row("gazu.task.all_assets_tasks_for_episode")
def _():
    assert ids(gazu.task.all_assets_tasks_for_episode(w.episode)) == [w.task["id"]]


@row("gazu.task.all_task_types_for_project")
def _():
    assert has(gazu.task.all_task_types_for_project(w.project), w.task_type)
