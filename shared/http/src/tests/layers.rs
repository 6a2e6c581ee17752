//! What every answer has, whatever the handler does.

use axum::body::Body;
use http::header::{ACCEPT_ENCODING, IF_NONE_MATCH};

use super::*;

#[tokio::test]
async fn every_failure_has_the_shape() {
    let check = async |method: &str, uri: &str, status: u16, exception: &str| {
        let reply = ask(method, uri, &[], Body::empty()).await;
        assert_eq!(reply.error(), (status, exception.to_owned()), "{method} {uri}");
        reply
    };
    check("GET", "/api/nowhere", 404, "RouteNotFoundException").await;
    check("OPTIONS", "/api/nowhere", 404, "RouteNotFoundException").await;
    check("GET", "/", 404, "RouteNotFoundException").await;
    let reply = check("DELETE", "/api/body", 405, "MethodNotAllowedException").await;
    assert_eq!(reply.header("allow"), Some("POST,PUT,OPTIONS"));
    check("GET", "/api/fail/panic", 500, "InternalServerErrorException").await;
    check("GET", "/api/fail/precondition", 412, "PreconditionFailedException").await;
    check("GET", "/api/fail/descriptor", 404, "MetadataDescriptorNotFoundException").await;
    let reply = check("GET", "/api/fail/internal", 500, "InternalServerErrorException").await;
    assert_eq!(reply.json()["message"], "Internal server error");
    let reply = check("GET", "/api/fail/unavailable", 500, "StoreUnavailableException").await;
    assert_eq!(reply.header("retry-after"), Some("1"));
    assert!(!String::from_utf8_lossy(&reply.body).contains("throttled"));
    let reply = check("GET", "/api/fail/taken", 400, "AssetTypeAlreadyExistsException").await;
    assert_eq!(reply.json()["data"], json!({"id": "a24a6ea4-ce75-4665-a070-57453082c256"}));
    assert_eq!(reply.json()["message"], "Asset type already exists: Prop");
}

#[tokio::test]
async fn too_large_has_the_shape_whoever_refuses() {
    let expected = (413, "RequestTooLargeException".to_owned());
    for uri in ["/api/body", "/api/bytes"] {
        let body = vec![b' '; crate::extract::BODY_MAX + 1];
        assert_eq!(ask("POST", uri, &[], body).await.error(), expected, "{uri}");
    }
    let name = "a".repeat(100);
    let body = format!("{{\"name\": \"{name}\", \"padding\": \"{}\"}}", "x".repeat(5_000_000));
    assert_eq!(ask("POST", "/api/body", &[], body).await.status, 200);
}

#[tokio::test]
async fn a_trailing_slash_changes_nothing() {
    assert_eq!(fetch("/api/small/").await.json(), json!({"a": 1}));
    assert_eq!(fetch("/api/query/?name=a").await.json()["name"], "a");
    assert_eq!(ask("POST", "/api/body/", &[], r#"{"name": "a"}"#).await.json()["name"], "a");
}

#[tokio::test]
async fn head_and_options_work_on_every_path() {
    let get = fetch("/api/small").await;
    let head = ask("HEAD", "/api/small", &[], Body::empty()).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    for name in ["etag", "content-type", "content-length"] {
        assert!(get.header(name).is_some(), "{name}");
        assert_eq!(head.header(name), get.header(name), "{name}");
    }
    let head = ask("HEAD", "/api/nowhere", &[], Body::empty()).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::NOT_FOUND, 0));

    let options = ask("OPTIONS", "/api/small", &[], Body::empty()).await;
    assert_eq!((options.status, options.body.len()), (StatusCode::NO_CONTENT, 0));
    assert_eq!(options.header("allow"), Some("GET,HEAD,OPTIONS"));
    assert_eq!(options.header("content-length"), None);
}

#[tokio::test]
async fn an_unchanged_answer_is_not_sent_again() {
    let get = fetch("/api/small").await;
    let tag = get.header("etag").unwrap().to_owned();
    assert_eq!(tag.len(), 34);
    assert_eq!(get.header("cache-control"), Some("private, no-cache"));
    assert_eq!(get.header("x-content-type-options"), Some("nosniff"));

    let gzip_tag = tag.replacen('"', "", 1).replace('"', "-gzip\"");
    let gzip_tag = format!("\"{gzip_tag}");
    let check = async |known: &str, status: u16, expected: &str| {
        for method in ["GET", "HEAD"] {
            let reply = ask(method, "/api/small", &[(IF_NONE_MATCH, known)], Body::empty()).await;
            assert_eq!(reply.status.as_u16(), status, "{method} {known}");
            assert_eq!(reply.header("etag"), Some(expected), "{method} {known}");
            if status == 304 {
                assert!(reply.body.is_empty());
                assert_eq!(reply.header("content-length"), None);
                assert_eq!(reply.header("vary"), Some("accept-encoding"));
            }
        }
    };
    check(&tag, 304, &tag).await;
    check("*", 304, &tag).await;
    check(&format!("W/{tag}"), 304, &tag).await;
    check(&format!("\"x\", {tag}"), 304, &tag).await;
    check(&gzip_tag, 304, &gzip_tag).await;
    check("\"x\"", 200, &tag).await;
    check(&tag.replace('"', ""), 304, &tag).await;
}

