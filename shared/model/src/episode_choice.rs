//! Which part of a production made of episodes a list is about.

use serde_json::Value;

use crate::fields::Problem;
use crate::ids::EntityId;

/// An episode, or one of the words that Kitsu says instead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EpisodeChoice {
    /// `all`.
    #[default]
    All,
    /// `main`: what belongs to no episode.
    Main,
    /// What has to do with one episode.
    One(EntityId),
}

impl EpisodeChoice {
    /// Reads a word or an id.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "all" => Some(Self::All),
            "main" => Some(Self::Main),
            id => id.parse().ok().map(Self::One),
        }
    }

    /// Reads the field of a query.
    pub fn field(value: &Value) -> Result<Self, Vec<Problem>> {
        let choice = value.as_str().and_then(Self::parse);
        choice.ok_or_else(|| vec!["must be a UUID, `main` or `all`".into()])
    }

    /// Whether it has what belongs to `episode`.
    pub fn has(self, episode: Option<EntityId>) -> bool {
        match self {
            Self::All => true,
            Self::Main => episode.is_none(),
            Self::One(id) => episode == Some(id),
        }
    }

    /// The episode, if it is one.
    pub fn episode(self) -> Option<EntityId> {
        match self {
            Self::All | Self::Main => None,
            Self::One(id) => Some(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_episode_is_an_id_or_a_word() {
        let id = EntityId::new();
        let check = |text: &str, expected: Option<EpisodeChoice>| {
            assert_eq!(EpisodeChoice::parse(text), expected, "{text}");
            assert_eq!(EpisodeChoice::field(&text.into()).ok(), expected, "{text}");
        };
        check("all", Some(EpisodeChoice::All));
        check("main", Some(EpisodeChoice::Main));
        check(&id.to_string(), Some(EpisodeChoice::One(id)));
        for wrong in ["", "All", "none", &id.0.simple().to_string()] {
            check(wrong, None);
        }
        assert!(EpisodeChoice::Main.has(None) && !EpisodeChoice::Main.has(Some(id)));
        assert!(EpisodeChoice::One(id).has(Some(id)) && !EpisodeChoice::One(id).has(None));
        assert!(EpisodeChoice::All.has(None) && EpisodeChoice::All.has(Some(id)));
    }
}
