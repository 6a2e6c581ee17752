//! The users of an asset: [`AssetUsers`] are loaded, shown as rows, and replaced.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use http_api::{Access, App, Caller, Result, Sight};
use model::casting::Link;
use model::{
    Action, Entity, EntityId, EntityKind, EntityTypeId, Error, FieldError, ProjectId, Verdict, text,
};
use store::Circles;

use crate::input::CastingInput;
use crate::opened::type_names;
use crate::views::{CastInAsset, CastInRow, CastInShot, UserRow};
use crate::whereabouts::{Whereabouts, whereabouts};

/// What is wrong with a user of an asset that the asset uses itself.
pub(crate) const USES_IT: &str = "closes a circle: the asset uses it already";
const UNKNOWN: &str = "is not a shot, sequence, episode, scene or asset";

/// The links of an asset, the entities that use it, and what of both the caller sees.
#[derive(Debug)]
pub(crate) struct AssetUsers {
    links: Vec<Link>,
    entities: HashMap<EntityId, Entity>,
    sight: Sight,
}

/// A user of the asset as the caller sees it.
struct Seen<'a> {
    link: &'a Link,
    entity: &'a Entity,
    at: Whereabouts,
}

impl AssetUsers {
    /// Loads the users of an asset, and the entities `named` in a request.
    pub(crate) async fn load(
        app: &App,
        caller: &Caller,
        access: &Access,
        asset: &Entity,
        named: &[EntityId],
    ) -> Result<Self> {
        let (mut links, named) =
            tokio::try_join!(app.store.cast_in(asset.id), app.store.entities_get(named))?;
        let projects = links
            .iter()
            .map(|link| link.project_id)
            .chain(named.values().map(|entity| entity.project_id));
        let others: BTreeSet<ProjectId> =
            projects.filter(|project| *project != asset.project_id).collect();
        let has_others = !others.is_empty();
        let sight = Sight::new(app, caller, access, others).await?;
        if has_others {
            // Entering the other projects has completed what was left half done there.
            links = app.store.cast_in(asset.id).await?;
        }
        let mut entities = app.store.users_of(&links).await?;
        entities.extend(named);
        Ok(Self { links, entities, sight })
    }

    /// A row per user, ordered by episode, sequence, name and kind.
    pub(crate) async fn rows(&self, app: &App) -> Result<Vec<UserRow>> {
        let (mut seen, types) = tokio::try_join!(self.seen(app), type_names(&app.store))?;
        seen.sort_by_cached_key(|user| (user.order(), user.entity.kind, user.entity.id));
        Ok(seen.into_iter().map(|user| user.row(&types)).collect())
    }

    /// A row per shot in the same order, then a row per asset by type and name; none of what is canceled.
    pub(crate) async fn cast_in(&self, app: &App) -> Result<Vec<CastInRow>> {
        let (mut seen, types) = tokio::try_join!(self.seen(app), type_names(&app.store))?;
        seen.retain(|user| {
            let is_listed = matches!(user.entity.kind, EntityKind::Shot | EntityKind::Asset);
            is_listed && !user.entity.canceled
        });
        seen.sort_by_cached_key(|user| {
            let type_name = user.type_name(&types).map(|name| text::fold(&name));
            (Reverse(user.entity.kind), type_name, user.order(), user.entity.id)
        });
        Ok(seen.into_iter().map(|user| user.cast_in_row(&types)).collect())
    }

