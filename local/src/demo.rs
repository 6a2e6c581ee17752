//! The demo studio: a TV show, a film that borrows from it, and one person of each role.
//!
//! [`load`] writes it through the same store the handlers use. The names are in `demo_data`. What one that was killed has
//! written is taken as it is: the next one writes the rest.

mod people;
#[cfg(test)]
mod tests;
mod vocabulary;

use std::collections::BTreeMap;
use std::time::Duration;

use model::casting::CastUse;
use model::descriptor::Descriptor;
use model::entity::NewEntity;
use model::project::Membership;
use model::task::NewTask;
use model::{
    Entity, EntityId, EntityKind, Error, Person, PersonId, Project, ProjectId, Result, Role,
};
use serde_json::json;
use store::{CastChange, Kept, Store};

pub use self::people::{PASSWORD, email, roles};
use self::people::{appoint_admin, write_persons};
use self::vocabulary::{Vocabulary, missing};
use crate::demo_data::{ASSETS, CASTING_PER_SHOT, EPISODES, FILM_ASSETS, FILM_SHOTS, SHARED};

/// What completing a change that was cut off may take.
const COMPLETE_WITHIN: Duration = Duration::from_mins(5);

/// Fills a studio that has no administrator yet.
pub async fn ensure(store: &Store) -> Result<()> {
    if store.person_list().await?.iter().any(|person| person.role == Role::Admin) {
        return Ok(());
    }
    tracing::info!("the demo is being loaded");
    load(store).await
}

/// Writes the demo, or what is left of it to be written. Its administrator comes last: he tells that the rest is there.
pub async fn load(store: &Store) -> Result<()> {
    store.sweep(COMPLETE_WITHIN).await?;
    // Only who is there can be in a team, or do a task.
    let people = write_persons(store).await?;
    let demo = Demo {
        store,
        vocabulary: Vocabulary::read(store).await?,
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
    appoint_admin(store, people[&Role::Admin.name()].id).await
}

/// What was made, or is there since a load that broke off.
fn made_once<T>(made: Result<T>) -> Result<()> {
    match made {
        Ok(_) | Err(Error::AlreadyExists { .. }) => Ok(()),
        Err(error) => Err(error),
    }
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
        let project = match self.store.project_create(project, &[], None).await {
            Err(Error::AlreadyExists { id, .. }) => ProjectId(id),
            made => made?.id,
        };
        for person in people.values() {
            self.store.team_add(Membership::new(project, person.id)).await?;
        }
        let difficulty = Descriptor {
            data_type: "list".into(),
            choices: ["easy", "medium", "hard"].map(Into::into).into(),
            for_client: true,
            ..Descriptor::named(project, "Difficulty", self.store.now())
        };
        made_once(self.store.descriptor_create(difficulty).await)?;
        Ok(project)
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
            assets.insert(*name, self.made(new).await?);
        }
        Ok(assets)
    }

    /// Modeling for all, Rigging for characters and vehicles, at every stage of their life.
    async fn tasks(&self, project: ProjectId, assets: &Assets) -> Result<()> {
        for (n, asset) in assets.values().enumerate() {
            let moves = ["Character", "Vehicle"].iter().any(|name| {
                let known = self.vocabulary.asset_type(name);
                known.is_ok_and(|known| known.id == asset.entity_type_id)
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
                    .with_comment(self.vocabulary.status(status)?, self.store.now());
                made_once(self.store.task_create(task).await)?;
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
                    let there = self.store.instances_in(scene.id).await?;
                    let instance = match there.into_iter().find(|it| it.asset_id == asset.id) {
                        Some(instance) => instance,
                        None => self.store.instance_create(asset, &scene, None).await?,
                    };
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
        let once = CastUse { nb_occurences: 1, label: String::new() };
        let changes = assets.into_values().map(|asset| CastChange {
            entity: shot.clone(),
            asset: asset.clone(),
            found: None,
            wanted: Some(once.clone()),
            kept: Kept::default(),
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
        self.made(new).await
    }

    /// A new entity, or the one of its name that is there.
    async fn made(&self, new: NewEntity) -> Result<Entity> {
        let name = new.name.clone();
        match self.store.entity_create(new.create(self.store.now())).await {
            Err(Error::AlreadyExists { id, .. }) => {
                self.store.entity_get(EntityId(id)).await?.ok_or_else(|| missing(&name))
            }
            made => made,
        }
    }
}
