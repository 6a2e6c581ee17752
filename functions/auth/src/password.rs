//! One's own password.

use axum::extract::State;
use http_api::routing::{Routes, routes};
use http_api::{App, Body, Caller, Errors, Json, NewPassword, Result, SourceAddress, password};
use model::error::Unauthenticated;
use model::{Error, Fields, Input, Person};
use store::{Attempt, Login, PasswordChange};
use utoipa::ToSchema;

use crate::login::{digest, entered};
use crate::views::PasswordChanged;

pub(crate) fn routes<R: Routes>(to: R) -> R {
    to.routes(routes!(change_password))
}

/// The password one has, and the one one wants.
#[derive(ToSchema)]
#[schema(example = json!({
    "old_password": "correct horse", "password": "battery staple", "password_2": "battery staple",
}))]
struct OwnPassword {
    /// The one that counts until now.
    old_password: String,
    #[schema(inline)]
    #[serde(flatten)]
    new: NewPassword,
}

impl Input for OwnPassword {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let old_password = f.required("old_password", entered);
        let new = NewPassword::read(f);
        Some(Self { old_password: old_password?, new: new? })
    }
}

/// Change one's own password. It ends one's other sessions.
///
/// A wrong old password counts as a failed login does, and after too many of them nobody is asked for a while.
#[utoipa::path(post, path = "/api/auth/change-password", tag = "Authentication", request_body = OwnPassword,
    responses((status = 200, body = PasswordChanged), Errors))]
async fn change_password(
    State(app): State<App>,
    caller: Caller,
    SourceAddress(address): SourceAddress,
    body: Body,
) -> Result<Json<PasswordChanged>> {
    let sent = body.read::<OwnPassword>()?;
    let person = caller.person;
    require_known(&app, &person, &address, &sent.old_password).await?;
    let hash = password::hash(&sent.new.password)?;
    let change = PasswordChange { hash, kept: caller.session_id };
    let now = app.store.now();
    let touched = |person| Ok(Person { updated_at: now, ..person });
    let changed = app.store.person_update(person.id, person.id, Some(change), touched).await?;
    changed.ok_or(Unauthenticated::Revoked)?;
    Ok(Json(PasswordChanged { success: true }))
}

/// Fails unless this is the person's password.
async fn require_known(app: &App, person: &Person, address: &str, entered: &str) -> Result<()> {
    let email = person.email.as_deref().unwrap_or_default();
    let account = digest(email);
    let attempt = Attempt { account: &account, address, person: Some(person.id) };
    if let Some(seconds) = app.store.attempt_begin(attempt).await? {
        return Err(Error::TooManyAttempts(seconds).into());
    }
    let login = app.store.login_get(email).await?;
    let login = login.filter(|login| login.person().id == person.id);
    let hash = login.as_ref().and_then(Login::password_hash);
    if !password::verify(entered, hash)? {
        return Err(Error::invalid("old_password", "is not your password").into());
    }
    Ok(app.store.attempt_take_back(attempt).await?)
}
