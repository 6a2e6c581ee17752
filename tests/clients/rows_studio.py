"""Logging in, the vocabulary, projects, persons."""

import gazu

from rows import has, row, world as w

ADMIN = "admin@example.com"


@row("gazu.log_in")
def _():
    tokens = gazu.log_in(ADMIN, "tanuki-demo")
    assert tokens["login"] is True and tokens["access_token"] and tokens["refresh_token"]


@row("gazu.client.get_current_user")
def _():
    w.me = gazu.client.get_current_user()
    assert w.me["email"] == ADMIN and w.me["type"] == "Person"


@row("gazu.client.host_is_up")
def _():
    assert gazu.client.host_is_up()


@row("gazu.client.host_is_valid")
def _():
    assert gazu.client.host_is_valid()


@row("gazu.client.get_api_version")
def _():
    assert gazu.client.get_api_version().count(".") == 2


@row("gazu.user.is_authenticated")
def _():
    assert gazu.user.is_authenticated() is True


@row("gazu.user.get_context")
def _():
    context = gazu.user.get_context()
    for part in ("projects", "asset_types", "task_types", "task_status", "persons", "departments", "project_status"):
        assert isinstance(context[part], list) and context[part], part


@row("gazu.asset.new_asset_type")
def _():
    w.asset_type = gazu.asset.new_asset_type(f"Type {w.tag}")
    assert w.asset_type["name"] == f"Type {w.tag}" and w.asset_type["archived"] is False


@row("gazu.task.new_task_type")
def _():
    w.task_type = gazu.task.new_task_type(f"Work {w.tag}")
    assert w.task_type["for_entity"] == "Asset"


@row("gazu.task.new_task_status")
def _():
    w.task_status = gazu.task.new_task_status(f"Status {w.tag}", w.tag, "#FF0000")
    assert w.task_status["short_name"] == w.tag and w.task_status["is_default"] is False


@row("gazu.project.new_project")
def _():
    w.project = gazu.project.new_project(f"Show {w.tag}", "tvshow")
    assert w.project["production_type"] == "tvshow" and w.project["type"] == "Project"


@row("gazu.person.new_person")
def _():
    w.email = f"{w.tag}@example.com"
    w.person = gazu.person.new_person("Gia", w.tag, w.email, password="first-password")
    assert w.person["full_name"] == f"Gia {w.tag}" and w.person["role"] == "user"
    assert "password" not in w.person


@row("gazu.person.change_password_for_person")
def _():
    assert gazu.person.change_password_for_person(w.person, "other-password")["success"] is True
    with gazu.create_session(gazu.client.get_host(), w.email, "other-password") as client:
        assert gazu.client.get_current_user(client=client)["id"] == w.person["id"]


@row("gazu.project.add_person_to_team")
def _():
    assert gazu.project.add_person_to_team(w.project, w.person)["id"] == w.project["id"]


@row("gazu.project.get_team")
def _():
    assert has(gazu.project.get_team(w.project), w.person)


@row("gazu.project.add_asset_type")
def _():
    gazu.project.add_asset_type(w.project, w.asset_type)
    assert w.asset_type["id"] in gazu.project.get_project(w.project["id"])["asset_types"]


@row("gazu.project.add_task_type")
def _():
    gazu.project.add_task_type(w.project, w.task_type, 1)
    assert w.task_type["id"] in gazu.project.get_project(w.project["id"])["task_types"]


@row("gazu.project.add_task_status")
def _():
    gazu.project.add_task_status(w.project, w.task_status)
    assert w.task_status["id"] in gazu.project.get_project(w.project["id"])["task_statuses"]


@row("gazu.project.get_project")
def _():
    assert gazu.project.get_project(w.project["id"])["name"] == f"Show {w.tag}"


@row("gazu.project.get_project_by_name")
def _():
    assert gazu.project.get_project_by_name(f"Show {w.tag}")["id"] == w.project["id"]
    assert gazu.project.get_project_by_name(f"No {w.tag}") is None


@row("gazu.project.all_projects")
def _():
    assert has(gazu.project.all_projects(), w.project)


@row("gazu.project.all_open_projects")
def _():
    assert has(gazu.project.all_open_projects(), w.project)


@row("gazu.project.update_project")
def _():
    project = gazu.project.update_project({"id": w.project["id"], "description": "A show"})
    assert project["description"] == "A show" and project["name"] == w.project["name"]


@row("gazu.project.all_project_status")
def _():
    assert {status["name"] for status in gazu.project.all_project_status()} >= {"Open", "Closed"}


@row("gazu.project.get_project_url")
def _():
    assert gazu.project.get_project_url(w.project).endswith(f"/productions/{w.project['id']}/assets/")


@row("gazu.person.all_persons")
def _():
    assert has(gazu.person.all_persons(), w.person)


@row("gazu.person.get_person_by_email")
def _():
    assert gazu.person.get_person_by_email(w.email)["id"] == w.person["id"]
    assert gazu.person.get_person_by_email(f"no-{w.email}") is None


@row("gazu.person.get_person_by_full_name")
def _():
    assert gazu.person.get_person_by_full_name(f"Gia {w.tag}")["id"] == w.person["id"]


@row("gazu.person.get_person")
def _():
    assert gazu.person.get_person(w.person["id"])["email"] == w.email
