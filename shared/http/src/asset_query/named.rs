//! What the query of a list names, looked up even if something else in it is wrong.

use model::fields::{self, Fields};
use model::{Input, fail_if_any};

use super::{AssetFilters, AssetQuery, EpisodeFilter, TypeFilter};
use crate::access::Access;
use crate::app::App;
use crate::asset_types::AssetTypes;
use crate::error::Result;
use crate::extract::{Query, all_wrong};

/// What a query names, whatever else is wrong with it.
struct Named(AssetQuery);

impl Input for Named {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let types = TypeFilter {
            asset_type_id: f.optional("asset_type_id", fields::id).flatten(),
            entity_type_id: f.optional("entity_type_id", fields::id).flatten(),
        };
        let source_id = f.optional("source_id", fields::id).flatten();
        let filters = AssetFilters { source_id, ..AssetFilters::default() };
        let episode = EpisodeFilter { episode_id: f.optional("episode_id", fields::id).flatten() };
        Some(Self(AssetQuery { types, episode, filters, ..AssetQuery::default() }))
    }
}

impl AssetQuery {
    /// Reads the query of a list in some projects: what it names that is not there is told with all else that is wrong.
    pub async fn read_in<T: Input>(query: &Query, app: &App, projects: &[Access]) -> Result<T> {
        let read = query.read::<T>();
        let named = query.peek::<Named>().filter(|_| read.is_err());
        let there = match named {
            Some(Named(named)) => named.check(app, projects).await,
            None => Ok(()),
        };
        all_wrong(read, there).map(|(read, ())| read)
    }

    /// Fails if what it names is not there.
    async fn check(&self, app: &App, projects: &[Access]) -> Result<()> {
        let types = AssetTypes::load(&app.store).await?;
        let episode = self.wrong_episode(app, projects).await?;
        Ok(fail_if_any(self.types.wrong(&types).into_iter().chain(episode).collect())?)
    }
}
