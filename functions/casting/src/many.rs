//! Changing the casting of many entities in one request.

use std::collections::{BTreeMap, HashMap};

use axum::extract::State;
use http_api::paths::{ProjectAssetPath, ProjectPath};
use http_api::routing::{Routes, routes};
use http_api::{Access, App, Body, Caller, Errors, Json, Path, Result, Sight};
use model::casting::{CASTING_MAX, Cast, CastUse, Link, OCCURENCES_MAX};
use model::fields::{self, Fields, Input};
use model::{Action, Entity, EntityId, EntityKind, Error, FieldError, Resource, text};
use serde_json::{Map, Value};
use store::{CastChange, Circles, Kept};
use utoipa::ToSchema;

use crate::entity::{castings_of, replace};
use crate::input::CastingInput;
use crate::opened::enter;
use crate::users::USES_IT;
use crate::views::CastingRow;

const NOT_HERE: &str = "is not an entity of this project";

type ByEntity = BTreeMap<EntityId, Vec<CastingRow>>;

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(set_castings)).routes(routes!(cast_asset))
}

/// Replace what is cast in several entities.
///
/// The body has the rows of each entity under the entity's id. Everything is changed or, if any row is wrong,
/// nothing. Answers the new casting of each.
#[utoipa::path(put, path = "/api/data/projects/{project_id}/entities/casting", tag = "Casting", params(ProjectPath), request_body = BTreeMap<EntityId, Vec<Cast>>, responses((status = 200, body = ByEntity), Errors))]
async fn set_castings(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectPath>,
    body: Body,
) -> Result<Json<ByEntity>> {
    let access = enter(&app, &caller, path.project_id, Action::ManageAssets).await?;
    let sent = body.read_json(|body| match body {
        Value::Object(sent) => Ok(sent),
        _ => Err(Error::invalid("body", "must be a JSON object")),
    })?;
    let (wanted, errors) = read_castings(&app, &access, sent).await?;
    replace(&app, &caller, &access, &wanted, errors).await?;
    let ids: Vec<EntityId> = wanted.iter().map(|(entity, _)| entity.id).collect();
    Ok(Json(castings_of(&app, &caller, &access, &ids).await?))
}

/// Reads the rows of each entity, and what is wrong with those of no entity of the project.
async fn read_castings(
    app: &App,
    access: &Access,
    sent: Map<String, Value>,
) -> Result<(Vec<(Entity, CastingInput)>, Vec<FieldError>)> {
    if sent.len() > CASTING_MAX {
        let message = format!("must have at most {CASTING_MAX} entities");
        return Err(Error::invalid("body", message).into());
    }
    let ids: Vec<EntityId> = sent.keys().filter_map(|key| key.parse().ok()).collect();
    let mut entities = app.store.entities_get(&ids).await?;
    entities.retain(|_, entity| entity.project_id == access.project.id);
    let (mut wanted, mut errors) = (Vec::new(), Vec::new());
    for (key, rows) in sent {
        let entity = key.parse().ok().and_then(|id| entities.remove(&id));
        let sent = CastingInput::read::<Cast>(rows, &key)?;
        match entity {
            Some(entity) => wanted.push((entity, sent)),
            None => errors.extend([FieldError::new(key, NOT_HERE)].into_iter().chain(sent.errors)),
        }
    }
    let rows: usize = wanted.iter().map(|(_, sent)| sent.named.len()).sum();
    if rows > CASTING_MAX {
        errors.push(FieldError::new("body", format!("must have at most {CASTING_MAX} rows")));
    }
    Ok((wanted, errors))
}

/// The body of `PUT …/entities/casting/assets/{asset_id}`.
#[derive(Debug, ToSchema)]
pub(crate) struct CastAsset {
    /// Entities of the project.
    entity_ids: Vec<EntityId>,
    /// How often each uses the asset: 0 for not at all; if left out, as before, or once. Zou's spelling.
    #[schema(example = 2)]
    nb_occurences: Option<i64>,
    /// What for; if left out, as before, or empty.
    #[schema(example = "main")]
    label: Option<String>,
}

impl Input for CastAsset {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let entity_ids = f.required("entity_ids", fields::list(CASTING_MAX, fields::id));
        let nb_occurences = f.optional("nb_occurences", fields::integer(0..=OCCURENCES_MAX));
        let label = f.optional("label", fields::text(text::NAME_MAX));
        Some(Self { entity_ids: entity_ids?, nb_occurences: nb_occurences?, label: label? })
    }
}

impl CastAsset {
    /// What is left out, and so stays as it is.
    fn kept(&self) -> Kept {
        Kept { nb_occurences: self.nb_occurences.is_none(), label: self.label.is_none() }
    }

