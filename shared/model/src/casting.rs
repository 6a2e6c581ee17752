//! Casting: which assets an entity uses, and how often.
//!
//! A [`Link`] is one use. Asked from the entity it is *casting* ("what is cast in this shot"), asked from
//! the asset it is *cast in* ("which shots use this asset"). Both questions are answered from the same
//! link, which is written in both directions at once.

mod losses;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::losses::Losses;
use crate::FieldError;
use crate::entity::EntityKind;
use crate::fields::{self, Fields, Input, Problem};
use crate::ids::{EntityId, EntityTypeId, LinkId, ProjectId};
use crate::text;
use crate::time::Timestamp;

/// How often one asset may occur in one entity.
pub const OCCURENCES_MAX: i64 = 10_000;
/// How many links one request may set.
pub const CASTING_MAX: usize = 10_000;

/// An asset used by an entity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Unique identifier.
    pub id: LinkId,
    /// The shot, sequence, episode, scene or asset that uses the asset.
    pub entity_id: EntityId,
    /// What the entity is.
    pub entity_kind: EntityKind,
    /// The entity's type: with project and id it finds the entity.
    pub entity_type_id: EntityTypeId,
    /// The entity's production.
    pub project_id: ProjectId,
    /// The episode the entity belongs to (an episode belongs to itself).
    pub episode_id: Option<EntityId>,
    /// The used asset.
    pub asset_id: EntityId,
    /// The asset's type.
    pub asset_type_id: EntityTypeId,
    /// The asset's production; another one for a shared asset.
    pub asset_project_id: ProjectId,
    /// How often the asset occurs. Zou's spelling.
    pub nb_occurences: i64,
    /// What the asset is there for: `main`, `background`.
    pub label: String,
    /// On an episode: how many of its shots use the asset.
    pub nb_shots: i64,
    /// On an episode: whether somebody cast the asset in the episode itself, not only in its shots.
    pub is_explicit: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Link {
    /// How the asset is used.
    pub fn cast_use(&self) -> CastUse {
        CastUse { nb_occurences: self.nb_occurences, label: self.label.clone() }
    }
}

/// How an entity uses an asset: what a [`Link`] says beside its two ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CastUse {
    /// How often.
    pub nb_occurences: i64,
    /// What for.
    pub label: String,
}

/// One row of `PUT /api/data/assets/{asset_id}/casting`: an entity that uses the asset.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
pub struct CastIn {
    /// A shot, sequence, episode, scene or asset.
    pub entity_id: EntityId,
    /// How often, 1 to 10 000 (default 1). Zou's spelling.
    #[schema(example = 2)]
    pub nb_occurences: i64,
    /// What for (default empty).
    #[schema(example = "main")]
    pub label: String,
}

/// One row of `PUT /api/data/projects/{project_id}/entities/{entity_id}/casting`: an asset the entity uses.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
pub struct Cast {
    /// The asset.
    pub asset_id: EntityId,
    /// How often, 1 to 10 000 (default 1). Zou's spelling.
    #[schema(example = 2)]
    pub nb_occurences: i64,
    /// What for (default empty).
    #[schema(example = "main")]
    pub label: String,
}

fn read_use(f: &mut Fields<'_>) -> (Option<i64>, Option<String>) {
    let nb_occurences = f.optional("nb_occurences", fields::integer(1..=OCCURENCES_MAX));
    let label = f.optional("label", fields::text(text::NAME_MAX));
    (nb_occurences.map(|n| n.unwrap_or(1)), label.map(Option::unwrap_or_default))
}

impl Input for CastIn {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let entity_id = f.required("entity_id", fields::id);
        let (nb_occurences, label) = read_use(f);
        Some(Self { entity_id: entity_id?, nb_occurences: nb_occurences?, label: label? })
    }
}

impl Input for Cast {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let asset_id = f.required("asset_id", fields::id);
        let (nb_occurences, label) = read_use(f);
        Some(Self { asset_id: asset_id?, nb_occurences: nb_occurences?, label: label? })
    }
}

/// Reads one row of a casting: an object, or a plain id string that means one occurrence.
pub fn cast_in(value: &serde_json::Value) -> std::result::Result<CastIn, Vec<Problem>> {
    if value.is_string() {
        let entity_id = fields::id(value)?;
        return Ok(CastIn { entity_id, nb_occurences: 1, label: String::new() });
    }
    fields::nested(value)
}

/// Reads one row of an entity's casting: an object, or a plain id string that means one occurrence.
pub fn cast(value: &serde_json::Value) -> std::result::Result<Cast, Vec<Problem>> {
    if value.is_string() {
        let asset_id = fields::id(value)?;
        return Ok(Cast { asset_id, nb_occurences: 1, label: String::new() });
    }
    fields::nested(value)
}

/// The rows of the wanted casting that name the same thing twice.
pub fn duplicates<K: Ord>(
    keys: impl IntoIterator<Item = K>,
    field: impl Fn(usize) -> String,
) -> Vec<FieldError> {
    let mut seen = BTreeSet::new();
    keys.into_iter()
        .enumerate()
        .filter_map(|(n, key)| {
            (!seen.insert(key)).then(|| FieldError::new(field(n), "is listed twice"))
        })
        .collect()
}

