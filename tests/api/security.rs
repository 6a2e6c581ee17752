//! What protects the whole API: headers, what may be said in a body, how much of it.

use axum::body::Body;
use http::{Request, header};
use serde_json::Map;
use tanuki_tests::prelude::*;

#[tokio::test]
async fn every_answer_tells_browsers_what_it_is_not() {
    let app = TestApp::new().await.without_gateway();
    for (who, path) in [
        (ADMIN, "/data/assets"),
        (NOBODY, "/data/assets"),
        (NOBODY, "/data/nowhere"),
        (NOBODY, "/api"),
        (ADMIN, "/data/assets?no=1"),
    ] {
        let answer = app.get(who, path).await;
        let check = |name: &str, expected: &str| {
            assert_eq!(answer.header(name), Some(expected), "{name} of {path}");
        };
        check("x-content-type-options", "nosniff");
        check("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
        check("referrer-policy", "no-referrer");
        check("cache-control", "private, no-cache");
        // On this machine there is no TLS to insist on.
        assert_eq!(answer.header("strict-transport-security"), None);
        assert_eq!(answer.header("access-control-allow-origin"), None, "no other origin may read");
        assert_eq!(answer.header("server"), None);
    }
}

#[tokio::test]
async fn answers_with_tokens_are_kept_nowhere() {
    let app = TestApp::new().await;
    let id = app.person(ARTIST).id;
    let password = json!({"password": "correct horse"});
    app.put(ADMIN, &format!("/data/persons/{id}"), &password).await.ok();
    let credentials = json!({"email": "user@example.com", "password": "correct horse"});
    let login = app.post(NOBODY, "/auth/login", &credentials).await;
    assert_eq!(login.header("cache-control"), Some("no-store"));
    let token = text(&login.ok(), "refresh_token").to_owned();
    let request = Request::get("/api/auth/refresh-token")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::empty());
    let refreshed = app.send(request.expect("a sound request")).await;
    assert_eq!(refreshed.header("cache-control"), Some("no-store"));
    refreshed.ok();
}

/// What only administrators may change, and what nobody may, is no matter of adding it to a body.
#[tokio::test]
async fn a_body_gives_nobody_more_rights() {
    let app = TestApp::new().await;
    let department = app.get(ADMIN, "/data/departments").await.ok()[0]["id"].clone();
    assert!(department.is_string());
    let path = format!("/data/persons/{}", app.person(ARTIST).id);
    for who in [ARTIST, VENDOR] {
        let path = format!("/data/persons/{}", app.person(who).id);
        let before = app.get(ADMIN, &path).await.ok();
        for more in [
            json!({"role": "admin"}),
            json!({"role": "manager"}),
            json!({"active": false}),
            json!({"archived": true}),
            json!({"email": "admin2@example.com"}),
            json!({"departments": [department]}),
            json!({"contract_type": "short-term"}),
            json!({"is_bot": true}),
            json!({"phone": "1", "role": "admin"}),
        ] {
            app.put(who, &path, &more).await.error(403, "NotAllowedException");
            assert_eq!(app.get(ADMIN, &path).await.ok(), before, "{more}");
        }
    }
    let hidden = json!({"id": app.person(ADMIN).id, "password_hash": "x", "created_at": "2000-01-01T00:00:00Z",
        "is_admin": true, "rev": 5, "PK": "PEOPLE", "type": "Admin", "phone": "1"});
    app.put(ARTIST, &path, &hidden).await.ok();
    let row = app.get(ADMIN, &path).await.ok();
    assert_has(
        &row,
        &json!({"id": app.person(ARTIST).id, "role": "user", "type": "Person", "phone": "1"}),
    );
    assert!(row.get("password_hash").is_none() && row.get("is_admin").is_none(), "{row}");
    assert_ne!(row["created_at"], "2000-01-01T00:00:00Z");
    let as_admin = app.get(ADMIN, &format!("/data/persons/{}", app.person(ADMIN).id)).await.ok();
    assert_eq!(as_admin["role"], "admin");
}

/// Lists in bodies have an end, before anything is read for them.
#[tokio::test]
async fn lists_in_bodies_are_bounded() {
    let (app, show) = tv_show().await;
    let hero = show.asset_id(&app, "Character", "Hero").await;
    let ids = |count: u128| -> Vec<String> {
        (0..count).map(|n| uuid::Uuid::from_u128(n).to_string()).collect()
    };
    let casting = async |count: u128| {
        let rows: Vec<Value> = ids(count).iter().map(|id| json!({"entity_id": id})).collect();
        let path = format!("/data/assets/{hero}/casting");
        app.put(ADMIN, &path, &json!({"casting": rows})).await
    };
    casting(10_001).await.invalid(&["casting"]);
    let refused = casting(10_000).await.error(400, "ValidationException");
    assert_eq!(refused["data"]["errors"][0]["field"], "casting[0].entity_id", "what is in it");
    let castings = async |count: u128| {
        let rows: Map<String, Value> = ids(count).into_iter().map(|id| (id, json!([]))).collect();
        app.put(ADMIN, &show.path("/entities/casting"), &Value::Object(rows)).await
    };
    castings(10_001).await.invalid(&["body"]);
    let share = async |count: u128| {
        app.post(ADMIN, "/actions/assets/share", &json!({"asset_ids": ids(count)})).await
    };
    share(10_001).await.invalid(&["asset_ids"]);
    share(10_000).await.error(404, "AssetNotFoundException");
    app.get(ADMIN, "/data/assets?limit=1001").await.invalid(&["limit"]);
    app.get(ADMIN, &format!("/data/assets?name={}", "x".repeat(5000))).await.invalid(&["name"]);
}

/// What a page can send with the cookie and without a preflight: a form, or what says that it is one.
#[tokio::test]
async fn a_page_of_another_host_cannot_use_the_cookie() {
    let (app, show) = film().await;
    let token = app.token(ADMIN).expect("a token");
    let send = async |kind: Option<&str>, site: Option<&str>, with_header: bool, method: Method| {
        let mut request = Request::builder().method(method);
        request = if with_header {
            request.header(header::AUTHORIZATION, format!("Bearer {token}"))
        } else {
            request.header(header::COOKIE, format!("access_token_cookie={token}"))
        };
        for (name, value) in [("content-type", kind), ("sec-fetch-site", site)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let name = uuid::Uuid::new_v4();
        let uri = format!("/api{}", show.new_asset("Prop"));
        let body = Body::from(json!({"name": name}).to_string());
        app.send(request.uri(uri).body(body).expect("a sound request")).await.status.as_u16()
    };
    let plain = Some("text/plain; charset=utf-8");
    for kind in [plain, Some("multipart/form-data; boundary=x"), None] {
        for site in ["same-site", "cross-site"] {
            assert_eq!(send(kind, Some(site), false, Method::POST).await, 403, "{kind:?} {site}");
        }
    }
    for site in [None, Some("same-origin"), Some("none")] {
        assert_eq!(send(plain, site, false, Method::POST).await, 201, "{site:?}");
    }
    assert_eq!(send(Some("application/json"), Some("same-site"), false, Method::POST).await, 201);
    assert_eq!(send(plain, Some("same-site"), true, Method::POST).await, 201, "no page knows it");
    assert_eq!(send(plain, Some("same-site"), false, Method::GET).await, 405, "nothing is done");
}
