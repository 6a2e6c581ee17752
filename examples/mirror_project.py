"""Mirrors a project: python mirror_project.py FROM TO

Makes the project TO with the assets, the breakdown and the casting of FROM. Stopped half-way, it is run
again and goes on: each name is made once.
"""

import sys

import gazu

from studio import log_in, project

# What a mirrored entity takes along, beside its name and place.
KEPT = ("description", "data")


def kept(entity):
    return {field: entity[field] for field in KEPT if entity[field]}


def assets(source, target):
    """Mirrors the assets; their new ids by the old ones."""
    mirrored = {}
    for old in gazu.asset.all_assets_for_project(source):
        if not old["canceled"]:
            asset_type = {"id": old["entity_type_id"]}
            new = gazu.asset.new_asset(target, asset_type, old["name"])
            if kept(old):
                gazu.asset.update_asset({"id": new["id"], **kept(old)})
            mirrored[old["id"]] = new["id"]
    return mirrored


def shots(source, target):
    """Mirrors episodes, sequences and shots; pairs of an old shot and its new one."""
    parents = {None: None}
    if source["production_type"] == "tvshow":
        for old in gazu.shot.all_episodes_for_project(source):
            parents[old["id"]] = gazu.shot.new_episode(target, old["name"])
    sequences = {}
    for old in gazu.shot.all_sequences_for_project(source):
        episode = parents[old["parent_id"]]
        sequences[old["id"]] = gazu.shot.new_sequence(target, old["name"], episode)
    for old in gazu.shot.all_shots_for_project(source):
        sequence = sequences[old["parent_id"]]
        new = gazu.shot.new_shot(target, sequence, old["name"], old["nb_frames"], data=old["data"] or {})
        yield old, new


def casting(old, mirrored):
    """The casting of a shot in terms of the new assets; what is shared from elsewhere stays what it is."""
    for row in gazu.casting.get_shot_casting(old):
        asset = mirrored.get(row["asset_id"], row["asset_id"])
        yield {"asset_id": asset, "nb_occurences": row["nb_occurences"], "label": row["label"]}


def main(source_name, target_name):
    log_in()
    source = project(source_name)
    target = gazu.project.new_project(target_name, production_type=source["production_type"])
    mirrored = assets(source, target)
    count = 0
    for old, new in shots(source, target):
        gazu.casting.update_shot_casting(target, new, list(casting(old, mirrored)))
        count += 1
    print(f"{len(mirrored)} assets and {count} shots")


if __name__ == "__main__":
    main(*sys.argv[1:])
