//! Requests arrive whole, as on Lambda.
//!
//! A handler that refuses a request (no token, no such route) answers without reading its body. Over a connection
//! the rest of that body would still be on its way, so the server would have to close it, and a client that sends the
//! next request there gets no answer. Here every body is read first; of one that is too large for any handler only
//! as much is kept as shows that.

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http_api::ApiError;
use http_api::extract::BODY_MAX;
use http_body_util::BodyExt as _;
use model::Error;

/// How much of a body is read before the connection is given up.
const DRAIN_MAX: usize = 64 * 1024 * 1024;

/// Reads the body, then lets the request pass.
pub(crate) async fn whole(request: Request, next: Next) -> Response {
    let (parts, mut body) = request.into_parts();
    let (mut kept, mut length) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let frame = match frame {
            Ok(frame) => frame,
            Err(error) => {
                let message = format!("could not be read: {error}");
                return ApiError(Error::invalid("body", message)).into_response();
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

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::{SocketAddr, TcpStream};
    use std::time::Duration;

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
                "POST /api/nothing HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n"
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
}
