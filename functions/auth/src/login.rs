//! Logging in, staying logged in, logging out.

use axum::body::Body as Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http_api::routing::{Routes, routes};
use http_api::tokens::REFRESH_SECONDS;
use http_api::{
    ApiError, App, Body, Caller, Errors, Json, NoQuery, Organisation, PublicErrors, Query,
    RefreshCaller, Result, SourceAddress, password, refuse_cross_origin_get,
};
use model::fields::Problem;
use model::person::PASSWORD_MAX;
use model::{Error, Fields, Input, Person, fields, text};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use store::{Attempt, Login, OpenSession};
use utoipa::ToSchema;

use crate::cookies::{self, Cookies};
use crate::views::{Authenticated, LoggedIn, LoggedOut, Refreshed};

/// The longest e-mail address, in characters.
const EMAIL_MAX: usize = 254;

/// Reads a password to be compared: any text that could be one.
pub(crate) fn entered(value: &Value) -> std::result::Result<String, Vec<Problem>> {
    match value.as_str() {
        Some(text) if text.chars().count() <= PASSWORD_MAX => Ok(text.to_owned()),
        _ => Err(vec![format!("must be a string of at most {PASSWORD_MAX} characters").into()]),
    }
}

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(login))
        .routes(routes!(refresh_token))
        .routes(routes!(logout))
        .routes(routes!(get_authenticated))
}

/// Who wants to log in.
#[derive(ToSchema)]
#[schema(example = json!({"email": "admin@example.com", "password": "correct horse battery staple"}))]
struct Credentials {
    /// However it is capitalised.
    email: String,
    password: String,
}

impl Input for Credentials {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let email = f.required("email", fields::text(EMAIL_MAX));
        let password = f.required("password", entered);
        Some(Self { email: email?, password: password? })
    }
}

/// Log in with e-mail address and password.
///
/// The tokens are in the answer, for programs, and in two cookies, for browsers. Wrong credentials are a 400
/// whose body has `"login": false`; it does not say which of the two is wrong. After ten of them from one address
/// in a quarter of an hour the next is a 400 `TooManyLoginAttemptsException`, with `Retry-After`, even if it is right.
#[utoipa::path(post, path = "/api/auth/login", tag = "Authentication", security(()), request_body = Credentials,
    responses((status = 200, body = LoggedIn), PublicErrors))]
async fn login(
    State(app): State<App>,
    SourceAddress(address): SourceAddress,
    body: Body,
) -> Result<Response> {
    let credentials = body.read::<Credentials>()?;
    let (person, session) = match recognise(&app, &credentials, &address).await? {
        Recognised::Yes(person, session) => (*person, session),
        Recognised::No => return Ok(refused(Error::invalid("email", "or password is wrong"))),
        Recognised::Later(seconds) => return Ok(refused(Error::TooManyAttempts(seconds))),
    };
    let now = app.store.now();
    app.tokens.keep_up(now).await;
    let access_token = app.tokens.issue(person.id, session.id, now)?;
    let refresh_token = app.tokens.issue_refresh(person.id, &session, now)?;
    let cookies = cookies::keep(app.mode, &access_token, &refresh_token);
    let organisation = Organisation::studio();
    let answer =
        LoggedIn { user: person.into(), organisation, login: true, access_token, refresh_token };
    Ok((cookies, Json(answer)).into_response())
}

/// What credentials come to.
enum Recognised {
    Yes(Box<Person>, OpenSession),
    No,
    /// Too many were wrong before; they were not looked at.
    Later(i64),
}

/// How often a person may be changed while he logs in before he is told to come back.
const READS: u32 = 4;

/// The person with these credentials, in a session of his. It takes as long, and counts as much, when nobody has that
/// address.
async fn recognise(app: &App, credentials: &Credentials, address: &str) -> Result<Recognised> {
    let mut login = app.store.login_get(&credentials.email).await?;
    if login.is_none() {
        // For an address that is known a second call reads whose it is.
        app.store.warm_up().await?;
    }
    let account = digest(&credentials.email);
    let person = login.as_ref().map(|login| login.person().id);
    let attempt = Attempt { account: &account, address, person };
    if let Some(seconds) = app.store.attempt_begin(attempt).await? {
        tracing::warn!(address, "too many failed logins");
        return Ok(Recognised::Later(seconds));
    }
    for _ in 0..READS {
        let hash = login.as_ref().and_then(Login::password_hash);
        let is_right = password::verify(&credentials.password, hash)?;
        let Some(right) = login.filter(|login| is_right && login.person().active) else {
            return Ok(Recognised::No);
        };
        let session = app.store.session_create_by(attempt, &right, REFRESH_SECONDS).await?;
        if let Some(session) = session {
            return Ok(Recognised::Yes(right.person().clone().into(), session));
        }
        // What was right then need not be right any more.
        login = app.store.login_get(&credentials.email).await?;
    }
    Err(Error::Unavailable("the person kept changing".into()).into())
}

