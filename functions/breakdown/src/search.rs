//! Finding entities by filters, reading no more than the filters need.

use http_api::{Access, ApiError, App, Caller, Filters, Listed, Result, concurrently};
use model::{Action, Entity, EntityId, EntityKind, EntityTypeId, Error, ProjectId, text};

/// The type of a time-bound kind.
pub(crate) fn type_of(kind: EntityKind) -> Result<EntityTypeId> {
    let missing = || Error::internal(format_args!("{kind:?} has no type of its own"));
    Ok(kind.entity_type().ok_or_else(missing)?)
}

/// Orders rows by name, compared as names are, then by id. Of one name the canceled come last.
pub(crate) fn by_name(rows: &mut [Entity]) {
    rows.sort_by_cached_key(name_first);
}

fn name_first(row: &Entity) -> (String, bool, EntityId) {
    (text::fold(&row.name), row.canceled, row.id)
}

/// Above what an entity is looked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Under {
    /// The query parameter that says so.
    field: &'static str,
    id: EntityId,
}

impl Under {
    /// What a parameter says, if it was given.
    pub(crate) fn given(field: &'static str, id: Option<EntityId>) -> Option<Self> {
        id.map(|id| Self { field, id })
    }

    /// What a filter of the list says, if it names one parent.
    fn filtered(field: &'static str, filters: &Filters<Entity>) -> Option<Self> {
        Self::given(field, filters.only_id(field))
    }

    /// The kind the parameter is about; `None` if any will do.
    fn kind(self) -> Option<EntityKind> {
        match self.field {
            "sequence_id" => Some(EntityKind::Sequence),
            "episode_id" => Some(EntityKind::Episode),
            _ => None,
        }
    }
}

/// The entities of a kind, or of all kinds, that the caller sees and that pass the filters, by name.
pub(crate) async fn search(
    app: &App,
    caller: &Caller,
    kind: Option<EntityKind>,
    filters: &Filters<Entity>,
    under: Option<Under>,
) -> Result<Listed> {
    let under = under
        .or_else(|| Under::filtered("parent_id", filters))
        .or_else(|| Under::filtered("source_id", filters));
    let mut rows = match (filters.only_id("id"), under) {
        (Some(id), None) => row(app, caller, id).await?,
        (_, Some(under)) => rows_under(app, caller, kind, under).await?,
        (None, None) => return search_projects(app, caller, kind, filters).await,
    };
    rows.retain(|row| kind.is_none_or(|kind| kind == row.kind));
    by_name(&mut rows);
    filters.apply(rows)
}

async fn row(app: &App, caller: &Caller, id: EntityId) -> Result<Vec<Entity>> {
    match caller.find_any(app, id).await {
        Ok((entity, access)) => access.visible_entities(app, vec![entity]).await,
        Err(ApiError(Error::NotFound(_) | Error::Forbidden(_))) => Ok(Vec::new()),
        Err(other) => Err(other),
    }
}

async fn rows_under(
    app: &App,
    caller: &Caller,
    kind: Option<EntityKind>,
    under: Under,
) -> Result<Vec<Entity>> {
    let located = app.store.entity_locate(under.id).await?;
    let located = located.filter(|at| under.kind().is_none_or(|kind| kind == at.kind));
    let kind_named = under.kind().map_or("entity".into(), |kind| kind.name().to_lowercase());
    let message = format!("is not the id of any {kind_named}");
    let located = located.ok_or_else(|| Error::invalid(under.field, message))?;
    let access = caller.enter(app, located.project_id).await?;
    access.require(Action::Read)?;
    let is_grandchild = matches!(kind, Some(EntityKind::Shot | EntityKind::Scene));
    let rows = match kind {
        Some(kind) if under.kind() == Some(EntityKind::Episode) && is_grandchild => {
            in_episode(app, under.id, kind).await?
        }
        Some(kind) => app.store.children(under.id, Some(type_of(kind)?)).await?,
        None => app.store.children(under.id, None).await?,
    };
    access.visible_entities(app, rows).await
}

/// The shots or scenes of all sequences of an episode.
pub(crate) async fn in_episode(
    app: &App,
    episode: EntityId,
    kind: EntityKind,
) -> Result<Vec<Entity>> {
    let (sequence, wanted) = (type_of(EntityKind::Sequence)?, type_of(kind)?);
    let sequences = app.store.children(episode, Some(sequence)).await?;
    let reads = sequences.into_iter().map(|sequence| app.store.children(sequence.id, Some(wanted)));
    let rows = concurrently(reads).await?;
    Ok(rows.into_iter().flatten().collect())
}

/// As [`search`], in whole projects.
async fn search_projects(
    app: &App,
    caller: &Caller,
    kind: Option<EntityKind>,
    filters: &Filters<Entity>,
) -> Result<Listed> {
    let accesses = match filters.only_id("project_id") {
        Some(id) => vec![caller.enter_given(app, id).await?],
        None => caller.enter_all(app).await?,
    };
    let mut found = filters.gather(app.mode, name_first);
    let of_kind = |mut rows: Vec<Entity>| {
        rows.retain(|row| kind.is_none_or(|kind| kind == row.kind));
        rows
    };
    let (few, many): (Vec<&Access>, Vec<&Access>) = accesses
        .iter()
        .partition(|access| filters.only("name").is_some() || access.sees_only_assigned());
    let reads = few.into_iter().map(|access| rows_of_project(app, access, kind, filters));
    for rows in concurrently(reads).await? {
        found.add(of_kind(rows))?;
    }
    // Where the caller sees everything, nothing is to be left out of what is read, nor hidden in it.
    let homes = many.into_iter().map(|access| homes(app, access, kind, filters));
    let homes = concurrently(homes).await?.concat();
    app.store.entities_each(&homes, |rows| found.add(of_kind(rows))).await?;
    found.answer()
}

/// Where in a project is what is looked for.
async fn homes(
    app: &App,
    access: &Access,
    kind: Option<EntityKind>,
    filters: &Filters<Entity>,
) -> Result<Vec<(ProjectId, EntityTypeId)>> {
    let types = match (kind, filters.only_id("entity_type_id")) {
        (Some(kind), _) => vec![type_of(kind)?],
        (None, Some(id)) => vec![id],
        (None, None) => app.store.types_marked(access.project.id).await?,
    };
    Ok(types.into_iter().map(|of| (access.project.id, of)).collect())
}

async fn rows_of_project(
    app: &App,
    access: &Access,
    kind: Option<EntityKind>,
    filters: &Filters<Entity>,
) -> Result<Vec<Entity>> {
    let (store, name) = (&app.store, filters.only("name"));
    let homes = homes(app, access, kind, filters).await?;
    let reads = homes.into_iter().map(|(project, of)| async move {
        match name {
            Some(name) => store.entities_named(project, of, name).await,
            None => store.entities_of_type(project, of).await,
        }
    });
    let rows = concurrently(reads).await?;
    access.visible_entities(app, rows.into_iter().flatten().collect()).await
}
