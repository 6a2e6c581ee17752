//! What this function answers.

use http_api::{Organisation, PersonRow};
use serde::Serialize;
use utoipa::ToSchema;

/// The API.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Api {
    /// Its name.
    #[schema(value_type = String, example = "Tanuki")]
    pub(crate) api: &'static str,
    /// Its version.
    #[schema(value_type = String, example = "0.1.0")]
    pub(crate) version: &'static str,
}

/// Which of Zou's services are up. There is only a database here, which keeps the sessions too.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::struct_excessive_bools, reason = "Zou's answer")]
pub(crate) struct Status {
    /// The API's name.
    #[schema(value_type = String, example = "Tanuki")]
    name: &'static str,
    /// The API's version.
    #[schema(value_type = String, example = "0.1.0")]
    version: &'static str,
    /// Whether the table answers.
    database_up: bool,
    /// As `database-up`.
    key_value_store_up: bool,
    /// Always false.
    event_stream_up: bool,
    /// Always false.
    job_queue_up: bool,
    /// Always false.
    indexer_up: bool,
}

impl Status {
    pub(crate) fn new(database_up: bool) -> Self {
        Self {
            name: "Tanuki",
            version: http_api::openapi::VERSION,
            database_up,
            key_value_store_up: database_up,
            event_stream_up: false,
            job_queue_up: false,
            indexer_up: false,
        }
    }
}

/// Kitsu's settings: of all it can do, nothing is switched on but logging in with a password.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "Zou's answer")]
pub(crate) struct Config {
    is_self_hosted: bool,
    crisp_token: &'static str,
    dark_theme_by_default: bool,
    indexer_configured: bool,
    saml_enabled: bool,
    saml_idp_name: &'static str,
    oidc_enabled: bool,
    oidc_idp_name: &'static str,
    default_locale: &'static str,
    default_timezone: &'static str,
    enforce_2fa: bool,
    movie_highdef_bitrate: i64,
    movie_lowdef_bitrate: i64,
    preview_accounts_enabled: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            is_self_hosted: true,
            crisp_token: "",
            dark_theme_by_default: false,
            indexer_configured: false,
            saml_enabled: false,
            saml_idp_name: "",
            oidc_enabled: false,
            oidc_idp_name: "",
            default_locale: "en_US",
            default_timezone: "UTC",
            enforce_2fa: false,
            movie_highdef_bitrate: 28,
            movie_lowdef_bitrate: 6,
            preview_accounts_enabled: false,
        }
    }
}

/// Somebody has logged in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoggedIn {
    /// Who.
    pub(crate) user: PersonRow,
    /// The studio.
    pub(crate) organisation: Organisation,
    /// Always true.
    pub(crate) login: bool,
    /// Calls the API, for a week: `Authorization: Bearer …`.
    pub(crate) access_token: String,
    /// Gets a new access token, for thirty days.
    pub(crate) refresh_token: String,
}

/// Who calls.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Authenticated {
    /// Always true.
    #[serde(rename = "authenticated")]
    pub(crate) yes: bool,
    /// Who.
    pub(crate) user: PersonRow,
    /// The studio.
    pub(crate) organisation: Organisation,
}

/// A new access token: in the answer for who sent the refresh token in a header, else in cookies only.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum Refreshed {
    /// For a program.
    Tokens {
        /// Calls the API, for a week.
        access_token: String,
        /// Gets the next one, for the rest of the session's thirty days.
        refresh_token: String,
    },
    /// For a browser.
    Cookies {
        /// Always true.
        refresh: bool,
    },
}

/// The password is another one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PasswordChanged {
    /// Always true.
    pub(crate) success: bool,
}

/// The session is over.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoggedOut {
    /// Always true.
    pub(crate) logout: bool,
}
