"""A production from beginning to end, with gazu as it is on PyPI."""

import os

import gazu
from gazu.exception import AuthFailedException, NotAllowedException, ParameterException, RouteNotFoundException

HOST = os.environ["TANUKI_API"]
PASSWORD = "tanuki-demo"


def raises(exception, function, *arguments, **options):
    """The exception a call ends with; it must be this one."""
    try:
        result = function(*arguments, **options)
    except exception as error:
        return error
    raise AssertionError(f"{function.__name__} gave {result!r} instead of {exception.__name__}")


def names(rows):
    return [row["name"] for row in rows]


def log_in():
    gazu.set_host(HOST)
    assert gazu.client.host_is_up() and gazu.client.host_is_valid()
    raises(AuthFailedException, gazu.log_in, "admin@example.com", "wrong")
    tokens = gazu.log_in("admin@example.com", PASSWORD)
    assert tokens["login"] is True and tokens["user"]["email"] == "admin@example.com"
    assert gazu.client.get_current_user()["role"] == "admin"


def studio():
    """Types, statuses, a person; the project they work on."""
    creature = gazu.asset.new_asset_type("Creature")
    assert gazu.asset.new_asset_type("Creature")["id"] == creature["id"], "made once"
    modeling = gazu.task.get_task_type_by_name("Modeling", for_entity="Asset")
    grooming = gazu.task.new_task_type("Grooming", "#123456", "Asset")
    assert grooming["for_entity"] == "Asset" and grooming["color"] == "#123456"
    mia = gazu.person.new_person("Mia", "Mesh", "mia@example.com", role="user", password="secret-of-mia")
    assert mia["full_name"] == "Mia Mesh"
    project = gazu.project.new_project("Smoke", "tvshow", asset_types=[creature], task_types=[modeling, grooming])
    assert project["production_type"] == "tvshow"
    gazu.project.add_person_to_team(project, mia)
    assert [person["id"] for person in gazu.project.get_team(project)] == [mia["id"]]
    assert gazu.project.get_project_by_name("Smoke")["id"] == project["id"]
    return project, creature, modeling, mia


def breakdown(project):
    episode = gazu.shot.new_episode(project, "E20")
    sequence = gazu.shot.new_sequence(project, "SQ10", episode=episode)
    shot = gazu.shot.new_shot(project, sequence, "SH010", nb_frames=48, data={"lens": 35})
    assert gazu.shot.new_shot(project, sequence, "SH010")["id"] == shot["id"], "made once"
    shot = gazu.shot.get_shot(shot["id"])
    assert (shot["nb_frames"], shot["data"]["lens"]) == (48, 35), shot
    assert names(gazu.shot.all_shots_for_sequence(sequence)) == ["SH010"]
    assert sequence["id"] in [row["id"] for row in gazu.shot.all_sequences_for_episode(episode)]
    return episode, sequence, shot


def assets(project, creature, episode):
    dragon = gazu.asset.new_asset(project, creature, "Dragon", "Breathes fire", {"height": "20 m"})
    assert dragon["description"] == "Breathes fire" and dragon["data"] == {"height": "20 m"}
    assert gazu.asset.new_asset(project, creature, "Dragon")["id"] == dragon["id"], "made once"
    egg = gazu.asset.new_asset(project, creature, "Egg", episode=episode)
    assert gazu.asset.get_asset(egg["id"])["episode_id"] == episode["id"]
    assert names(gazu.asset.all_assets_for_project(project)) == ["Dragon", "Egg"]
    assert names(gazu.asset.all_assets_for_episode(episode)) == ["Egg"]
    assert names(gazu.asset.all_asset_types_for_project(project)) == ["Creature"]
    assert gazu.asset.get_asset_by_name(project, "dragon")["id"] == dragon["id"]
    assert gazu.asset.get_asset_by_name(project, "Griffin") is None
    assert gazu.asset.get_episode_from_asset(gazu.asset.get_asset(egg["id"]))["id"] == episode["id"]

    gazu.asset.update_asset({"id": dragon["id"], "description": "Breathes smoke"})
    gazu.asset.update_asset_data(dragon, {"scales": True})
    dragon = gazu.asset.get_asset(dragon["id"])
    assert dragon["description"] == "Breathes smoke"
    assert dragon["data"] == {"height": "20 m", "scales": True}, dragon["data"]
    return dragon, egg


