//! What holds for every route: forms of requests, headers, errors.

use std::io::Read as _;

use axum::body::Body;
use flate2::read::GzDecoder;
use http::request::Builder;
use http::{Request, header};
use tanuki_tests::prelude::*;

/// A request of the admin, to be completed.
fn request(app: &TestApp, method: &str, path: &str) -> Builder {
    let token = app.token(ADMIN).expect("the admin's token");
    Request::builder()
        .method(method)
        .uri(format!("/api{path}"))
        .header("authorization", format!("Bearer {token}"))
}

async fn send(app: &TestApp, builder: Builder, body: impl Into<Body>) -> Answer {
    app.send(builder.body(body.into()).expect("a sound request")).await
}

#[tokio::test]
async fn the_root_tells_what_it_is() {
    let app = TestApp::new().await;
    let root = app.get(NOBODY, "/api").await;
    let head = app.request(NOBODY, Method::HEAD, "/api", None).await;
    assert_eq!((head.status.as_u16(), head.bytes.len()), (200, 0));
    let root = root.ok();
    assert!(!text(&root, "api").is_empty() && !text(&root, "version").is_empty(), "{root}");
}

#[tokio::test]
async fn a_trailing_slash_changes_nothing() {
    let (app, show) = tv_show().await;
    let app = app.without_gateway();
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    let path = format!("/data/assets/{sword}");
    assert_eq!(app.get(ADMIN, &format!("{path}/")).await.ok(), app.get(ADMIN, &path).await.ok());
    let rows = app.post(ADMIN, "/actions/assets/share/", &json!({"asset_ids": [sword]})).await.ok();
    assert_eq!(column(&rows, "name"), ["Sword"]);
    let rows = app.get(ADMIN, "/data/assets/?name=sword").await.ok();
    assert_eq!(column(&rows, "name"), ["Sword"]);
    app.get(ADMIN, "/api/").await.ok();
}

#[tokio::test]
async fn head_is_get_without_a_body_and_options_tells_the_methods() {
    let (app, show) = tv_show().await;
    let app = app.without_gateway();
    for path in ["/data/assets".to_owned(), show.path("/assets"), "/data/asset-types".to_owned()] {
        let get = app.get(ARTIST, &path).await;
        let head = app.request(ARTIST, Method::HEAD, &path, None).await;
        assert_eq!((head.status, head.bytes.len()), (get.status, 0), "{path}");
        for name in ["etag", "content-type", "content-length"] {
            assert_eq!(head.header(name), get.header(name), "{name} of {path}");
        }
        let options = app.request(NOBODY, Method::OPTIONS, &path, None).await;
        assert_eq!(options.status, 204, "{path}");
        assert!(
            options.header("allow").is_some_and(|allow| allow.contains("GET")),
            "{:?}",
            options.headers
        );
    }
    app.request(NOBODY, Method::HEAD, "/data/assets", None).await.expect(401);
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let (app, show) = tv_show().await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    for path in [format!("/data/assets/{sword}"), "/data/assets".to_owned(), show.path("/assets")] {
        let get = app.get(ADMIN, &path).await;
        let tag = get.header("etag").expect("a tag").to_owned();
        assert!(tag.starts_with('"') && tag.ends_with('"'), "strong: {tag}");
        let again = || request(&app, "GET", &path).header(header::IF_NONE_MATCH, &tag);
        let unchanged = send(&app, again(), "").await;
        assert_eq!((unchanged.status.as_u16(), unchanged.bytes.len()), (304, 0), "{path}");
        assert_eq!(unchanged.header("etag"), Some(&*tag));

        let change = json!({"description": format!("changed for {path}")});
        app.put(ADMIN, &format!("/data/entities/{sword}"), &change).await.ok();
        let changed = send(&app, again(), "").await;
        assert_eq!(changed.status, 200, "{path}");
        assert_ne!(changed.header("etag"), Some(&*tag));
    }
}

