//! Paths, queries and bodies: what is taken, what is refused, and in which order.

use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE};

use super::*;

const ID: &str = "a24a6ea4-ce75-4665-a070-57453082c256";

#[tokio::test]
async fn a_path_holds_ids_or_nothing() {
    let check = async |id: &str, expected: Option<&str>| {
        let reply = fetch(&format!("/api/assets/{id}")).await;
        match expected {
            Some(id) => assert_eq!(reply.json()["id"], id),
            None => assert_eq!(reply.error(), (404, "AssetNotFoundException".into()), "{id}"),
        }
    };
    check(ID, Some(ID)).await;
    check(&ID.to_uppercase(), Some(ID)).await;
    check(&ID.replace('-', ""), None).await;
    check(&format!("urn:uuid:{ID}"), None).await;
    check("nonsense", None).await;
    check("%FF", None).await;
    check("%00", None).await;
    check(&"a".repeat(10_000), None).await;
}

#[tokio::test]
async fn checks_come_in_order() {
    let check = async |uri: String, token: Option<&str>, expected: (u16, &str)| {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let headers: Vec<_> =
            bearer.iter().map(|bearer| (AUTHORIZATION, bearer.as_str())).collect();
        let reply = ask("GET", &uri, &headers, Body::empty()).await;
        assert_eq!(reply.error(), (expected.0, expected.1.to_owned()), "{uri}");
        reply.json()["message"].as_str().unwrap().to_owned()
    };
    // Token, then path.
    let unknown = (401, "NotAuthenticatedException");
    assert_eq!(
        check("/api/guarded/nonsense?x=1".into(), None, unknown).await,
        "Missing access token"
    );
    assert_eq!(
        check("/api/guarded/nonsense".into(), Some("garbage"), unknown).await,
        "Invalid token"
    );
    // Path, then role, then query.
    check("/api/assets/nonsense?x=1".into(), None, (404, "AssetNotFoundException")).await;
    let forbidden = format!("/api/assets/0{}?x=1", &ID[1..]);
    check(forbidden, None, (403, "NotAllowedException")).await;
    check(format!("/api/assets/{ID}?x=1"), None, (400, "ValidationException")).await;
}

#[tokio::test]
async fn a_refused_caller_is_told_the_scheme() {
    let reply = fetch(&format!("/api/guarded/{ID}")).await;
    assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
}

#[tokio::test]
async fn a_query_is_read_whole() {
    let read = async |query: &str| fetch(&format!("/api/query?{query}")).await;
    assert_eq!(
        read("name=%C3%89p%C3%A9e+longue&count=3").await.json(),
        json!({"name": "Épée longue", "count": 3})
    );
    assert_eq!(read("&name=a&&relations=true").await.status, 200);
    assert_eq!(read("").await.wrong_fields(), ["name"]);
    assert_eq!(read("nam=a&count=x").await.wrong_fields(), ["name", "count", "nam"]);
    assert_eq!(read("name=a&name=b&count=1&count=1").await.wrong_fields(), ["name", "count"]);
    assert_eq!(read("name=%FF&count=%C3%28").await.wrong_fields(), ["name", "count"]);
    assert_eq!(read("%FF=1&name=a").await.wrong_fields(), ["query"]);
    assert_eq!(read("name=%00").await.wrong_fields(), ["name"]);
    assert_eq!(read("name=50%").await.json()["name"], "50%");
    assert_eq!(read("name=%EF%BF%BD").await.json()["name"], "\u{FFFD}");
}

#[tokio::test]
async fn a_body_is_json_or_says_that_it_is_a_form() {
    let send = async |content_type: &str, body: &[u8]| {
        ask("POST", "/api/body", &[(CONTENT_TYPE, content_type)], body.to_vec()).await
    };
    let json = async |body: &[u8]| send("application/json", body).await;
    let form = "application/x-www-form-urlencoded; charset=UTF-8";
    assert_eq!(
        json(br#"{"name": "a", "count": 1}"#).await.json(),
        json!({"name": "a", "count": 1})
    );
    assert_eq!(send("text/plain", br#"{"name": "a"}"#).await.json()["name"], "a");
    assert_eq!(send(form, b"name=a+b&count=2").await.json(), json!({"name": "a b", "count": 2}));
    assert_eq!(send(form, b"name=a&name=b").await.wrong_fields(), ["name"]);
    assert_eq!(json(br#"{"count": 99}"#).await.wrong_fields(), ["name", "count"]);
    let nested = format!("{}1{}", "[".repeat(500), "]".repeat(500));
    let malformed: [&[u8]; 8] = [
        b"",
        b"{",
        b"nonsense",
        b"[]",
        b"null",
        br#"{"name": 1e400}"#,
        b"{\"name\": \"\xff\"}",
        nested.as_bytes(),
    ];
    for body in malformed {
        assert_eq!(json(body).await.wrong_fields(), ["body"], "{}", String::from_utf8_lossy(body));
    }
    let rounded = br#"{"name": "a", "data": {"seed": 18446744073709551616, "size": 1e30}}"#;
    assert_eq!(json(rounded).await.wrong_fields(), ["data.seed"]);
    let reply = json(b"{\"name\":\n nonsense}").await;
    let message = reply.json()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("line 2 column"), "{message}");
}

#[tokio::test]
async fn a_body_may_be_left_out_where_it_is_optional() {
    let send = async |body: &'static str| ask("PUT", "/api/body", &[], body).await;
    assert_eq!(send("").await.status, 204);
    assert_eq!(send(" \n").await.status, 204);
    assert_eq!(send("{}").await.status, 204);
    assert_eq!(send("[]").await.wrong_fields(), ["body"]);
}
