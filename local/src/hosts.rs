//! Under which names the server lets itself be asked.
//!
//! It listens on 127.0.0.1 only, but a browser of this machine goes there for any page whose own name is made to lead here (DNS
//! rebinding). To the browser that is the page's own site: it could log in with the demo's well-known passwords, and
//! read and write. But its requests say which name led here, in `Host`, and a page has no say in that.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::HeaderValue;
use http::header::HOST;
use http::uri::Authority;
use http_api::ApiError;
use model::Error;

/// The names of this machine to itself: nobody else can have them.
const OWN: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];
/// What further names of this machine end with (RFC 6761).
const OWN_DOMAIN: &str = ".localhost";
const REFUSAL: &str = "This server is asked as localhost or 127.0.0.1; start it with --allow-host NAME to be asked under another name";

/// The names besides those of this machine to itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hosts(Vec<String>);

impl Hosts {
    /// These names, too: each as [`parse`] reads it.
    pub fn with(names: Vec<String>) -> Self {
        Self(names)
    }

    fn has(&self, host: &str) -> bool {
        let host = folded(host);
        OWN.contains(&&*host) || host.ends_with(OWN_DOMAIN) || self.0.contains(&host)
    }

    /// Whether a request asks under a known name. One that tells of none was not sent by a browser.
    fn has_that_of(&self, request: &Request) -> bool {
        let named = request.headers().get_all(HOST).iter();
        let mut named = named.map(|value| value.to_str().ok()?.parse::<Authority>().ok());
        named.all(|host| host.is_some_and(|host| self.has(host.host())))
            && request.uri().host().is_none_or(|host| self.has(host))
    }
}

/// Reads a name that a server is asked under: a host without scheme and port.
pub fn parse(text: &str) -> Result<String, String> {
    match text.parse::<Authority>() {
        Ok(host) if host.as_str() == host.host() => Ok(folded(text)),
        _ => Err("must be the name of a host, without scheme and port".into()),
    }
}

/// The one spelling of a name.
fn folded(host: &str) -> String {
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

/// Refuses a request under an unknown name.
pub(crate) async fn require_known(
    State(hosts): State<Hosts>,
    request: Request,
    next: Next,
) -> Response {
    if hosts.has_that_of(&request) {
        return next.run(request).await;
    }
    let host = request.headers().get(HOST).map(HeaderValue::as_bytes).unwrap_or_default();
    tracing::warn!(host = %host.escape_ascii(), "a request under an unknown name was refused");
    ApiError(Error::Forbidden(REFUSAL)).into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn a_server_is_asked_under_names_that_are_nobody_elses() {
        let hosts = Hosts::with(vec![parse("Host.docker.internal").unwrap()]);
        let check = |told: &[&str], is_known: bool| {
            let request = Request::builder().uri("/api");
            let request = told.iter().fold(request, |request, host| request.header(HOST, *host));
            let request = request.body(Body::empty()).unwrap();
            assert_eq!(hosts.has_that_of(&request), is_known, "{told:?}");
        };
        for known in ["localhost", "LOCALHOST:3000", "127.0.0.1:3000", "[::1]:3000", "[::1]"] {
            check(&[known], true);
        }
        for known in ["kitsu.localhost:80", "localhost.", "host.docker.internal:3000"] {
            check(&[known], true);
        }
        check(&[], true);
        for unknown in
            ["evil.example", "localhost.evil.example:3000", "evillocalhost", "127.0.0.1.nip.io"]
        {
            check(&[unknown], false);
        }
        check(&["docker.internal"], false);
        check(&["localhost", "evil.example"], false);
        check(&["not a host"], false);
    }

    #[test]
    fn an_address_in_the_request_line_counts_too() {
        let request = Request::builder().uri("http://evil.example/api").header(HOST, "localhost");
        assert!(!Hosts::default().has_that_of(&request.body(Body::empty()).unwrap()));
    }

    #[test]
    fn names_have_neither_scheme_nor_port() {
        assert_eq!(parse("Tanuki.Studio.").as_deref(), Ok("tanuki.studio"));
        for wrong in ["http://localhost", "localhost:3000", "a/b", "me@localhost", ""] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
