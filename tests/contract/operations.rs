//! The operations, as the OpenAPI document lists them.

use http::Method;
use serde_json::Value;

/// One operation of the API.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: Method,
    pub(crate) path: String,
    /// The document's entry.
    pub(crate) entry: Value,
}

impl Operation {
    /// The names in the path's braces.
    pub(crate) fn path_ids(&self) -> Vec<&str> {
        self.path.split('{').skip(1).filter_map(|part| part.split('}').next()).collect()
    }

    /// The path with each `{name}` replaced.
    pub(crate) fn path_with(&self, value: impl Fn(&str) -> String) -> String {
        let fill = |path: String, name: &str| path.replace(&format!("{{{name}}}"), &value(name));
        self.path_ids().into_iter().fold(self.path.clone(), fill)
    }

    /// Whether the operation takes a body.
    pub(crate) fn has_body(&self) -> bool {
        self.entry.get("requestBody").is_some()
    }
}

/// The document.
pub(crate) fn document() -> Value {
    serde_json::to_value(tanuki::routes::openapi()).expect("the document is JSON")
}

/// Every operation of the document.
pub(crate) fn operations() -> Vec<Operation> {
    let document = document();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, entry) in item.as_object().expect("operations") {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            if !matches!(method.as_str(), "GET" | "POST" | "PUT" | "DELETE" | "PATCH") {
                continue;
            }
            let id = entry["operationId"].as_str().expect("an operation id").to_owned();
            operations.push(Operation { id, method, path: path.clone(), entry: entry.clone() });
        }
    }
    assert!(operations.len() > 50, "the document lists the API");
    operations
}
