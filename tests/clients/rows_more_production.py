"""What the recorded session did not call of entities, scenes, shots, sequences, episodes and productions."""

import gazu

from rows import has, ids, row, world as w


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
