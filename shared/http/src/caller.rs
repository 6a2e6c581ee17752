//! Who sends a request: [`Caller`], from an access token; [`RefreshCaller`], from a refresh token.

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;
use http::{HeaderMap, HeaderName, Method, header};
use model::error::Unauthenticated;
use model::{EntityId, Error, Person, PersonId, ProjectId, SessionId, TaskId};
use store::{About, Entrance, Identified, OpenSession, Refresh, TaskLocator, author};
use uuid::Uuid;

use crate::app::App;
use crate::error::{ApiError, Result};
use crate::tokens::{Claims, TokenKind, is_ours};

/// The cookie that may hold the access token: Kitsu sends only cookies.
pub const ACCESS_COOKIE: &str = "access_token_cookie";
/// The cookie that may hold the refresh token.
pub const REFRESH_COOKIE: &str = "refresh_token_cookie";

/// Who calls. Taking it fails with 401; what the caller may do is told by [`access`](crate::access).
#[derive(Clone, Debug)]
pub struct Caller {
    /// The person, as stored now.
    pub person: Person,
    /// The login the token belongs to; another issuer's tokens belong to none of ours.
    pub session_id: Option<SessionId>,
    /// The project in the path, or of the entity in it, if it was read with the caller: see [`about`].
    pub(crate) entrance: Option<Entrance>,
    /// Where the task in the path is, if it was read with the caller.
    pub(crate) task: Option<(TaskId, TaskLocator)>,
}

/// Somebody with a refresh token that is ours and has not expired. Whether it counts is told when it is
/// [used](RefreshCaller::renew).
#[derive(Clone, Copy, Debug)]
pub struct RefreshCaller {
    /// Who.
    pub person: PersonId,
    /// Of which login.
    pub session: SessionId,
    /// Whether a browser sent it, whose scripts are not to see it.
    pub by_cookie: bool,
    token: Uuid,
}

impl FromRequestParts<App> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        refuse_cross_origin_form(parts)?;
        if let Some(person) = of_other_issuer(&parts.headers, app).await? {
            author::set(person.id);
            return Ok(Self { person, session_id: None, entrance: None, task: None });
        }
        let claims = verified(&parts.headers, app, TokenKind::Access).await?;
        let about = about(parts, app).await;
        let found = app.store.caller_get(claims.person, claims.session, about).await?;
        let found = found.filter(|found| found.person.active);
        let Identified { person, entrance, task } = found.ok_or(Unauthenticated::Revoked)?;
        author::set(person.id);
        Ok(Self { person, session_id: Some(claims.session), entrance, task })
    }
}

/// Refuses a `POST` with our cookie, and with the type of a form or none, that a page of another origin had a browser send:
/// browsers send it without asking the gateway first. `SameSite` keeps out the pages of other sites, but not those of
/// another host of the same site.
fn refuse_cross_origin_form(parts: &Parts) -> Result<()> {
    let kind = text(&parts.headers, header::CONTENT_TYPE).and_then(|kind| kind.split(';').next());
    let is_as_of_forms =
        kind.is_none_or(|kind| FORMS.iter().any(|form| kind.trim().eq_ignore_ascii_case(form)));
    if is_as_of_forms && parts.method == Method::POST && is_cross_origin_with_cookie(&parts.headers)
    {
        return Err(cross_origin());
    }
    Ok(())
}

/// Refuses a `GET` with our cookie that a link or a picture in a page of another origin had a browser send. For operations
/// that change something although they are a `GET`.
pub fn refuse_cross_origin_get(headers: &HeaderMap) -> Result<()> {
    let is_asked_for = text(headers, FETCH_MODE).is_some_and(|mode| mode == "cors");
    if !is_asked_for && is_cross_origin_with_cookie(headers) { Err(cross_origin()) } else { Ok(()) }
}

/// Whether a page of another origin had a browser send the request with our cookie.
fn is_cross_origin_with_cookie(headers: &HeaderMap) -> bool {
    let is_from_elsewhere = text(headers, FETCH_SITE).is_some_and(|site| site.ends_with("-site"));
    let is_by_cookie = bearer(headers).is_none()
        && [ACCESS_COOKIE, REFRESH_COOKIE].iter().any(|name| cookie(headers, name).is_some());
    is_from_elsewhere && is_by_cookie
}

fn cross_origin() -> ApiError {
    let message = "A page of another origin must send its token in the header Authorization";
    Error::Forbidden(message).into()
}

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The content types that a browser sends to another origin without asking it first (no CORS preflight).
const FORMS: [&str; 3] = ["text/plain", "multipart/form-data", "application/x-www-form-urlencoded"];