#[tokio::test]
async fn a_change_may_demand_that_nothing_changed_before() {
    let (app, show) = tv_show().await;
    let path = format!("/data/entities/{}", show.asset_id(&app, "Prop", "Sword").await);
    let tag = app.get(ADMIN, &path).await.header("etag").expect("a tag").to_owned();
    let put = async |description: &str| {
        let conditional = request(&app, "PUT", &path).header(header::IF_MATCH, &tag);
        send(&app, conditional, json!({"description": description}).to_string()).await
    };
    put("first").await.ok();
    put("second").await.error(412, "PreconditionFailedException");
    assert_eq!(app.get(ADMIN, &path).await.ok()["description"], "first");
}

#[tokio::test]
async fn long_answers_are_compressed_for_those_who_ask() {
    let (app, show) = tv_show().await;
    show.many_assets(&app, "Prop", 20).await;
    let plain = app.get(ADMIN, "/data/assets").await;
    let gzip = send(
        &app,
        request(&app, "GET", "/data/assets").header(header::ACCEPT_ENCODING, "gzip"),
        "",
    )
    .await;
    assert_eq!(
        (plain.header("content-encoding"), gzip.header("content-encoding")),
        (None, Some("gzip"))
    );
    let mut unzipped = Vec::new();
    GzDecoder::new(&*gzip.bytes).read_to_end(&mut unzipped).expect("a sound zip");
    assert_eq!(unzipped, plain.bytes);
    assert!(
        gzip.bytes.len() < plain.bytes.len() / 3,
        "{} of {}",
        gzip.bytes.len(),
        plain.bytes.len()
    );
}

#[tokio::test]
async fn every_layer_answers_errors_in_the_one_shape() {
    let app = TestApp::new().await;
    app.get(ADMIN, "/data/nothing").await.error(404, "RouteNotFoundException");
    app.get(NOBODY, "/nothing").await.error(404, "RouteNotFoundException");
    let answer = app.delete(ADMIN, "/data/assets").await;
    assert!(
        answer
            .header("allow")
            .is_some_and(|allow| allow.contains("GET") && !allow.contains("DELETE"))
    );
    answer.error(405, "MethodNotAllowedException");
    app.request(ADMIN, Method::PATCH, "/data/asset-types", None)
        .await
        .error(405, "MethodNotAllowedException");
    let answer = app.get(NOBODY, "/data/assets").await;
    assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    answer.error(401, "NotAuthenticatedException");
}

#[tokio::test]
async fn a_body_is_json_or_is_refused() {
    let (app, show) = tv_show().await;
    let path = show.new_asset("Prop");
    for body in [
        "",
        "{",
        "{\"name\": \"a\"",
        "name=a",
        "{\"name\": \"a\"} x",
        "\u{0}",
        "{\"name\": \"\\ud800\"}",
    ] {
        send(&app, request(&app, "POST", &path), body.to_owned()).await.invalid(&["body"]);
    }
    send(&app, request(&app, "POST", &path), b"{\"name\": \"\xff\"}".to_vec())
        .await
        .invalid(&["body"]);
    for body in ["[]", "5", "null", "\"name\""] {
        send(&app, request(&app, "POST", &path), body.to_owned()).await.invalid(&["body"]);
    }
    let bottomless =
        format!("{{\"name\": \"a\", \"data\": {}1{}}}", "[".repeat(5000), "]".repeat(5000));
    send(&app, request(&app, "POST", &path), bottomless).await.invalid(&["body"]);
    let untyped = send(&app, request(&app, "POST", &path), "{\"name\": \"Sword\"}").await;
    assert_eq!(untyped.created()["name"], "Sword", "clients forget to say that it is JSON");
}

#[tokio::test]
async fn a_body_over_six_megabytes_is_refused() {
    let (app, show) = tv_show().await;
    let app = app.without_gateway();
    let body = format!("{{\"name\": \"Sword\", \"padding\": \"{}\"}}", "x".repeat(6 * 1024 * 1024));
    let answer = send(&app, request(&app, "POST", &show.new_asset("Prop")), body).await;
    answer.error(413, "RequestTooLargeException");
    assert_eq!(app.get(ADMIN, "/data/assets").await.ok(), json!([]));
}

