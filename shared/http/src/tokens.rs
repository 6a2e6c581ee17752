//! [`Tokens`]: signed statements. Access and refresh tokens tell who calls, cursors where a list goes on.
//!
//! All are JWTs signed with HS256 under one secret, kept apart by their audience and `typ`. There is no clock
//! here: the caller says what time it is.

use std::fmt;
use std::sync::Arc;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use model::error::Unauthenticated;
use model::{Error, PersonId, SessionId, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How long an access token lives, in seconds: a day's work.
pub const ACCESS_SECONDS: i64 = 24 * 3600;
/// How long a refresh token lives, in seconds.
pub const REFRESH_SECONDS: i64 = 30 * 24 * 3600;
/// The shortest secret, in bytes: what HS256 asks for.
pub const SECRET_MIN: usize = 32;

const ISSUER: &str = "tanuki";
const AUDIENCE: &str = "tanuki";
const CURSOR_AUDIENCE: &str = "tanuki-cursor";
/// Seconds by which the clocks of two machines may differ: one issues the token, another reads it at once.
const CLOCK_SKEW: i64 = 5;

/// Signs and verifies. Cheap to clone.
#[derive(Clone)]
pub struct Tokens(Arc<Keys>);

struct Keys {
    sign: EncodingKey,
    verify: DecodingKey,
}

/// Why there can be no [`Tokens`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The secret is too short to be safe.
    #[error("the token secret has {0} bytes, {SECRET_MIN} are needed")]
    ShortSecret(usize),
}

/// What a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenKind {
    /// Calls the API.
    Access,
    /// Gets a new access token.
    Refresh,
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
    /// What for.
    #[serde(rename = "typ")]
    pub kind: TokenKind,
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
        f.write_str("Tokens(secret)")
    }
}

impl Tokens {
    /// Signs with `secret`, which must be the same in every process.
    pub fn new(secret: &[u8]) -> Result<Self, TokenError> {
        if secret.len() < SECRET_MIN {
            return Err(TokenError::ShortSecret(secret.len()));
        }
        let (sign, verify) = (EncodingKey::from_secret(secret), DecodingKey::from_secret(secret));
        Ok(Self(Arc::new(Keys { sign, verify })))
    }

    /// A token of the usual life time.
    pub fn issue(
        &self,
        kind: TokenKind,
        person: PersonId,
        session: SessionId,
        now: Timestamp,
    ) -> model::Result<String> {
        let seconds = match kind {
            TokenKind::Access => ACCESS_SECONDS,
            TokenKind::Refresh => REFRESH_SECONDS,
        };
        self.issue_for(kind, person, session, now, seconds)
    }

    /// A token that lives for `seconds`.
    pub fn issue_for(
        &self,
        kind: TokenKind,
        person: PersonId,
        session: SessionId,
        now: Timestamp,
        seconds: i64,
    ) -> model::Result<String> {
        let iat = now.unix();
        let claims = Claims {
            person,
            session,
            kind,
            iat,
            nbf: iat,
            exp: iat + seconds,
            jti: Uuid::new_v4(),
        };
        self.sign(AUDIENCE, claims)
    }

    /// What `token` says, if it is ours, of this `kind` and alive `now`.
    pub fn verify(
        &self,
        kind: TokenKind,
        token: &str,
        now: Timestamp,
    ) -> Result<Claims, Unauthenticated> {
        let claims: Claims = self.read(AUDIENCE, token).ok_or(Unauthenticated::Invalid)?;
        if claims.kind != kind || claims.nbf > now.unix() + CLOCK_SKEW {
            return Err(Unauthenticated::Invalid);
        }
        if claims.exp <= now.unix() {
            return Err(Unauthenticated::Expired);
        }
        Ok(claims)
    }

    /// A cursor: `position` as text that only we can make.
    pub fn sign_cursor<T: Serialize>(&self, position: &T) -> model::Result<String> {
        self.sign(CURSOR_AUDIENCE, Cursor { cur: position })
    }

    /// The position of a cursor; `None` if it is not one of ours.
    pub fn read_cursor<T: DeserializeOwned>(&self, cursor: &str) -> Option<T> {
        self.read(CURSOR_AUDIENCE, cursor).map(|Cursor { cur }| cur)
    }

    fn sign<T: Serialize>(&self, audience: &str, content: T) -> model::Result<String> {
        let signed = Signed { iss: ISSUER.into(), aud: audience.into(), content };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &signed, &self.0.sign)
            .map_err(Error::internal)
    }

    fn read<T: DeserializeOwned>(&self, audience: &str, token: &str) -> Option<T> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["iss", "aud"]);
        // The library reads the machine's clock; `verify` compares with the caller's.
        validation.validate_exp = false;
        let data = jsonwebtoken::decode::<Signed<T>>(token, &self.0.verify, &validation).ok()?;
        Some(data.claims.content)
    }
}