    async fn seen(&self, app: &App) -> model::Result<Vec<Seen<'_>>> {
        let visible = self.links.iter().filter(|link| self.sight.sees_user(link));
        let found = visible.filter_map(|link| Some((link, self.entities.get(&link.entity_id)?)));
        let found: Vec<(&Link, &Entity)> = found.collect();
        let entities: Vec<&Entity> = found.iter().map(|(_, entity)| *entity).collect();
        let mut at = whereabouts(&app.store, &entities).await?;
        let seen = found.into_iter().map(|(link, entity)| {
            let at = at.remove(&entity.id).unwrap_or_default();
            Seen { link, entity, at }
        });
        Ok(seen.collect())
    }

    /// The users the asset shall have in the projects that the caller manages; or everything that is wrong with what was
    /// sent.
    pub(crate) async fn wanted(
        &self,
        app: &App,
        asset: &Entity,
        sent: &CastingInput,
    ) -> Result<Vec<store::AssetUser>> {
        let mut errors = sent.errors.clone();
        let links: HashMap<EntityId, &Link> =
            self.links.iter().map(|link| (link.entity_id, link)).collect();
        let mut accepted = Vec::new();
        for (field, id) in &sent.named {
            let is_same =
                links.get(id).is_some_and(|link| sent.uses.get(id) == Some(&link.cast_use()));
            match self.accept(asset, *id, is_same) {
                Ok(entity) => accepted.push((entity, asset)),
                Err(problem) => errors.push(FieldError::new(field, problem)),
            }
        }
        if !errors.is_empty() {
            errors.extend(closing(asset, sent, &app.store.casting_circles(accepted).await?));
            return Err(Error::Invalid(errors).into());
        }
        let entity = |id| self.entities.get(id).cloned();
        let wanted = sent.uses.iter();
        Ok(wanted.filter_map(|(id, cast_use)| Some((entity(id)?, cast_use.clone()))).collect())
    }

    /// The entity a row names, if the caller may let it use the asset. A row that changes nothing needs no right.
    fn accept(
        &self,
        asset: &Entity,
        id: EntityId,
        is_same: bool,
    ) -> std::result::Result<&Entity, &'static str> {
        let entity = self.entities.get(&id).ok_or(UNKNOWN)?;
        if id == asset.id {
            Err("is the asset itself")
        } else if self.sight.access(entity.project_id).is_none() {
            // What the caller may not see is not there.
            Err(UNKNOWN)
        } else if is_same {
            Ok(entity)
        } else if asset.canceled {
            Err("may not use the asset: it is canceled")
        } else if entity.project_id == asset.project_id {
            Ok(entity)
        } else if !asset.is_shared {
            Err("is of another project, and the asset is not shared")
        } else if !self.manages(entity.project_id) {
            Err("is of another project, of which you are not a manager")
        } else {
            Ok(entity)
        }
    }

    /// Whether the caller may change what uses the asset in a project.
    pub(crate) fn manages(&self, project: ProjectId) -> bool {
        let access = self.sight.access(project);
        access.is_some_and(|access| access.role.allows(Action::ManageAssets) == Verdict::Allowed)
    }
}

/// The rows that name what the asset uses already.
pub(crate) fn closing(asset: &Entity, sent: &CastingInput, circles: &Circles) -> Vec<FieldError> {
    let closing = sent.named.iter().filter(|(_, id)| circles.contains(&(*id, asset.id)));
    closing.map(|(field, _)| FieldError::new(field, USES_IT)).collect()
}

fn split(named: Option<(EntityId, String)>) -> (Option<EntityId>, Option<String>) {
    named.map_or((None, None), |(id, name)| (Some(id), Some(name)))
}

impl Seen<'_> {
    /// Episode, sequence, name.
    fn order(&self) -> (Option<String>, Option<String>, String) {
        let folded =
            |named: &Option<(EntityId, String)>| named.as_ref().map(|(_, name)| text::fold(name));
        (folded(&self.at.episode), folded(&self.at.sequence), text::fold(&self.entity.name))
    }

    /// The name of an asset's type.
    fn type_name(&self, types: &HashMap<EntityTypeId, String>) -> Option<String> {
        let is_asset = self.entity.kind == EntityKind::Asset;
        is_asset.then(|| types.get(&self.entity.entity_type_id).cloned().unwrap_or_default())
    }

    fn row(self, types: &HashMap<EntityTypeId, String>) -> UserRow {
        let entity_type_name =
            self.type_name(types).unwrap_or_else(|| self.entity.kind.name().to_owned());
        let (sequence_id, sequence_name) = split(self.at.sequence);
        let (episode_id, episode_name) = split(self.at.episode);
        UserRow {
            id: self.entity.id,
            name: self.entity.name.clone(),
            entity_type_name,
            sequence_name,
            episode_name,
            nb_occurences: self.link.nb_occurences,
            label: self.link.label.clone(),
            entity_id: self.entity.id,
            entity_type_id: self.entity.entity_type_id,
            project_id: self.entity.project_id,
            sequence_id,
            episode_id,
            preview_file_id: self.entity.preview_file_id,
            link_id: self.link.id,
        }
    }

    fn cast_in_row(self, types: &HashMap<EntityTypeId, String>) -> CastInRow {
        if let Some(asset_type_name) = self.type_name(types) {
            return CastInRow::Asset(CastInAsset {
                asset_id: self.entity.id,
                asset_name: self.entity.name.clone(),
                asset_type_name,
                preview_file_id: self.entity.preview_file_id,
                nb_occurences: self.link.nb_occurences,
                label: self.link.label.clone(),
                project_id: self.entity.project_id,
            });
        }
        let (sequence_id, sequence_name) = split(self.at.sequence);
        let (episode_id, episode_name) = split(self.at.episode);
        CastInRow::Shot(CastInShot {
            shot_id: self.entity.id,
            shot_name: self.entity.name.clone(),
            sequence_id,
            sequence_name,
            episode_id,
            episode_name,
            preview_file_id: self.entity.preview_file_id,
            nb_occurences: self.link.nb_occurences,
            label: self.link.label.clone(),
            project_id: self.entity.project_id,
        })
    }
}
