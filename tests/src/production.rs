//! [`Production`]: a TV show with a team and a few entities, made through the API.

use futures_util::future::try_join_all;
use model::descriptor::Descriptor;
use model::entity::NewEntity;
use model::project::Membership;
use model::vocabulary::ProjectStatus;
use model::{DepartmentId, EntityKind, EntityTypeId, ProjectId, Role};
use serde_json::{Value, json};

use crate::answer::text;
use crate::app::{ADMIN, TestApp, Who};

/// A studio with one TV show.
pub async fn tv_show() -> (TestApp, Production) {
    let app = TestApp::new().await;
    let show = Production::tv_show(&app, "Show").await;
    (app, show)
}

/// A studio with one film.
pub async fn film() -> (TestApp, Production) {
    let app = TestApp::new().await;
    let film = Production::film(&app, "Film").await;
    (app, film)
}

/// An episode of one sequence of shots.
#[derive(Clone, Debug)]
pub struct Episode {
    /// Its id.
    pub id: String,
    /// The id of its sequence.
    pub sequence: String,
    /// The ids of the shots.
    pub shots: Vec<String>,
}

/// A project and its team: everybody but the outsider.
#[derive(Clone, Debug)]
pub struct Production {
    /// The project's id.
    pub id: String,
    /// Ids of the asset types Character, Environment, FX and Prop.
    pub types: Vec<(String, String)>,
}

impl Production {
    /// A TV show with everybody but the outsider in its team. It starts with an episode E01.
    pub async fn tv_show(app: &TestApp, name: &str) -> Self {
        Self::new(app, json!({"name": name, "production_type": "tvshow"}))
            .await
            .with_team(app)
            .await
    }

    /// A film, without episodes.
    pub async fn film(app: &TestApp, name: &str) -> Self {
        Self::of_nobody(app, name).await.with_team(app).await
    }

    /// A film whose team is empty: only the admin sees it.
    pub async fn of_nobody(app: &TestApp, name: &str) -> Self {
        Self::new(app, json!({"name": name, "production_type": "featurefilm"})).await
    }

    async fn new(app: &TestApp, body: Value) -> Self {
        let project = app.post(ADMIN, "/data/projects", &body).await.created();
        let id = text(&project, "id").to_owned();
        let types = app.get(ADMIN, "/data/asset-types").await.ok();
        let types = types.as_array().into_iter().flatten();
        let types = types.map(|t| (text(t, "name").to_owned(), text(t, "id").to_owned())).collect();
        Self { id, types }
    }

    async fn with_team(self, app: &TestApp) -> Self {
        for who in Role::ALL.map(Who::The).into_iter().skip(1).chain([Who::OtherArtist]) {
            self.join(app, who).await;
        }
        self
    }

    /// Closes it, without which it cannot be deleted.
    pub async fn close(&self, app: &TestApp) {
        let closed = json!({"project_status_id": ProjectStatus::CLOSED});
        app.put(ADMIN, &self.path(""), &closed).await.ok();
    }

    /// Puts somebody into the team.
    pub async fn join(&self, app: &TestApp, who: Who) {
        let member = json!({"person_id": app.person(who).id});
        app.post(ADMIN, &self.path("/team"), &member).await.created();
    }

    /// Puts somebody into the team with another role than his own.
    pub async fn join_as(&self, app: &TestApp, who: Who, role: Role) {
        let member = Membership {
            project_id: self.project_id(),
            person_id: app.person(who).id,
            role: Some(role),
        };
        app.app.store.team_add(member).await.expect("the member is added");
    }

    /// Reserves a key of the assets' `data` for a department: vendors of others do not see it.
    pub async fn reserve(&self, app: &TestApp, key: &str, department: DepartmentId) {
        let named = Descriptor::named(self.project_id(), key, app.app.store.now());
        let descriptor = Descriptor { departments: vec![department], ..named };
        app.app.store.descriptor_create(descriptor).await.expect("the descriptor is created");
    }

    /// The typed id, for the store.
    pub fn project_id(&self) -> ProjectId {
        self.id.parse().expect("an id")
    }

    /// A path below `/data/projects/{id}`.
    pub fn path(&self, rest: &str) -> String {
        format!("/data/projects/{}{rest}", self.id)
    }

    /// The id of an asset type.
    #[track_caller]
    pub fn asset_type(&self, name: &str) -> &str {
        &self.types.iter().find(|(known, _)| known == name).expect("a known asset type").1
    }

    /// Creates an asset and gives its row.
    pub async fn asset(&self, app: &TestApp, asset_type: &str, name: &str) -> Value {
        self.asset_with(app, asset_type, json!({"name": name})).await
    }

    /// Creates an asset from a whole body.
    pub async fn asset_with(&self, app: &TestApp, asset_type: &str, body: Value) -> Value {
        app.post(ADMIN, &self.new_asset(asset_type), &body).await.created()
    }

    /// The path that creates an asset.
    pub fn new_asset(&self, asset_type: &str) -> String {
        format!("/data/projects/{}/asset-types/{}/assets/new", self.id, self.asset_type(asset_type))
    }

