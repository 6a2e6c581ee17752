"""Casting."""

import gazu

from rows import ids, row, world as w


def used(casting):
    """Name and number of what a casting holds."""
    return {link["asset_name"]: link["nb_occurences"] for link in casting}


@row("gazu.casting.update_shot_casting")
def _():
    gazu.casting.update_shot_casting(w.project, w.shot, [{"asset_id": w.asset["id"], "nb_occurences": 2}])
    assert ids(gazu.asset.all_assets_for_shot(w.shot)) == [w.asset["id"]]


@row("gazu.casting.update_asset_casting")
def _():
    links = [{"asset_id": w.asset2["id"], "nb_occurences": 3, "label": "fixed"}]
    gazu.casting.update_asset_casting(w.project, w.asset, links)
    assert gazu.casting.get_asset_casting(w.asset)[0]["label"] == "fixed"


@row("gazu.casting.update_episode_casting")
def _():
    links = [{"asset_id": each["id"], "nb_occurences": 4} for each in (w.asset, w.asset2)]
    gazu.casting.update_episode_casting(w.project, w.episode, links)
    assert used(gazu.casting.get_episode_casting(w.episode)) == {"Hero": 4, "Villain": 4}


@row("gazu.casting.cast_asset")
def _():
    castings = gazu.casting.cast_asset(w.project, [w.shot], w.asset2, nb_occurences=5, label="back")
    assert used(castings[w.shot["id"]]) == {"Hero": 2, "Villain": 5}


@row("gazu.casting.uncast_asset")
def _():
    castings = gazu.casting.uncast_asset(w.project, [w.shot], w.asset2)
    assert used(castings[w.shot["id"]]) == {"Hero": 2}


@row("gazu.casting.get_shot_casting")
def _():
    assert used(gazu.casting.get_shot_casting(w.shot)) == {"Hero": 2}


@row("gazu.casting.get_asset_casting")
def _():
    assert used(gazu.casting.get_asset_casting(w.asset)) == {"Villain": 3}


@row("gazu.casting.get_episode_casting")
def _():
    assert used(gazu.casting.get_episode_casting(w.episode)) == {"Hero": 4, "Villain": 4}


@row("gazu.casting.get_sequence_casting")
def _():
    assert used(gazu.casting.get_sequence_casting(w.sequence)[w.shot["id"]]) == {"Hero": 2}


@row("gazu.casting.get_asset_type_casting")
def _():
    casting = gazu.casting.get_asset_type_casting(w.project, w.asset_type)
    assert [link["asset_id"] for link in casting[w.asset["id"]]] == [w.asset2["id"]]


@row("gazu.casting.get_asset_cast_in")
def _():
    cast_in = gazu.casting.get_asset_cast_in(w.asset)
    assert [link["shot_id"] for link in cast_in] == [w.shot["id"]] and cast_in[0]["sequence_name"] == "SQ1"


@row("gazu.casting.get_episodes_casting")
def _():
    assert used(gazu.casting.get_episodes_casting(w.project)[w.episode["id"]]) == {"Hero": 4, "Villain": 4}


@row("gazu.casting.get_sequence_shots_casting")
def _():
    assert used(gazu.casting.get_sequence_shots_casting(w.project, w.sequence)[w.shot["id"]]) == {"Hero": 2}


@row("gazu.casting.get_episode_shots_casting")
def _():
    assert used(gazu.casting.get_episode_shots_casting(w.project, w.episode)[w.shot["id"]]) == {"Hero": 2}


@row("gazu.casting.get_project_shots_casting")
def _():
    assert used(gazu.casting.get_project_shots_casting(w.project)[w.shot["id"]]) == {"Hero": 2}


@row("gazu.casting.all_entity_links_for_project")
def _():
    w.links = gazu.casting.all_entity_links_for_project(w.project)
    pairs = {(link["entity_in_id"], link["entity_out_id"]) for link in w.links}
    shot, episode, hero, villain = (each["id"] for each in (w.shot, w.episode, w.asset, w.asset2))
    assert pairs == {(shot, hero), (episode, hero), (episode, villain), (hero, villain)}, pairs


@row("gazu.casting.all_entity_links_for_project (a page)")
def _():
    page = gazu.casting.all_entity_links_for_project(w.project, page=1, limit=2)
    assert len(page["data"]) == 2 and page["total"] == 4 and page["nb_pages"] == 2


@row("gazu.casting.delete_entity_link")
def _():
    link = next(link for link in w.links if link["entity_in_id"] == w.asset["id"])
    gazu.casting.delete_entity_link(link)
    assert gazu.casting.get_asset_casting(w.asset) == []
