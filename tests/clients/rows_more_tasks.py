"""What the recorded session did not call of tasks, the vocabulary they use, persons, contexts and events."""

import gazu

from rows import has, ids, row, world as w

EPOCH = "2020-01-01T00:00:00"


@row("gazu.task.all_comments_for_task")
def _():
    comment = gazu.task.add_comment(w.task, w.task_status, "Looks good")
    assert has(gazu.task.all_comments_for_task(w.task), comment)


@row("gazu.task.get_last_comment_for_task")
def _():
    assert gazu.task.get_last_comment_for_task(w.task)["text"] == "Looks good"


@row("gazu.task.all_tasks_for_shot")
def _():
    task_type = next(one for one in gazu.task.all_task_types() if one["for_entity"] == "Shot")
    w.shot_task = gazu.task.new_task(w.shot, task_type)
    assert has(gazu.task.all_tasks_for_shot(w.shot), w.shot_task)


@row("gazu.task.all_task_types_for_shot")
def _():
    assert w.shot_task["task_type_id"] in ids(gazu.task.all_task_types_for_shot(w.shot))


@row("gazu.task.all_tasks_for_sequence")
def _():
    assert gazu.task.all_tasks_for_sequence(w.sequence) == []


@row("gazu.task.all_task_types_for_sequence")
def _():
    assert gazu.task.all_task_types_for_sequence(w.sequence) == []


@row("gazu.task.all_tasks_for_episode")
def _():
    assert gazu.task.all_tasks_for_episode(w.episode) == []


@row("gazu.task.all_task_types_for_episode")
def _():
    assert gazu.task.all_task_types_for_episode(w.episode) == []


@row("gazu.task.all_tasks_for_scene")
def _():
    assert gazu.task.all_tasks_for_scene(w.scene) == []


@row("gazu.task.all_task_types_for_scene")
def _():
    assert gazu.task.all_task_types_for_scene(w.scene) == []


@row("gazu.task.all_tasks_for_entity_and_task_type")
def _():
    assert has(gazu.task.all_tasks_for_entity_and_task_type(w.asset, w.task_type), w.task)


@row("gazu.task.all_tasks_for_task_type")
def _():
    assert has(gazu.task.all_tasks_for_task_type(w.project, w.task_type), w.task)


@row("gazu.task.all_tasks_for_task_status")
def _():
    task = gazu.task.get_task(w.task["id"])
    assert has(gazu.task.all_tasks_for_task_status(w.project, w.task_type, task["task_status_id"]), w.task)


@row("gazu.task.all_tasks_for_person")
def _():
    me = gazu.client.get_current_user()
    gazu.task.assign_task(w.shot_task, me)
    assert has(gazu.task.all_tasks_for_person(me), w.shot_task)


@row("gazu.task.all_done_tasks_for_person")
def _():
    assert not has(gazu.task.all_done_tasks_for_person(gazu.client.get_current_user()), w.shot_task)


@row("gazu.user.all_tasks_to_do")
def _():
    assert has(gazu.user.all_tasks_to_do(), w.shot_task)


@row("gazu.user.all_done_tasks")
def _():
    assert not has(gazu.user.all_done_tasks(), w.shot_task)


@row("gazu.task.all_task_statuses_for_project")
def _():
    assert has(gazu.task.all_task_statuses_for_project(w.project), w.task_status)


@row("gazu.task.clear_assignations")
def _():
    gazu.task.clear_assignations([w.shot_task])
    assert gazu.task.get_task(w.shot_task["id"])["assignees"] == []


@row("gazu.task.assign_tasks_to_person")
def _():
    gazu.task.assign_tasks_to_person([w.shot_task], w.person)
    assert gazu.task.get_task(w.shot_task["id"])["assignees"] == [w.person["id"]]


@row("gazu.task.get_task_status")
def _():
    assert gazu.task.get_task_status(w.task_status["id"])["name"] == w.task_status["name"]


@row("gazu.task.get_task_status_by_name")
def _():
    assert gazu.task.get_task_status_by_name(w.task_status["name"])["id"] == w.task_status["id"]


@row("gazu.task.get_task_type")
def _():
    assert gazu.task.get_task_type(w.task_type["id"])["name"] == w.task_type["name"]


@row("gazu.task.get_task_url")
def _():
    assert w.task["id"] in gazu.task.get_task_url(gazu.task.get_task(w.task["id"]))


@row("gazu.task.update_task_data")
def _():
    assert gazu.task.update_task_data(w.task, {"layer": 3})["data"]["layer"] == 3


@row("gazu.task.remove_tasks_batch")
def _():
    gazu.task.remove_tasks_batch(w.project, [w.shot_task])
    assert gazu.task.all_tasks_for_shot(w.shot) == []


@row("gazu.task.remove_tasks_for_type")
def _():
    task_type = gazu.task.new_task_type(f"Cleanup {w.tag}")
    gazu.task.new_task(w.asset2, task_type)
    gazu.task.remove_tasks_for_type(w.project, task_type)
    assert gazu.task.all_tasks_for_task_type(w.project, task_type) == []


@row("gazu.person.new_department")
def _():
    w.department = gazu.person.new_department(f"Layout {w.tag}", "#123456")
    assert w.department["color"] == "#123456"


