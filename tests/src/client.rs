//! [`Client`]: a user of a running [`Server`](crate::server::Server), over HTTP.

use http::{Method, Request};
use serde_json::{Value, json};
use ureq::Agent;

use crate::answer::{Answer, text};

/// Somebody logged in. Clones share the connections.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
    url: String,
    token: String,
}

impl Client {
    /// Logs in as a person of the demo.
    pub fn log_in(url: &str, email: &str) -> Self {
        // Statuses are answers, not errors: an error means that there was no answer.
        let agent: Agent = Agent::config_builder().http_status_as_error(false).build().into();
        let mut this = Self { agent, url: url.to_owned(), token: String::new() };
        let body = json!({"email": email, "password": tanuki::demo::PASSWORD});
        text(&this.post("/auth/login", &body).expect("an answer").ok(), "access_token")
            .clone_into(&mut this.token);
        this
    }

    /// The same login at a server that was started anew.
    #[must_use]
    pub fn at(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// The access token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Sends a request to a path below `/api`. An error: there was no whole answer.
    pub fn request(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, ureq::Error> {
        self.request_with(method, path, &[], body)
    }

    /// The same, with more headers.
    pub fn request_with(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Answer, ureq::Error> {
        let about = format!("{method} {path}");
        let mut request = Request::builder().method(method).uri(format!("{}/api{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        let answer = match body {
            Some(body) => {
                let request =
                    request.header("content-type", "application/json").body(body.to_string());
                self.agent.run(request.expect("a sound request"))
            }
            None => self.agent.run(request.body(()).expect("a sound request")),
        };
        let (parts, mut body) = answer?.into_parts();
        let bytes = body.read_to_vec()?;
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Ok(Answer { request: about, status: parts.status, headers: parts.headers, bytes, body })
    }

    /// `GET`, of a server that must answer.
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.request(Method::GET, path, None).expect("an answer")
    }

    /// `POST`.
    pub fn post(&self, path: &str, body: &Value) -> Result<Answer, ureq::Error> {
        self.request(Method::POST, path, Some(body))
    }

    /// `PUT`.
    pub fn put(&self, path: &str, body: &Value) -> Result<Answer, ureq::Error> {
        self.request(Method::PUT, path, Some(body))
    }
}
