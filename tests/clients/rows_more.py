"""What the recorded session did not call: entities, breakdown, settings, tasks, persons read and changed by other ways."""

import gazu

from rows import has, ids, row, world as w

EPOCH = "2020-01-01T00:00:00"


@row("gazu.entity.all_entities")
def _():
    assert has(gazu.entity.all_entities(), w.asset)


@row("gazu.entity.get_entity_type")
def _():
    assert gazu.entity.get_entity_type(w.asset_type["id"])["name"] == w.asset_type["name"]


@row("gazu.entity.new_entity_type")
def _():
    w.entity_type = gazu.entity.new_entity_type(f"Vehicle {w.tag}")
    assert has(gazu.entity.all_entity_types(), w.entity_type)


@row("gazu.entity.remove_entity_type")
def _():
    gazu.entity.remove_entity_type(w.entity_type)
    assert not has(gazu.entity.all_entity_types(), w.entity_type)


@row("gazu.entity.all_entities_with_tasks_linked_to_entity")
def _():
    assert gazu.entity.all_entities_with_tasks_linked_to_entity(w.asset) == [], "there are no concepts"


@row("gazu.entity.remove_entity")
def _():
    extra = gazu.asset.new_asset(w.project, w.asset_type, "Removed")
    gazu.entity.remove_entity(extra, force=True)
    assert not has(gazu.asset.all_assets_for_project(w.project), extra)


@row("gazu.scene.all_scenes")
def _():
    assert has(gazu.scene.all_scenes(), w.scene)
    assert has(gazu.scene.all_scenes(w.project), w.scene)


@row("gazu.scene.all_scenes_for_project")
def _():
    assert ids(gazu.scene.all_scenes_for_project(w.project)) == [w.scene["id"]]


@row("gazu.scene.get_scene")
def _():
    assert gazu.scene.get_scene(w.scene["id"])["name"] == w.scene["name"]


@row("gazu.scene.get_scene_by_name")
def _():
    assert gazu.scene.get_scene_by_name(w.sequence, w.scene["name"])["id"] == w.scene["id"]


@row("gazu.scene.update_scene")
def _():
    changed = gazu.scene.update_scene({"id": w.scene["id"], "description": "At dusk"})
    assert changed["description"] == "At dusk"


@row("gazu.scene.get_sequence_from_scene")
def _():
    assert gazu.scene.get_sequence_from_scene(w.scene)["id"] == w.sequence["id"]


@row("gazu.shot.all_asset_instances_for_shot")
def _():
    assert isinstance(gazu.shot.all_asset_instances_for_shot(w.shot), (dict, list))


@row("gazu.shot.all_shots_for_episode")
def _():
    assert has(gazu.shot.all_shots_for_episode(w.episode), w.shot)


@row("gazu.shot.get_episode_by_name")
def _():
    assert gazu.shot.get_episode_by_name(w.project, w.episode["name"])["id"] == w.episode["id"]


@row("gazu.shot.get_sequence_by_name")
def _():
    assert gazu.shot.get_sequence_by_name(w.project, w.sequence["name"], w.episode)["id"] == w.sequence["id"]


@row("gazu.shot.get_episode_from_sequence")
def _():
    assert gazu.shot.get_episode_from_sequence(gazu.shot.get_sequence(w.sequence["id"]))["id"] == w.episode["id"]


@row("gazu.shot.get_sequence_from_shot")
def _():
    assert gazu.shot.get_sequence_from_shot(gazu.shot.get_shot(w.shot["id"]))["id"] == w.sequence["id"]


@row("gazu.shot.get_episode_url")
def _():
    assert w.episode["id"] in gazu.shot.get_episode_url(gazu.shot.get_episode(w.episode["id"]))


@row("gazu.shot.get_sequence_url")
def _():
    assert w.project["id"] in gazu.shot.get_sequence_url(gazu.shot.get_sequence(w.sequence["id"]))


@row("gazu.shot.get_shot_url")
def _():
    assert w.shot["id"] in gazu.shot.get_shot_url(gazu.shot.get_shot(w.shot["id"]))


@row("gazu.shot.update_episode")
def _():
    assert gazu.shot.update_episode({"id": w.episode["id"], "description": "Pilot"})["description"] == "Pilot"


@row("gazu.shot.update_episode_data")
def _():
    assert gazu.shot.update_episode_data(w.episode, {"delivery": "May"})["data"]["delivery"] == "May"


@row("gazu.shot.update_sequence")
def _():
    changed = gazu.shot.update_sequence({"id": w.sequence["id"], "description": "The chase"})
    assert changed["description"] == "The chase"


@row("gazu.shot.update_sequence_data")
def _():
    assert gazu.shot.update_sequence_data(w.sequence, {"mood": "dark"})["data"]["mood"] == "dark"


