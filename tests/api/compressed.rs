//! Bodies sent with `Content-Encoding: gzip`.

use std::io::Write as _;

use axum::body::Body;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::Request;
use http_api::extract::BODY_MAX;
use tanuki_tests::prelude::*;

fn zip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// Sends bytes as somebody, said to be encoded.
async fn send(
    app: &TestApp,
    who: Who,
    path: &str,
    encoding: &str,
    content_type: &str,
    body: Vec<u8>,
) -> Answer {
    let mut request = Request::post(format!("/api{path}"))
        .header("content-type", content_type)
        .header("content-encoding", encoding);
    if let Some(token) = app.token(who) {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    app.send(request.body(Body::from(body)).expect("a request")).await
}

#[tokio::test]
async fn a_zipped_body_is_read() {
    let (app, film) = film().await;
    let path = film.new_asset("Prop");
    let body = zip(json!({"name": "Lamp"}).to_string().as_bytes());
    let made = send(&app, ADMIN, &path, "gzip", "application/json", body).await.created();
    assert_eq!(made["name"], "Lamp");
    let plain = json!({"name": "Rope"}).to_string().into_bytes();
    send(&app, ADMIN, &path, "identity", "application/json", plain).await.created();
}

#[tokio::test]
async fn what_cannot_be_unzipped_names_the_body() {
    let (app, film) = film().await;
    let path = film.new_asset("Prop");
    let json = b"{\"name\": \"Lamp\"}";
    let whole = zip(json);
    let cut = whole[..whole.len() - 3].to_vec();
    for (encoding, body) in
        [("gzip", json.to_vec()), ("gzip", cut), ("br", whole), ("gzip, br", zip(json))]
    {
        send(&app, ADMIN, &path, encoding, "application/json", body).await.invalid(&["body"]);
    }
    // Who may not is told that first.
    send(&app, ARTIST, &path, "br", "application/json", Vec::new())
        .await
        .error(403, "NotAllowedException");
    send(&app, NOBODY, &path, "br", "application/json", Vec::new())
        .await
        .error(401, "NotAuthenticatedException");
}

#[tokio::test]
async fn a_small_body_that_stands_for_too_much_is_refused() {
    let (app, film) = film().await;
    let bomb = zip(&vec![b' '; 50 * BODY_MAX]);
    assert!(bomb.len() < BODY_MAX / 10);
    let answer = send(&app, ADMIN, &film.new_asset("Prop"), "gzip", "application/json", bomb).await;
    answer.error(413, "RequestTooLargeException");
}

#[tokio::test]
async fn a_zipped_upload_is_read() {
    let (app, film) = film().await;
    let file = "Type,Name\nProp,Lamp\nProp,Rope\n";
    let form = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n{file}\r\n--x--\r\n"
    );
    let path = format!("/import/csv/projects/{}/assets", film.id);
    let content_type = "multipart/form-data; boundary=x";
    let answer = send(&app, ADMIN, &path, "gzip", content_type, zip(form.as_bytes())).await;
    assert!(answer.status.is_success(), "{}", answer.body);
    assert_eq!(sorted(&app.get(ADMIN, &film.path("/assets")).await.ok(), "name"), ["Lamp", "Rope"]);
}
