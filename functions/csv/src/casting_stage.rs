//! What takes part in a project's casting, by the names it has in files.

use std::collections::{HashMap, HashSet};

use http_api::{Access, App, Caller, Result, Sight};
use model::casting::Link;
use model::catalog::EntityType;
use model::{Entity, EntityId, EntityKind, EntityTypeId, ProjectId, text};
use store::AssetFilter;

use crate::queries::CastingQuery;

/// The shots and assets that use assets, the assets they may use, and how they do.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) project: ProjectId,
    pub(crate) users: Names,
    pub(crate) assets: Names,
    pub(crate) links: Vec<Link>,
    /// Names of what gives others their names: types, episodes, projects.
    titles: Titles,
}

/// Something with the names it has in files.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) entity: Entity,
    /// Of an asset of another project.
    pub(crate) project: String,
    pub(crate) episode: String,
    /// A shot's sequence, an asset's type.
    pub(crate) group: String,
}

/// Things by group and name.
#[derive(Debug, Default)]
pub(crate) struct Names {
    by_id: HashMap<EntityId, Named>,
    by_name: HashMap<(String, String), Vec<EntityId>>,
    groups: HashSet<String>,
}

#[derive(Debug, Default)]
struct Titles {
    types: HashMap<EntityTypeId, String>,
    episodes: HashMap<EntityId, String>,
    projects: HashMap<ProjectId, String>,
}

impl Names {
    fn add(&mut self, named: Named) {
        let group = text::fold(&named.group);
        let key = (group.clone(), text::fold(&named.entity.name));
        self.groups.insert(group);
        self.by_name.entry(key).or_default().push(named.entity.id);
        self.by_id.insert(named.entity.id, named);
    }

    pub(crate) fn get(&self, id: EntityId) -> Option<&Named> {
        self.by_id.get(&id)
    }

    pub(crate) fn find(&self, group: &str, name: &str) -> Vec<&Named> {
        let found = self.by_name.get(&(text::fold(group), text::fold(name)));
        found.into_iter().flatten().filter_map(|id| self.by_id.get(id)).collect()
    }

    /// Whether anything else has the group and name of this.
    pub(crate) fn has_namesakes(&self, named: &Named) -> bool {
        self.find(&named.group, &named.entity.name).len() > 1
    }

    pub(crate) fn has_group(&self, group: &str) -> bool {
        self.groups.contains(&text::fold(group))
    }
}

impl Stage {
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
            store.entities_of_kind(project, EntityKind::Episode),
            store.entities_of_kind(project, EntityKind::Sequence),
            store.entities_of_kind(project, EntityKind::Shot),
            store.assets_of_project(project, &filter),
            store.casting_of_project(project)
        )?;
        let titles = Titles {
            types: types.into_iter().map(|one| (one.id, one.name)).collect(),
            episodes: episodes.into_iter().map(|one| (one.id, one.name)).collect(),
            projects: HashMap::new(),
        };
        let (users, assets) = (Names::default(), Names::default());
        let mut stage = Self { project, users, assets, links, titles };
        let mut used = store.assets_of(&stage.links).await?;
        used.retain(|_, asset| asset.project_id != project);
        let sight =
            Sight::new(app, caller, access, used.values().map(|asset| asset.project_id)).await?;
        stage.add_users(query, &sight, &sequences, shots, &own);
        stage.add_assets(app, &sight, own).await?;
        stage.add_assets(app, &sight, used.into_values().collect()).await?;
        let Self { users, assets, links, .. } = &mut stage;
        links.retain(|link| {
            users.get(link.entity_id).is_some() && assets.get(link.asset_id).is_some()
        });
        Ok(stage)
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
            let group = sequence.map(|sequence| sequence.name.clone()).unwrap_or_default();
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
                let episode = self.titles.episode(episode_id);
                self.users.add(Named { entity, project: String::new(), episode, group });
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
            let project = self.titles.projects.get(&entity.project_id).cloned().unwrap_or_default();
            let (group, episode) =
                (self.titles.type_of(&entity), self.titles.episode(entity.source_id));
            self.assets.add(Named { entity, project, episode, group });
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
            let name = (text::fold(&self.titles.type_of(asset)), text::fold(&asset.name));
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
    fn type_of(&self, asset: &Entity) -> String {
        self.types.get(&asset.entity_type_id).cloned().unwrap_or_default()
    }

    fn episode(&self, id: Option<EntityId>) -> String {
        id.and_then(|id| self.episodes.get(&id)).cloned().unwrap_or_default()
    }

    /// Reads the projects and episodes of assets of other projects.
    async fn learn(&mut self, app: &App, foreign: impl Iterator<Item = &Entity>) -> Result<()> {
        let (mut projects, mut episodes) = (Vec::new(), Vec::new());
        for asset in foreign {
            projects.push(asset.project_id);
            episodes.extend(asset.source_id);
        }
        projects.sort_unstable();
        projects.dedup();
        let (projects, episodes) =
            tokio::try_join!(app.store.projects_get(&projects), app.store.entities_get(&episodes))?;
        self.projects.extend(projects.into_iter().map(|project| (project.id, project.name)));
        self.episodes.extend(episodes.into_values().map(|episode| (episode.id, episode.name)));
        Ok(())
    }
}
