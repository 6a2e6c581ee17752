//! HTTP around the handlers: who calls, what is asked, how it is answered.
//!
//! Start with [`extract`] (what a handler takes), [`access`] (what the caller may do) and [`reply`] (what a
//! handler gives back). [`error`] turns every failure into a status and a body, in one place. [`layers`] is
//! what each request passes on its way in and out; [`serve`](mod@serve) runs a function's routes on Lambda.
//! [`tokens`] are what a caller is known by. Lists are asked for and cut by [`collection`], as Zou has them, or by
//! [`page`] and [`asset_query`]; what is in them on the wire is a `…_row`, or the model's own type.
//!
//! A handler names its extractors in the order the checks must happen, which is the order axum runs them in:
//! [`Caller`] (401), then [`Path`] (404), then [`Query`] or [`Body`]. The last two are only *read* after the
//! role was checked (403), so nobody learns from a 400 what is hidden from him.

pub mod access;
pub mod app;
pub mod asset_query;
pub mod asset_types;
mod caller;
pub mod collection;
pub mod config;
pub mod error;
pub mod extract;
pub mod layers;
pub mod log;
pub mod openapi;
pub mod organisation;
pub mod page;
pub mod password;
pub mod paths;
pub mod person_row;
pub mod project_row;
pub mod reply;
pub mod routing;
mod sdk;
pub mod serve;
#[cfg(test)]
mod tests;
pub mod tokens;
pub mod view;
pub mod vocabulary;

pub use access::{Access, Sight, VisibleLinks, role_in, seen_instances, seen_uses};
pub use app::{App, Mode};
pub use asset_query::AssetQuery;
pub use asset_types::{AssetTypes, asset_type};
pub use caller::{ACCESS_COOKIE, REFRESH_COOKIE, refuse_cross_origin_get};
pub use collection::{Filters, Force, Gathering, IgnoredForce, Listed, Listing, WithName};
pub use error::{ApiError, ErrorBody, Errors, PublicErrors, Result};
pub use extract::{
    Body, Caller, Connection, NoQuery, Path, PathIds, Query, RefreshCaller, SourceAddress, Upload,
    UploadForm, all_wrong,
};
pub use organisation::Organisation;
pub use page::{CursorQuery, PageQuery, Paged, link_header};
pub use password::NewPassword;
pub use person_row::{PersonCard, PersonRow, PersonView};
pub use project_row::{DescriptorRow, ProjectDetail, ProjectRow};
pub use reply::{Created, Csv, Json, NdJson, NoContent};
pub use serve::serve;
pub use store::{concurrently, once};
pub use tokens::{Claims, KeySet, Oidc, OidcError, TokenKind, Tokens};
pub use view::Hidden;