/// What must happen to one pair of entity and asset so that a casting is as wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<K> {
    /// Use it so: a new link, or another number or label on the one there is.
    Set(K, CastUse),
    /// Use it no more.
    Remove(K),
}

/// The difference between the casting that is and the one that is wanted, keyed by the other side.
/// What is the same already is left alone, unless it is among the losses of the change it is part of.
pub fn difference<K: Ord + Copy>(
    current: &BTreeMap<K, &Link>,
    wanted: &BTreeMap<K, CastUse>,
    losses: &Losses,
) -> Vec<Change<K>> {
    let removed =
        current.keys().filter(|key| !wanted.contains_key(key)).map(|key| Change::Remove(*key));
    let is_kept = |key: &K, cast_use: &CastUse| {
        current.get(key).is_some_and(|link| link.cast_use() == *cast_use && !losses.contain(link))
    };
    let set = wanted
        .iter()
        .filter(|(key, cast_use)| !is_kept(key, cast_use))
        .map(|(key, cast_use)| Change::Set(*key, cast_use.clone()));
    removed.chain(set).collect()
}

/// What a change to a shot's casting does to the casting of its episode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EpisodeEffect {
    /// The asset appears in the episode.
    Create,
    /// One more of its shots uses the asset.
    Increment,
    /// One less does, and the link stays.
    Decrement,
    /// The last shot that used it is gone and nobody cast it in the episode itself.
    Remove,
    /// The number of shots was lost earlier; there is nothing to count down.
    None,
}

/// The effect of one more shot using the asset, given the episode's own link.
pub fn episode_gains(link: Option<&Link>) -> EpisodeEffect {
    if link.is_some() { EpisodeEffect::Increment } else { EpisodeEffect::Create }
}

/// The effect of one less shot using the asset.
pub fn episode_loses(link: Option<&Link>) -> EpisodeEffect {
    match link {
        None => EpisodeEffect::None,
        Some(link) if link.nb_shots <= 1 && !link.is_explicit => EpisodeEffect::Remove,
        Some(_) => EpisodeEffect::Decrement,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(nb_occurences: i64) -> CastUse {
        CastUse { nb_occurences, label: String::new() }
    }

    fn link(entity_kind: EntityKind, episode_id: EntityId, nb_occurences: i64) -> Link {
        let now = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
        Link {
            id: LinkId::new(),
            entity_id: if entity_kind == EntityKind::Episode {
                episode_id
            } else {
                EntityId::new()
            },
            entity_kind,
            entity_type_id: entity_kind.entity_type().unwrap(),
            project_id: ProjectId::new(),
            episode_id: Some(episode_id),
            asset_id: EntityId(uuid::Uuid::nil()),
            asset_type_id: EntityTypeId::new(),
            asset_project_id: ProjectId::new(),
            nb_occurences,
            label: String::new(),
            nb_shots: 1,
            is_explicit: entity_kind != EntityKind::Episode,
            created_at: now,
            updated_at: now,
        }
    }

    #[test]
    fn the_difference_touches_only_what_changes() {
        let links = [1, 2, 3].map(|n| link(EntityKind::Shot, EntityId::new(), n));
        let current = BTreeMap::from([(1, &links[0]), (2, &links[1]), (3, &links[2])]);
        let wanted = BTreeMap::from([(2, used(2)), (3, used(4)), (5, used(1))]);
        assert_eq!(
            difference(&current, &wanted, &Losses::default()),
            [Change::Remove(1), Change::Set(3, used(4)), Change::Set(5, used(1))]
        );
        let same = current.iter().map(|(key, link)| (*key, link.cast_use())).collect();
        assert_eq!(difference(&current, &same, &Losses::default()), []);
    }

    #[test]
    fn what_an_episode_would_lose_is_set_if_it_is_wanted() {
        let (one, two) = (EntityId::new(), EntityId::new());
        let shot = link(EntityKind::Shot, one, 1);
        let (loses, keeps) = (link(EntityKind::Episode, one, 1), link(EntityKind::Episode, two, 1));
        let current = BTreeMap::from([(1, &shot), (2, &loses), (3, &keeps)]);
        let wanted = BTreeMap::from([(2, used(1)), (3, used(1))]);
        assert_eq!(
            difference(&current, &wanted, &Losses::of([&shot])),
            [Change::Remove(1), Change::Set(2, used(1))]
        );
        let explicit = Link { is_explicit: true, ..loses.clone() };
        let current = BTreeMap::from([(1, &shot), (2, &explicit), (3, &keeps)]);
        assert_eq!(difference(&current, &wanted, &Losses::of([&shot])), [Change::Remove(1)]);
    }

    #[test]
    fn duplicates_are_named_by_their_place() {
        let errors = duplicates([1, 2, 1], |n| format!("casting[{n}].entity_id"));
        assert_eq!(errors, [FieldError::new("casting[2].entity_id", "is listed twice")]);
    }
}
