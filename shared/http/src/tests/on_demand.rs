//! Paths that are made ready when they are first asked for.

use axum::extract::MatchedPath;

use super::*;
use crate::routing::{OnDemand, Paths, Routes, routes};

#[utoipa::path(get, path = "/api/things/{asset_id}", responses((status = 200)))]
async fn read_thing(met: MatchedPath, Path(path): Path<AssetPath>) -> Json<Value> {
    Json(json!({"met": met.as_str(), "id": path.asset_id}))
}

#[utoipa::path(put, path = "/api/things/{asset_id}", responses((status = 204)))]
async fn update_thing(_: Path<AssetPath>) -> NoContent {
    NoContent
}

#[utoipa::path(get, path = "/api/things/all", responses((status = 200)))]
async fn list_things() -> Json<Value> {
    Json(json!("all"))
}

#[utoipa::path(delete, path = "/api/things/{asset_id}", responses((status = 204)))]
async fn delete_thing(_: Path<AssetPath>) -> NoContent {
    NoContent
}

#[utoipa::path(get, path = "/api/things/{other_id}", responses((status = 204)))]
async fn read_other() -> NoContent {
    NoContent
}

fn one() -> Paths {
    Paths::default().routes(routes!(read_thing, update_thing))
}

/// Two modules: the second adds to a path of the first.
fn two() -> Paths {
    one().merge(|paths| paths.routes(routes!(list_things)).routes(routes!(delete_thing)))
}

async fn ask(service: &OnDemand, method: &str, path: &str) -> Reply {
    let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    let service = crate::layers::service(service.clone(), Mode::Local);
    let (parts, body) = service.oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes().to_vec();
    Reply { status: parts.status, headers: parts.headers, body }
}

#[tokio::test]
async fn each_path_is_met_as_in_a_router_of_all() {
    let service = OnDemand::new(two(), app(Mode::Local));
    let id = uuid::Uuid::new_v4();
    let thing = format!("/api/things/{id}");
    // Twice: made ready, and ready.
    for _ in 0..2 {
        let read = ask(&service, "GET", &thing).await.json();
        assert_eq!(read, json!({"met": "/api/things/{asset_id}", "id": id}));
        assert_eq!(ask(&service, "GET", "/api/things/all").await.json(), "all");
        for method in ["PUT", "DELETE"] {
            assert_eq!(ask(&service, method, &thing).await.status, StatusCode::NO_CONTENT);
        }
        let refused = ask(&service, "POST", &thing).await;
        assert_eq!(refused.error().0, 405);
        assert_eq!(refused.header("allow"), Some("GET,HEAD,PUT,DELETE,OPTIONS"));
        for unknown in ["/api/things", "/api", "/", "/api/things/all/more"] {
            assert_eq!(ask(&service, "GET", unknown).await.error().0, 404, "{unknown}");
        }
    }
}

#[test]
#[should_panic(expected = "/api/things/{other_id}")]
fn paths_that_cannot_be_told_apart_are_a_mistake() {
    OnDemand::new(one().routes(routes!(read_other)), app(Mode::Local));
}
