//! What lists of assets are asked for: filters, each checked, and a page.
//!
//! A handler reads an [`AssetQuery`], enters the projects it is about, and answers with
//! [`AssetQuery::answer`]; the rest is `list`.

mod list;
mod named;
mod start;

use http::Uri;
use model::fields::{self, Fields};
use model::{Entity, EntityId, EntityKind, EntityTypeId, FieldError, Input, fail_if_any};
use store::AssetFilter;
use utoipa::IntoParams;

use self::list::{AssetPages, AssetSource, LIMIT_DEFAULT};
use self::start::Start;
use crate::access::Access;
use crate::app::App;
use crate::asset_types::AssetTypes;
use crate::error::Result;
use crate::extract::all_wrong;
use crate::page::{PageQuery, Paged};

/// Which type the assets have.
#[derive(Clone, Copy, Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TypeFilter {
    /// Only assets of this type.
    #[param(inline)]
    pub asset_type_id: Option<EntityTypeId>,
    /// The same, by the name of the asset's field.
    #[param(inline)]
    pub entity_type_id: Option<EntityTypeId>,
}

/// Which episode the assets belong to.
#[derive(Clone, Copy, Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EpisodeFilter {
    /// Only assets of this episode.
    #[param(inline)]
    pub episode_id: Option<EntityId>,
}

/// What else assets are chosen by.
#[derive(Clone, Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AssetFilters {
    /// Only assets of this episode, by the name of the asset's field.
    #[param(inline)]
    pub source_id: Option<EntityId>,
    /// Only assets of this name; case does not matter.
    pub name: Option<String>,
    /// Only this asset.
    #[param(inline)]
    pub id: Option<EntityId>,
    /// Only shared assets, or only those that are not.
    pub is_shared: Option<bool>,
    /// Only canceled assets, or only those that are not.
    pub canceled: Option<bool>,
}

/// What a list of assets is asked for: `params(TypeFilter, EpisodeFilter, AssetFilters, PageQuery)`.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "each is what its type says")]
pub struct AssetQuery {
    pub types: TypeFilter,
    pub episode: EpisodeFilter,
    pub filters: AssetFilters,
    pub page: PageQuery,
}

impl TypeFilter {
    /// Reads both names. `None` when an error was recorded.
    pub fn read(f: &mut Fields<'_>) -> Option<Self> {
        let asset_type_id = f.optional("asset_type_id", fields::id);
        let entity_type_id = f.optional("entity_type_id", fields::id);
        let (asset_type_id, entity_type_id) = (asset_type_id?, entity_type_id?);
        agree(
            f,
            ["entity_type_id", "asset_type_id"],
            entity_type_id.as_ref(),
            asset_type_id.as_ref(),
        )?;
        Some(Self { asset_type_id, entity_type_id })
    }

    /// The type, by whichever name it was given.
    pub fn id(&self) -> Option<EntityTypeId> {
        self.asset_type_id.or(self.entity_type_id)
    }

    /// What is wrong with it: there may be no such asset type.
    pub fn wrong(&self, types: &AssetTypes) -> Option<FieldError> {
        let field = if self.asset_type_id.is_some() { "asset_type_id" } else { "entity_type_id" };
        self.id()
            .filter(|id| !types.contains(*id))
            .map(|_| FieldError::new(field, "is not an asset type"))
    }
}

impl AssetFilters {
    /// Reads them. `None` when an error was recorded.
    pub fn read(f: &mut Fields<'_>) -> Option<Self> {
        let source_id = f.optional("source_id", fields::id);
        let name = f.optional("name", fields::name);
        let id = f.optional("id", fields::id);
        let is_shared = f.optional("is_shared", fields::boolean);
        let canceled = f.optional("canceled", fields::boolean);
        Some(Self {
            source_id: source_id?,
            name: name?,
            id: id?,
            is_shared: is_shared?,
            canceled: canceled?,
        })
    }

    /// As the store takes it.
    pub fn filter(&self, types: TypeFilter) -> AssetFilter {
        AssetFilter {
            id: self.id,
            asset_type_id: types.id(),
            source_id: self.source_id,
            name: self.name.clone(),
            is_shared: self.is_shared,
            canceled: self.canceled,
            among: None,
        }
    }
}

impl Input for AssetQuery {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let types = TypeFilter::read(f);
        let rest = Self::read_of_type(f);
        Some(Self { types: types?, ..rest? })
    }
}

impl AssetQuery {
    /// Reads all but the type, which the path names.
    pub fn read_of_type(f: &mut Fields<'_>) -> Option<Self> {
        let episode_id = f.optional("episode_id", fields::id);
        let filters = AssetFilters::read(f);
        let page = PageQuery::read(f);
        let (episode_id, filters) = (episode_id?, filters?);
        agree(f, ["source_id", "episode_id"], filters.source_id.as_ref(), episode_id.as_ref())?;
        Some(Self {
            types: TypeFilter::default(),
            episode: EpisodeFilter { episode_id },
            filters,
            page: page?,
        })
    }

