//! The demo studio: a TV show, a film that borrows from it, and one person of each role.
//!
//! [`load`] writes it through the same store the handlers use. The names are in `demo_data`.

mod people;

use std::collections::BTreeMap;

use model::casting::Use;
use model::catalog::{EntityType, TaskStatus, TaskType};
use model::descriptor::Descriptor;
use model::entity::NewEntity;
use model::project::Membership;
use model::task::NewTask;
use model::{
    Entity, EntityId, EntityKind, Error, Person, PersonId, Project, ProjectId, Result, Role,
};
use serde_json::json;
use store::{CastChange, Store};

pub use self::people::{PASSWORD, email};
use self::people::{persons, write_persons};
use crate::demo_data::{ASSETS, CASTING_PER_SHOT, EPISODES, FILM_ASSETS, FILM_SHOTS, SHARED};

/// Fills a studio that has no administrator yet. He comes last: he tells that the rest is there.
pub async fn load(store: &Store) -> Result<()> {
    let people = persons(store);
    let (admin, others): (Vec<_>, Vec<_>) =
        people.values().cloned().partition(|person| person.role == Role::Admin);
    // Only who is there can be in a team, or do a task.
    write_persons(store, others).await?;
    let mut vocabulary = Vocabulary::read(store).await?;
    vocabulary.asset_types.insert("Vehicle".into(), vehicle(store).await?);
    let demo = Demo {
        store,
        vocabulary,
        manager: people[&Role::Manager.name()].id,
        artist: people[&Role::User.name()].id,
        vendor: people[&Role::Vendor.name()].id,
    };

    let show = demo.project("Lantern Road", "tvshow", &people).await?;
    let assets = demo.assets(show, ASSETS).await?;
    demo.tasks(show, &assets).await?;
    demo.episodes(show, &assets).await?;
    let shared: Vec<Entity> = SHARED.iter().filter_map(|name| assets.get(name)).cloned().collect();
    let shared = store.assets_share(&shared, true, demo.manager).await?;

    let film = demo.project("Paper Tide", "featurefilm", &people).await?;
    let own = demo.assets(film, FILM_ASSETS).await?;
    demo.film(film, &own, &shared).await?;
    write_persons(store, admin).await?;
    let in_all = [show, film].map(|project_id| Membership {
        project_id,
        person_id: people[&Role::Admin.name()].id,
        role: None,
    });
    for member in in_all {
        store.team_add(member).await?;
    }
    Ok(())
}

async fn vehicle(store: &Store) -> Result<EntityType> {
    let all = store.vocabulary_list::<EntityType>().await?;
    match all.into_iter().find(|known| known.name == "Vehicle") {
        Some(known) => Ok(known),
        None => store.vocabulary_create(EntityType::named("Vehicle", store.now())).await,
    }
}

/// The studio's vocabulary by name.
struct Vocabulary {
    asset_types: BTreeMap<String, EntityType>,
    task_types: BTreeMap<String, TaskType>,
    statuses: BTreeMap<String, TaskStatus>,
}

impl Vocabulary {
    async fn read(store: &Store) -> Result<Self> {
        let words = store.words().await?;
        Ok(Self {
            asset_types: words.entity_types.into_iter().map(|t| (t.name.clone(), t)).collect(),
            task_types: words
                .task_types
                .into_iter()
                .map(|t| (format!("{} {}", t.for_entity, t.name), t))
                .collect(),
            statuses: words.task_statuses.into_iter().map(|s| (s.short_name.clone(), s)).collect(),
        })
    }

    fn asset_type(&self, name: &str) -> Result<&EntityType> {
        self.asset_types.get(name).ok_or_else(|| missing(name))
    }

    fn task_type(&self, name: &str) -> Result<&TaskType> {
        self.task_types.get(name).ok_or_else(|| missing(name))
    }

    fn status(&self, short_name: &str) -> Result<&TaskStatus> {
        self.statuses.get(short_name).ok_or_else(|| missing(short_name))
    }
}

fn missing(name: &str) -> Error {
    Error::Internal(format!("the vocabulary lacks {name}"))
}

struct Demo<'a> {
    store: &'a Store,
    vocabulary: Vocabulary,
    manager: PersonId,
    artist: PersonId,
    vendor: PersonId,
}

type Assets = BTreeMap<&'static str, Entity>;

