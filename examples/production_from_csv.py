"""Builds a production from a spreadsheet: python production_from_csv.py NAME [FILE]

The file has the columns Type, Name and Description (more if the project has more). Asset types that the
studio does not know yet are made. Run it again after the sheet has grown: what is there stays as it is.
"""

import csv
import os
import sys

import gazu

from studio import log_in

SHEET = os.path.join(os.path.dirname(__file__), "data", "assets.csv")


def main(name, sheet=SHEET):
    log_in()
    with open(sheet, encoding="utf-8", newline="") as file:
        types = sorted({row["Type"] for row in csv.DictReader(file)})
    # Answers the type that is there already, if it is.
    types = [gazu.asset.new_asset_type(asset_type) for asset_type in types]
    project = gazu.project.new_project(name, production_type="featurefilm", asset_types=types)
    gazu.asset.import_assets_with_csv(project, sheet)
    for asset_type in gazu.asset.all_asset_types_for_project(project):
        assets = gazu.asset.all_assets_for_project_and_type(project, asset_type)
        print(f"{asset_type['name']}: {', '.join(asset['name'] for asset in assets)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
