//! [`Losses`]: which links of episodes a change of their shots' castings takes away.

use std::collections::BTreeMap;

use super::Link;
use crate::{EntityId, EntityKind};

/// How many shots of an episode stop using an asset. If none is left that does, the episode's own link goes too, unless
/// somebody cast the asset in the episode itself.
#[derive(Clone, Debug, Default)]
pub struct Losses {
    lost: BTreeMap<(EntityId, EntityId), i64>,
    gained: BTreeMap<(EntityId, EntityId), i64>,
}

impl Losses {
    /// What episodes lose when these links are removed.
    pub fn of<'a>(removed: impl IntoIterator<Item = &'a Link>) -> Self {
        let mut lost: BTreeMap<_, i64> = BTreeMap::new();
        for link in removed.into_iter().filter(|link| link.entity_kind == EntityKind::Shot) {
            if let Some(episode) = link.episode_id {
                *lost.entry((episode, link.asset_id)).or_default() += 1;
            }
        }
        Self { lost, gained: BTreeMap::new() }
    }

    /// Whether no episode loses anything.
    pub fn is_empty(&self) -> bool {
        self.lost.is_empty()
    }

    /// Another shot of the episode starts to use the asset at the same time.
    pub fn regain(&mut self, episode: EntityId, asset: EntityId) {
        *self.gained.entry((episode, asset)).or_default() += 1;
    }

    /// The losses as if no shot started to use anything: for changes that are not made at once.
    #[must_use]
    pub fn without_gains(self) -> Self {
        Self { lost: self.lost, gained: BTreeMap::new() }
    }

    /// Whether an episode's link goes, because none of the shots that it follows is left.
    pub(super) fn contain(&self, link: &Link) -> bool {
        let count = |of: &BTreeMap<_, i64>| {
            of.get(&(link.entity_id, link.asset_id)).copied().unwrap_or_default()
        };
        let lost = count(&self.lost) - count(&self.gained);
        !link.is_explicit && lost > 0 && lost >= link.nb_shots
    }
}
