//! [`RefreshChain`]: which refresh token of a session counts, and when an old one gives a thief away.
//!
//! Each refresh hands out a successor. A client that goes on with the token it has (Zou's clients do, as Zou hands out
//! none) is served for as long as nobody has used the successor; from then on the old one is a copy in other hands. So is a
//! successor, once another was handed out in its place.
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
    /// When that was handed out first, in seconds since 1970.
    #[serde(default)]
    offered_at: i64,
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
        Self { current: first, next: None, offered_at: 0, previous: None, rotated_at: 0 }
    }

    /// The token to hand out.
    pub fn newest(&self) -> Uuid {
        self.next.unwrap_or(self.current)
    }

    /// The chain once `token` is used, with `fresh` for a successor it may need; `None` if the token was replaced,
    /// or was never one of this session.
    #[must_use]
    pub fn used(self, token: Uuid, fresh: Uuid, now: Timestamp) -> Option<Self> {
        let offered_at = now.unix();
        if token == self.current {
            // Two who ask at once get the same one. Who asks later did not get it, or does not want it; if somebody
            // else has it, he is given away when he uses it.
            let is_offered = self.next.is_some() && offered_at - self.offered_at < GRACE_SECONDS;
            let anew = Self { next: Some(fresh), offered_at, ..self };
            return Some(if is_offered { self } else { anew });
        }
        if self.next == Some(token) {
            let (previous, next) = (Some(self.current), Some(fresh));
            return Some(Self {
                current: token,
                next,
                offered_at,
                previous,
                rotated_at: offered_at,
            });
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
        let again = chain.used(id(1), id(3), at(GRACE_SECONDS - 1)).unwrap();
        assert_eq!(again.newest(), id(2), "two who refresh at once get the same one");
        let chain = chain.used(id(2), id(4), at(200_000)).unwrap();
        assert_eq!(chain.newest(), id(4));
        let late = chain.used(id(1), id(5), at(200_000 + GRACE_SECONDS - 1)).unwrap();
        assert_eq!(late, chain, "overtaken by a request of the same client");
        assert_eq!(chain.used(id(1), id(5), at(200_000 + GRACE_SECONDS)), None);
        let newest = |seconds| chain.used(id(2), id(5), at(seconds)).unwrap().newest();
        assert_eq!((newest(200_001), newest(900_000)), (id(4), id(5)));
    }

    /// The same client, day after day, as one of Zou's; and one that got no answer.
    #[test]
    fn who_keeps_a_token_is_offered_another_successor_each_time() {
        let mut chain = RefreshChain::new(id(1));
        for (day, fresh) in (1..30).zip(100..) {
            chain = chain.used(id(1), id(fresh), at(day * 86_400)).unwrap();
            assert_eq!(chain.newest(), id(fresh));
        }
    }

    /// The owner and a thief have the same token and keep pace with each other.
    #[test]
    fn of_two_who_go_on_with_one_token_the_second_is_given_away() {
        let (owner, thief) = (at(0), at(3600));
        let chain = RefreshChain::new(id(1)).used(id(1), id(2), owner).unwrap();
        let chain = chain.used(id(1), id(3), thief).unwrap();
        assert_eq!(chain.used(id(2), id(4), at(86_400)), None, "the owner's was replaced");
        let chain = chain.used(id(3), id(4), at(90_000)).unwrap();
        assert_eq!(chain.used(id(2), id(5), at(90_001)), None);
    }

    #[test]
    fn a_token_that_was_never_handed_out_does_not_count() {
        let chain = RefreshChain::new(id(1)).used(id(1), id(2), at(0)).unwrap();
        assert_eq!(chain.used(id(9), id(3), at(1)), None);
        let twice = chain.used(id(2), id(3), at(1)).unwrap().used(id(3), id(4), at(2)).unwrap();
        assert_eq!(twice.used(id(1), id(5), at(2)), None, "two steps back is too far");
    }
}
