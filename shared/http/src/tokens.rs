//! [`Tokens`]: signed statements. Access and refresh tokens tell who calls, cursors where a list goes on.
//!
//! All are JWTs signed with HS256, kept apart by their audience and by the `typ` of their header, as RFC 8725
//! asks for. The header's `kid` names the key; one that is not known is refused, and so is a token without. There is
//! no clock here: the caller says what time it is.

mod jwks;
mod keys;
mod oidc;
pub(crate) mod secret;
pub(crate) mod watched;

use std::fmt;
use std::sync::Arc;

use jsonwebtoken::{Algorithm, Header, Validation};
use model::error::Unauthenticated;
use model::{Error, PersonId, SessionId, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::OpenSession;
use uuid::Uuid;

use self::keys::Key;
pub use self::keys::{KeyError, KeySet};
pub use self::oidc::{Oidc, OidcError};
use self::watched::Watched;

/// How long an access token lives, in seconds: a week, as Zou's, since Kitsu gets no new one before it ends. Each request
/// asks whether its session still counts.
pub const ACCESS_SECONDS: i64 = 7 * 24 * 3600;
/// How long a refresh token lives, in seconds.
pub const REFRESH_SECONDS: i64 = 30 * 24 * 3600;

const ISSUER: &str = "tanuki";
const AUDIENCE: &str = "tanuki";
const CURSOR_AUDIENCE: &str = "tanuki-cursor";
const CURSOR_TYPE: &str = "cursor+jwt";
/// Seconds by which the clocks of two machines may differ: one issues the token, another reads it at once.
const CLOCK_SKEW: i64 = 5;

/// Signs and verifies. Cheap to clone.
#[derive(Clone)]
pub struct Tokens(Arc<Watched<KeySet>>);

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Calls the API.
    Access,
    /// Gets a new access token.
    Refresh,
}

impl TokenKind {
    /// The `typ` of the header.
    fn header_type(self) -> &'static str {
        match self {
            Self::Access => "access+jwt",
            Self::Refresh => "refresh+jwt",
        }
    }
}

/// What a verified token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who.
    #[serde(rename = "sub")]
    pub person: PersonId,
    /// Of which login.
    #[serde(rename = "sid")]
    pub session: SessionId,
    /// Issued, in seconds since 1970.
    pub iat: i64,
    /// Not valid before, in seconds since 1970.
    pub nbf: i64,
    /// Not valid from then on, in seconds since 1970.
    pub exp: i64,
    /// The token's own id.
    pub jti: Uuid,
}

#[derive(Serialize, Deserialize)]
struct Signed<T> {
    iss: String,
    aud: String,
    #[serde(flatten)]
    content: T,
}

#[derive(Serialize, Deserialize)]
struct Cursor<T> {
    cur: T,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tokens").field(&self.0.value()).finish()
    }
}

impl Tokens {
    /// Signs with `secret`, which must be the same in every process and stays the same.
    pub fn new(secret: &[u8]) -> Result<Self, KeyError> {
        KeySet::only(secret).map(Self::of)
    }

    /// Signs with the newest of `keys`, which stay the same.
    pub fn of(keys: KeySet) -> Self {
        Self(Arc::new(Watched::fixed(keys)))
    }

    /// Signs with keys that are kept elsewhere and may be exchanged there.
    pub(crate) fn watched(keys: Watched<KeySet>) -> Self {
        Self(Arc::new(keys))
    }

    /// Reads the keys again if they are old: before something is signed for who sent no token of ours.
    pub async fn keep_up(&self, now: Timestamp) {
        self.0.current(now, |_| true).await;
    }

    /// Reads the keys again if they are old, or if `token` names one that is not among them.
    pub async fn keep_up_with(&self, token: &str, now: Timestamp) {
        let is_known = |keys: &KeySet| match jsonwebtoken::decode_header(token) {
            Ok(Header { kid: Some(kid), .. }) => keys.named(&kid).is_some(),
            _ => true,
        };
        self.0.current(now, is_known).await;
    }

