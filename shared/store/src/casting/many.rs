//! Changing the casting of several entities at once.

use std::collections::BTreeSet;

use model::casting::Use;
use model::{Entity, PersonId, ProjectId, Result};

use crate::casting::CastStep;
use crate::client::Store;

/// How one entity shall use one asset.
#[derive(Clone, Debug)]
pub struct CastChange {
    /// The entity.
    pub entity: Entity,
    /// The asset.
    pub asset: Entity,
    /// How it is to be used; `None`: not at all.
    pub wanted: Option<Use>,
}

impl Store {
    /// Sets or removes assets in any number of entities: all of it or, on an error, none. What the changes do
    /// not name stays as it is.
    pub async fn castings_change(&self, changes: &[CastChange], by: PersonId) -> Result<()> {
        let step = |c: &CastChange| CastStep::new(&c.entity, &c.asset, c.wanted.clone());
        let steps: Vec<CastStep> = changes.iter().map(step).collect();
        let projects: BTreeSet<ProjectId> = steps.iter().map(|step| step.project_id).collect();
        self.cast_all(steps, &projects.into_iter().collect::<Vec<_>>(), by).await
    }
}
