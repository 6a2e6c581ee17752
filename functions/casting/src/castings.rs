//! What entities use: [`Castings`] are loaded, shown as rows, and judged before they are replaced.

use std::collections::{BTreeMap, HashMap, HashSet};

use http_api::{Access, App, Caller, Result, Sight};
use model::casting::Link;
use model::{Entity, EntityId, EntityKind, EntityTypeId, FieldError, ProjectId, text};
use store::{Casting, Circles};

use crate::input::CastingInput;
use crate::opened::type_names;
use crate::views::CastingRow;

const UNKNOWN: &str = "is not an asset of this project, nor a shared one";

/// The castings of some entities of one project, and what of them the caller sees.
#[derive(Debug)]
pub(crate) struct Castings {
    links: Vec<Link>,
    assets: HashMap<EntityId, Entity>,
    types: HashMap<EntityTypeId, String>,
    sight: Sight,
}

/// The assets cast in an entity, by type, name and id.
pub(crate) async fn assets_in(
    app: &App,
    caller: &Caller,
    access: &Access,
    entity: &Entity,
) -> Result<Vec<Entity>> {
    let links = app.store.casting_of(entity.project_id, entity.id).await?;
    Castings::load(app, caller, access, links, &[]).await?.into_assets(app).await
}

impl Castings {
    /// Loads what belongs to these links, and the assets `named` in a request.
    pub(crate) async fn load(
        app: &App,
        caller: &Caller,
        access: &Access,
        links: Vec<Link>,
        named: &[EntityId],
    ) -> Result<Self> {
        let store = &app.store;
        let (mut assets, named, types) = tokio::try_join!(
            store.assets_of(&links),
            store.entities_get(named),
            type_names(store)
        )?;
        assets.extend(named);
        let projects: Vec<ProjectId> = assets.values().map(|asset| asset.project_id).collect();
        let sight = Sight::new(app, caller, access, projects).await?;
        Ok(Self { links, assets, types, sight })
    }

    /// The rows of each entity that uses anything that is shown; of each by type, name and id.
    pub(crate) fn by_entity(&self) -> BTreeMap<EntityId, Vec<CastingRow>> {
        let mut castings: BTreeMap<EntityId, Vec<CastingRow>> = BTreeMap::new();
        for (link, asset) in self.shown() {
            castings.entry(link.entity_id).or_default().push(self.row(link, asset));
        }
        for rows in castings.values_mut() {
            rows.sort_by_cached_key(|row| {
                (text::fold(&row.asset_type_name), text::fold(&row.asset_name), row.asset_id)
            });
        }
        castings
    }

    /// The used assets whole, without what is hidden from the caller.
    async fn into_assets(self, app: &App) -> Result<Vec<Entity>> {
        let seen: BTreeMap<EntityId, &Entity> =
            self.seen().map(|(_, asset)| (asset.id, asset)).collect();
        let mut assets: Vec<Entity> = seen.into_values().cloned().collect();
        assets.sort_by_cached_key(|asset| {
            (text::fold(&self.type_name(asset)), text::fold(&asset.name), asset.id)
        });
        self.sight.hide_reserved(app, &mut assets).await?;
        Ok(assets)
    }

    /// What is wrong with the castings sent, row by row. Circles are told if anything else is wrong, too: else the store
    /// finds them when it casts.
    pub(crate) async fn problems(
        &self,
        app: &App,
        wanted: &[(Entity, CastingInput)],
    ) -> Result<Vec<FieldError>> {
        let (mut errors, mut accepted) = (Vec::new(), Vec::new());
        let cast: HashSet<(EntityId, EntityId)> =
            self.seen().map(|(link, _)| (link.entity_id, link.asset_id)).collect();
        for (entity, sent) in wanted {
            errors.extend(sent.errors.iter().cloned());
            for (field, id) in &sent.named {
                match self.accept(entity, *id, &cast) {
                    Ok(asset) => accepted.push((entity, asset)),
                    Err(problem) => errors.push(FieldError::new(field, problem)),
                }
            }
        }
        if !errors.is_empty() {
            errors.extend(closing(wanted, &app.store.casting_circles(accepted).await?));
        }
        Ok(errors)
    }

    /// The asset a row names, if the entity may use it. What is `cast`, an asset in an entity, may stay.
    fn accept(
        &self,
        entity: &Entity,
        id: EntityId,
        cast: &HashSet<(EntityId, EntityId)>,
    ) -> std::result::Result<&Entity, &'static str> {
        let asset =
            self.assets.get(&id).filter(|asset| asset.kind == EntityKind::Asset).ok_or(UNKNOWN)?;
        if id == entity.id {
            Err("is the asset itself")
        } else if cast.contains(&(entity.id, id)) {
            Ok(asset)
        } else if asset.canceled {
            Err("is canceled")
        } else if asset.project_id == entity.project_id || asset.is_shared {
            Ok(asset)
        } else {
            Err(UNKNOWN)
        }
    }

    /// What the entity shall use of the assets that the caller sees.
    pub(crate) fn wanted(&self, entity: &Entity, sent: &CastingInput) -> Casting {
        let asset = |id| self.assets.get(id).cloned();
        let uses = sent.uses.iter();
        Casting {
            entity: entity.clone(),
            uses: uses.filter_map(|(id, cast_use)| Some((asset(id)?, cast_use.clone()))).collect(),
        }
    }

    /// Whether the caller is shown the asset of a link, and so says whether it stays: one that was made since counts by
    /// its project.
    pub(crate) fn shows(&self, link: &Link) -> bool {
        match self.assets.get(&link.asset_id) {
            Some(asset) => self.sight.sees_asset(asset) && !asset.canceled,
            None => self.sight.sees(link.asset_project_id, EntityKind::Asset, link.asset_id),
        }
    }

    /// What is a row: a canceled asset, which a row could not tell from others, is none until it is restored, and keeps its
    /// places.
    fn shown(&self) -> impl Iterator<Item = (&Link, &Entity)> {
        self.seen().filter(|(_, asset)| !asset.canceled)
    }

    fn seen(&self) -> impl Iterator<Item = (&Link, &Entity)> {
        let users = self.links.iter().filter(|link| self.sight.sees_user(link));
        let found = users.filter_map(|link| Some((link, self.assets.get(&link.asset_id)?)));
        found.filter(|(_, asset)| self.sight.sees_asset(asset))
    }

    fn type_name(&self, asset: &Entity) -> String {
        self.types.get(&asset.entity_type_id).cloned().unwrap_or_default()
    }

    fn row(&self, link: &Link, asset: &Entity) -> CastingRow {
        CastingRow {
            asset_id: asset.id,
            asset_name: asset.name.clone(),
            name: asset.name.clone(),
            asset_type_name: self.type_name(asset),
            sequence_name: None,
            ready_for: asset.ready_for,
            episode_id: asset.source_id,
            preview_file_id: asset.preview_file_id,
            nb_occurences: link.nb_occurences,
            label: link.label.clone(),
            is_shared: asset.is_shared,
            project_id: asset.project_id,
        }
    }
}

/// The rows that close circles.
pub(crate) fn closing(wanted: &[(Entity, CastingInput)], circles: &Circles) -> Vec<FieldError> {
    let rows = wanted
        .iter()
        .flat_map(|(entity, sent)| sent.named.iter().map(|(field, id)| (field, (entity.id, *id))));
    rows.filter(|(_, pair)| circles.contains(pair))
        .map(|(field, _)| FieldError::new(field, "closes a circle: it uses this asset already"))
        .collect()
}
