//! Changing single uses, in any number of entities.

use model::casting::CastUse;
use model::{Entity, FieldError, PersonId, Result};

use super::{CastStep, Circles, Kept, Premises};
use crate::change::{ATTEMPTS, contended};
use crate::client::Store;

/// How one entity shall use one asset.
#[derive(Clone, Debug)]
pub struct CastChange {
    /// The entity.
    pub entity: Entity,
    /// The asset.
    pub asset: Entity,
    /// How it is to be used; `None`: not at all.
    pub wanted: Option<CastUse>,
    /// What of a use that is there already stays as it is by then.
    pub kept: Kept,
}

impl Store {
    /// Sets or removes assets in any number of entities: all of it or, on an error, none. What the changes do
    /// not name stays as it is. `wrong` tells the input that would close circles.
    pub async fn castings_change(
        &self,
        changes: &[CastChange],
        by: PersonId,
        wrong: impl Fn(&Circles) -> Vec<FieldError>,
    ) -> Result<()> {
        let steps = changes.iter().map(|change| CastStep {
            kept: change.kept,
            ..CastStep::new(&change.entity, &change.asset, change.wanted.clone())
        });
        self.cast(&steps.collect::<Vec<_>>(), by, wrong).await
    }

    /// Makes all these pairs as wanted, whatever they are now.
    pub(super) async fn cast(
        &self,
        steps: &[CastStep],
        by: PersonId,
        wrong: impl Fn(&Circles) -> Vec<FieldError>,
    ) -> Result<()> {
        if steps.is_empty() {
            return Ok(());
        }
        for _ in 0..ATTEMPTS {
            let nesting = self.nesting_before(steps, &wrong).await?;
            if self.cast_all(steps, &Premises { nesting, ..Premises::default() }, by).await? {
                return Ok(());
            }
        }
        Err(contended())
    }
}
