"""Asset instances; episodes, sequences, shots and scenes read back."""

import gazu

from rows import has, ids, row, world as w


def of(instances, key):
    """The ids of the instances under one key of a map."""
    return ids(instances.get(key["id"], []))


@row("gazu.asset.new_asset_asset_instance")
def _():
    w.inner = gazu.asset.new_asset_asset_instance(w.asset, w.asset2, "inside")
    assert (w.inner["asset_id"], w.inner["target_asset_id"]) == (w.asset["id"], w.asset2["id"])
    assert w.inner["number"] == 1 and w.inner["description"] == "inside"


@row("gazu.asset.all_asset_instances_for_asset")
def _():
    assert ids(gazu.asset.all_asset_instances_for_asset(w.asset)) == [w.inner["id"]]


@row("gazu.asset.get_asset_instance")
def _():
    assert gazu.asset.get_asset_instance(w.inner["id"])["name"] == "Villain_0001"


@row("gazu.asset.enable_asset_instance")
def _():
    assert gazu.asset.enable_asset_instance(w.inner)["active"] is True


@row("gazu.asset.disable_asset_instance")
def _():
    assert gazu.asset.disable_asset_instance(w.inner)["active"] is False


@row("gazu.scene.new_scene_asset_instance")
def _():
    w.instance = gazu.scene.new_scene_asset_instance(w.scene, w.asset, "on the left")
    assert w.instance["name"] == "Hero_0001" and w.instance["scene_id"] == w.scene["id"]


@row("gazu.scene.all_asset_instances_for_scene")
def _():
    assert of(gazu.scene.all_asset_instances_for_scene(w.scene), w.asset) == [w.instance["id"]]


@row("gazu.scene.get_asset_instance_by_name")
def _():
    assert gazu.scene.get_asset_instance_by_name(w.scene, "Hero_0001")["id"] == w.instance["id"]


@row("gazu.scene.update_asset_instance_name")
def _():
    assert gazu.scene.update_asset_instance_name(w.instance, "Left hero")["name"] == "Left hero"


@row("gazu.scene.update_asset_instance_data")
def _():
    assert gazu.scene.update_asset_instance_data(w.instance, {"x": 1})["data"] == {"x": 1}


@row("gazu.shot.add_asset_instance_to_shot")
def _():
    assert gazu.shot.add_asset_instance_to_shot(w.shot, w.instance)["id"] == w.shot["id"]


@row("gazu.shot.get_asset_instances_for_shot")
def _():
    assert of(gazu.shot.get_asset_instances_for_shot(w.shot), w.asset) == [w.instance["id"]]


@row("gazu.asset.all_shot_asset_instances_for_asset")
def _():
    assert of(gazu.asset.all_shot_asset_instances_for_asset(w.asset), w.shot) == [w.instance["id"]]


@row("gazu.asset.all_scene_asset_instances_for_asset")
def _():
    assert of(gazu.asset.all_scene_asset_instances_for_asset(w.asset), w.scene) == [w.instance["id"]]


@row("gazu.asset.all_asset_instances_for_shot")
def _():
    assert of(gazu.asset.all_asset_instances_for_shot(w.shot), w.asset) == [w.instance["id"]]


@row("gazu.shot.all_asset_instances_for_shot")
def _():
    assert of(gazu.shot.all_asset_instances_for_shot(w.shot), w.asset) == [w.instance["id"]]


@row("gazu.shot.remove_asset_instance_from_shot")
def _():
    gazu.shot.remove_asset_instance_from_shot(w.shot, w.instance)
    assert gazu.shot.get_asset_instances_for_shot(w.shot) == {}


@row("gazu.shot.all_episodes_for_project")
def _():
    assert has(gazu.shot.all_episodes_for_project(w.project), w.episode)


@row("gazu.shot.all_sequences_for_project")
def _():
    assert ids(gazu.shot.all_sequences_for_project(w.project)) == [w.sequence["id"]]


@row("gazu.shot.all_sequences_for_episode")
def _():
    assert ids(gazu.shot.all_sequences_for_episode(w.episode)) == [w.sequence["id"]]


@row("gazu.shot.all_shots_for_project")
def _():
    assert ids(gazu.shot.all_shots_for_project(w.project)) == [w.shot["id"]]


@row("gazu.shot.all_shots_for_sequence")
def _():
    assert ids(gazu.shot.all_shots_for_sequence(w.sequence)) == [w.shot["id"]]


@row("gazu.shot.get_shot")
def _():
    shot = gazu.shot.get_shot(w.shot["id"])
    assert (shot["name"], shot["sequence_name"], shot["episode_name"]) == ("SH1", "SQ1", "E09")


@row("gazu.shot.get_sequence")
def _():
    assert gazu.shot.get_sequence(w.sequence["id"])["name"] == "SQ1"


@row("gazu.shot.get_episode")
def _():
    assert gazu.shot.get_episode(w.episode["id"])["name"] == "E09"


@row("gazu.shot.get_shot_by_name")
def _():
    assert gazu.shot.get_shot_by_name(w.sequence, "SH1")["id"] == w.shot["id"]
    assert gazu.shot.get_shot_by_name(w.sequence, "SH2") is None


@row("gazu.scene.all_scenes_for_sequence")
def _():
    assert ids(gazu.scene.all_scenes_for_sequence(w.sequence)) == [w.scene["id"]]


@row("gazu.entity.get_entity")
def _():
    assert gazu.entity.get_entity(w.asset["id"])["name"] == "Hero"


@row("gazu.entity.get_entity_by_name")
def _():
    assert gazu.entity.get_entity_by_name("Hero", w.project)["id"] == w.asset["id"]


@row("gazu.entity.get_entity_type_by_name")
def _():
    assert gazu.entity.get_entity_type_by_name(w.asset_type["name"])["id"] == w.asset_type["id"]


@row("gazu.entity.all_entity_types")
def _():
    types = gazu.entity.all_entity_types()
    assert has(types, w.asset_type) and {"Shot", "Episode"} <= {each["name"] for each in types}
