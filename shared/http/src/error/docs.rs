//! How the OpenAPI document tells of errors: [`Errors`] and [`PublicErrors`].

use std::collections::BTreeMap;

use serde_json::json;
use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};

/// The errors of a route that needs a token: `responses((status = 200, body = X), Errors)`.
#[derive(Debug)]
pub struct Errors;

/// The errors of a route that needs none.
#[derive(Debug)]
pub struct PublicErrors;

type Responses = BTreeMap<String, RefOr<utoipa::openapi::Response>>;

impl IntoResponses for Errors {
    fn responses() -> Responses {
        described(&[400, 401, 403, 404, 413, 500])
    }
}

impl IntoResponses for PublicErrors {
    fn responses() -> Responses {
        described(&[400, 413, 500])
    }
}

fn described(statuses: &[u16]) -> Responses {
    statuses.iter().map(|status| (status.to_string(), RefOr::T(response(*status)))).collect()
}

/// The response of a status, as the document describes it.
pub(crate) fn response(status: u16) -> utoipa::openapi::Response {
    let (description, message, exception) = match status {
        400 => (
            "Something in the query or body is wrong; `data.errors` lists every wrong field",
            "name is required",
            "ValidationException",
        ),
        401 => (
            "No token, or one that is invalid, expired or revoked",
            "Signature has expired",
            "NotAuthenticatedException",
        ),
        403 => (
            "The caller may not do this",
            "You are not in the team of this project",
            "NotAllowedException",
        ),
        404 => ("There is no such thing", "Asset not found", "AssetNotFoundException"),
        409 => (
            "The same request, under the same `Idempotency-Key`, is being handled: with `Retry-After`",
            "The request with this Idempotency-Key is still being handled",
            "RequestStillRunningException",
        ),
        412 => (
            "What the path leads to is not what `If-Match` names; nothing was changed",
            "The resource has changed since it was read",
            "PreconditionFailedException",
        ),
        422 => (
            "The `Idempotency-Key` was sent with another request, or the answer was too large to be kept",
            "The Idempotency-Key was sent with another request",
            "IdempotencyKeySpentException",
        ),
        413 => (
            "The body, as it is or unzipped, or the answer in the cloud, is larger than 6 MB",
            "The request body is larger than 6291456 bytes",
            "RequestTooLargeException",
        ),
        _ => (
            "A defect, or the store cannot be reached: then with `Retry-After`",
            "Internal server error",
            "InternalServerErrorException",
        ),
    };
    let mut example = json!({"error": true, "message": message, "exception": exception});
    if status == 400 {
        example["data"] = json!({"errors": [{"field": "name", "message": "is required"}]});
    }
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("ErrorBody")))
        .example(Some(example))
        .build();
    ResponseBuilder::new().description(description).content("application/json", content).build()
}