    /// How an entity that uses the asset by `link` shall use it.
    fn wanted(&self, link: Option<&Link>) -> Option<CastUse> {
        let nb_occurences = self.nb_occurences.or(link.map(|link| link.nb_occurences)).unwrap_or(1);
        let label =
            self.label.clone().or_else(|| link.map(|link| link.label.clone())).unwrap_or_default();
        (nb_occurences > 0).then_some(CastUse { nb_occurences, label })
    }
}

/// Cast one asset in several entities, or remove it, and leave the rest of their casting alone.
///
/// Answers the new casting of each entity.
#[utoipa::path(put, path = "/api/data/projects/{project_id}/entities/casting/assets/{asset_id}", tag = "Casting", params(ProjectAssetPath), request_body = CastAsset, responses((status = 200, body = ByEntity), Errors))]
async fn cast_asset(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<ProjectAssetPath>,
    body: Body,
) -> Result<Json<ByEntity>> {
    let (asset, access) = open_asset(&app, &caller, path).await?;
    let sent = body.read::<CastAsset>()?;
    let links = links_to(&app, &access, &asset).await?;
    let entities = entities_to_cast_in(&app, &access, &asset, &sent, &links).await?;
    let changes = entities.into_iter().map(|entity| {
        let link = links.get(&entity.id);
        let (found, wanted) = (link.map(Link::cast_use), sent.wanted(link));
        CastChange { entity, asset: asset.clone(), found, wanted, kept: sent.kept() }
    });
    let changes: Vec<CastChange> = changes.collect();
    let wrong = |circles: &Circles| closing_with(&asset, &sent, circles);
    app.store.castings_change(&changes, caller.person.id, wrong).await?;
    Ok(Json(castings_of(&app, &caller, &access, &sent.entity_ids).await?))
}

/// Opens an asset that is to be cast in a project, its own or another one.
async fn open_asset(
    app: &App,
    caller: &Caller,
    path: ProjectAssetPath,
) -> Result<(Entity, Access)> {
    let found = app.store.entity_get(path.asset_id).await?;
    let asset = found
        .filter(|asset| asset.kind == EntityKind::Asset)
        .ok_or(Error::NotFound(Resource::Asset))?;
    let access = enter(app, caller, path.project_id, Action::ManageAssets).await?;
    let sight = Sight::new(app, caller, &access, [asset.project_id]).await?;
    if sight.sees_asset(&asset) {
        Ok((asset, access))
    } else {
        Err(Error::NotFound(Resource::Asset).into())
    }
}

/// The links of the asset in the project, by the entity that uses it.
async fn links_to(app: &App, access: &Access, asset: &Entity) -> Result<HashMap<EntityId, Link>> {
    let links = app.store.cast_in(asset.id).await?.into_iter();
    Ok(links
        .filter(|link| link.project_id == access.project.id)
        .map(|link| (link.entity_id, link))
        .collect())
}

/// The entities that were sent, each once, if all of them may use the asset; or everything that is wrong.
async fn entities_to_cast_in(
    app: &App,
    access: &Access,
    asset: &Entity,
    sent: &CastAsset,
    links: &HashMap<EntityId, Link>,
) -> Result<Vec<Entity>> {
    let mut entities = app.store.entities_get(&sent.entity_ids).await?;
    entities.retain(|_, entity| entity.project_id == access.project.id);
    let may_be_new = asset.project_id == access.project.id || asset.is_shared;
    let problem = |id: &EntityId| match entities.get(id) {
        None => Some(NOT_HERE),
        Some(_) if *id == asset.id => Some("is the asset itself"),
        Some(_) if links.contains_key(id) || sent.nb_occurences == Some(0) => None,
        Some(_) if asset.canceled => Some("may not use the asset: it is canceled"),
        Some(_) if !may_be_new => Some("may not use the asset: it is not shared"),
        Some(_) => None,
    };
    let wrong = sent.entity_ids.iter().enumerate().filter_map(|(n, id)| Some((n, problem(id)?)));
    let mut errors: Vec<_> =
        wrong.map(|(n, problem)| FieldError::new(entity_ids(n), problem)).collect();
    if errors.is_empty() {
        return Ok(entities.into_values().collect());
    }
    let adding = (sent.nb_occurences != Some(0)).then_some(entities.values());
    let users = adding.into_iter().flatten().map(|entity| (entity, asset));
    errors.extend(closing_with(asset, sent, &app.store.casting_circles(users).await?));
    Err(Error::Invalid(errors).into())
}

/// The entities that were sent and are used by the asset already.
fn closing_with(asset: &Entity, sent: &CastAsset, circles: &Circles) -> Vec<FieldError> {
    let ids = sent.entity_ids.iter().enumerate();
    let closing = ids.filter(|(_, id)| circles.contains(&(**id, asset.id)));
    closing.map(|(n, _)| FieldError::new(entity_ids(n), USES_IT)).collect()
}

/// The field of the `n`th entity that was sent.
fn entity_ids(n: usize) -> String {
    format!("entity_ids[{n}]")
}
