//! Whether words of the studio's vocabulary are in use, in any project.

use model::{EntityTypeId, Error, ProjectId, Result, TaskStatusId, TaskTypeId};

use crate::client::Store;
use crate::table::Pattern;
use crate::work::concurrently;

/// A word, and how it may be in use.
#[derive(Clone, Copy, Debug)]
pub enum Usage {
    /// The type of tasks.
    TaskType(TaskTypeId),
    /// The status of tasks.
    TaskStatus(TaskStatusId),
    /// What assets are ready for.
    Readiness(TaskTypeId),
}

impl Store {
    /// Whether anything in the studio makes use of a word. It may have to look at all tasks or assets there are, so none of
    /// them is sent, and it stops at the first that does.
    pub async fn is_used(&self, word: Usage) -> Result<bool> {
        let projects: Vec<ProjectId> =
            self.project_list().await?.into_iter().map(|project| project.id).collect();
        let homes = self.homes_of(&projects).await?.into_iter();
        let (attribute, id, patterns): (_, _, Vec<Pattern<'_>>) = match word {
            Usage::TaskType(id) => {
                ("task_type_id", id.0, homes.map(Pattern::TasksOfType).collect())
            }
            Usage::TaskStatus(id) => {
                ("task_status_id", id.0, homes.map(Pattern::TasksOfType).collect())
            }
            Usage::Readiness(id) => {
                let of_assets = homes.filter(|(_, of)| model::entity::is_asset_type(*of));
                ("ready_for", id.0, of_assets.map(Pattern::Entities).collect())
            }
        };
        self.any_with(&patterns, attribute, &id.to_string()).await
    }

    /// The types that projects have had entities of.
    pub async fn homes_of(&self, projects: &[ProjectId]) -> Result<Vec<(ProjectId, EntityTypeId)>> {
        let reads = projects.iter().map(|project| async move {
            let types = self.types_marked(*project).await?;
            Ok::<_, Error>(types.into_iter().map(|of| (*project, of)).collect::<Vec<_>>())
        });
        Ok(concurrently(reads).await?.into_iter().flatten().collect())
    }
}