/// What stands for an e-mail address in a counter: of an address that nobody has, nothing is kept that can be read.
pub(crate) fn digest(email: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text::fold_address(email)))
}

/// The 400 of a login that failed: an error as any other, with what clients of Zou look for in it.
fn refused(error: Error) -> Response {
    let (message, exception) = match &error {
        Error::TooManyAttempts(_) => (error.to_string(), "TooManyLoginAttemptsException"),
        _ => ("Wrong e-mail address or password".to_owned(), "WrongCredentialsException"),
    };
    let mut body =
        json!({"error": true, "message": message, "exception": exception, "login": false});
    if matches!(error, Error::TooManyAttempts(_)) {
        // As Zou spells it, and Kitsu reads it.
        body["too_many_failed_login_attemps"] = json!(true);
    }
    let (mut parts, _) = ApiError(error).into_response().into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Bytes::from(body.to_string()))
}

/// A new access token for a refresh token, from the header or the cookie, and the next refresh token; by cookie, if the
/// old one came by cookie: what scripts cannot see is not shown to them here.
///
/// The refresh token that was sent still counts until the next one is used for the first time, and a minute longer;
/// after that it is taken for stolen, and using it ends the session. All of them end with the session, thirty days
/// after the login.
#[utoipa::path(get, path = "/api/auth/refresh-token", tag = "Authentication",
    responses((status = 200, body = Refreshed), Errors))]
async fn refresh_token(
    State(app): State<App>,
    caller: RefreshCaller,
    query: Query,
) -> Result<(Cookies, Json<Refreshed>)> {
    query.read::<NoQuery>()?;
    let by_cookie = caller.by_cookie;
    let (person, session) = caller.renew(&app).await?;
    let now = app.store.now();
    let access_token = app.tokens.issue(person.id, session.id, now)?;
    let refresh_token = app.tokens.issue_refresh(person.id, &session, now)?;
    let seconds = session.ends_at.unix() - now.unix();
    let cookies = cookies::renew(app.mode, &access_token, &refresh_token, seconds);
    let answer = if by_cookie {
        Refreshed::Cookies { refresh: true }
    } else {
        Refreshed::Tokens { access_token, refresh_token }
    };
    Ok((cookies, Json(answer)))
}

/// Log out: all tokens of the session are worth nothing from now on. Another issuer's token is that issuer's to end.
///
/// A browser whose access token has expired ends its session by the cookie of its refresh token, and forgets its cookies
/// even if none of them counts any more.
#[utoipa::path(get, path = "/api/auth/logout", tag = "Authentication",
    responses((status = 200, body = LoggedOut), Errors))]
async fn logout(
    State(app): State<App>,
    headers: HeaderMap,
    caller: Result<Caller>,
    refresh: Result<RefreshCaller>,
    query: Query,
) -> Result<Response> {
    refuse_cross_origin_get(&headers)?;
    let session = match (caller, refresh) {
        (Ok(caller), _) => caller.session_id.map(|session| (caller.person.id, session)),
        (Err(ApiError(Error::Unauthenticated(_))), Ok(refresh)) if refresh.by_cookie => {
            Some((refresh.person, refresh.session))
        }
        (Err(error @ ApiError(Error::Unauthenticated(_))), _) => {
            return Ok((cookies::forget(app.mode), error).into_response());
        }
        (Err(error), _) => return Err(error),
    };
    query.read::<NoQuery>()?;
    if let Some((person, session)) = session {
        app.store.session_delete(person, session).await?;
    }
    Ok((cookies::forget(app.mode), Json(LoggedOut { logout: true })).into_response())
}

/// Who the token belongs to.
#[utoipa::path(get, path = "/api/auth/authenticated", tag = "Authentication",
    responses((status = 200, body = Authenticated), Errors))]
async fn get_authenticated(caller: Caller, query: Query) -> Result<Json<Authenticated>> {
    query.read::<NoQuery>()?;
    Ok(Json(Authenticated {
        yes: true,
        user: caller.person.into(),
        organisation: Organisation::studio(),
    }))
}
