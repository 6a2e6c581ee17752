//! Productions and what they are described with.
//!
//! [`projects`], each with its [`team`], its [`settings`] (what it uses of the studio's vocabulary) and its
//! [`descriptors`] (what it declares of custom metadata). The vocabulary itself: [`entity_types`],
//! [`task_types`], [`task_statuses`], and what cannot be changed, [`studio`]. What changed: [`events`].

mod descriptors;
mod entity_types;
mod events;
mod project_changes;
mod projects;
mod settings;
mod settings_input;
mod studio;
mod task_statuses;
mod task_types;
mod team;
mod usage;
mod views;

use http_api::routing::Routes;

/// The routes of this function.
pub fn routes<R: Routes>(to: R) -> R {
    to.merge(projects::routes)
        .merge(project_changes::routes)
        .merge(team::routes)
        .merge(settings::routes)
        .merge(descriptors::routes)
        .merge(entity_types::routes)
        .merge(task_types::routes)
        .merge(task_statuses::routes)
        .merge(studio::routes)
        .merge(events::routes)
}
