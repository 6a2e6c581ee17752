//! [`Services`]: what functions call, as AWS would answer it. DynamoDB is the embedded engine, Secrets Manager one secret.

use std::sync::{Mutex, PoisonError};

use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};
use serde_json::json;
use tanuki::engine::Engine;

/// The name under which functions know the secret.
pub const SECRET_ID: &str = "token-secret";
/// Reads a secret.
const GET_SECRET: &str = "secretsmanager.GetSecretValue";

/// Both services, told apart by the operation that a call names in `x-amz-target`.
#[derive(Debug)]
pub struct Services {
    engine: Engine,
    secret: Mutex<String>,
}

impl Services {
    /// The engine, and the text of the secret.
    pub fn new(engine: Engine, secret: &str) -> Self {
        Self { engine, secret: Mutex::new(secret.to_owned()) }
    }

    /// Gives the secret another text.
    pub fn exchange_secret(&self, text: &str) {
        text.clone_into(&mut self.secret.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// What a call is answered.
    pub fn answer(&self, target: &str, body: &[u8]) -> Response {
        if target != GET_SECRET {
            let (status, body) = self.engine.answer(target, body);
            return response(status, body);
        }
        let secret = self.secret.lock().unwrap_or_else(PoisonError::into_inner).clone();
        response(200, json!({"Name": SECRET_ID, "SecretString": secret}).to_string().into())
    }
}

/// An answer in the services' format.
pub fn response(status: u16, body: Vec<u8>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, "application/x-amz-json-1.0")], body).into_response()
}