#[tokio::test]
async fn a_query_is_text_without_doubles() {
    let (app, show) = tv_show().await;
    let sword = show.asset_id(&app, "Prop", "Épée & co").await;
    let rows = app.get(ADMIN, "/data/assets?name=%C3%A9p%C3%A9e+%26%20co").await.ok();
    assert_eq!(column(&rows, "id"), [sword.as_str()]);
    app.get(ADMIN, "/data/assets?name=%ff").await.invalid(&["name"]);
    app.get(ADMIN, "/data/assets?name=a&name=b").await.invalid(&["name"]);
    app.delete(ADMIN, &format!("/data/assets/{sword}?force=true&force=true"))
        .await
        .invalid(&["force"]);
}

#[tokio::test]
async fn an_id_is_read_in_either_case_and_written_in_lower() {
    let (app, show) = tv_show().await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    let upper = sword.to_uppercase();
    assert_eq!(app.get(ADMIN, &format!("/data/assets/{upper}")).await.ok()["id"], json!(sword));
    assert_eq!(
        column(&app.get(ADMIN, &format!("/data/assets?id={upper}")).await.ok(), "id"),
        [sword.as_str()]
    );
    let rows = app.post(ADMIN, "/actions/assets/share", &json!({"asset_ids": [upper]})).await.ok();
    assert_eq!(column(&rows, "id"), [sword.as_str()]);
    for other in [sword.replace('-', ""), format!("{{{sword}}}"), format!("urn:uuid:{sword}")] {
        app.get(ADMIN, &format!("/data/assets/{}", other.replace('{', "%7B").replace('}', "%7D")))
            .await
            .error(404, "AssetNotFoundException");
    }
}

#[tokio::test]
async fn ids_are_random_uuids() {
    let (app, show) = tv_show().await;
    let [one, two] =
        [show.asset_id(&app, "Prop", "A").await, show.asset_id(&app, "Prop", "B").await];
    assert_ne!(one, two);
    for id in [one, two, show.id] {
        let parsed: uuid::Uuid = id.parse().expect("a UUID");
        assert_eq!((parsed.get_version_num(), parsed.to_string()), (4, id));
    }
}

#[tokio::test]
async fn timestamps_are_whole_seconds_in_utc() {
    let (app, show) = tv_show().await;
    let hero = show.asset(&app, "Character", "Hero").await;
    let task = show.task(&app, text(&hero, "id"), "Modeling", &[]).await;
    let project = app.get(ADMIN, &show.path("")).await.ok();
    for row in [&hero, &task, &project] {
        for field in ["created_at", "updated_at"] {
            let moment = text(row, field);
            let form: String =
                moment.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
            assert_eq!(form, "0000-00-00T00:00:00Z", "{moment}");
        }
    }
}

#[tokio::test]
async fn every_answer_has_an_id_of_its_own() {
    let app = TestApp::new().await;
    let mut ids = Vec::new();
    for (who, path) in
        [(ADMIN, "/data/assets"), (ADMIN, "/nothing"), (NOBODY, "/data/assets"), (ADMIN, "/api")]
    {
        let answer = app.get(who, path).await;
        ids.push(answer.header("x-request-id").expect("an id").to_owned());
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}

#[tokio::test]
async fn a_read_sees_every_write_before_it() {
    let (app, show) = tv_show().await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    for n in 0..10 {
        let name = format!("Sword {n}");
        app.put(ADMIN, &format!("/data/entities/{sword}"), &json!({"name": name})).await.ok();
        assert_eq!(
            app.get(ARTIST, &format!("/data/assets/{sword}")).await.ok()["name"],
            json!(name)
        );
        let found = app.get(ARTIST, &format!("/data/assets?name=sword%20{n}")).await.ok();
        assert_eq!(column(&found, "id"), [sword.as_str()]);
        assert_eq!(column(&app.get(ARTIST, &show.path("/assets")).await.ok(), "name"), [name]);
    }
}