@row("gazu.shot.update_shot")
def _():
    assert gazu.shot.update_shot({"id": w.shot["id"], "nb_frames": 77})["nb_frames"] == 77


@row("gazu.shot.update_shot_data")
def _():
    assert gazu.shot.update_shot_data(w.shot, {"lens": 35})["data"]["lens"] == 35


@row("gazu.shot.remove_shot")
def _():
    shot = gazu.shot.new_shot(w.project, w.sequence, "SH900")
    gazu.shot.remove_shot(shot, force=True)
    assert not has(gazu.shot.all_shots_for_sequence(w.sequence), shot)


@row("gazu.shot.restore_shot")
def _():
    shot = gazu.shot.new_shot(w.project, w.sequence, "SH910")
    task_type = next(one for one in gazu.task.all_task_types() if one["for_entity"] == "Shot")
    gazu.task.new_task(shot, task_type)
    gazu.shot.remove_shot(shot)
    assert gazu.shot.get_shot(shot["id"])["canceled"] is True, "it has a task, so it is kept"
    gazu.shot.restore_shot(shot)
    assert gazu.shot.get_shot(shot["id"])["canceled"] is False
    gazu.shot.remove_shot(shot, force=True)


@row("gazu.shot.remove_sequence")
def _():
    sequence = gazu.shot.new_sequence(w.project, "SQ900", w.episode)
    gazu.shot.remove_sequence(sequence, force=True)
    assert not has(gazu.shot.all_sequences_for_project(w.project), sequence)


@row("gazu.shot.remove_episode")
def _():
    episode = gazu.shot.new_episode(w.project, "E900")
    gazu.shot.remove_episode(episode, force=True)
    assert not has(gazu.shot.all_episodes_for_project(w.project), episode)


@row("gazu.project.add_metadata_descriptor")
def _():
    w.descriptor = gazu.project.add_metadata_descriptor(
        w.project, "Size", "Asset", data_type="list", choices=["small", "big"]
    )
    assert w.descriptor["field_name"] == "size"


@row("gazu.project.all_metadata_descriptors")
def _():
    assert has(gazu.project.all_metadata_descriptors(w.project), w.descriptor)


@row("gazu.project.get_metadata_descriptor")
def _():
    found = gazu.project.get_metadata_descriptor(w.project, w.descriptor["id"])
    assert found["choices"] == ["small", "big"]


@row("gazu.project.get_metadata_descriptor_by_field_name")
def _():
    found = gazu.project.get_metadata_descriptor_by_field_name(w.project, "size")
    assert found["id"] == w.descriptor["id"]


@row("gazu.project.update_metadata_descriptor")
def _():
    changed = gazu.project.update_metadata_descriptor(w.project, {**w.descriptor, "choices": ["small"]})
    assert changed["choices"] == ["small"]


@row("gazu.project.remove_metadata_descriptor")
def _():
    gazu.project.remove_metadata_descriptor(w.project, w.descriptor["id"])
    assert not has(gazu.project.all_metadata_descriptors(w.project), w.descriptor)


@row("gazu.project.get_project_status_by_name")
def _():
    assert gazu.project.get_project_status_by_name("Open")["name"] == "Open"


@row("gazu.project.get_project_task_types")
def _():
    assert has(gazu.project.get_project_task_types(w.project), w.task_type)


@row("gazu.project.get_project_task_statuses")
def _():
    assert has(gazu.project.get_project_task_statuses(w.project), w.task_status)


@row("gazu.project.update_project_data")
def _():
    assert gazu.project.update_project_data(w.project, {"season": 2})["data"]["season"] == 2


@row("gazu.project.update_team_member_role")
def _():
    gazu.project.update_team_member_role(w.project, w.person, "supervisor")
    member = next(one for one in gazu.project.get_team(w.project) if one["id"] == w.person["id"])
    assert member["project_role"] == "supervisor", member


@row("gazu.project.remove_person_from_team")
def _():
    gazu.project.remove_person_from_team(w.project, w.person)
    assert not has(gazu.project.get_team(w.project), w.person)
    gazu.project.add_person_to_team(w.project, w.person)


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


@row("gazu.task.all_task_types_for_project")
def _():
    assert has(gazu.task.all_task_types_for_project(w.project), w.task_type)


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


@row("gazu.task.remove_task_type")
def _():
    task_type = gazu.task.new_task_type(f"Gone {w.tag}")
    gazu.task.remove_task_type(task_type)
    assert not has(gazu.task.all_task_types(), task_type)


@row("gazu.task.remove_task_status")
def _():
    status = gazu.task.new_task_status(f"Gone {w.tag}", f"g{w.tag}", "#ff0000")
    gazu.task.remove_task_status(status)
    assert not has(gazu.task.all_task_statuses(), status)


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
