"""CSV, what the caller is in, removal, and the end of the session."""

import os
import tempfile

import gazu
from gazu.exception import ParameterException, RouteNotFoundException

from rows import has, ids, raises, row, world as w


@row("gazu.entity.remove_entities")
def _():
    extra = gazu.asset.new_asset(w.project, w.asset_type, "Extra")
    assert gazu.entity.remove_entities(w.project, [extra]) == [extra["id"]]
    assert not has(gazu.asset.all_assets_for_project(w.project), extra)


@row("gazu.asset.export_assets_with_csv")
def _():
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "assets.csv")
        # More than is sent as it is elsewhere.
        gazu.asset.update_asset({"id": w.asset["id"], "description": "A line of some length. " * 60})
        gazu.asset.export_assets_with_csv(w.project, path)
        with open(path, encoding="utf-8") as file:
            assert "Hero" in file.read()


@row("gazu.asset.import_assets_with_csv")
def _():
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "assets.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"Type,Name\n{w.asset_type['name']},Imported\n")
        gazu.asset.import_assets_with_csv(w.project, path)
    assert gazu.asset.get_asset_by_name(w.project, "Imported") is not None


@row("gazu.user.all_open_projects")
def _():
    assert has(gazu.user.all_open_projects(), w.project)


@row("gazu.user.all_asset_types_for_project")
def _():
    assert gazu.user.all_asset_types_for_project(w.project) == [], "nothing is assigned to the caller"
    gazu.task.assign_task(w.task, gazu.client.get_current_user())
    assert ids(gazu.user.all_asset_types_for_project(w.project)) == [w.asset_type["id"]]


@row("gazu.user.all_assets_for_asset_type_and_project")
def _():
    assets = gazu.user.all_assets_for_asset_type_and_project(w.project, w.asset_type)
    assert ids(assets) == [w.asset["id"]]


@row("gazu.user.all_tasks_for_asset")
def _():
    assert ids(gazu.user.all_tasks_for_asset(w.asset)) == [w.task["id"]]
    assert gazu.user.all_tasks_for_asset(w.asset2) == []


@row("gazu.user.all_task_types_for_asset")
def _():
    assert ids(gazu.user.all_task_types_for_asset(w.asset)) == [w.task_type["id"]]


@row("gazu.asset.remove_asset")
def _():
    gazu.asset.remove_asset(w.asset2)
    assert gazu.asset.get_asset(w.asset2["id"])["canceled"] is True


@row("gazu.asset.remove_asset (by force)")
def _():
    gazu.asset.remove_asset(w.asset2, force=True)
    assert w.asset2["id"] not in ids(gazu.asset.all_assets_for_project(w.project))


@row("gazu.asset.remove_asset (that is gone)")
def _():
    raises(RouteNotFoundException, gazu.asset.remove_asset, w.asset2, force=True)


@row("gazu.task.remove_task")
def _():
    gazu.task.remove_task(w.task)
    assert gazu.task.all_tasks_for_asset(w.asset) == []


@row("gazu.asset.remove_asset_type")
def _():
    unused = gazu.asset.new_asset_type(f"Unused {w.tag}")
    gazu.asset.remove_asset_type(unused)
    assert gazu.asset.get_asset_type_by_name(unused["name"]) is None


@row("gazu.project.close_project")
def _():
    project = gazu.project.get_project(w.project["id"])
    gazu.project.close_project(project)
    assert not has(gazu.project.all_open_projects(), w.project)
    assert has(gazu.project.get_team(w.project), w.person), "closing leaves the team"


@row("gazu.project.remove_project")
def _():
    extra = gazu.project.new_project("Extra project")
    raises(ParameterException, gazu.project.remove_project, extra, force=True)
    gazu.project.close_project(extra)
    gazu.project.remove_project(extra)
    gazu.project.remove_project(w.project, force=True)
    raises(RouteNotFoundException, gazu.project.get_project, w.project["id"])


@row("gazu.refresh_access_token")
def _():
    client = gazu.client.default_client
    before = client.access_token
    assert gazu.refresh_access_token()["access_token"] == client.access_token != before
    assert gazu.user.is_authenticated() is True


@row("gazu.log_out")
def _():
    token = gazu.client.default_client.access_token
    gazu.log_out()
    gazu.client.default_client.access_token = token
    assert gazu.user.is_authenticated() is False, "the session is over, whoever kept its token"
