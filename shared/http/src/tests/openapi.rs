//! The document that comes of a handler with our extractors and errors.

use utoipa_axum::router::OpenApiRouter;

use crate::routing::{Routes, routes};

use super::*;
use crate::{Body, Errors, PublicErrors};

#[utoipa::path(get, path = "/api/data/assets/{asset_id}/thing", params(AssetPath), responses((status = 200, body = crate::error::WrongField), Errors))]
async fn read_thing(_: Caller, Path(_path): Path<AssetPath>, query: Query) -> Result<Json<Value>> {
    query.read::<NoQuery>()?;
    Ok(Json(json!({})))
}

#[utoipa::path(post, path = "/api/data/things", request_body = crate::error::WrongField, security(()), responses((status = 204), PublicErrors))]
async fn create_thing(body: Body) -> Result<NoContent> {
    body.read_json(Ok)?;
    Ok(NoContent)
}

fn document() -> Value {
    let described = OpenApiRouter::default();
    let described = Routes::routes(described, routes!(read_thing));
    let described = Routes::routes(described, routes!(create_thing));
    serde_json::to_value(crate::openapi::document(described.into_openapi())).unwrap()
}

#[test]
fn the_document_is_complete() {
    let document = document();
    assert_eq!(document["info"]["title"], "Tanuki");
    assert_eq!(document["info"]["version"], crate::openapi::VERSION);
    assert_eq!(document["security"], json!([{"bearer": []}, {"cookie": []}]));
    let schemes = &document["components"]["securitySchemes"];
    assert_eq!(
        schemes["bearer"],
        json!({"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    );
    assert_eq!(
        schemes["cookie"],
        json!({"type": "apiKey", "in": "cookie", "name": "access_token_cookie"})
    );

    let read = &document["paths"]["/api/data/assets/{asset_id}/thing"]["get"];
    let statuses = |operation: &Value| {
        operation["responses"]
            .as_object()
            .unwrap()
            .keys()
            .map(|status| status.parse().unwrap())
            .collect::<Vec<u16>>()
    };
    assert_eq!(statuses(read), [200, 400, 401, 403, 404, 413, 500]);
    let parameters = read["parameters"].as_array().unwrap();
    assert_eq!(parameters.len(), 1, "{parameters:?}");
    let parameter = &parameters[0];
    assert_eq!((&parameter["name"], &parameter["in"]), (&json!("asset_id"), &json!("path")));
    assert_eq!(
        (&parameter["description"], &parameter["schema"]["format"]),
        (&json!("The asset."), &json!("uuid"))
    );

    let create = &document["paths"]["/api/data/things"]["post"];
    assert_eq!(statuses(create), [204, 400, 413, 500]);
    assert_eq!(create["security"], json!([{}]));
    assert_eq!(
        create["requestBody"]["content"]["application/json"]["schema"]["$ref"],
        "#/components/schemas/WrongField"
    );
}

#[test]
fn every_reference_leads_somewhere() {
    fn check(part: &Value, document: &Value) {
        match part {
            Value::Object(map) => map.iter().for_each(|(name, value)| match value {
                Value::String(target) if name == "$ref" => {
                    let found = document.pointer(target.trim_start_matches('#'));
                    assert!(found.is_some(), "{target}");
                }
                value => check(value, document),
            }),
            Value::Array(values) => values.iter().for_each(|value| check(value, document)),
            _ => {}
        }
    }
    let document = document();
    check(&document, &document);
}