    /// An access token of the usual life time.
    pub fn issue(
        &self,
        person: PersonId,
        session: SessionId,
        now: Timestamp,
    ) -> model::Result<String> {
        let exp = now.plus_seconds(ACCESS_SECONDS);
        self.issue_until(TokenKind::Access, person, session, Uuid::new_v4(), now, exp)
    }

    /// The next refresh token of a session; it ends with it.
    pub fn issue_refresh(
        &self,
        person: PersonId,
        session: &OpenSession,
        now: Timestamp,
    ) -> model::Result<String> {
        let OpenSession { id, refresh_id, ends_at } = *session;
        self.issue_until(TokenKind::Refresh, person, id, refresh_id, now, ends_at)
    }

    /// The token `id` of a kind, which is worth nothing from `exp` on.
    pub fn issue_until(
        &self,
        kind: TokenKind,
        person: PersonId,
        session: SessionId,
        id: Uuid,
        now: Timestamp,
        exp: Timestamp,
    ) -> model::Result<String> {
        let iat = now.unix();
        let claims = Claims { person, session, iat, nbf: iat, exp: exp.unix(), jti: id };
        sign(self.0.value().newest(), kind.header_type(), AUDIENCE, claims)
    }

    /// What `token` says, if it is ours, of this `kind` and alive `now`.
    pub fn verify(
        &self,
        kind: TokenKind,
        token: &str,
        now: Timestamp,
    ) -> Result<Claims, Unauthenticated> {
        let claims: Claims =
            self.read(kind.header_type(), AUDIENCE, token).ok_or(Unauthenticated::Invalid)?;
        if claims.nbf > now.unix() + CLOCK_SKEW {
            return Err(Unauthenticated::Invalid);
        }
        if claims.exp <= now.unix() {
            return Err(Unauthenticated::Expired);
        }
        Ok(claims)
    }

    /// A cursor: `position` as text that only we can make.
    pub fn sign_cursor<T: Serialize>(&self, position: &T) -> model::Result<String> {
        sign(self.0.value().oldest(), CURSOR_TYPE, CURSOR_AUDIENCE, Cursor { cur: position })
    }

    /// The position of a cursor; `None` if it is not one of ours.
    pub fn read_cursor<T: DeserializeOwned>(&self, cursor: &str) -> Option<T> {
        self.read(CURSOR_TYPE, CURSOR_AUDIENCE, cursor).map(|Cursor { cur }| cur)
    }

    fn read<T: DeserializeOwned>(&self, typ: &str, audience: &str, token: &str) -> Option<T> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        // Whatever else a header says (`jku`, `jwk`, `x5u`) is not looked at; what must be understood is not.
        if header.typ.as_deref() != Some(typ) || header.crit.is_some() {
            return None;
        }
        let keys = self.0.value();
        let key = keys.named(header.kid.as_deref()?)?;
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["iss", "aud"]);
        // The library reads the machine's clock; `verify` compares with the caller's.
        validation.validate_exp = false;
        let data = jsonwebtoken::decode::<Signed<T>>(token, &key.verify, &validation).ok()?;
        Some(data.claims.content)
    }
}

/// Whether a token says that it is one of ours. Who says so and lies is refused by [`Tokens::verify`].
pub(crate) fn is_ours(token: &str) -> bool {
    let kinds = [TokenKind::Access, TokenKind::Refresh].map(TokenKind::header_type);
    let is_kind = |typ: String| typ == CURSOR_TYPE || kinds.contains(&&*typ);
    jsonwebtoken::decode_header(token).ok().and_then(|header| header.typ).is_some_and(is_kind)
}

fn sign<T: Serialize>(key: &Key, typ: &str, audience: &str, content: T) -> model::Result<String> {
    let mut header = Header::new(Algorithm::HS256);
    header.typ = Some(typ.into());
    header.kid = Some(key.kid.clone());
    let signed = Signed { iss: ISSUER.into(), aud: audience.into(), content };
    jsonwebtoken::encode(&header, &signed, &key.sign).map_err(Error::internal)
}
