//! Runs a function's routes: [`serve`](fn@serve) is all that its `main` calls.

use http::{Request, Uri};
use lambda_http::{Body, RequestExt as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tower::ServiceBuilder;

use crate::layers::{self, payload};
use crate::routing::{OnDemand, Paths};
use crate::{config, log};

/// Serves `routes` to Lambda until the process ends.
pub async fn serve(routes: fn(Paths) -> Paths) -> Result<(), lambda_runtime::Error> {
    log::init();
    let app = config::app().await?;
    let mode = app.mode;
    let service = layers::service(OnDemand::new(routes(Paths::default()), app), mode);
    let service = ServiceBuilder::new()
        .map_request(as_sent::<Body>)
        .map_response(payload::LambdaResponse)
        .service(service);
    lambda_http::run(service).await
}

/// The characters of a path that are encoded. A `%` is not: nobody can tell any more whether it was sent as one.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'%');

/// Encodes the path again, as it was sent. The gateway decodes it, and `lambda_http` parses the decoded text: a `?` that was
/// encoded would begin a query, a `#` would end it, a line break would be left out, and `..` would lead up.
fn as_sent<B>(mut request: Request<B>) -> Request<B> {
    let (path, read) = (request.raw_http_path(), request.uri());
    if path.is_empty() || path == read.path() {
        return request;
    }
    // With either of them in the path, what was read as the query is not what was sent as it; and no route has either.
    let query = read.query().filter(|_| !path.contains(['?', '#']));
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let sent = format!("{}{query}", utf8_percent_encode(path, ENCODED));
    *request.uri_mut() = sent.parse().unwrap_or(Uri::from_static("/"));
    request
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A request as `lambda_http` reads it.
    fn read(path: &str, query: &str) -> lambda_http::Request {
        let event = json!({
            "version": "2.0", "rawPath": path, "rawQueryString": query,
            "headers": {"host": "api.example.com"},
            "requestContext": {"stage": "$default", "http": {"method": "DELETE"}},
        });
        lambda_http::request::from_str(&event.to_string()).unwrap()
    }

    #[test]
    fn a_decoded_path_begins_no_query_and_leads_nowhere_else() {
        // Else there would be nothing to do.
        assert_eq!(read("/a/1?force=true", "").uri().query(), Some("force=true"));
        assert_eq!(read("/a/x/../1\n", "").uri().path(), "/a/1");
        let check = |path: &str, query: &str, expected: &str| {
            let sent = as_sent(read(path, query));
            let read = sent.uri().path_and_query().map(http::uri::PathAndQuery::as_str);
            assert_eq!(read, Some(expected), "{path:?}?{query}");
        };
        check("/api/data/assets/1", "", "/api/data/assets/1");
        check("/api/data/assets/1", "name=a%20b&page=2", "/api/data/assets/1?name=a%20b&page=2");
        check("/a/1?force=true", "", "/a/1%3Fforce%3Dtrue");
        check("/a/1?force=true", "page=2", "/a/1%3Fforce%3Dtrue");
        check("/a/1#", "force=true", "/a/1%23");
        check("/a/1 \"\u{0}", "page=2", "/a/1%20%22%00?page=2");
        check("/a/1\n\t", "", "/a/1%0A%09");
        check("/a/x/../1/.", "page=2", "/a/x/../1/.?page=2");
        check("/a\\1", "", "/a%5C1");
        check("//elsewhere.example/a", "", "//elsewhere.example/a");
        check("/a/ü{1}", "", "/a/%C3%BC%7B1%7D");
        check("/a/%31%zz", "", "/a/%31%zz");
    }
}
