//! How often one may fail to log in, by whom it is and from where: guessing gets slow, and no stranger can lock anybody
//! out of a place that person has logged in from. See docs/decisions/0017.

use std::net::IpAddr;

/// What failed attempts are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One e-mail address tried from one network address.
    Pair,
    /// One network address, whomever it tries.
    Address,
    /// One e-mail address, wherever it is tried from.
    Account,
}

impl Scope {
    /// All, in the order in which an attempt passes them: an attempt that is refused is not counted further.
    pub const ALL: [Self; 3] = [Self::Pair, Self::Address, Self::Account];

    /// Failures that are let through in a window.
    pub fn limit(self) -> i64 {
        match self {
            Self::Pair => 10,
            Self::Address | Self::Account => 100,
        }
    }

    /// Seconds from the first failure until all are forgotten.
    pub fn window(self) -> i64 {
        match self {
            Self::Pair | Self::Address => 15 * 60,
            Self::Account => 60 * 60,
        }
    }

    /// Whether an address the person has logged in from is exempt.
    pub fn spares_known_addresses(self) -> bool {
        self == Self::Account
    }
}

/// A network address as it is counted: of IPv6 the network, which its owner has whole.
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_counted_by_its_network() {
        let check = |address: &str, expected: &str| {
            assert_eq!(network(address.parse().unwrap()), expected);
        };
        check("192.0.2.7", "192.0.2.7");
        check("::ffff:192.0.2.7", "192.0.2.7");
        check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64");
        check("2001:db8:1:2::1", "2001:db8:1:2::/64");
    }

    #[test]
    fn one_stranger_alone_reaches_no_limit_but_his_own() {
        let of_one = Scope::Pair.limit() * (Scope::Account.window() / Scope::Pair.window());
        assert!(of_one < Scope::Account.limit(), "whoever else logs in is not slowed down");
        assert!(Scope::Pair.limit() < Scope::Address.limit(), "nor are his neighbours");
    }
}
