//! What reads untrusted text here, each as a function of any bytes: it must neither panic nor take what it would not
//! give. `tests/contract/parsers.rs` runs each on its seeds and on changed seeds; `fuzz/` hands them to libFuzzer.
//!
//! Not the headers, which are lists of words and no longer than the gateway lets them be: entity tags, `Idempotency-Key`.
//! `shared/http/src/layers` and `tests/api` try those.

#![expect(clippy::missing_panics_doc, reason = "to panic is how a broken promise is told")]

use axum::extract::FromRequestParts as _;
use futures_util::FutureExt as _;
use http::Request;
use http_api::{Filters, Query, Tokens};
use model::descriptor::Descriptor;
use model::entity::EntityPatch;
use model::person::PersonPatch;
use model::project::ProjectPatch;
use model::sheet::Sheet;
use model::task::TaskPatch;
use model::{EntityId, Fields, Task, sheet_cell};
use serde_json::{Value, json};
use store::HistoryPosition;

/// A parser, run on bytes.
pub type Target = fn(&[u8]);

/// Each parser by its name, which is that of its folder of seeds.
pub const TARGETS: [(&str, Target); 6] = [
    ("ids", ids),
    ("cursor", cursor),
    ("query", query),
    ("body", body),
    ("sheet", sheet),
    ("cell", cell),
];

/// The id of whatever is read here, as the seeds have it.
const ID: &str = "a24a6ea4-ce75-4665-a070-57453082c256";
const TIME: &str = "2026-01-01T00:00:00Z";

/// An id is read in either case, and written as one spelling.
pub fn ids(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(id) = text.parse::<EntityId>() {
        assert_eq!(id.to_string(), text.to_lowercase());
    }
}

/// A cursor is only taken if it was signed here, and then it can be signed again; what was signed for another list is
/// read as well.
pub fn cursor(bytes: &[u8]) {
    let tokens = Tokens::new(&[7; 32]).expect("a long secret");
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let signed = serde_json::from_str::<Value>(text).ok();
    let signed = signed.map(|value| tokens.sign_cursor(&value).expect("a cursor"));
    for cursor in signed.as_deref().into_iter().chain([text]) {
        if let Some(position) = tokens.read_cursor::<HistoryPosition>(cursor) {
            let again = tokens.sign_cursor(&position).expect("a cursor");
            assert_eq!(tokens.read_cursor(&again), Some(position));
        }
    }
}

/// The query of a generic list: it keeps what it is given, or less, and by its id alone a row is found.
pub fn query(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Some(filters) = filters(text) else { return };
    // What cannot be compared is refused when it is read.
    let kept = filters.keep(vec![task()]).expect("a task can be compared");
    assert!(kept.is_empty() || kept == [task()], "{text}: {kept:?}");
    let is_asked_for = filters.asks_only(&["id"]) && filters.only("id") == Some(ID);
    assert!(!kept.is_empty() || !(is_asked_for || filters.asks_only(&[])), "{text}");
}

/// What a query asks for, if it can be read.
fn filters(text: &str) -> Option<Filters<Task>> {
    let (mut parts, ()) = Request::get(format!("/?{text}")).body(()).ok()?.into_parts();
    let query = Query::from_request_parts(&mut parts, &()).now_or_never();
    let Some(Ok(query)) = query else { panic!("a query is taken at once") };
    query.read().ok()
}

/// Bodies of changes; a value of any type in any field.
pub fn body(bytes: &[u8]) {
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return };
    let _ = Fields::read_body::<EntityPatch>(&value);
    let _ = Fields::read_body::<TaskPatch>(&value);
    let _ = Fields::read_body::<PersonPatch>(&value);
    let _ = Fields::read_body::<ProjectPatch>(&value);
}

/// A sheet that is taken is written and read again as it is.
pub fn sheet(bytes: &[u8]) {
    let required = ["Type", "Name"];
    let Ok(sheet) = Sheet::parse(bytes, &required) else { return };
    let written = sheet.write().expect("a sheet that was read can be written");
    let again = Sheet::parse(written.as_bytes(), &required).expect("it can be read again");
    let cells = |sheet: &Sheet| sheet.rows.iter().map(|row| row.cells.clone()).collect::<Vec<_>>();
    assert_eq!((&sheet.columns, cells(&sheet)), (&again.columns, cells(&again)), "{written:?}");
}

/// A cell of each type of metadata; what is read from it is written and read again as it is.
pub fn cell(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for data_type in ["string", "number", "list", "taglist", "boolean", "date", "checklist"] {
        let descriptor = descriptor(data_type);
        let Ok(Some(value)) = sheet_cell::read(&descriptor, text) else { continue };
        let written = sheet_cell::written(&descriptor, Some(&value));
        let again = sheet_cell::read(&descriptor, &written);
        assert_eq!(again, Ok(Some(value)), "{data_type}: {written:?}");
    }
}

fn task() -> Task {
    let fields = json!({
        "id": ID, "name": "main", "description": null, "priority": 0, "difficulty": 3, "duration": 0.0,
        "estimation": 1.5, "completion_rate": 0, "retake_count": 0, "sort_order": 0, "start_date": null,
        "due_date": null, "real_start_date": null, "end_date": null, "done_date": null,
        "last_comment_date": null, "nb_assets_ready": 0, "data": null, "nb_drawings": 0,
        "shotgun_id": null, "last_preview_file_id": null, "project_id": ID, "task_type_id": ID,
        "task_status_id": ID, "entity_id": ID, "entity_type_id": ID, "assigner_id": null,
        "assignees": [ID], "created_at": TIME, "updated_at": TIME, "type": "Task",
    });
    serde_json::from_value(fields).expect("a task")
}

fn descriptor(data_type: &str) -> Descriptor {
    let choices: &[&str] = if data_type.ends_with("list") { &["a", "b", "a b"] } else { &[] };
    let fields = json!({
        "id": ID, "project_id": ID, "entity_type": "Asset", "name": "Size", "field_name": "size",
        "data_type": data_type, "choices": choices, "for_client": false, "departments": [],
        "position": null, "created_at": TIME, "updated_at": TIME, "type": "MetadataDescriptor",
    });
    serde_json::from_value(fields).expect("a descriptor")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_finds_what_it_names_and_nothing_else() {
        for (text, count) in [
            (format!("id={ID}"), 1),
            (format!("id={}", ID.replace('a', "b")), 0),
            (format!("id=%5B%22{ID}%22%5D&name=MAIN&assignees={ID}"), 1),
            ("name=other".to_owned(), 0),
            (String::new(), 1),
        ] {
            query(text.as_bytes());
            let filters = filters(&text).expect("a query");
            let kept = filters.keep(vec![task()]).expect("a task can be compared");
            assert_eq!(kept.len(), count, "{text}");
        }
    }
}
