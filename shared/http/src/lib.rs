//! HTTP around the handlers: who calls, what is asked, how it is answered.
//!
//! Start with [`extract`] (what a handler takes), [`access`] (what the caller may do) and [`reply`] (what a
//! handler gives back). [`error`] turns every failure into a status and a body, in one place. [`layers`] is
//! what each request passes on its way in and out; [`serve`](mod@serve) runs a function's routes on Lambda.
//!
//! A handler names its extractors in the order the checks must happen, which is the order axum runs them in:
//! [`Caller`] (401), then [`Path`] (404), then [`Query`] or [`Body`]. The last two are only *read* after the
//! role was checked (403), so nobody learns from a 400 what is hidden from him.

pub mod access;
mod address;
pub mod app;
mod asset_list;
pub mod asset_query;
pub mod asset_types;
mod caller;
pub mod collection;
pub mod config;
mod encoding;
mod entered;
pub mod error;
mod error_docs;
pub mod etag;
pub mod extract;
pub mod idempotency;
mod jwks;
mod keys;
pub mod layers;
pub mod log;
mod observe;
mod oidc;
pub mod openapi;
pub mod organisation;
pub mod page;
pub mod password;
pub mod paths;
mod payload;
pub mod person_row;
mod precondition;
pub mod project_row;
mod reach;
pub mod reply;
pub mod routing;
mod sdk;
mod secret;
pub mod serve;
pub mod sight;
mod slash;
#[cfg(test)]
mod tests;
pub mod tokens;
mod upload;
pub mod view;
pub mod vocabulary;
mod watched;
mod work;

pub use access::Access;
pub use address::{Connection, SourceAddress};
pub use app::{App, Mode};
pub use asset_query::AssetQuery;
pub use asset_types::{AssetTypes, asset_type};
pub use caller::{ACCESS_COOKIE, REFRESH_COOKIE};
pub use collection::{Filters, Force, Listed, Listing, Named};
pub use error::{ApiError, ErrorBody, Errors, PublicErrors, Result};
pub use extract::{Body, Caller, NoQuery, Path, PathIds, Query, RefreshCaller, Upload, UploadForm};
pub use oidc::{Oidc, OidcError};
pub use organisation::Organisation;
pub use page::{CursorQuery, PageQuery, Paged, link_header};
pub use person_row::{PersonCard, PersonRow, PersonView};
pub use project_row::{DescriptorRow, ProjectDetail, ProjectRow};
pub use reply::{Created, Csv, Json, NdJson, NoContent};
pub use serve::{router, serve};
pub use sight::Sight;
pub use tokens::{Claims, KeySet, TokenKind, Tokens};
pub use view::Hidden;
pub use work::concurrently;
