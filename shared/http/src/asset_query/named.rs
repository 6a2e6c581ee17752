//! What the query of a list names, looked up even if something else in it is wrong.

use http::Uri;
use model::Input;
use model::fields::{self, Fields};

use super::{AssetFilters, AssetQuery, EpisodeFilter, TypeFilter};
use crate::access::Access;
use crate::app::App;
use crate::asset_types::AssetTypes;
use crate::error::Result;
use crate::extract::{Query, all_wrong};
use crate::page::{CURSOR_LENGTH_MAX, PageQuery};

/// What a query names, whatever else is wrong with it.
struct AssetQueryPeek(AssetQuery);

impl Input for AssetQueryPeek {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let types = TypeFilter {
            asset_type_id: f.optional("asset_type_id", fields::id).flatten(),
            entity_type_id: f.optional("entity_type_id", fields::id).flatten(),
        };
        let source_id = f.optional("source_id", fields::id).flatten();
        let filters = AssetFilters { source_id, ..AssetFilters::default() };
        let episode = EpisodeFilter { episode_id: f.optional("episode_id", fields::id).flatten() };
        let cursor = f.optional("cursor", fields::text(CURSOR_LENGTH_MAX)).flatten();
        let page = PageQuery { cursor, ..PageQuery::default() };
        Some(Self(AssetQuery { types, episode, filters, page }))
    }
}

impl AssetQuery {
    /// Reads the query of a list in some projects, as far as they could be entered: what it names that is not there is
    /// told with all else that is wrong. Of a query with nothing else wrong [`AssetQuery::answer`] tells it.
    pub async fn read_in<T: Input>(
        query: &Query,
        app: &App,
        projects: Result<Vec<Access>>,
    ) -> Result<(T, Vec<Access>)> {
        let read = query.read::<T>();
        let named = query.peek::<AssetQueryPeek>().filter(|_| read.is_err() || projects.is_err());
        let there = match named {
            Some(AssetQueryPeek(named)) => {
                named.check(app, query.uri(), projects.as_deref().unwrap_or_default()).await
            }
            None => Ok(()),
        };
        all_wrong(all_wrong(read, projects), there).map(|(read, ())| read)
    }

    /// Fails if what it names is not there.
    async fn check(&self, app: &App, uri: &Uri, projects: &[Access]) -> Result<()> {
        let types = AssetTypes::load(&app.store).await?;
        let episode = self.wrong_episode(app, projects).await?;
        self.start(app, uri, &types, episode).map(drop)
    }
}
