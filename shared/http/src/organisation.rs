//! The studio itself, which clients ask for when somebody logs in. Nothing about it can be set.

use model::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::{Uuid, uuid};

/// The studio.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "Zou's row")]
pub struct Organisation {
    /// The same in every studio.
    pub id: Uuid,
    /// Shown in Kitsu's corner.
    #[schema(example = "Studio")]
    pub name: String,
    /// Hours of a working day.
    pub hours_by_day: f64,
    has_avatar: bool,
    use_original_file_name: bool,
    timesheets_locked: bool,
    format_duration_in_hours: bool,
    hd_by_default: bool,
    dark_theme_by_default: bool,
    chat_token_slack: String,
    chat_webhook_mattermost: String,
    chat_token_discord: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Always `Organisation`.
    #[serde(rename = "type")]
    kind: String,
}

impl Organisation {
    /// The one studio there is.
    pub fn studio() -> Self {
        // The same in every answer, so that entity tags of answers that hold it do not change.
        let since = Timestamp::new(chrono::DateTime::UNIX_EPOCH);
        Self {
            id: uuid!("5d0c1bd1-51ba-4e85-a9a8-9c1f1ed0a9a6"),
            name: "Studio".into(),
            hours_by_day: 8.0,
            has_avatar: false,
            use_original_file_name: false,
            timesheets_locked: false,
            format_duration_in_hours: false,
            hd_by_default: false,
            dark_theme_by_default: false,
            chat_token_slack: String::new(),
            chat_webhook_mattermost: String::new(),
            chat_token_discord: String::new(),
            created_at: since,
            updated_at: since,
            kind: "Organisation".into(),
        }
    }
}
