"""Episodes, sequences, shots and scenes made; assets made, found, listed, changed."""

import gazu

from rows import has, ids, row, world as w


@row("gazu.shot.new_episode")
def _():
    w.episode = gazu.shot.new_episode(w.project, "E09")
    assert w.episode["type"] == "Episode" and w.episode["project_id"] == w.project["id"]


@row("gazu.shot.new_sequence")
def _():
    w.sequence = gazu.shot.new_sequence(w.project, "SQ1", w.episode)
    assert w.sequence["parent_id"] == w.episode["id"]


@row("gazu.shot.new_shot")
def _():
    w.shot = gazu.shot.new_shot(w.project, w.sequence, "SH1", nb_frames=24)
    assert w.shot["parent_id"] == w.sequence["id"] and w.shot["nb_frames"] == 24


@row("gazu.scene.new_scene")
def _():
    w.scene = gazu.scene.new_scene(w.project, w.sequence, "SC1")
    assert w.scene["parent_id"] == w.sequence["id"]


@row("gazu.asset.new_asset")
def _():
    w.asset = gazu.asset.new_asset(w.project, w.asset_type, "Hero", "Main", {"height": 2}, episode=w.episode)
    w.asset2 = gazu.asset.new_asset(w.project, w.asset_type, "Villain")
    assert (w.asset["description"], w.asset["data"]) == ("Main", {"height": 2})
    assert w.asset["source_id"] == w.episode["id"] and w.asset2["source_id"] is None


@row("gazu.asset.new_asset (that is there)")
def _():
    assert gazu.asset.new_asset(w.project, w.asset_type, "Hero")["id"] == w.asset["id"]


@row("gazu.asset.get_asset")
def _():
    asset = gazu.asset.get_asset(w.asset["id"])
    assert asset["name"] == "Hero" and asset["project_name"] == w.project["name"] and asset["tasks"] == []
    w.full_asset = asset


@row("gazu.asset.get_asset_by_name")
def _():
    assert gazu.asset.get_asset_by_name(w.project, "Hero")["id"] == w.asset["id"]
    assert gazu.asset.get_asset_by_name(w.project, "Nobody") is None


@row("gazu.asset.get_asset_by_name (with a type)")
def _():
    assert gazu.asset.get_asset_by_name(w.project, "Hero", w.asset_type)["id"] == w.asset["id"]


@row("gazu.asset.get_asset_url")
def _():
    path = f"/productions/{w.project['id']}/episodes/{w.episode['id']}/assets/{w.asset['id']}/"
    assert gazu.asset.get_asset_url(w.asset).endswith(path)


@row("gazu.asset.get_all_assets_url")
def _():
    assert gazu.asset.get_all_assets_url(w.project).endswith("/episodes/main/assets/")


@row("gazu.asset.get_asset_type_url")
def _():
    assert w.tag in gazu.asset.get_asset_type_url(w.project, w.asset_type)


@row("gazu.asset.all_assets_for_project")
def _():
    assert [asset["name"] for asset in gazu.asset.all_assets_for_project(w.project)] == ["Hero", "Villain"]


@row("gazu.asset.all_assets_for_project (of all projects)")
def _():
    assets = gazu.asset.all_assets_for_project(None)
    assert has(assets, w.asset) and len({asset["project_id"] for asset in assets}) > 1


@row("gazu.asset.all_assets_for_project_and_type")
def _():
    assert len(gazu.asset.all_assets_for_project_and_type(w.project, w.asset_type)) == 2


@row("gazu.asset.all_assets_for_episode")
def _():
    assert ids(gazu.asset.all_assets_for_episode(w.episode)) == [w.asset["id"]]


@row("gazu.asset.all_assets_for_shot")
def _():
    assert gazu.asset.all_assets_for_shot(w.shot) == []


@row("gazu.asset.all_assets_for_open_projects")
def _():
    assert has(gazu.asset.all_assets_for_open_projects(), w.asset)


@row("gazu.asset.all_asset_types")
def _():
    types = gazu.asset.all_asset_types()
    assert has(types, w.asset_type) and not {"Shot", "Episode"} & {each["name"] for each in types}


@row("gazu.asset.all_asset_types_for_project")
def _():
    assert ids(gazu.asset.all_asset_types_for_project(w.project)) == [w.asset_type["id"]]


@row("gazu.asset.all_asset_types_for_shot")
def _():
    assert gazu.asset.all_asset_types_for_shot(w.shot) == []


@row("gazu.asset.get_asset_type")
def _():
    assert gazu.asset.get_asset_type(w.asset_type["id"])["name"] == w.asset_type["name"]


@row("gazu.asset.get_asset_type_by_name")
def _():
    assert gazu.asset.get_asset_type_by_name(w.asset_type["name"])["id"] == w.asset_type["id"]


@row("gazu.asset.update_asset_type")
def _():
    w.asset_type["name"] = f"Kind {w.tag}"
    assert gazu.asset.update_asset_type(w.asset_type)["name"] == f"Kind {w.tag}"
    assert gazu.asset.get_asset(w.asset["id"])["asset_type_name"] == f"Kind {w.tag}"


@row("gazu.asset.update_asset")
def _():
    change = {"id": w.asset["id"], "description": "Changed", "episode_id": w.episode["id"]}
    asset = gazu.asset.update_asset(change)
    assert asset["description"] == "Changed" and asset["source_id"] == w.episode["id"]


@row("gazu.asset.update_asset_data")
def _():
    asset = gazu.asset.update_asset_data(w.asset, {"width": 1})
    assert asset["data"] == {"height": 2, "width": 1}, asset["data"]


@row("gazu.asset.get_episode_from_asset")
def _():
    assert gazu.asset.get_episode_from_asset(w.full_asset)["id"] == w.episode["id"]
    assert gazu.asset.get_episode_from_asset(w.asset2) is None


@row("gazu.asset.get_asset_type_from_asset")
def _():
    assert gazu.asset.get_asset_type_from_asset(w.asset)["id"] == w.asset_type["id"]
