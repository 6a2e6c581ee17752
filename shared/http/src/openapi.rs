//! The OpenAPI document: what the routes do not say of themselves.

use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Components, Info, License, OpenApi};
use utoipa::{PartialSchema, ToSchema};

use crate::caller::ACCESS_COOKIE;
use crate::error::ErrorBody;

/// The version of the API, and of the program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

const DESCRIPTION: &str = "The asset API of Kitsu's Zou: assets, asset types, casting, asset instances, shared assets \
    and what they need, on Lambda and DynamoDB.\n\n\
    Get a token from `POST /api/auth/login`. Errors always have the shape of `ErrorBody`. Every `GET` has an `ETag`. \
    A list is a bare array; one that is cut by `page` or `limit` says where it goes on in the `Link` header.\n\n\
    A body may be sent with `Content-Encoding: gzip`, an answer comes so to who accepts it. A body counts at most 6 MB, \
    as it is and as what it stands for.";

/// Completes the document that the routes have collected: title, errors, and how to authenticate.
pub fn document(mut api: OpenApi) -> OpenApi {
    let mut info = Info::new("Tanuki", VERSION);
    info.description = Some(DESCRIPTION.into());
    let mut license = License::new("MIT OR Apache-2.0");
    license.identifier = Some("MIT OR Apache-2.0".into());
    info.license = Some(license);
    api.info = info;

    let components = api.components.get_or_insert_with(Components::new);
    let mut schemas = vec![(ErrorBody::name().into_owned(), ErrorBody::schema())];
    ErrorBody::schemas(&mut schemas);
    components.schemas.extend(schemas);
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    let cookie = ApiKey::Cookie(ApiKeyValue::new(ACCESS_COOKIE));
    components.add_security_scheme("cookie", SecurityScheme::ApiKey(cookie));
    let none = Vec::<String>::new;
    // Either: a route without a token says `security(())`.
    api.security = Some(vec![
        SecurityRequirement::new("bearer", none()),
        SecurityRequirement::new("cookie", none()),
    ]);
    api
}