def tasks(dragon, modeling, mia):
    task = gazu.task.new_task(dragon, modeling, assignees=[mia])
    assert task["assignees"] == [mia["id"]]
    assert [row["id"] for row in gazu.task.all_tasks_for_asset(dragon)] == [task["id"]]
    assert names(gazu.task.all_task_types_for_asset(dragon)) == ["Modeling"]
    wip = gazu.task.get_task_status_by_short_name("wip")
    comment = gazu.task.add_comment(task, wip, "started")
    assert comment["text"] == "started"
    task = gazu.task.get_task(task["id"])
    assert task["task_status"]["short_name"] == "wip" and task["entity"]["name"] == "Dragon"
    return task


def casting(project, episode, sequence, shot, dragon, egg):
    gazu.casting.update_shot_casting(
        project, shot, [{"asset_id": dragon["id"], "nb_occurences": 2}, {"asset_id": egg["id"], "nb_occurences": 1}]
    )
    cast = gazu.casting.get_shot_casting(shot)
    assert {row["asset_name"]: row["nb_occurences"] for row in cast} == {"Dragon": 2, "Egg": 1}
    assert names(gazu.asset.all_assets_for_shot(shot)) == ["Dragon", "Egg"]
    assert [row["shot_id"] for row in gazu.casting.get_asset_cast_in(dragon)] == [shot["id"]]
    followed = gazu.casting.get_episode_casting(episode)
    assert {row["asset_id"] for row in followed} == {dragon["id"], egg["id"]}, "the episode follows its shots"
    assert list(gazu.casting.get_sequence_casting(sequence)) == [shot["id"]]
    gazu.casting.uncast_asset(project, shot, egg)
    assert [row["asset_id"] for row in gazu.casting.get_shot_casting(shot)] == [dragon["id"]]
    assert [row["asset_id"] for row in gazu.casting.get_episode_casting(episode)] == [dragon["id"]]

    gazu.casting.update_asset_casting(project, dragon, [{"asset_id": egg["id"], "nb_occurences": 3}])
    assert [row["nb_occurences"] for row in gazu.casting.get_asset_casting(dragon)] == [3]
    circle = [{"asset_id": dragon["id"], "nb_occurences": 1}]
    raises(ParameterException, gazu.casting.update_asset_casting, project, egg, circle)


def instances(dragon, egg):
    first = gazu.asset.new_asset_asset_instance(dragon, egg, "in the nest")
    second = gazu.asset.new_asset_asset_instance(dragon, egg)
    assert (first["number"], second["number"]) == (1, 2)
    assert first["name"] == "Egg_0001" and first["description"] == "in the nest"
    assert [row["number"] for row in gazu.asset.all_asset_instances_for_asset(dragon)] == [1, 2]


def removal(project, dragon, egg, shot):
    gazu.asset.remove_asset(dragon)
    assert gazu.asset.get_asset(dragon["id"])["canceled"] is True, "it has a task"
    gazu.asset.remove_asset(dragon, force=True)
    raises(RouteNotFoundException, gazu.asset.get_asset, dragon["id"])
    raises(RouteNotFoundException, gazu.asset.remove_asset, dragon, force=True)
    assert names(gazu.asset.all_assets_for_project(project)) == ["Egg"]
    assert gazu.casting.get_shot_casting(shot) == []
    gazu.asset.remove_asset(egg)
    assert gazu.asset.all_assets_for_project(project) == []


def expiry():
    """gazu gets a new token by itself once the server says that the old one has expired."""
    expired = os.environ["TANUKI_EXPIRED_TOKEN"]
    with gazu.create_session(HOST, "admin@example.com", PASSWORD, use_refresh_token=True) as client:
        client.access_token = expired
        assert gazu.client.get_current_user(client=client)["email"] == "admin@example.com"
        assert client.access_token != expired
        # Who does not refresh is logged out.
        client.access_token, client.use_refresh_token = expired, False
        assert gazu.user.is_authenticated(client=client) is False


def roles(project, creature):
    """What a person may not do is refused, not left out."""
    with gazu.create_session(HOST, "mia@example.com", "secret-of-mia") as mia:
        assert names(gazu.project.all_open_projects(client=mia)) == ["Smoke"]
        raises(NotAllowedException, gazu.asset.new_asset, project, creature, "Griffin", client=mia)


def main():
    log_in()
    project, creature, modeling, mia = studio()
    episode, sequence, shot = breakdown(project)
    dragon, egg = assets(project, creature, episode)
    tasks(dragon, modeling, mia)
    casting(project, episode, sequence, shot, dragon, egg)
    instances(dragon, egg)
    roles(project, creature)
    removal(project, dragon, egg, shot)
    expiry()
    gazu.log_out()
    assert gazu.user.is_authenticated() is False
    print("done")


if __name__ == "__main__":
    main()
