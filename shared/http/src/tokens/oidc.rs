//! [`Oidc`]: tokens of another issuer, such as a studio's single sign-on. See docs/decisions/0018.
//!
//! Such a token has no session: it is verified at each request, and counts for the person whose e-mail address the
//! issuer has verified, if that person is there and active.

use std::fmt;
use std::sync::Arc;

use jsonwebtoken::{Algorithm, Validation};
use model::Timestamp;
use model::error::Unauthenticated;
use serde::Deserialize;

use super::jwks::{self, PublicKeys};
use crate::tokens::watched::Watched;

/// The algorithms that are accepted: both have a public key, so that no key can be taken for a shared secret.
const ALGORITHMS: [Algorithm; 2] = [Algorithm::RS256, Algorithm::ES256];
/// The types of tokens that are accepted, beside none: ID tokens and access tokens (RFC 9068).
const TYPES: [&str; 2] = ["jwt", "at+jwt"];
/// Seconds by which the issuer's clock may be ahead.
const CLOCK_SKEW: i64 = 60;
/// The longest life of a token, in seconds: it cannot be revoked here.
const LIFE_MAX: i64 = 24 * 3600;

/// Another issuer. Cheap to clone.
#[derive(Clone)]
pub struct Oidc(Arc<Issuer>);

struct Issuer {
    /// What its tokens have in `iss`: its address.
    name: String,
    audience: String,
    keys: Watched<PublicKeys>,
}

/// Why there can be no [`Oidc`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OidcError {
    /// Whoever is on the way could exchange the keys.
    #[error("the issuer {0:?} must be an https address")]
    Unsafe(String),
    /// Tokens that the issuer made for others would count.
    #[error("an issuer needs an audience")]
    NoAudience,
}

#[derive(Deserialize)]
struct Claims {
    exp: i64,
    iat: i64,
    nbf: Option<i64>,
    email: String,
    email_verified: bool,
}

impl fmt::Debug for Oidc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Oidc").field(&self.0.name).finish()
    }
}

impl Oidc {
    /// Accepts tokens that `issuer` made for `audience`. Its keys are read when the first token comes.
    pub fn new(issuer: &str, audience: &str) -> Result<Self, OidcError> {
        if !jwks::is_safe(issuer) {
            return Err(OidcError::Unsafe(issuer.into()));
        }
        if audience.is_empty() {
            return Err(OidcError::NoAudience);
        }
        let address = issuer.to_owned();
        let fetch = move || -> futures_util::future::BoxFuture<'static, _> {
            let address = address.clone();
            Box::pin(async move { jwks::read(&address).await })
        };
        let keys = Watched::new(PublicKeys::default(), 0, Box::new(fetch));
        Ok(Self(Arc::new(Issuer { name: issuer.into(), audience: audience.into(), keys })))
    }

    /// The verified e-mail address in `token`, if it counts `now`.
    pub async fn verify(&self, token: &str, now: Timestamp) -> Result<String, Unauthenticated> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| Unauthenticated::Invalid)?;
        let is_type = |typ: &String| {
            let typ = typ.to_ascii_lowercase();
            TYPES.contains(&typ.strip_prefix("application/").unwrap_or(&typ))
        };
        let kid = header.kid.as_deref().ok_or(Unauthenticated::Invalid)?;
        // Before anything is asked of the issuer: nobody can make us ask with a token that cannot count.
        if !ALGORITHMS.contains(&header.alg)
            || header.crit.is_some()
            || !header.typ.as_ref().is_none_or(is_type)
        {
            return Err(Unauthenticated::Invalid);
        }
        let keys = self.0.keys.current(now, |keys| keys.holds(kid)).await;
        let key = keys.find(kid, header.alg).ok_or(Unauthenticated::Invalid)?;
        let mut validation = Validation::new(header.alg);
        validation.set_issuer(&[&self.0.name]);
        validation.set_audience(&[&self.0.audience]);
        validation.set_required_spec_claims(&["iss", "aud"]);
        validation.validate_exp = false;
        let data = jsonwebtoken::decode::<Claims>(token, key, &validation);
        let claims = data.map_err(|_| Unauthenticated::Invalid)?.claims;
        let (now, starts) = (now.unix(), claims.nbf.unwrap_or(claims.iat).max(claims.iat));
        let life = claims.exp.saturating_sub(claims.iat);
        if starts > now + CLOCK_SKEW || life > LIFE_MAX || !claims.email_verified {
            return Err(Unauthenticated::Invalid);
        }
        if claims.exp <= now { Err(Unauthenticated::Expired) } else { Ok(claims.email) }
    }
}
