//! Logging in, staying logged in, logging out.

use axum::body::Body as Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http_api::tokens::REFRESH_SECONDS;
use http_api::{
    ApiError, App, Body, Caller, Errors, Json, NoQuery, Organisation, PublicErrors, Query,
    RefreshCaller, Result, password,
};
use model::person::PASSWORD_MAX;
use model::{Error, Fields, Input, Person, fields};
use serde_json::{Value, json};
use store::Login;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::cookies::{self, Cookies};
use crate::views::{Authenticated, LoggedIn, LoggedOut, Refreshed};

/// The longest e-mail address, in characters.
const EMAIL_MAX: usize = 254;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(login))
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
        let password = f.required("password", |value: &Value| match value.as_str() {
            Some(text) if text.chars().count() <= PASSWORD_MAX => Ok(text.to_owned()),
            _ => Err(vec![format!("must be a string of at most {PASSWORD_MAX} characters").into()]),
        });
        Some(Self { email: email?, password: password? })
    }
}

/// Logs in with e-mail address and password.
///
/// The tokens are in the answer, for programs, and in two cookies, for browsers. Wrong credentials are a 400
/// whose body has `"login": false`; it does not say which of the two is wrong.
#[utoipa::path(post, path = "/api/auth/login", tag = "Authentication", security(()), request_body = Credentials,
    responses((status = 200, body = LoggedIn), PublicErrors))]
async fn login(State(app): State<App>, body: Body) -> Result<Response> {
    let credentials = body.read::<Credentials>()?;
    let Some(person) = recognise(&app, &credentials).await? else { return Ok(refused()) };
    let now = app.store.now();
    let session = app.store.session_create(person.id, REFRESH_SECONDS).await?;
    let access_token = app.tokens.issue(person.id, session.id, now)?;
    let refresh_token = app.tokens.issue_refresh(person.id, &session, now)?;
    let cookies = cookies::keep(app.mode, &access_token, &refresh_token);
    let organisation = Organisation::studio();
    let answer =
        LoggedIn { user: person.into(), organisation, login: true, access_token, refresh_token };
    Ok((cookies, Json(answer)).into_response())
}

/// The person with these credentials. It takes as long when nobody has that address.
async fn recognise(app: &App, credentials: &Credentials) -> Result<Option<Person>> {
    let login = app.store.login_get(&credentials.email).await?;
    if login.is_none() {
        // For an address that is known a second call reads whose it is.
        app.store.warm_up().await?;
    }
    let hash = login.as_ref().and_then(|login| login.password_hash.as_deref());
    let is_right = password::verify(&credentials.password, hash)?;
    Ok(login.filter(|login| is_right && login.person.active).map(|Login { person, .. }| person))
}

/// The 400 of wrong credentials: an error as any other, with what clients of Zou look for in it.
fn refused() -> Response {
    let error = Error::invalid("email", "or password is wrong");
    let (parts, _) = ApiError(error).into_response().into_parts();
    let body = json!({
        "error": true,
        "message": "Wrong e-mail address or password",
        "exception": "WrongCredentialsException",
        "login": false,
    });
    Response::from_parts(parts, Bytes::from(body.to_string()))
}

/// A new access token for a refresh token, from the header or the cookie, and the next refresh token.
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
    let (now, RefreshCaller { person, session }) = (app.store.now(), caller);
    let access_token = app.tokens.issue(person.id, session.id, now)?;
    let refresh_token = app.tokens.issue_refresh(person.id, &session, now)?;
    let seconds = session.ends_at.unix() - now.unix();
    let cookies = cookies::renew(app.mode, &access_token, &refresh_token, seconds);
    Ok((cookies, Json(Refreshed { access_token, refresh_token })))
}

/// Logs out: both tokens of the session are worth nothing from now on.
#[utoipa::path(get, path = "/api/auth/logout", tag = "Authentication",
    responses((status = 200, body = LoggedOut), Errors))]
async fn logout(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<(Cookies, Json<LoggedOut>)> {
    query.read::<NoQuery>()?;
    app.store.session_delete(caller.person.id, caller.session_id).await?;
    Ok((cookies::forget(app.mode), Json(LoggedOut { logout: true })))
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
