//! The casting of a project as a file has it: what takes part in it, by name.

use std::collections::{BTreeSet, HashMap, HashSet};

use http_api::{Access, App, Caller, Result, Sight, concurrently};
use model::casting::Link;
use model::naming::Naming;
use model::vocabulary::EntityType;
use model::{Entity, EntityId, EntityKind, EntityTypeId, ProjectId, text};
use store::AssetFilter;

use crate::casting_names::{NamedEntity, Names, Title};
use crate::lookup;
use crate::queries::CastingQuery;

/// The shots and assets that use assets, the assets they may use, and the links between them.
#[derive(Debug)]
pub(crate) struct ProjectCasting {
    pub(crate) project: ProjectId,
    pub(crate) users: Names,
    pub(crate) assets: Names,
    pub(crate) links: Vec<Link>,
    /// Names of what gives others their names: types, episodes, projects.
    titles: Titles,
}

#[derive(Debug)]
struct Titles {
    types: Naming<EntityTypeId>,
    /// Of each episode, and of none.
    sequences: HashMap<Option<EntityId>, Naming<EntityId>>,
    /// Of this project, and of others whose assets have any.
    episodes: HashMap<ProjectId, Naming<EntityId>>,
    /// Only others.
    projects: HashMap<ProjectId, String>,
}

impl ProjectCasting {
    /// Whether an asset may be cast where it is not yet.
    pub(crate) fn is_offered(&self, asset: &NamedEntity) -> bool {
        asset.entity.project_id == self.project || asset.entity.is_shared
    }

    /// Reads the part of a project that a query is about, as far as the caller sees it. Canceled shots and
    /// assets are left out: their names may be taken again.
    pub(crate) async fn load(
        app: &App,
        caller: &Caller,
        access: &Access,
        query: &CastingQuery,
    ) -> Result<Self> {
        let (store, project) = (&app.store, access.project.id);
        let filter = AssetFilter::default();
        let (types, episodes, sequences, shots, own, links) = tokio::try_join!(
            store.vocabulary_list::<EntityType>(),
            lookup::episodes(store, project),
            store.entities_of_kind(project, EntityKind::Sequence),
            store.entities_of_kind(project, EntityKind::Shot),
            store.assets_of_project(project, &filter),
            store.casting_of_project(project)
        )?;
        let titles = Titles {
            types: lookup::asset_types(&types),
            sequences: by_episode(&sequences),
            episodes: HashMap::from([(project, episodes)]),
            projects: HashMap::new(),
        };
        let (users, assets) = (Names::default(), Names::default());
        let mut casting = Self { project, users, assets, links, titles };
        let mut used = store.assets_of(&casting.links).await?;
        used.retain(|_, asset| asset.project_id != project);
        let sight =
            Sight::new(app, caller, access, used.values().map(|asset| asset.project_id)).await?;
        casting.add_users(query, &sight, &sequences, shots, &own);
        casting.add_assets(app, &sight, own).await?;
        casting.add_assets(app, &sight, used.into_values().collect()).await?;
        let Self { users, assets, links, .. } = &mut casting;
        links.retain(|link| {
            users.get(link.entity_id).is_some() && assets.get(link.asset_id).is_some()
        });
        Ok(casting)
    }

    fn add_users(
        &mut self,
        query: &CastingQuery,
        sight: &Sight,
        sequences: &[Entity],
        shots: Vec<Entity>,
        assets: &[Entity],
    ) {
        let sequences: HashMap<EntityId, &Entity> =
            sequences.iter().map(|sequence| (sequence.id, sequence)).collect();
        let shots = shots.into_iter().map(|shot| {
            let sequence = shot.parent_id.and_then(|id| sequences.get(&id));
            let group = sequence.map(|sequence| self.titles.sequence(sequence)).unwrap_or_default();
            (group, sequence.and_then(|sequence| sequence.parent_id), shot)
        });
        let assets =
            assets.iter().map(|asset| (self.titles.type_of(asset), asset.source_id, asset.clone()));
        let users: Vec<_> = shots.chain(assets).collect();
        for (group, episode_id, entity) in users {
            let is_shot = entity.kind == EntityKind::Shot;
            let is_meant = !entity.canceled
                && query.is_shot_casting.is_none_or(|shots| shots == is_shot)
                && query.episode_id.is_none_or(|id| episode_id == Some(id))
                && sight.sees(entity.project_id, entity.kind, entity.id);
            if is_meant {
                let episode = self.titles.episode(self.project, episode_id);
                self.users.add(NamedEntity { entity, project: Title::default(), episode, group });
            }
        }
    }

