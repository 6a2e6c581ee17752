"""Functions that ask for what is not kept here. Each must say so, and nothing worse."""

import gazu

from rows import row, world as w

# Why a function has no route.
REASONS = {}


def no_route(name, reason, call):
    """A row that must end with the exception for an unknown route."""
    REASONS[name] = reason
    row(name)(call)


COMMENTS = "a comment is read and written with its task"
FILES = "no files are kept here"
TIMES = "no working times are kept here"
OWN = "what is assigned is told by the tasks"
SHOTS = "shots have no CSV here"
COPIES = "ids are given by the store; `examples/` has a mirror that maps them"

no_route("gazu.scene.all_shots_for_scene", "scenes are not linked to shots", lambda: gazu.scene.all_shots_for_scene(w.scene))
no_route("gazu.scene.add_shot_to_scene", "scenes are not linked to shots", lambda: gazu.scene.add_shot_to_scene(w.scene, w.shot))
no_route("gazu.scene.all_camera_instances_for_scene", "assets only have instances", lambda: gazu.scene.all_camera_instances_for_scene(w.scene))
no_route("gazu.shot.all_previews_for_shot", FILES, lambda: gazu.shot.all_previews_for_shot(w.shot))
no_route("gazu.shot.export_shots_with_csv", SHOTS, lambda: gazu.shot.export_shots_with_csv(w.project, "/dev/null"))
no_route("gazu.task.all_previews_for_task", FILES, lambda: gazu.task.all_previews_for_task(w.task))
no_route("gazu.task.get_time_spent", TIMES, lambda: gazu.task.get_time_spent(w.task, "2026-01-01"))
no_route("gazu.task.all_comments_for_project", COMMENTS, lambda: gazu.task.all_comments_for_project(w.project))
no_route("gazu.task.get_comment", COMMENTS, lambda: gazu.task.get_comment(w.project["id"]))
no_route("gazu.task.all_open_tasks", "the tasks of a person or a project are listed", gazu.task.all_open_tasks)
no_route("gazu.project.all_status_automations", "there are no automations", lambda: gazu.project.all_status_automations(w.project))
no_route("gazu.project.get_milestones", "there are no milestones", lambda: gazu.project.get_milestones(w.project))
no_route("gazu.project.get_budgets", "there are no budgets", lambda: gazu.project.get_budgets(w.project))
no_route("gazu.user.all_episodes_for_project", OWN, lambda: gazu.user.all_episodes_for_project(w.project))
no_route("gazu.user.all_sequences_for_project", OWN, lambda: gazu.user.all_sequences_for_project(w.project))
no_route("gazu.user.all_shots_for_sequence", OWN, lambda: gazu.user.all_shots_for_sequence(w.sequence))
no_route("gazu.user.all_filters", "the web interface's filters are not kept", gazu.user.all_filters)
no_route("gazu.user.all_notifications", "there are no notifications", gazu.user.all_notifications)
no_route("gazu.sync.import_entities", COPIES, lambda: gazu.sync.import_entities([]))
no_route("gazu.sync.import_tasks", COPIES, lambda: gazu.sync.import_tasks([]))
no_route("gazu.sync.import_entity_links", COPIES, lambda: gazu.sync.import_entity_links([]))
no_route("gazu.task.update_comment", COMMENTS, lambda: gazu.task.update_comment({"id": w.project["id"], "text": "Other"}))
no_route("gazu.task.remove_comment", COMMENTS, lambda: gazu.task.remove_comment(w.project["id"]))
no_route("gazu.task.reply_to_comment", "comments have no replies", lambda: gazu.task.reply_to_comment(w.task, w.project["id"], "Yes"))
no_route("gazu.task.acknowledge_comment", "comments are not acknowledged", lambda: gazu.task.acknowledge_comment(w.task, w.project["id"]))
no_route("gazu.task.create_multiple_comments", COMMENTS, lambda: gazu.task.create_multiple_comments(w.project, []))
no_route("gazu.task.all_tasks_for_person_and_type", "the tasks of a person are listed", lambda: gazu.task.all_tasks_for_person_and_type(w.person, w.task_type))
no_route("gazu.task.all_shot_tasks_for_sequence", "the tasks of a project are listed", lambda: gazu.task.all_shot_tasks_for_sequence(w.sequence))
no_route("gazu.task.all_shot_tasks_for_episode", "the tasks of a project are listed", lambda: gazu.task.all_shot_tasks_for_episode(w.episode))
no_route("gazu.task.get_open_tasks_stats", "the tasks of a project are listed", gazu.task.get_open_tasks_stats)
no_route("gazu.task.get_persons_tasks_dates", "the tasks of a person are listed", gazu.task.get_persons_tasks_dates)
no_route("gazu.shot.import_shots_with_csv", SHOTS, lambda: gazu.shot.import_shots_with_csv(w.project, __file__))
no_route("gazu.scene.remove_shot_from_scene", "scenes are not linked to shots", lambda: gazu.scene.remove_shot_from_scene(w.scene, w.shot))
no_route("gazu.search.search_entities", "entities are found by their names", lambda: gazu.search.search_entities("hero"))
no_route("gazu.user.all_scenes_for_sequence", OWN, lambda: gazu.user.all_scenes_for_sequence(w.sequence))
no_route("gazu.user.all_tasks_for_shot", OWN, lambda: gazu.user.all_tasks_for_shot(w.shot))
no_route("gazu.user.all_tasks_for_sequence", OWN, lambda: gazu.user.all_tasks_for_sequence(w.sequence))
no_route("gazu.user.all_tasks_for_scene", OWN, lambda: gazu.user.all_tasks_for_scene(w.scene))
no_route("gazu.user.all_task_types_for_shot", OWN, lambda: gazu.user.all_task_types_for_shot(w.shot))
no_route("gazu.user.all_task_types_for_sequence", OWN, lambda: gazu.user.all_task_types_for_sequence(w.sequence))
no_route("gazu.user.all_task_types_for_scene", OWN, lambda: gazu.user.all_task_types_for_scene(w.scene))
no_route("gazu.user.all_tasks_requiring_feedback", OWN, gazu.user.all_tasks_requiring_feedback)
no_route("gazu.person.invite_person", "no mail is sent", lambda: gazu.person.invite_person(w.person))
