//! What a comment may say.

use model::fields::{self, Fields};
use model::{Error, Input, PersonId, Result, TaskStatusId, Timestamp, text};
use serde::Serialize;
use utoipa::ToSchema;

// All that a comment holds must fit into one item.
const CHECKLIST_MAX: usize = 100;
const CHECK_TEXT_MAX: usize = 300;
const LINKS_MAX: usize = 20;
const LINK_MAX: usize = 2000;

/// How far ahead of the store's time a comment may be dated, in seconds.
const AHEAD_MAX: i64 = 24 * 60 * 60;

/// The body of a comment.
#[derive(Debug, ToSchema)]
#[schema(example = json!({
    "task_status_id": "de2a5c54-4689-4880-91a8-3742ea161d4e", "comment": "Ready for review",
    "checklist": [{"text": "Fix the elbow", "checked": false}]
}))]
pub(crate) struct CommentBody {
    /// The status it sets or confirms.
    pub(crate) task_status_id: TaskStatusId,
    /// What to say (default: nothing).
    pub(crate) comment: Option<String>,
    /// Things to tick off.
    pub(crate) checklist: Option<Vec<CheckItem>>,
    /// Addresses.
    pub(crate) links: Option<Vec<String>>,
    /// Whether it is meant for the client; managers and supervisors only.
    pub(crate) for_client: Option<bool>,
    /// Who wrote it (default: the caller); managers and supervisors only.
    #[expect(dead_code, reason = "he is looked up by what `CommentPeek` reads of the body")]
    pub(crate) person_id: Option<PersonId>,
    /// When it was written (default: now), at most a day ahead; managers and supervisors only.
    pub(crate) created_at: Option<Timestamp>,
}

/// A thing to tick off.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct CheckItem {
    /// What.
    text: String,
    /// Whether it is done.
    checked: bool,
    /// The frame of the preview it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    frame: Option<i64>,
    /// The revision of the preview it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<i64>,
}

impl Input for CommentBody {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let task_status_id = f.required("task_status_id", fields::id);
        let comment = f.optional("comment", fields::text(text::LONG_TEXT_MAX));
        let checklist = f.optional("checklist", fields::list(CHECKLIST_MAX, fields::nested));
        let links = f.optional("links", fields::list(LINKS_MAX, fields::text(LINK_MAX)));
        let for_client = f.optional("for_client", fields::boolean);
        let person_id = f.optional("person_id", fields::id);
        let created_at = f.optional("created_at", fields::timestamp);
        Some(Self {
            task_status_id: task_status_id?,
            comment: comment?,
            checklist: checklist?,
            links: links?,
            for_client: for_client?,
            person_id: person_id?,
            created_at: created_at?,
        })
    }
}

/// What a body names or claims, whatever else is wrong with it.
#[derive(Debug, Default)]
pub(crate) struct CommentPeek {
    pub(crate) task_status_id: Option<TaskStatusId>,
    pub(crate) person_id: Option<PersonId>,
    pub(crate) for_client: Option<bool>,
    /// When the comment was made, if it says so.
    pub(crate) created_at: Option<Timestamp>,
}

impl Input for CommentPeek {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let task_status_id = f.optional("task_status_id", fields::id).flatten();
        let person_id = f.optional("person_id", fields::id).flatten();
        let for_client = f.optional("for_client", fields::boolean).flatten();
        let created_at = f.optional("created_at", fields::timestamp).flatten();
        Some(Self { task_status_id, person_id, for_client, created_at })
    }
}

impl CommentPeek {
    /// Fails if the comment is of a time to come: the task would stand as it says until then. Clocks differ, and zones are
    /// forgotten, by less than a day.
    pub(crate) fn require_written(&self, now: Timestamp) -> Result<()> {
        if self.created_at.is_some_and(|at| at > now.plus_seconds(AHEAD_MAX)) {
            return Err(Error::invalid("created_at", "must be at most a day ahead"));
        }
        Ok(())
    }
}

impl Input for CheckItem {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let text = f.optional("text", fields::text(CHECK_TEXT_MAX));
        let checked = f.optional("checked", fields::boolean);
        let frame = f.optional("frame", fields::integer(0..=100_000_000));
        let revision = f.optional("revision", fields::integer(0..=1_000_000));
        Some(Self {
            text: text?.unwrap_or_default(),
            checked: checked?.unwrap_or(false),
            frame: frame?,
            revision: revision?,
        })
    }
}