impl Demo<'_> {
    async fn project(
        &self,
        name: &str,
        kind: &str,
        people: &BTreeMap<&str, Person>,
    ) -> Result<ProjectId> {
        let project =
            Project { production_type: kind.into(), ..Project::named(name, self.store.now()) };
        let project = self.store.project_create(project, &[], None).await?;
        for person in people.values().filter(|person| person.role != Role::Admin) {
            let member = Membership::new(project.id, person.id);
            self.store.team_add(member).await?;
        }
        let difficulty = Descriptor {
            data_type: "list".into(),
            choices: ["easy", "medium", "hard"].map(Into::into).into(),
            for_client: true,
            ..Descriptor::named(project.id, "Difficulty", self.store.now())
        };
        self.store.descriptor_create(difficulty).await?;
        Ok(project.id)
    }

    async fn assets(
        &self,
        project: ProjectId,
        rows: &[(&str, &'static str, &str)],
    ) -> Result<Assets> {
        let mut assets = Assets::new();
        for (n, (asset_type, name, description)) in rows.iter().enumerate() {
            let asset_type = self.vocabulary.asset_type(asset_type)?;
            let difficulty = ["easy", "medium", "hard"][n % 3];
            let new = NewEntity {
                description: Some((*description).into()),
                data: json!({"difficulty": difficulty}).as_object().cloned().unwrap_or_default(),
                created_by: Some(self.manager),
                ..NewEntity::named(project, asset_type.id, *name)
            };
            let asset = self.store.entity_create(new.create(self.store.now())).await?;
            assets.insert(*name, asset);
        }
        Ok(assets)
    }

    /// Modeling for all, Rigging for characters and vehicles, at every stage of their life.
    async fn tasks(&self, project: ProjectId, assets: &Assets) -> Result<()> {
        for (n, asset) in assets.values().enumerate() {
            let moves = ["Character", "Vehicle"].iter().any(|name| {
                self.vocabulary
                    .asset_types
                    .get(*name)
                    .is_some_and(|known| known.id == asset.entity_type_id)
            });
            let kinds = if moves {
                &["Asset Modeling", "Asset Rigging"][..]
            } else {
                &["Asset Modeling"][..]
            };
            for (m, kind) in kinds.iter().enumerate() {
                let status = ["todo", "wip", "wfa", "retake", "done"][(n + m) % 5];
                let assignee = if (n + m).is_multiple_of(4) { self.vendor } else { self.artist };
                let new = NewTask {
                    project_id: project,
                    entity_id: asset.id,
                    entity_type_id: asset.entity_type_id,
                    task_type_id: self.vocabulary.task_type(kind)?.id,
                    task_status_id: self.vocabulary.status("todo")?.id,
                    name: "main".into(),
                    assigner_id: None,
                    assignees: vec![assignee],
                };
                let task = new
                    .create(self.store.now())
                    .with_status(self.vocabulary.status(status)?, self.store.now());
                self.store.task_create(task).await?;
            }
        }
        Ok(())
    }

    async fn episodes(&self, project: ProjectId, assets: &Assets) -> Result<()> {
        let pool: Vec<&Entity> = assets.values().collect();
        let mut turn = 0;
        for (episode_name, sequences) in EPISODES {
            let episode = self.entity(project, EntityKind::Episode, episode_name, None).await?;
            for sequence_name in *sequences {
                let sequence = self
                    .entity(project, EntityKind::Sequence, sequence_name, Some(episode.id))
                    .await?;
                let scene =
                    self.entity(project, EntityKind::Scene, "Layout", Some(sequence.id)).await?;
                for n in 1..=3 {
                    let name = format!("SH{:03}", n * 10);
                    let shot =
                        self.entity(project, EntityKind::Shot, &name, Some(sequence.id)).await?;
                    let cast =
                        (0..CASTING_PER_SHOT).map(|k| pool[(turn * 7 + k * 11) % pool.len()]);
                    self.cast(&shot, cast).await?;
                    let asset = pool[(turn * 7) % pool.len()];
                    let instance = self.store.instance_create(asset, &scene, None).await?;
                    self.store.shot_instance_add(&shot, &instance).await?;
                    turn += 1;
                }
            }
        }
        Ok(())
    }

    async fn film(&self, project: ProjectId, own: &Assets, shared: &[Entity]) -> Result<()> {
        let sequence = self.entity(project, EntityKind::Sequence, "SQ010", None).await?;
        for (n, name) in FILM_SHOTS.iter().enumerate() {
            let shot = self.entity(project, EntityKind::Shot, name, Some(sequence.id)).await?;
            let cast = own.values().chain(shared.iter().skip(n % 2).step_by(2));
            self.cast(&shot, cast).await?;
        }
        Ok(())
    }

    async fn cast(&self, shot: &Entity, assets: impl IntoIterator<Item = &Entity>) -> Result<()> {
        // The pool is walked with a stride, so one asset may come up twice in a shot.
        let assets: BTreeMap<EntityId, &Entity> =
            assets.into_iter().map(|asset| (asset.id, asset)).collect();
        let once = Use { nb_occurences: 1, label: String::new() };
        let changes = assets.into_values().map(|asset| CastChange {
            entity: shot.clone(),
            asset: asset.clone(),
            wanted: Some(once.clone()),
        });
        let changes: Vec<CastChange> = changes.collect();
        self.store.castings_change(&changes, self.manager, |_| Vec::new()).await
    }

    async fn entity(
        &self,
        project: ProjectId,
        kind: EntityKind,
        name: &str,
        parent: Option<EntityId>,
    ) -> Result<Entity> {
        let entity_type = kind.entity_type().ok_or_else(|| missing(kind.name()))?;
        let nb_frames = (kind == EntityKind::Shot).then_some(96);
        let new = NewEntity {
            parent_id: parent,
            nb_frames,
            created_by: Some(self.manager),
            ..NewEntity::named(project, entity_type, name)
        };
        self.store.entity_create(new.create(self.store.now())).await
    }
}
