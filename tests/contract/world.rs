//! One of everything, so that every path parameter can be filled.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tanuki_tests::answer::text;
use tanuki_tests::app::{ADMIN, ARTIST, VENDOR};
use tanuki_tests::{Production, TestApp};

/// A production with one of everything. The asset is not assigned to the vendor; another one is.
#[derive(Debug)]
pub(crate) struct World {
    ids: BTreeMap<&'static str, String>,
}

impl World {
    pub(crate) async fn new(app: &TestApp) -> Self {
        Self::named(app, "").await
    }

    /// As [`World::new`], each name with this mark before it.
    pub(crate) async fn named(app: &TestApp, mark: &str) -> Self {
        let named = |name: &str| format!("{mark}{name}");
        let production =
            Production::tv_show(app, &named(&format!("World {}", uuid::Uuid::new_v4()))).await;
        let asset = production.asset_id(app, "Prop", &named("Sword")).await;
        let other = production.asset_id(app, "Character", &named("Hero")).await;
        let episode = production.episode(app, &named("E02")).await;
        let sequence = production.sequence(app, &named("SQ01"), Some(&episode)).await;
        let shot = production.shot(app, &named("SH01"), &sequence).await;
        let scene = production.scene(app, &named("SC01"), &sequence).await;
        let task = production.task(app, &asset, "Modeling", &[ARTIST]).await;
        production.task(app, &other, "Modeling", &[VENDOR]).await;
        let project = production.id.as_str();

        let casting = json!({"casting": [{"entity_id": shot}]});
        app.put(ADMIN, &format!("/data/assets/{asset}/casting"), &casting).await.ok();
        let links = app.get(ADMIN, &format!("/data/projects/{project}/entity-links")).await.ok();
        let instance = json!({"asset_id": asset});
        let instance = app
            .post(ADMIN, &format!("/data/scenes/{scene}/asset-instances"), &instance)
            .await
            .created();
        let in_shot = json!({"asset_instance_id": text(&instance, "id")});
        app.post(ADMIN, &format!("/data/shots/{shot}/asset-instances"), &in_shot).await.created();
        let descriptor =
            json!({"name": named("Height"), "data_type": "string", "entity_type": "Asset"});
        let descriptor = app
            .post(ADMIN, &format!("/data/projects/{project}/metadata-descriptors"), &descriptor)
            .await
            .created();
        let department = app
            .post(
                ADMIN,
                "/data/departments",
                &json!({"name": format!("D {}", uuid::Uuid::new_v4())}),
            )
            .await
            .created();
        let statuses = app.get(ADMIN, "/data/task-status").await.ok();
        let project_statuses = app.get(ADMIN, "/data/project-status").await.ok();

        // So that there is something to take out again.
        let artist = app.person(ARTIST).id.to_string();
        let settings = |kind: &str| format!("/data/projects/{project}/settings/{kind}");
        for (path, body) in [
            (
                format!("/actions/persons/{artist}/departments/add"),
                json!({"department_id": department["id"]}),
            ),
            (settings("asset-types"), json!({"asset_type_id": production.asset_type("Prop")})),
            (settings("task-types"), json!({"task_type_id": task["task_type_id"]})),
            (settings("task-status"), json!({"task_status_id": statuses[0]["id"]})),
        ] {
            app.post(ADMIN, &path, &body).await.created();
        }

        let id = |value: &Value| text(value, "id").to_owned();
        let asset_type = production.asset_type("Prop").to_owned();
        Self {
            ids: BTreeMap::from([
                ("project_id", production.id.clone()),
                ("asset_id", asset.clone()),
                ("assigned_id", other),
                ("entity_id", asset),
                ("asset_type_id", asset_type.clone()),
                ("entity_type_id", asset_type),
                ("episode_id", episode),
                ("sequence_id", sequence),
                ("shot_id", shot),
                ("scene_id", scene),
                ("task_type_id", text(&task, "task_type_id").to_owned()),
                ("task_id", id(&task)),
                ("entity_link_id", id(&links[0])),
                ("asset_instance_id", id(&instance)),
                ("descriptor_id", id(&descriptor)),
                ("department_id", id(&department)),
                ("task_status_id", id(&statuses[0])),
                ("project_status_id", id(&project_statuses[0])),
                ("person_id", app.person(ARTIST).id.to_string()),
            ]),
        }
    }

    /// The id for a path parameter; `assigned_id` is the vendor's asset.
    pub(crate) fn id(&self, name: &str) -> String {
        self.ids.get(name).unwrap_or_else(|| panic!("the world has no {name}: add one")).clone()
    }
}
