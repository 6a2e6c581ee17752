"""Shares a library: all props of one project may be cast in every other one from now on.

python share_prop_library.py PROJECT [ASSET TYPE]

Shared assets that a production uses: GET /api/data/projects/{id}/assets/shared-used.
"""

import sys

import gazu

from studio import log_in, project


def main(name, asset_type="Prop"):
    log_in()
    library = project(name)
    wanted = gazu.asset.get_asset_type_by_name(asset_type)
    # gazu has no function for this one; its client does.
    path = f"actions/projects/{library['id']}/asset-types/{wanted['id']}/assets/share"
    shared = gazu.client.post(path, {"is_shared": True})
    for asset in shared:
        print(asset["name"])
    print(f"{len(shared)} shared")


if __name__ == "__main__":
    main(*sys.argv[1:])