    /// Adds assets that may be used, as far as the caller sees them.
    async fn add_assets(&mut self, app: &App, sight: &Sight, assets: Vec<Entity>) -> Result<()> {
        let seen = |asset: &Entity| !asset.canceled && sight.sees_asset(asset);
        let assets: Vec<Entity> = assets.into_iter().filter(seen).collect();
        let foreign = assets.iter().filter(|asset| asset.project_id != self.project);
        self.titles.learn(app, foreign).await?;
        for entity in assets {
            let project = self.titles.project(entity.project_id);
            let group = self.titles.type_of(&entity);
            let episode = self.titles.episode(entity.project_id, entity.source_id);
            self.assets.add(NamedEntity { entity, project, episode, group });
        }
        Ok(())
    }

    /// Adds the shared assets of other projects that have one of these types and names.
    pub(crate) async fn add_shared(
        &mut self,
        app: &App,
        caller: &Caller,
        access: &Access,
        names: &HashSet<(String, String)>,
    ) -> Result<()> {
        let mut shared = app.store.assets_shared().await?;
        shared.retain(|asset| {
            let asset_type = self.titles.type_of(asset).written;
            let name = (text::fold(&asset_type), text::fold(&asset.name));
            asset.project_id != self.project
                && self.assets.get(asset.id).is_none()
                && names.contains(&name)
        });
        // The index may be a second late.
        let ids: Vec<EntityId> = shared.iter().map(|asset| asset.id).collect();
        let now = app.store.entities_get(&ids).await?.into_values();
        let shared: Vec<Entity> = now.filter(|asset| asset.is_shared).collect();
        let projects = shared.iter().map(|asset| asset.project_id);
        let sight = Sight::new(app, caller, access, projects).await?;
        self.add_assets(app, &sight, shared).await
    }
}

impl Titles {
    fn type_of(&self, asset: &Entity) -> Title {
        Title::new(self.types.name(asset.entity_type_id), [])
    }

    /// Parents of shots and of assets stand in one column: the asset types have their names first.
    fn sequence(&self, sequence: &Entity) -> Title {
        let id = sequence.id.to_string();
        let of_episode = self.sequences.get(&sequence.parent_id);
        let name = of_episode.map_or_else(|| id.clone(), |naming| naming.name(sequence.id));
        let written = if self.types.find(&name).is_ok() { id.clone() } else { name.clone() };
        Title::new(written, [name, id])
    }

    fn episode(&self, project: ProjectId, id: Option<EntityId>) -> Title {
        let Some(id) = id else { return Title::default() };
        let of_project = self.episodes.get(&project);
        let written = of_project.map_or_else(|| id.to_string(), |naming| naming.name(id));
        Title::new(written, [id.to_string()])
    }

    fn project(&self, id: ProjectId) -> Title {
        Title::new(self.projects.get(&id).cloned().unwrap_or_default(), [])
    }

    /// Reads the projects of assets of other projects, and their episodes: all, so that a name means the same
    /// whatever else is in a file.
    async fn learn(&mut self, app: &App, foreign: impl Iterator<Item = &Entity>) -> Result<()> {
        let (mut projects, mut with_episodes) = (BTreeSet::new(), BTreeSet::new());
        for asset in foreign {
            projects.insert(asset.project_id);
            with_episodes.extend(asset.source_id.map(|_| asset.project_id));
        }
        projects.retain(|id| !self.projects.contains_key(id));
        with_episodes.retain(|id| !self.episodes.contains_key(id));
        let (store, projects) = (&app.store, projects.into_iter().collect::<Vec<_>>());
        let episodes = with_episodes.into_iter().map(|id| async move {
            Ok::<_, model::Error>((id, lookup::episodes(store, id).await?))
        });
        let (projects, episodes) =
            tokio::try_join!(store.projects_get(&projects), concurrently(episodes))?;
        self.projects.extend(projects.into_iter().map(|project| (project.id, project.name)));
        self.episodes.extend(episodes);
        Ok(())
    }
}

/// Sequences by their names: two episodes may each have one of the same.
fn by_episode(sequences: &[Entity]) -> HashMap<Option<EntityId>, Naming<EntityId>> {
    let mut by_episode: HashMap<_, Vec<&Entity>> = HashMap::new();
    for sequence in sequences {
        by_episode.entry(sequence.parent_id).or_default().push(sequence);
    }
    let naming = |sequences| lookup::naming("a sequence of this episode", sequences);
    by_episode.into_iter().map(|(episode, sequences)| (episode, naming(sequences))).collect()
}
