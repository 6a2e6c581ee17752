"""The casting functions of gazu 1.1.12, on the demo production."""

import os

import gazu


def used(casting):
    return {row["asset_name"]: row["nb_occurences"] for row in casting}


def main():
    gazu.set_host(os.environ["TANUKI_API"])
    gazu.log_in("admin@example.com", "tanuki-demo")
    project = gazu.project.get_project_by_name("Lantern Road")
    episode = gazu.shot.get_episode_by_name(project, "E01")
    sequence = gazu.shot.get_sequence_by_name(project, "SQ010", episode)
    shot = gazu.shot.get_shot_by_name(sequence, "SH010")
    assets = {asset["name"]: asset for asset in gazu.asset.all_assets_for_project(project)}
    hana, lamp = assets["Hana"], assets["Oil Lamp"]

    cast = [{"asset_id": hana["id"], "nb_occurences": 1}, {"asset_id": lamp["id"], "nb_occurences": 12}]
    gazu.casting.update_shot_casting(project, shot, cast)
    wanted = {"Hana": 1, "Oil Lamp": 12}
    assert used(gazu.casting.get_shot_casting(shot)) == wanted
    assert used(gazu.casting.get_sequence_shots_casting(project, sequence)[shot["id"]]) == wanted
    assert used(gazu.casting.get_episode_shots_casting(project, episode)[shot["id"]]) == wanted
    assert used(gazu.casting.get_project_shots_casting(project)[shot["id"]]) == wanted
    assert used(gazu.casting.get_sequence_casting(sequence)[shot["id"]]) == wanted
    episodes = gazu.casting.get_episodes_casting(project)
    assert set(wanted) <= set(used(episodes[episode["id"]])), "the episode follows its shots"
    assert set(wanted) <= set(used(gazu.casting.get_episode_casting(episode)))
    assert shot["id"] in [row["shot_id"] for row in gazu.casting.get_asset_cast_in(hana)]

    gazu.casting.update_asset_casting(project, lamp, [{"asset_id": assets["Matchbox"]["id"], "nb_occurences": 2}])
    assert used(gazu.casting.get_asset_casting(lamp)) == {"Matchbox": 2}
    props = gazu.asset.get_asset_type_by_name("Prop")
    assert used(gazu.casting.get_asset_type_casting(project, props)[lamp["id"]]) == {"Matchbox": 2}
    gazu.casting.update_episode_casting(project, episode, cast)

    links = gazu.casting.all_entity_links_for_project(project)
    link = next(one for one in links if one["entity_in_id"] == lamp["id"])
    gazu.casting.delete_entity_link(link)
    assert gazu.casting.get_asset_casting(lamp) == []
    print("done")


if __name__ == "__main__":
    main()
