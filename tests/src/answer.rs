//! What a request was answered.

use http::{HeaderMap, StatusCode};
use serde_json::Value;

/// Status, headers and body of an answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// `GET /api/data/assets`: for messages.
    pub request: String,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body's bytes.
    pub bytes: Vec<u8>,
    /// The body as JSON; null if it is none.
    pub body: Value,
}

impl Answer {
    /// Asserts the status and gives the body.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.request, self.body);
        self.body
    }

    /// Asserts 200 and gives the body.
    #[track_caller]
    pub fn ok(self) -> Value {
        self.expect(200)
    }

    /// Asserts 200 and gives the body as text.
    #[track_caller]
    pub fn text(self) -> String {
        assert_eq!(self.status.as_u16(), 200, "{}: {}", self.request, self.body);
        String::from_utf8(self.bytes).expect("text")
    }

    /// Asserts 201 and gives the body.
    #[track_caller]
    pub fn created(self) -> Value {
        self.expect(201)
    }

    /// Asserts 204.
    #[track_caller]
    pub fn gone(self) {
        self.expect(204);
    }

    /// Asserts a failure in the one error shape and gives its body.
    #[track_caller]
    pub fn error(self, status: u16, exception: &str) -> Value {
        self.assert_error_shape();
        assert_eq!(self.status.as_u16(), status, "{}: {}", self.request, self.body);
        assert_eq!(self.body["exception"], exception, "{}: {}", self.request, self.body);
        self.body
    }

    /// Asserts a 400 that names exactly these fields.
    #[track_caller]
    pub fn invalid(self, fields: &[&str]) {
        let request = self.request.clone();
        let body = self.error(400, "ValidationException");
        let named: Vec<&str> = body["data"]["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|e| e["field"].as_str())
            .collect();
        assert_eq!(named, fields, "{request}: {body}");
    }

    /// Asserts that the body is the one error shape, as JSON.
    #[track_caller]
    pub fn assert_error_shape(&self) {
        let about =
            format!("{} → {}: {}", self.request, self.status, String::from_utf8_lossy(&self.bytes));
        assert_eq!(self.header("content-type"), Some("application/json"), "{about}");
        assert_eq!(self.body["error"], true, "{about}");
        assert!(self.body["message"].as_str().is_some_and(|m| !m.is_empty()), "{about}");
        assert!(
            self.body["exception"].as_str().is_some_and(|e| e.ends_with("Exception")),
            "{about}"
        );
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Capacity units the request consumed: read, write.
    pub fn capacity(&self) -> (f64, f64) {
        let timing = self.header("server-timing").unwrap_or_default();
        let units = |name: &str| {
            let entry = timing.split(',').map(str::trim).find(|entry| entry.starts_with(name));
            entry
                .and_then(|e| e.split("dur=").nth(1))
                .and_then(|n| n.parse().ok())
                .unwrap_or(f64::NAN)
        };
        (units("rcu"), units("wcu"))
    }
}

/// A string field of a body.
#[track_caller]
pub fn text<'a>(body: &'a Value, field: &str) -> &'a str {
    body[field].as_str().unwrap_or_else(|| panic!("no text {field} in {body}"))
}

/// One field of every row of a list.
#[track_caller]
pub fn column<'a>(rows: &'a Value, field: &str) -> Vec<&'a str> {
    let rows = rows.as_array().unwrap_or_else(|| panic!("no list: {rows}"));
    rows.iter().map(|row| text(row, field)).collect()
}

/// One field of every row of a list, sorted: for lists whose order is not what is tested.
#[track_caller]
pub fn sorted<'a>(rows: &'a Value, field: &str) -> Vec<&'a str> {
    let mut values = column(rows, field);
    values.sort_unstable();
    values
}

/// Asserts that a row has these fields with these values, and maybe others.
#[track_caller]
pub fn assert_has(row: &Value, expected: &Value) {
    for (field, value) in expected.as_object().expect("fields") {
        assert_eq!(row.get(field), Some(value), "{field} of {row}");
    }
}

/// Asserts that a row has all of these fields.
#[track_caller]
pub fn assert_fields(row: &Value, fields: &[&str]) {
    for field in fields {
        assert!(row.get(field).is_some(), "no {field} in {row}");
    }
}