    /// The query for a first page instead of everything, unless it is about few assets: there clients read
    /// whole lists.
    #[must_use]
    pub fn cut_by_default(mut self) -> Self {
        let AssetFilters { source_id, name, id, is_shared, canceled: _ } = &self.filters;
        let is_narrow = name.is_some()
            || is_shared.is_some()
            || id.or(*source_id).or(self.episode.episode_id).is_some();
        if !is_narrow && !self.page.is_given() {
            self.page.limit = Some(LIMIT_DEFAULT);
        }
        self
    }

    /// An entity that tells which project the list is about: the asset itself, or its episode.
    pub fn anchor(&self) -> Option<EntityId> {
        self.filters.id.or_else(|| self.episode().map(|(_, id)| id))
    }

    /// The episode, and the name it was given by.
    fn episode(&self) -> Option<(&'static str, EntityId)> {
        let by_episode = self.episode.episode_id.map(|id| ("episode_id", id));
        by_episode.or(self.filters.source_id.map(|id| ("source_id", id)))
    }

    /// The assets that are asked for, of the projects the caller has entered: those he sees. Ids of nothing
    /// are errors.
    pub async fn answer(&self, app: &App, uri: &Uri, projects: &[Access]) -> Result<Paged<Entity>> {
        let source_id = self.episode().map(|(_, id)| id);
        let filter = AssetFilter { source_id, ..self.filters.filter(self.types) };
        let source = AssetSource { app, projects, filter };
        let types = async { Ok(AssetTypes::load(&app.store).await?) };
        let episode = async { Ok(self.wrong_episode(app, projects).await?) };
        // A whole list does not wait for the types, which only order it.
        let whole =
            async { if self.page.is_given() { Ok(None) } else { source.assets().await.map(Some) } };
        let (types, episode, whole) = tokio::try_join!(types, episode, whole)?;
        let start = self.start(app, uri, &types, episode)?;
        match whole {
            Some(mut assets) => {
                types.sort(&mut assets);
                Ok(Paged::whole(assets))
            }
            None => AssetPages { source, types: &types }.page(uri, start, self.page.limit).await,
        }
    }

    /// Where its page starts. Fails with everything it names that is not there.
    fn start(
        &self,
        app: &App,
        uri: &Uri,
        types: &AssetTypes,
        episode: Option<FieldError>,
    ) -> Result<Start> {
        let named = fail_if_any(self.types.wrong(types).into_iter().chain(episode).collect());
        let start = Start::read(&app.tokens, uri, &self.page);
        all_wrong(named.map_err(Into::into), start.map_err(Into::into)).map(|((), start)| start)
    }

    async fn wrong_episode(
        &self,
        app: &App,
        projects: &[Access],
    ) -> model::Result<Option<FieldError>> {
        let Some((field, id)) = self.episode() else { return Ok(None) };
        let found =
            app.store.entity_get(id).await?.filter(|found| found.kind == EntityKind::Episode);
        let message = match (found, projects) {
            (None, _) => "is not an episode",
            (Some(episode), [only]) if episode.project_id != only.project.id => {
                "is not an episode of this project"
            }
            (Some(_), _) => return Ok(None),
        };
        Ok(Some(FieldError::new(field, message)))
    }
}

/// Records an error if a value is given by two names and is not the same.
fn agree<T: PartialEq>(
    f: &mut Fields<'_>,
    [field, other]: [&str; 2],
    value: Option<&T>,
    wanted: Option<&T>,
) -> Option<()> {
    if value.is_some() && wanted.is_some() && value != wanted {
        f.error(field, format!("must be the same as {other}"));
        return None;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(query: &Value) -> Result<AssetQuery, String> {
        Fields::read_query(query.as_object().unwrap()).map_err(|error| error.to_string())
    }

    #[test]
    fn two_names_of_a_filter_agree() {
        let [one, other] = [EntityTypeId::new(), EntityTypeId::new()];
        assert_eq!(read(&json!({"entity_type_id": one})).unwrap().types.id(), Some(one));
        assert_eq!(
            read(&json!({"entity_type_id": one, "asset_type_id": one})).unwrap().types.id(),
            Some(one)
        );
        let error = read(&json!({"entity_type_id": one, "asset_type_id": other})).unwrap_err();
        assert_eq!(error, "entity_type_id must be the same as asset_type_id");
        let error = read(&json!({"source_id": one, "episode_id": other, "page": "0"})).unwrap_err();
        assert!(
            error.starts_with("page must")
                && error.ends_with("source_id must be the same as episode_id"),
            "{error}"
        );
    }

    #[test]
    fn only_long_lists_are_cut_by_default() {
        let limit = |query: Value| read(&query).unwrap().cut_by_default().page.limit;
        let id = EntityId::new();
        assert_eq!(limit(json!({})), Some(100));
        assert_eq!(limit(json!({"asset_type_id": id, "canceled": "true"})), Some(100));
        assert_eq!(limit(json!({"limit": "7", "name": "Hero"})), Some(7));
        assert_eq!(limit(json!({"page": "2"})), None, "the page's own default");
        for narrow in ["id", "source_id", "episode_id"] {
            assert_eq!(limit(json!({narrow: id})), None);
        }
        assert_eq!(limit(json!({"name": "Hero"})), None);
        assert_eq!(limit(json!({"is_shared": "false"})), None);
    }
}
