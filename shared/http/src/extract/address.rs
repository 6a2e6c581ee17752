//! [`SourceAddress`]: where a request comes from.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use http::request::Parts;
use lambda_http::request::RequestContext;
use model::throttle;

/// The network address a request comes from, as logins are counted by: what the gateway says, or the connection.
/// Never a header: whoever sends the request writes those.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceAddress(pub String);

/// The other end of the connection, which a server of its own puts into a request's extensions.
#[derive(Clone, Copy, Debug)]
pub struct Connection(pub IpAddr);

impl<S: Sync> FromRequestParts<S> for SourceAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let address = match parts.extensions.get::<RequestContext>() {
            Some(RequestContext::ApiGatewayV2(context)) => {
                context.http.source_ip.as_deref().and_then(|text| text.parse::<IpAddr>().ok())
            }
            _ => parts.extensions.get::<Connection>().map(|connection| connection.0),
        };
        // Whatever has none is counted together.
        Ok(Self(address.map_or_else(|| "unknown".into(), throttle::network)))
    }
}

#[cfg(test)]
mod tests {
    use axum::extract::Request;
    use serde_json::json;

    use super::*;

    async fn source(request: Request<()>) -> String {
        let (mut parts, ()) = request.into_parts();
        let SourceAddress(address) =
            SourceAddress::from_request_parts(&mut parts, &()).await.unwrap();
        address
    }

    #[tokio::test]
    async fn the_address_is_the_gateways_or_the_connections_and_never_a_headers() {
        let forged = || {
            let request = Request::builder()
                .header("x-forwarded-for", "203.0.113.9")
                .header("forwarded", "for=203.0.113.9");
            request.header("x-real-ip", "203.0.113.9").body(()).unwrap()
        };
        assert_eq!(source(forged()).await, "unknown");
        let mut request = forged();
        request.extensions_mut().insert(Connection(IpAddr::from([192, 0, 2, 7])));
        assert_eq!(source(request).await, "192.0.2.7");

        let from_gateway = |address: &str| {
            let event = json!({
                "version": "2.0", "rawPath": "/api/auth/login", "rawQueryString": "",
                "headers": {"x-forwarded-for": "203.0.113.9", "forwarded": "for=203.0.113.9"},
                "requestContext": {"http": {"method": "POST", "sourceIp": address}},
            });
            let mut request = lambda_http::request::from_str(&event.to_string()).unwrap().map(drop);
            request.extensions_mut().insert(Connection(IpAddr::from([192, 0, 2, 7])));
            request
        };
        assert_eq!(source(from_gateway("198.51.100.7")).await, "198.51.100.7");
        assert_eq!(source(from_gateway("2001:db8:1:2:3:4:5:6")).await, "2001:db8:1:2::/64");
        assert_eq!(source(from_gateway("no address")).await, "unknown");
    }
}
