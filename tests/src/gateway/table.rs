//! DynamoDB and Secrets Manager on a port: the embedded engine and one secret, behind the policies of the template.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::Response;
use http::HeaderMap;
use serde_json::{Value, json};
use tanuki::engine::Engine;

use super::lambda::lock;
use crate::services::{SECRET_ID, Services, response};
use crate::template::Template;

/// An action and the resource it is for, as the template's policies name them.
pub type Permission = (String, String);

/// The engine, and who may do what.
#[derive(Debug)]
pub(super) struct Table {
    services: Services,
    allowed: HashMap<String, BTreeSet<Permission>>,
    denied: Mutex<Vec<String>>,
    used: Mutex<BTreeMap<String, BTreeSet<Permission>>>,
    delay_ms: AtomicU64,
}

impl Table {
    pub(super) fn new(engine: Engine, template: &Template, secret: &str) -> Self {
        let allowed = template.functions().into_iter().map(|function| {
            let permissions = function.statements.iter().flat_map(|statement| {
                let actions = statement.actions.iter();
                actions.flat_map(|action| {
                    statement.resources.iter().map(|resource| (action.clone(), resource.clone()))
                })
            });
            (function.binary, permissions.collect())
        });
        let allowed = allowed.collect();
        let services = Services::new(engine, secret);
        let (denied, used) = (Mutex::default(), Mutex::default());
        Self { services, allowed, denied, used, delay_ms: AtomicU64::default() }
    }

    pub(super) fn exchange_secret(&self, text: &str) {
        self.services.exchange_secret(text);
    }

    pub(super) fn used(&self) -> BTreeMap<String, BTreeSet<Permission>> {
        lock(&self.used).clone()
    }

    pub(super) fn denied(&self) -> Vec<String> {
        lock(&self.denied).clone()
    }

    pub(super) fn delay(&self, delay: Duration) {
        let milliseconds = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        self.delay_ms.store(milliseconds, Ordering::Relaxed);
    }

    /// What a call needs and its caller may not.
    fn refusal(&self, caller: &str, operation: &str, body: &Value) -> Option<String> {
        let allowed = self.allowed.get(caller);
        let needed = needed(operation, body);
        lock(&self.used).entry(caller.to_owned()).or_default().extend(needed.iter().cloned());
        let missing = needed
            .into_iter()
            .find(|permission| !allowed.is_some_and(|allowed| allowed.contains(permission)));
        missing.map(|(action, resource)| format!("{caller} may not {action} on {resource}"))
    }
}

/// What a call needs to be allowed.
fn needed(operation: &str, body: &Value) -> BTreeSet<Permission> {
    let on_table = |action: &str| (format!("dynamodb:{action}"), "Table.Arn".to_owned());
    match operation {
        "GetSecretValue" if body["SecretId"] == SECRET_ID => {
            [("secretsmanager:GetSecretValue".to_owned(), "TokenSecret".to_owned())].into()
        }
        "TransactWriteItems" => {
            let items = body["TransactItems"].as_array().into_iter().flatten();
            let kinds = items.filter_map(|item| item.as_object()?.keys().next());
            kinds
                .map(|kind| match kind.as_str() {
                    "ConditionCheck" => on_table("ConditionCheckItem"),
                    kind => on_table(&format!("{kind}Item")),
                })
                .collect()
        }
        operation => match body["IndexName"].as_str() {
            Some(index) => {
                let resource = format!("${{Table.Arn}}/index/{index}");
                [(format!("dynamodb:{operation}"), resource)].into()
            }
            None => [on_table(operation)].into(),
        },
    }
}

pub(super) fn router(table: Arc<Table>) -> Router {
    Router::new().fallback(answer).layer(DefaultBodyLimit::disable()).with_state(table)
}

async fn answer(State(table): State<Arc<Table>>, headers: HeaderMap, body: Bytes) -> Response {
    tokio::time::sleep(Duration::from_millis(table.delay_ms.load(Ordering::Relaxed))).await;
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let target = text("x-amz-target");
    let operation = target.rsplit('.').next().unwrap_or_default();
    let json: Value = serde_json::from_slice(&body).unwrap_or_default();
    let refusal = table.refusal(key_id(text("authorization")), operation, &json);
    match refusal {
        Some(refusal) => {
            let body = json!({"__type": "com.amazon.coral.service#AccessDeniedException", "message": refusal});
            lock(&table.denied).push(refusal);
            response(400, body.to_string().into())
        }
        None => table.services.answer(target, &body),
    }
}

/// The access key of a signed request.
fn key_id(authorization: &str) -> &str {
    let credential = authorization.split_once("Credential=").map_or("", |(_, rest)| rest);
    credential.split('/').next().unwrap_or_default()
}
