//! [`App`]: what every handler can reach.

use store::Store;

use crate::tokens::Oidc;
use crate::tokens::Tokens;

/// The state of the router. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// The table.
    pub store: Store,
    /// Signs and reads tokens and cursors.
    pub tokens: Tokens,
    /// Another issuer of tokens, if the studio has one.
    pub oidc: Option<Oidc>,
    /// Where this process runs.
    pub mode: Mode,
}

/// Where a process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// On one machine: answers tell what they cost in a `Server-Timing` header.
    Local,
    /// Behind a gateway: what a request costs is only logged.
    Cloud,
}
