//! What the operations on assets are asked for.

use http_api::AssetQuery;
use http_api::asset_query::{AssetFilters, TypeFilter};
use model::{EpisodeChoice, Fields, Input, ProjectId, fields};
use utoipa::IntoParams;

/// The query of `GET /api/data/assets`.
#[derive(Clone, Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AssetsQuery {
    /// Only assets of this project.
    #[param(inline)]
    pub(crate) project_id: Option<ProjectId>,
    #[param(ignore)]
    pub(crate) list: AssetQuery,
}

impl Input for AssetsQuery {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let project_id = f.optional("project_id", fields::id);
        let list = AssetQuery::read(f);
        Some(Self { project_id: project_id?, list: list? })
    }
}

impl AssetsQuery {
    /// The list that is meant. Shared assets over all projects are what may be cast: not the canceled ones,
    /// unless they are asked for.
    #[must_use]
    pub(crate) fn meant(mut self) -> Self {
        let filters = &mut self.list.filters;
        if self.project_id.is_none() && filters.is_shared == Some(true) {
            filters.canceled = filters.canceled.or(Some(false));
        }
        self
    }
}

/// In which form the list with tasks is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Form {
    /// Answer rows as arrays; the names of their values come first.
    #[param(rename = "compact", value_type = Option<bool>)]
    pub(crate) is_compact: bool,
    /// Answer a line for each row (NDJSON).
    #[param(rename = "stream", value_type = Option<bool>)]
    pub(crate) is_stream: bool,
}

impl Form {
    /// Neither rows as arrays nor a line for each row: what gazu asks for.
    pub(crate) fn is_plain(self) -> bool {
        self == Self::default()
    }
}

/// The query of `GET /api/data/assets/with-tasks`.
#[derive(Clone, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WithTasksQuery {
    /// The project.
    #[param(inline)]
    #[expect(dead_code, reason = "it is entered by what `NamedWithTasks` reads of the query")]
    pub(crate) project_id: ProjectId,
    /// An episode: its assets, those cast in it and, unless `compact` or `stream` is asked for, those that
    /// belong to no episode. `main`: those that belong to no episode. `all`: all (default).
    #[param(value_type = Option<String>)]
    pub(crate) episode_id: EpisodeChoice,
    #[param(ignore)]
    pub(crate) form: Form,
    #[param(ignore)]
    pub(crate) types: TypeFilter,
    #[param(ignore)]
    pub(crate) filters: AssetFilters,
}

impl Input for WithTasksQuery {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let project_id = f.required("project_id", fields::id);
        let episode_id = f.optional("episode_id", EpisodeChoice::field);
        let types = TypeFilter::read(f);
        let filters = AssetFilters::read(f);
        let is_compact = f.optional("compact", fields::boolean);
        let is_stream = f.optional("stream", fields::boolean);
        let form = Form {
            is_compact: is_compact?.unwrap_or(false),
            is_stream: is_stream?.unwrap_or(false),
        };
        Some(Self {
            project_id: project_id?,
            episode_id: episode_id?.unwrap_or_default(),
            form,
            types: types?,
            filters: filters?,
        })
    }
}

/// What the query of `GET /api/data/assets/with-tasks` names, whatever else is wrong with it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NamedWithTasks {
    pub(crate) project_id: Option<ProjectId>,
    pub(crate) episode_id: EpisodeChoice,
    pub(crate) types: TypeFilter,
}

impl Input for NamedWithTasks {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let project_id = f.optional("project_id", fields::id).flatten();
        let episode_id =
            f.optional("episode_id", EpisodeChoice::field).flatten().unwrap_or_default();
        let types = TypeFilter::read(f).unwrap_or_default();
        Some(Self { project_id, episode_id, types })
    }
}
