//! Requests arrive whole, as on Lambda.
//!
//! A handler that refuses a request (no token, no such route) answers without reading its body. Over a connection
//! the rest of that body would still be on its way, so the server would have to close it, and a client that sends the
//! next request there gets no answer. Here every body is read first; of one that is too large for any handler only
//! as much is kept as shows that.

use std::convert::Infallible;
use std::future::ready;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http_api::extract::BODY_MAX;
use http_body_util::{BodyExt as _, Full};

/// How much of a body is read before the connection is given up.
const DRAIN_MAX: usize = 64 * 1024 * 1024;

/// Reads the body, then lets the request pass. One that breaks off passes, too, and breaks off again for whoever reads it:
/// what is answered then is answered as everything is.
pub(crate) async fn buffer_body(request: Request, next: Next) -> Response {
    let (parts, mut body) = request.into_parts();
    let (mut kept, mut length) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let frame = match frame {
            Ok(frame) => frame,
            Err(error) => {
                return next.run(Request::from_parts(parts, broken(kept, error))).await;
            }
        };
        let Ok(data) = frame.into_data() else { continue };
        length += data.len();
        let room = (BODY_MAX + 1).saturating_sub(kept.len());
        kept.extend_from_slice(&data[..data.len().min(room)]);
        if length > DRAIN_MAX {
            break;
        }
    }
    next.run(Request::from_parts(parts, Body::from(kept))).await
}

/// A body that breaks off after what was read of it.
fn broken(kept: Vec<u8>, error: axum::Error) -> Body {
    let kept = Full::new(Bytes::from(kept)).map_err(|never: Infallible| match never {});
    Body::new(kept.with_trailers(ready(Some(Err(error)))))
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::{SocketAddr, TcpStream};
    use std::time::Duration;

    use http::StatusCode;
    use tower::{Layer as _, ServiceExt as _};

    use super::*;
    use crate::server::{self, Content, Options};
    use crate::studio::Place;

    /// The status line of each answer to requests whose bodies come after their heads, over one connection.
    fn answers(address: SocketAddr, requests: usize) -> std::io::Result<Vec<String>> {
        let mut connection = TcpStream::connect(address)?;
        let mut answers = BufReader::new(connection.try_clone()?);
        let mut statuses = Vec::new();
        for _ in 0..requests {
            let length = 100_000;
            write!(
                connection,
                "POST /api/nothing HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\n\r\n"
            )?;
            std::thread::sleep(Duration::from_millis(30));
            connection.write_all(&vec![b'x'; length])?;
            let (mut line, mut body) = (String::new(), 0);
            answers.read_line(&mut line)?;
            statuses.push(line.trim().to_owned());
            while line != "\r\n" {
                line.clear();
                answers.read_line(&mut line)?;
                let length = line.to_ascii_lowercase();
                if let Some(length) = length.strip_prefix("content-length:") {
                    body = length.trim().parse().map_err(std::io::Error::other)?;
                }
            }
            answers.read_exact(&mut vec![0; body])?;
        }
        Ok(statuses)
    }

    #[tokio::test]
    async fn a_refused_request_leaves_the_connection_to_the_next_one() {
        let options = Options {
            port: 0,
            place: Place::Memory,
            table: "tanuki".into(),
            content: Content::Empty,
            oidc: None,
        };
        let running = server::start(&options).await.unwrap();
        let address = running.address;
        let statuses = tokio::task::spawn_blocking(move || answers(address, 3)).await.unwrap();
        assert_eq!(statuses.unwrap(), ["HTTP/1.1 404 Not Found"; 3]);
        running.stop().await.unwrap();
    }

    #[tokio::test]
    async fn a_request_that_breaks_off_is_answered_as_all_are() {
        let studio = Place::Memory.open("tanuki", Content::Empty).await.unwrap();
        let service = crate::routes::service(studio.app);
        let service = axum::middleware::from_fn(buffer_body).layer(service);
        let body = broken(b"{\"email\"".to_vec(), axum::Error::new("the connection is gone"));
        let request = Request::post("/api/auth/login").header("content-type", "application/json");
        let answer = service.oneshot(request.body(body).unwrap()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
        assert!(answer.headers().contains_key("x-request-id"), "{:?}", answer.headers());
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&body);
        assert!(text.contains("could not be read: the connection is gone"), "{text}");
    }
}
