//! The history of an asset: who changed what, and when.

use axum::extract::State;
use axum::http::{HeaderValue, Uri};
use http_api::page::{foreign_cursor, next_link};
use http_api::paths::AssetPath;
use http_api::routing::{Routes, routes};
use http_api::{
    Access, App, Caller, CursorQuery, Errors, Hidden, Paged, Path, Query, Result, Sight,
};
use model::history::{CASTING_PREFIX, Changes, DATA_PREFIX};
use model::{
    Action, EntityId, EntityKind, EntityTypeId, HistoryAction, HistoryEntry, HistoryId, PersonId,
    ProjectId, Timestamp,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::HistoryPosition;
use utoipa::ToSchema;

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(list_asset_history))
}

/// One change of an asset.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "a24a6ea4-ce75-4665-a070-57453082c256", "created_at": "2023-01-15T10:30:00Z",
    "person_id": "a24a6ea4-ce75-4665-a070-57453082c257", "action": "updated",
    "changes": {"name": ["Sword", "Magic Sword"], "data.material": [null, "steel"]}
}))]
pub(crate) struct HistoryRow {
    /// Unique identifier.
    id: HistoryId,
    /// When.
    created_at: Timestamp,
    /// Who did it. Null for clients, who are not told who works in the studio, and for what nobody did.
    person_id: Option<PersonId>,
    /// What was done.
    action: HistoryAction,
    /// The old and the new value by field: fields of the asset, `data.{key}` for its metadata,
    /// `casting.{entity_id}` for an entity that uses it. A value of more than 10 000 bytes is told by its size:
    /// `{"bytes": 12345}`.
    #[schema(value_type = Object)]
    changes: Changes,
}

/// What was done to an asset, newest first.
///
/// Changes of its fields and metadata, its sharing, and its users: where it is cast. One request that changes
/// very many users makes several entries. A vendor is not told of metadata that is reserved for other
/// departments, and nobody of users he may not see: what remains empty is left out. So, and because a page has
/// 1 MB at most, it may have fewer entries than `limit` and still a `next` link. An asset that is deleted for good takes its history along.
#[utoipa::path(
    get,
    path = "/api/data/assets/{asset_id}/history",
    tag = "Assets",
    params(AssetPath, CursorQuery),
    responses((status = 200, description = "The changes", body = Vec<HistoryRow>), Errors)
)]
async fn list_asset_history(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<AssetPath>,
    query: Query,
    uri: Uri,
) -> Result<Paged<HistoryRow>> {
    let (asset, access) = caller.open(&app, EntityKind::Asset, path.asset_id, Action::Read).await?;
    let query: CursorQuery = query.read()?;
    let (entries, link) = page(&app, &uri, asset.id, &query).await?;
    let view = View::new(&app, &caller, &access, &entries).await?;
    Ok(Paged { rows: entries.into_iter().filter_map(|entry| view.row(entry)).collect(), link })
}

/// A page of entries, and the link to the next one.
async fn page(
    app: &App,
    uri: &Uri,
    asset: EntityId,
    query: &CursorQuery,
) -> Result<(Vec<HistoryEntry>, Option<HeaderValue>)> {
    let after = query.position::<HistoryPosition>(&app.tokens)?;
    if after.is_some_and(|after| after.asset_id != asset) {
        return Err(foreign_cursor().into());
    }
    let page = app.store.history_page(asset, after, query.limit()).await?;
    let cursor = page.next.map(|next| app.tokens.sign_cursor(&next)).transpose()?;
    Ok((page.entries, cursor.and_then(|cursor| next_link(uri, &cursor))))
}

/// What the caller may know of a history.
struct View<'a> {
    access: &'a Access,
    hidden: Hidden,
    sight: Sight,
}

impl<'a> View<'a> {
    async fn new(
        app: &App,
        caller: &Caller,
        access: &'a Access,
        entries: &[HistoryEntry],
    ) -> Result<Self> {
        let changes = entries.iter().flat_map(|entry| &entry.changes);
        let users = changes.filter_map(|(field, pair)| AssetUser::of(field, pair));
        let sight = Sight::new(app, caller, access, users.map(|user| user.project_id)).await?;
        Ok(Self { access, hidden: access.hidden(app).await?, sight })
    }

    /// The entry as the caller sees it; `None` if nothing of it is for him.
    fn row(&self, mut entry: HistoryEntry) -> Option<HistoryRow> {
        entry.changes.retain(|field, pair| self.shows(field, pair));
        let person_id = entry.by.person_id.filter(|_| !self.access.is_client());
        (!entry.changes.is_empty()).then(|| HistoryRow {
            id: entry.id,
            created_at: entry.by.at.timestamp(),
            person_id,
            action: entry.action,
            changes: entry.changes,
        })
    }

    fn shows(&self, field: &str, pair: &[Value; 2]) -> bool {
        if let Some(key) = field.strip_prefix(DATA_PREFIX) {
            return !self.hidden.hides(EntityKind::Asset, key);
        }
        if field.starts_with(CASTING_PREFIX) {
            return AssetUser::of(field, pair).is_some_and(|user| {
                let kind = EntityKind::of_type(user.entity_type_id);
                self.sight.sees(user.project_id, kind, user.id)
            });
        }
        // Of metadata that is told as a whole nobody knows what is reserved.
        field != "data" || self.hidden.is_empty()
    }
}

/// An entity that uses the asset, as an entry tells it.
struct AssetUser {
    id: EntityId,
    project_id: ProjectId,
    entity_type_id: EntityTypeId,
}

impl AssetUser {
    fn of(field: &str, pair: &[Value; 2]) -> Option<Self> {
        #[derive(Deserialize)]
        struct Home {
            project_id: ProjectId,
            entity_type_id: EntityTypeId,
        }
        let id = field.strip_prefix(CASTING_PREFIX)?.parse().ok()?;
        let home = pair.iter().find_map(|value| Home::deserialize(value).ok())?;
        Some(Self { id, project_id: home.project_id, entity_type_id: home.entity_type_id })
    }
}