/// What a request is about by its path: read with the caller, it saves a call one after the other. Only a request that
/// reads: until one that writes has been sent as a whole, what was read may be old.
async fn about(parts: &mut Parts, app: &App) -> About {
    if parts.method != Method::GET {
        return About::default();
    }
    let Ok(path) = RawPathParams::from_request_parts(parts, app).await else {
        return About::default();
    };
    let id = |names: &[&str]| {
        let named = path.iter().find(|(name, _)| names.contains(name));
        named.and_then(|(_, id)| id.parse::<Uuid>().ok())
    };
    About {
        project: id(&["project_id"]).map(ProjectId),
        entity: id(&ENTITIES).map(EntityId),
        task: id(&["task_id"]).map(TaskId),
    }
}

/// The path parameters that name an entity.
const ENTITIES: [&str; 6] =
    ["asset_id", "shot_id", "scene_id", "sequence_id", "episode_id", "entity_id"];

impl FromRequestParts<App> for RefreshCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let Claims { person, session, jti, .. } =
            verified(&parts.headers, app, TokenKind::Refresh).await?;
        let by_cookie = bearer(&parts.headers).is_none();
        Ok(Self { person, session, by_cookie, token: jti })
    }
}

impl RefreshCaller {
    /// Uses the token, once: the person, as stored now, and the session with its next refresh token.
    pub async fn renew(self, app: &App) -> Result<(Person, OpenSession)> {
        let Self { person, session, token, .. } = self;
        match app.store.session_refresh(person, session, token).await? {
            Refresh::Accepted(person, session) => {
                author::set(person.id);
                Ok((*person, session))
            }
            Refresh::Gone => Err(Unauthenticated::Revoked.into()),
            Refresh::Reused => {
                tracing::warn!(%person, %session, "a replaced refresh token was used");
                Err(Unauthenticated::Revoked.into())
            }
        }
    }
}

/// The person whom another issuer's token stands for; `None` if the token is not of that kind.
async fn of_other_issuer(headers: &HeaderMap, app: &App) -> Result<Option<Person>> {
    let token = token(headers, TokenKind::Access);
    let Some((oidc, token)) = app.oidc.as_ref().zip(token.filter(|token| !is_ours(token))) else {
        return Ok(None);
    };
    let now = app.store.now();
    let email = oidc.verify(token, now).await?;
    // Cursors are signed for him, too.
    app.tokens.keep_up(now).await;
    let person = app.store.person_by_email(&email).await?;
    Ok(Some(person.filter(|person| person.active).ok_or(Unauthenticated::Revoked)?))
}

async fn verified(headers: &HeaderMap, app: &App, kind: TokenKind) -> Result<Claims> {
    let token = token(headers, kind).ok_or(Unauthenticated::Missing)?;
    let now = app.store.now();
    app.tokens.keep_up_with(token, now).await;
    Ok(app.tokens.verify(kind, token, now)?)
}

/// The bearer token, else the cookie. Another scheme is for someone else, a proxy in front of us.
fn token(headers: &HeaderMap, kind: TokenKind) -> Option<&str> {
    bearer(headers).or_else(|| {
        cookie(
            headers,
            match kind {
                TokenKind::Access => ACCESS_COOKIE,
                TokenKind::Refresh => REFRESH_COOKIE,
            },
        )
    })
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get_all(header::AUTHORIZATION).iter().find_map(|value| {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    })
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.flat_map(|line| line.split(';')).find_map(|pair| {
        let (known, value) = pair.trim().split_once('=')?;
        (known == name).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[(header::HeaderName, &'static str)], expected: Option<&str>) {
        let headers = lines
            .iter()
            .map(|(name, value)| (name.clone(), header::HeaderValue::from_static(value)));
        assert_eq!(token(&headers.collect(), TokenKind::Access), expected, "{lines:?}");
    }

    #[test]
    fn a_token_comes_by_header_or_cookie() {
        let (auth, cookie) = (header::AUTHORIZATION, header::COOKIE);
        check(&[], None);
        check(&[(auth.clone(), "Bearer a.b.c")], Some("a.b.c"));
        check(&[(auth.clone(), "bearer a.b.c")], Some("a.b.c"));
        check(&[(auth.clone(), "Basic dXNlcg==")], None);
        check(&[(cookie.clone(), "x=1; access_token_cookie=a.b.c; y=2")], Some("a.b.c"));
        check(&[(cookie.clone(), "refresh_token_cookie=a.b.c")], None);
        check(
            &[(auth.clone(), "Basic dXNlcg=="), (cookie.clone(), "access_token_cookie=c")],
            Some("c"),
        );
        check(&[(auth, "Bearer h"), (cookie, "access_token_cookie=c")], Some("h"));
    }
}
