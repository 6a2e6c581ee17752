"""Casts a production from the director's breakdown sheet: python cast_from_breakdown.py PROJECT [FILE]

The file has the columns Episode, Sequence, Shot, Asset Type, Asset and Count. Sequences and shots that are
not there are made. The casting of each shot of the sheet is replaced as a whole: a shot has its old casting
or its new one, never a part of both.
"""

import csv
import os
import sys
from collections import defaultdict

import gazu

from studio import log_in, project

SHEET = os.path.join(os.path.dirname(__file__), "data", "breakdown.csv")


def shot(production, episode_name, sequence_name, shot_name):
    """The shot of these names; it is made if it is missing."""
    episode = gazu.shot.get_episode_by_name(production, episode_name)
    if episode is None:
        episode = gazu.shot.new_episode(production, episode_name)
    # These answer what is there already.
    sequence = gazu.shot.new_sequence(production, sequence_name, episode)
    return gazu.shot.new_shot(production, sequence, shot_name)


def main(name, sheet=SHEET):
    log_in()
    production = project(name)
    types = {one["id"]: one["name"] for one in gazu.asset.all_asset_types()}
    assets = {
        (types[asset["entity_type_id"]], asset["name"]): asset["id"]
        for asset in gazu.asset.all_assets_for_project(production)
    }
    breakdown = defaultdict(list)
    with open(sheet, encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            asset = assets.get((row["Asset Type"], row["Asset"]))
            if asset is None:
                raise SystemExit(f"line {number}: no {row['Asset Type']} is called {row['Asset']!r}")
            uses = {"asset_id": asset, "nb_occurences": int(row["Count"])}
            breakdown[row["Episode"], row["Sequence"], row["Shot"]].append(uses)
    for names, casting in breakdown.items():
        gazu.casting.update_shot_casting(production, shot(production, *names), casting)
        print(f"{' / '.join(names)}: {len(casting)} assets")


if __name__ == "__main__":
    main(*sys.argv[1:])
