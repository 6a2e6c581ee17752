//! The OpenAPI document: what the routes do not say of themselves.

use utoipa::openapi::schema::{AnyOfBuilder, ArrayBuilder, Object, ObjectBuilder, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Components, Info, License, OpenApi, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::caller::ACCESS_COOKIE;
use crate::error::ErrorBody;

/// The version of the API, and of the program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

const DESCRIPTION: &str = "The asset API of Kitsu's Zou: assets, asset types, casting, asset instances, shared assets \
    and what they need, on Lambda and DynamoDB.\n\n\
    Get a token from `POST /api/auth/login`. Errors always have the shape of `ErrorBody`. Every `GET` has an `ETag`. \
    A list is a bare array; one that is cut by `page` or `limit` says where it goes on in the `Link` header.";

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
    for (name, schema) in &mut components.schemas {
        if name == "PersonView" {
            any_of(schema, Vec::new());
        } else if name.starts_with("Listing_") {
            any_of(schema, narrowed());
        }
    }
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

/// Makes of one of several forms any of them, and adds more: a whole row has all fields of a shorter one, and so is both.
fn any_of(schema: &mut RefOr<Schema>, more: Vec<Schema>) {
    if let RefOr::T(Schema::OneOf(forms)) = schema {
        let forms_and_more =
            std::mem::take(&mut forms.items).into_iter().chain(more.into_iter().map(RefOr::T));
        let any = AnyOfBuilder::new().description(forms.description.take());
        let any = forms_and_more.fold(any, AnyOfBuilder::item);
        *schema = RefOr::T(Schema::AnyOf(any.build()));
    }
}

/// What a list is with `fields`: rows of these fields only, whole or in a page.
fn narrowed() -> Vec<Schema> {
    let rows = || ArrayBuilder::new().items(Object::new());
    let page = ["total", "nb_pages", "limit", "offset", "page"]
        .into_iter()
        .fold(ObjectBuilder::new().property("data", rows()).required("data"), |page, name| {
            page.property(name, Object::with_type(Type::Integer)).required(name)
        });
    let whole = rows().description(Some("With `fields`, without `page` and `limit`."));
    let page = page.description(Some("With `fields`, and `page` or `limit`."));
    vec![whole.build().into(), page.build().into()]
}