@row("gazu.person.all_departments")
def _():
    assert has(gazu.person.all_departments(), w.department)


@row("gazu.person.get_department")
def _():
    assert gazu.person.get_department(w.department["id"])["name"] == w.department["name"]


@row("gazu.person.get_department_by_name")
def _():
    assert gazu.person.get_department_by_name(w.department["name"])["id"] == w.department["id"]


@row("gazu.person.update_department")
def _():
    changed = gazu.person.update_department({"id": w.department["id"], "color": "#654321"})
    assert changed["color"] == "#654321"


@row("gazu.person.add_person_to_department")
def _():
    gazu.person.add_person_to_department(w.person, w.department)
    assert w.department["id"] in gazu.person.get_person(w.person["id"], relations=True)["departments"]


@row("gazu.person.remove_person_from_department")
def _():
    gazu.person.remove_person_from_department(w.person, w.department)
    assert w.department["id"] not in gazu.person.get_person(w.person["id"], relations=True)["departments"]


@row("gazu.person.remove_department")
def _():
    gazu.person.remove_department(w.department)
    assert not has(gazu.person.all_departments(), w.department)


@row("gazu.person.get_organisation")
def _():
    assert gazu.person.get_organisation()["name"]


@row("gazu.person.update_person")
def _():
    assert gazu.person.update_person({"id": w.person["id"], "first_name": "Anna"})["first_name"] == "Anna"


@row("gazu.person.remove_person")
def _():
    person = gazu.person.new_person("Bob", "Gone", f"gone.{w.tag}@example.com")
    gazu.person.remove_person(person, force=True)
    assert not has(gazu.person.all_persons(), person)


@row("gazu.context.all_assets_for_project")
def _():
    assert has(gazu.context.all_assets_for_project(w.project), w.asset)


@row("gazu.context.all_asset_types_for_project")
def _():
    assert has(gazu.context.all_asset_types_for_project(w.project), w.asset_type)


@row("gazu.context.all_assets_for_asset_type_and_project")
def _():
    assert has(gazu.context.all_assets_for_asset_type_and_project(w.project, w.asset_type), w.asset)


@row("gazu.context.all_task_types_for_asset")
def _():
    assert has(gazu.context.all_task_types_for_asset(w.asset), w.task_type)


@row("gazu.sync.get_last_events")
def _():
    events = gazu.sync.get_last_events(project=w.project, after=EPOCH, name="asset:new")
    assert w.asset["id"] in [event["data"]["asset_id"] for event in events]
    assert gazu.sync.get_last_events(project=w.project, only_files=True) == []
    assert len(gazu.sync.get_last_events(limit=3)) == 3


@row("gazu.sync.get_id_map_by_id")
def _():
    assert w.asset["id"] in gazu.sync.get_id_map_by_id([w.asset], [w.asset])


@row("gazu.person.all_organisations")
def _():
    assert len(gazu.person.all_organisations()) == 1


@row("gazu.person.get_person_by_desktop_login")
def _():
    gazu.person.update_person({"id": w.person["id"], "desktop_login": f"login-{w.tag}"})
    assert gazu.person.get_person_by_desktop_login(f"login-{w.tag}")["id"] == w.person["id"]


@row("gazu.task.create_shot_tasks")
def _():
    task_type = gazu.task.new_task_type(f"Shot work {w.tag}", for_entity="Shot")
    tasks = gazu.task.create_shot_tasks(w.shot, [task_type])
    assert [(task["entity_id"], task["task_type_id"]) for task in tasks] == [(w.shot["id"], task_type["id"])]
    assert set(ids(gazu.task.all_tasks_for_shot(w.shot))) >= set(ids(tasks))
    gazu.task.remove_task(tasks[0])


@row("gazu.task.start_task")
def _():
    extra = gazu.asset.new_asset(w.project, w.asset_type, "To be started")
    task = gazu.task.new_task(extra, w.task_type)
    gazu.task.start_task(task)
    status = gazu.task.get_task_status(gazu.task.get_task(task["id"])["task_status_id"])
    assert status["short_name"] == "wip"
    gazu.asset.remove_asset(extra, force=True)


@row("gazu.task.update_task_type")
def _():
    assert gazu.task.update_task_type({"id": w.task_type["id"], "color": "#00FF00"})["color"] == "#00FF00"


@row("gazu.task.update_task_status")
def _():
    assert gazu.task.update_task_status({"id": w.task_status["id"], "color": "#00FF00"})["color"] == "#00FF00"


@row("gazu.task.get_task_type_by_short_name")
def _():
    gazu.task.update_task_type({"id": w.task_type["id"], "short_name": f"w{w.tag}"})
    assert gazu.task.get_task_type_by_short_name(f"w{w.tag}")["id"] == w.task_type["id"]


@row("gazu.task.remove_task_type")
def _():
    extra = gazu.task.new_task_type(f"Extra {w.tag}")
    gazu.task.remove_task_type(extra)
    assert not has(gazu.task.all_task_types(), extra)


@row("gazu.task.remove_task_status")
def _():
    extra = gazu.task.new_task_status(f"Extra {w.tag}", f"x{w.tag}", "#FF0000")
    gazu.task.remove_task_status(extra)
    assert not has(gazu.task.all_task_statuses(), extra)