#[tokio::test]
async fn only_what_was_read_well_has_a_tag() {
    assert_eq!(ask("POST", "/api/body", &[], r#"{"name": "a"}"#).await.header("etag"), None);
    let reply = ask("GET", "/api/nowhere", &[(IF_NONE_MATCH, "*")], Body::empty()).await;
    assert_eq!((reply.status, reply.header("etag")), (StatusCode::NOT_FOUND, None));
}

#[tokio::test]
async fn big_answers_are_compressed_for_those_who_can_read_it() {
    let big = async |accepted: &str| {
        ask("GET", "/api/big", &[(ACCEPT_ENCODING, accepted)], Body::empty()).await
    };
    let plain = big("identity").await;
    let tag = plain.header("etag").unwrap().to_owned();
    assert_eq!((plain.header("content-encoding"), plain.body.len()), (None, 5002));
    assert_eq!(plain.header("vary"), Some("accept-encoding"));

    let gzip = big("gzip, br").await;
    assert_eq!(
        (gzip.header("content-encoding"), &gzip.body[..2]),
        (Some("gzip"), &[0x1f, 0x8b][..])
    );
    assert!(gzip.body.len() < 500);
    assert_eq!(gzip.header("vary"), Some("accept-encoding"));
    let gzip_tag = format!("{}-gzip\"", tag.trim_end_matches('"'));
    assert_eq!(gzip.header("etag"), Some(&*gzip_tag));

    for known in [&tag, &gzip_tag] {
        let headers = [(ACCEPT_ENCODING, "gzip"), (IF_NONE_MATCH, known.as_str())];
        let reply = ask("GET", "/api/big", &headers, Body::empty()).await;
        assert_eq!((reply.status.as_u16(), reply.header("etag")), (304, Some(known.as_str())));
        assert_eq!(reply.header("content-encoding"), None);
    }
    // Nothing is acceptable: the answer comes as it is, not a 406.
    assert_eq!(big("identity;q=0, *;q=0").await.body.len(), 5002);
    let small = ask("GET", "/api/small", &[(ACCEPT_ENCODING, "gzip")], Body::empty()).await;
    assert_eq!(small.header("content-encoding"), None);
    let head = ask("HEAD", "/api/big", &[(ACCEPT_ENCODING, "gzip")], Body::empty()).await;
    assert_eq!((head.header("etag"), head.body.len()), (Some(&*gzip_tag), 0));
}

#[tokio::test]
async fn costs_are_told_in_local_mode_only() {
    let timing = async |mode| {
        let request = Request::get("/api/small").body(Body::empty()).unwrap();
        ask_in(mode, request).await.header("server-timing").map(str::to_owned)
    };
    assert_eq!(timing(Mode::Local).await.as_deref(), Some("rcu;dur=0, wcu;dur=0"));
    assert_eq!(timing(Mode::Cloud).await, None);
}

/// `lambda_http::run` and `axum::serve` ask for these.
#[test]
fn the_service_fits_lambda_and_a_listener() {
    fn lambda<S>(_: &S)
    where
        S: tower::Service<lambda_http::Request, Error = std::convert::Infallible>
            + Clone
            + Send
            + 'static,
        S::Response: lambda_http::IntoResponse,
        S::Future: Send,
    {
    }
    let service = crate::layers::service(Router::new(), Mode::Cloud);
    lambda(&service);
    drop(axum::ServiceExt::<axum::extract::Request>::into_make_service(service));
}

#[tokio::test]
async fn answers_behind_a_gateway_insist_on_tls() {
    for uri in ["small", "nowhere", "body", "huge", "fail/internal", "fail/panic"] {
        let reply = fetch(&format!("/api/{uri}")).await;
        assert_eq!(reply.header("strict-transport-security"), Some("max-age=31536000"), "{uri}");
    }
    let request = Request::get("/api/small").body(Body::empty()).unwrap();
    assert_eq!(ask_in(Mode::Local, request).await.header("strict-transport-security"), None);
}
