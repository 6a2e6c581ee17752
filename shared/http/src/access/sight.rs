//! [`Sight`]: what a caller sees of several projects at once, where casting ties them together.

use std::collections::{BTreeSet, HashMap};

use model::casting::Link;
use model::{AssetInstance, Entity, EntityId, EntityKind, ProjectId};
use store::concurrently;

use crate::access::Access;
use crate::app::App;
use crate::caller::Caller;
use crate::error::{ApiError, Result};

/// What a caller sees from inside a project: that project, others the caller may enter, and assets that are
/// shared.
#[derive(Clone, Debug)]
pub struct Sight {
    here: ProjectId,
    views: HashMap<ProjectId, View>,
}

#[derive(Clone, Debug)]
struct View {
    access: Access,
    /// Of a vendor: the entities with a task assigned, all there is to see of assets.
    assigned: Option<BTreeSet<EntityId>>,
}

impl View {
    async fn of(app: &App, access: Access) -> Result<Self> {
        let assigned = if access.sees_only_assigned() {
            Some(app.store.assigned_entities(access.person.id, access.project.id).await?)
        } else {
            None
        };
        Ok(Self { access, assigned })
    }

    fn shows_asset(&self, id: EntityId) -> bool {
        self.assigned.as_ref().is_none_or(|ids| ids.contains(&id))
    }
}

impl Sight {
    /// The sight from the project of `access`, and of those of `others` that the caller may enter. Entering
    /// completes what was left half done there.
    pub async fn new(
        app: &App,
        caller: &Caller,
        access: &Access,
        others: impl IntoIterator<Item = ProjectId>,
    ) -> Result<Self> {
        let here = access.project.id;
        let others: BTreeSet<ProjectId> =
            others.into_iter().filter(|project| *project != here).collect();
        let others: Vec<ProjectId> = others.into_iter().collect();
        let mut accesses = caller.enter_open(app, &others).await?;
        accesses.push(access.clone());
        let views = concurrently(accesses.into_iter().map(|access| View::of(app, access))).await?;
        let views = views.into_iter().map(|view| (view.access.project.id, view)).collect();
        Ok(Self { here, views })
    }

    /// The caller's access to a project, if there is any.
    pub fn access(&self, project: ProjectId) -> Option<&Access> {
        self.views.get(&project).map(|view| &view.access)
    }

    /// Whether the caller sees an entity as somebody of its own project.
    pub fn sees(&self, project: ProjectId, kind: EntityKind, id: EntityId) -> bool {
        self.views
            .get(&project)
            .is_some_and(|view| kind != EntityKind::Asset || view.shows_asset(id))
    }

    /// Whether the caller sees the entity that uses an asset.
    pub fn sees_user(&self, link: &Link) -> bool {
        self.sees(link.project_id, link.entity_kind, link.entity_id)
    }

    /// Whether the caller sees what an instance is in, in a project he has entered: a scene, or an asset that he sees.
    pub fn sees_place(&self, project: ProjectId, instance: &AssetInstance) -> bool {
        let parent = instance.target_asset_id;
        parent.is_none_or(|parent| self.sees(project, EntityKind::Asset, parent))
    }

    /// Whether the caller sees an asset that is used here: as somebody of its project, or because it is shared.
    pub fn sees_asset(&self, asset: &Entity) -> bool {
        let is_offered = asset.is_shared && asset.project_id != self.here;
        let sees_offers = self.views.get(&self.here).is_some_and(|view| view.assigned.is_none());
        self.sees(asset.project_id, EntityKind::Asset, asset.id) || (is_offered && sees_offers)
    }

    /// Takes what is hidden from the caller out of entities of these projects.
    pub async fn hide_reserved(&self, app: &App, entities: &mut [Entity]) -> Result<()> {
        let reads = self.views.iter().map(|(project, view)| async move {
            Ok::<_, ApiError>((*project, view.access.hidden(app).await?))
        });
        let hidden: HashMap<_, _> = concurrently(reads).await?.into_iter().collect();
        for entity in entities {
            if let Some(hidden) = hidden.get(&entity.project_id) {
                hidden.strip(entity.kind, &mut entity.data);
            }
        }
        Ok(())
    }
}
