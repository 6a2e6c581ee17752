//! [`RefreshChain`]: which refresh token of a session counts, and when an old one gives a thief away.
//!
//! Each refresh hands out a successor. A client that goes on with the token it has (Zou's clients do, as Zou hands out
//! none) is served for as long as nobody has used the successor; from then on the old one is a copy in other hands.
//! See docs/decisions/0016.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Timestamp;

/// Seconds for which a token still counts after its successor was used: requests of one client overtake each other.
pub const GRACE_SECONDS: i64 = 60;

/// The refresh tokens of a session, by the id each carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshChain {
    /// The newest that was ever used, or the first.
    current: Uuid,
    /// Its successor: handed out, not used yet.
    #[serde(default)]
    next: Option<Uuid>,
    /// The one before.
    #[serde(default)]
    previous: Option<Uuid>,
    /// When `current` took its place, in seconds since 1970.
    #[serde(default)]
    rotated_at: i64,
}

impl RefreshChain {
    /// The chain of a new session.
    pub fn new(first: Uuid) -> Self {
        Self { current: first, next: None, previous: None, rotated_at: 0 }
    }

    /// The token to hand out.
    pub fn newest(&self) -> Uuid {
        self.next.unwrap_or(self.current)
    }

    /// The chain once `token` is used, with `fresh` for a successor it may need; `None` if the token was replaced,
    /// or was never one of this session.
    #[must_use]
    pub fn used(self, token: Uuid, fresh: Uuid, now: Timestamp) -> Option<Self> {
        if token == self.current {
            // Who asks twice, because an answer was lost or two at once, gets the same one.
            return Some(Self { next: self.next.or(Some(fresh)), ..self });
        }
        if self.next == Some(token) {
            let (previous, next) = (Some(self.current), Some(fresh));
            return Some(Self { current: token, next, previous, rotated_at: now.unix() });
        }
        let is_late = self.previous == Some(token) && now.unix() - self.rotated_at < GRACE_SECONDS;
        is_late.then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::parse("2026-01-15T10:30:00Z").unwrap().plus_seconds(seconds)
    }

    #[test]
    fn a_token_counts_until_its_successor_is_used() {
        let chain = RefreshChain::new(id(1)).used(id(1), id(2), at(0)).unwrap();
        assert_eq!(chain.newest(), id(2));
        // The same client, day after day, as one of Zou's; and one that got no answer.
        let chain = chain.used(id(1), id(3), at(100_000)).unwrap();
        assert_eq!(chain.newest(), id(2), "two who refresh at once get the same one");
        let chain = chain.used(id(2), id(4), at(200_000)).unwrap();
        assert_eq!(chain.newest(), id(4));
        let late = chain.used(id(1), id(5), at(200_000 + GRACE_SECONDS - 1)).unwrap();
        assert_eq!(late, chain, "overtaken by a request of the same client");
        assert_eq!(chain.used(id(1), id(5), at(200_000 + GRACE_SECONDS)), None);
        assert_eq!(chain.used(id(2), id(5), at(900_000)).map(|chain| chain.newest()), Some(id(4)));
    }

    #[test]
    fn a_token_that_was_never_handed_out_does_not_count() {
        let chain = RefreshChain::new(id(1)).used(id(1), id(2), at(0)).unwrap();
        assert_eq!(chain.used(id(9), id(3), at(1)), None);
        let twice = chain.used(id(2), id(3), at(1)).unwrap().used(id(3), id(4), at(2)).unwrap();
        assert_eq!(twice.used(id(1), id(5), at(2)), None, "two steps back is too far");
    }
}