    /// The id of a new asset.
    pub async fn asset_id(&self, app: &TestApp, asset_type: &str, name: &str) -> String {
        text(&self.asset(app, asset_type, name).await, "id").to_owned()
    }

    /// The id of a new asset that somebody created who, maybe, could not have done it himself.
    pub async fn asset_of(
        &self,
        app: &TestApp,
        creator: Who,
        asset_type: &str,
        name: &str,
    ) -> String {
        let entity_type = self.asset_type(asset_type).parse().expect("an id");
        let created_by = Some(app.person(creator).id);
        let asset =
            NewEntity { created_by, ..NewEntity::named(self.project_id(), entity_type, name) };
        let asset = app.app.store.entity_create(asset.create(app.app.store.now())).await;
        asset.expect("the asset is created").id.to_string()
    }

    /// The ids of many new assets, without a request for each: `Asset 0000`, `Asset 0001`, …
    pub async fn many_assets(&self, app: &TestApp, asset_type: &str, count: usize) -> Vec<String> {
        let entity_type = self.asset_type(asset_type).parse().expect("an id");
        self.many(app, entity_type, "Asset", None, count).await
    }

    /// The ids of many new shots, without a request for each.
    pub async fn many_shots(&self, app: &TestApp, sequence: &str, count: usize) -> Vec<String> {
        let entity_type = EntityKind::Shot.entity_type().expect("the type of shots");
        self.many(app, entity_type, "Shot", Some(sequence), count).await
    }

    async fn many(
        &self,
        app: &TestApp,
        entity_type: EntityTypeId,
        name: &str,
        parent: Option<&str>,
        count: usize,
    ) -> Vec<String> {
        let (store, now) = (&app.app.store, app.app.store.now());
        let parent_id = parent.map(|id| id.parse().expect("an id"));
        let all = (0..count).map(|n| {
            let named = NewEntity::named(self.project_id(), entity_type, format!("{name} {n:04}"));
            store.entity_create(NewEntity { parent_id, ..named }.create(now))
        });
        let all = try_join_all(all).await.expect("the entities are created");
        all.iter().map(|entity| entity.id.to_string()).collect()
    }

    /// A new episode with one sequence, `SQ01`, of so many shots: `SH01`, `SH02`, …
    pub async fn episode_of(&self, app: &TestApp, name: &str, shots: usize) -> Episode {
        let id = self.episode(app, name).await;
        let sequence = self.sequence(app, "SQ01", Some(&id)).await;
        let mut ids = Vec::new();
        for n in 1..=shots {
            ids.push(self.shot(app, &format!("SH{n:02}"), &sequence).await);
        }
        Episode { id, sequence, shots: ids }
    }

    /// Casts an asset in these entities, and nowhere else.
    pub async fn cast(&self, app: &TestApp, asset: &str, users: &[&str]) -> Value {
        app.put(ADMIN, &format!("/data/assets/{asset}/casting"), &json!({"casting": users}))
            .await
            .ok()
    }

    /// The id of a new episode.
    pub async fn episode(&self, app: &TestApp, name: &str) -> String {
        self.entity(app, "episodes", json!({"name": name})).await
    }

    /// The id of a new sequence, in an episode if one is given.
    pub async fn sequence(&self, app: &TestApp, name: &str, episode: Option<&str>) -> String {
        self.entity(app, "sequences", json!({"name": name, "episode_id": episode})).await
    }

    /// The id of a new shot.
    pub async fn shot(&self, app: &TestApp, name: &str, sequence: &str) -> String {
        self.entity(app, "shots", json!({"name": name, "sequence_id": sequence})).await
    }

    /// The id of a new scene.
    pub async fn scene(&self, app: &TestApp, name: &str, sequence: &str) -> String {
        self.entity(app, "scenes", json!({"name": name, "sequence_id": sequence})).await
    }

    async fn entity(&self, app: &TestApp, kind: &str, body: Value) -> String {
        let row =
            app.post(ADMIN, &format!("/data/projects/{}/{kind}", self.id), &body).await.created();
        text(&row, "id").to_owned()
    }

    /// The id of a task type of assets, by name.
    pub async fn task_type(&self, app: &TestApp, name: &str) -> String {
        let rows =
            app.get(ADMIN, &format!("/data/task-types?for_entity=Asset&name={name}")).await.ok();
        text(&rows[0], "id").to_owned()
    }

    /// Creates a task of an entity for somebody and gives its row.
    pub async fn task(
        &self,
        app: &TestApp,
        entity: &str,
        task_type: &str,
        assignees: &[Who],
    ) -> Value {
        let task_type = self.task_type(app, task_type).await;
        let assignees: Vec<_> = assignees.iter().map(|who| app.person(*who).id).collect();
        let body = json!({
            "project_id": self.id, "entity_id": entity, "task_type_id": task_type, "assignees": assignees
        });
        app.post(ADMIN, "/data/tasks", &body).await.created()
    }
}
