//! The OpenAPI document: what the routes do not say of themselves.

use http::Method;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{AnyOfBuilder, ArrayBuilder};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    Components, Info, License, Object, ObjectBuilder, OpenApi, RefOr, Required, Schema, Type,
};
use utoipa::{PartialSchema, ToSchema};

use crate::caller::ACCESS_COOKIE;
use crate::error::{ErrorBody, docs};
use crate::layers::idempotency;

/// The version of the API, and of the program.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

const DESCRIPTION: &str = "The asset API of Kitsu's Zou: assets, asset types, casting, asset instances, shared assets \
    and what they need, on Lambda and DynamoDB.\n\n\
    Get a token from `POST /api/auth/login`. Errors always have the shape of `ErrorBody`. Every `GET` has an `ETag`. \
    A list is a bare array; one that is cut by `page` or `limit` says where it goes on in the `Link` header.\n\n\
    A query parameter that an operation does not have is a 400 that names it, whatever the method. Names, where they \
    must be unique and where they are looked for, are compared without regard to case (Unicode's full folding: `ß` \
    is `ss`), to how accents are composed, and to how many spaces are between words.\n\n\
    A body may be sent with `Content-Encoding: gzip`, an answer comes so to who accepts it. A body counts at most 6 MB, \
    as it is and as what it stands for.";

/// Describes the headers that are read around the handlers, and how they fail: of every operation they are about.
fn describe_headers(api: &mut OpenApi) {
    for (path, item) in &mut api.paths.paths {
        if let Some(post) =
            item.post.as_mut().filter(|_| idempotency::concerns(&Method::POST, path))
        {
            let about = "A key of the caller's choice, 1 to 255 characters: the same request under the same key is \
                done once, and answered alike for a day";
            let is_public =
                post.security.as_ref().is_some_and(|it| *it == [SecurityRequirement::default()]);
            if !is_public {
                describe(post, "Idempotency-Key", about, &[409, 422]);
            }
        }
        for change in [&mut item.put, &mut item.delete].into_iter().flatten() {
            let about = "The `ETag` of a `GET` of the same path, or several: the change is only made if it is still one \
                of them. `*`: if there is anything. A path without `GET` never matches";
            describe(change, "If-Match", about, &[412]);
        }
    }
}

fn describe(operation: &mut Operation, header: &str, about: &str, statuses: &[u16]) {
    let parameter = ParameterBuilder::new()
        .name(header)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(about))
        .schema(Some(Object::with_type(Type::String)))
        .build();
    operation.parameters.get_or_insert_default().push(RefOr::T(parameter));
    for status in statuses {
        let response = RefOr::T(docs::response(*status));
        operation.responses.responses.insert(status.to_string(), response);
    }
}

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
    describe_headers(&mut api);
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
