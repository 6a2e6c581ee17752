//! What the operations on CSV files are asked for.

use http_api::{App, Result};
use model::{
    EntityId, EntityKind, FieldError, Fields, Input, PersonId, ProjectId, fail_if_any, fields,
};
use utoipa::IntoParams;

/// The query of `GET …/assets.csv`.
#[derive(Clone, Copy, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AssetsQuery {
    /// Only assets of this episode.
    #[param(inline)]
    pub(crate) episode_id: Option<EntityId>,
    /// Only assets with a task of this person.
    #[param(inline)]
    pub(crate) assigned_to: Option<PersonId>,
}

impl Input for AssetsQuery {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let episode_id = f.optional("episode_id", fields::id);
        let assigned_to = f.optional("assigned_to", fields::id);
        Some(Self { episode_id: episode_id?, assigned_to: assigned_to? })
    }
}

impl AssetsQuery {
    /// Fails if it names what is not there.
    pub(crate) async fn check(&self, app: &App, project: ProjectId) -> Result<()> {
        let mut errors = wrong_episode(app, project, self.episode_id).await?;
        if let Some(id) = self.assigned_to
            && app.store.person_get(id).await?.is_none()
        {
            errors.push(FieldError::new("assigned_to", "is not the id of any person"));
        }
        Ok(fail_if_any(errors)?)
    }
}

impl CastingQuery {
    /// Fails if it names what is not there.
    pub(crate) async fn check(&self, app: &App, project: ProjectId) -> Result<()> {
        Ok(fail_if_any(wrong_episode(app, project, self.episode_id).await?)?)
    }
}

async fn wrong_episode(
    app: &App,
    project: ProjectId,
    id: Option<EntityId>,
) -> Result<Vec<FieldError>> {
    let Some(id) = id else { return Ok(Vec::new()) };
    let found = app.store.entity_in(project, EntityKind::Episode, id).await?;
    let message = "is not the id of any episode of this project";
    Ok(if found.is_some() { Vec::new() } else { vec![FieldError::new("episode_id", message)] })
}

/// What becomes of an asset that a file names and that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnExisting {
    /// It is made as the file says.
    Update,
    /// It stays as it is.
    Leave,
}

/// The query of `POST …/assets`; a part of the form may say the same.
#[derive(Clone, Copy, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportQuery {
    /// Make assets that are there already as the file says (default: leave them as they are).
    update: Option<bool>,
}

impl Input for ImportQuery {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        Some(Self { update: f.optional("update", fields::boolean)? })
    }
}

impl ImportQuery {
    /// What is to be done, if the query does not say it as the form does.
    pub(crate) fn on_existing(self, form: Self) -> OnExisting {
        match self.update.or(form.update) {
            Some(true) => OnExisting::Update,
            Some(false) | None => OnExisting::Leave,
        }
    }
}

/// The query of `GET …/casting.csv` and `POST …/casting`.
#[derive(Clone, Copy, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CastingQuery {
    /// Only the casting of shots, or only that of assets (default: both).
    pub(crate) is_shot_casting: Option<bool>,
    /// Only the casting of what belongs to this episode.
    #[param(inline)]
    pub(crate) episode_id: Option<EntityId>,
}

impl Input for CastingQuery {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let is_shot_casting = f.optional("is_shot_casting", fields::boolean);
        let episode_id = f.optional("episode_id", fields::id);
        Some(Self { is_shot_casting: is_shot_casting?, episode_id: episode_id? })
    }
}
