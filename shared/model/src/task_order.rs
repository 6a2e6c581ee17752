//! The order of an entity's tasks, wherever they are listed: by their types, and those by priority and name.

use std::collections::HashMap;

use crate::ids::TaskTypeId;
use crate::task::Task;
use crate::text;
use crate::vocabulary::TaskType;

/// Puts task types in their order.
pub fn sort_task_types(types: &mut [TaskType]) {
    types.sort_by_cached_key(|one| (one.priority, text::fold(&one.name), one.id));
}

/// Which task type comes before which.
#[derive(Clone, Debug)]
pub struct TaskOrder(HashMap<TaskTypeId, usize>);

impl TaskOrder {
    /// The order of tasks of these types.
    pub fn new(mut types: Vec<TaskType>) -> Self {
        sort_task_types(&mut types);
        Self(types.into_iter().enumerate().map(|(place, one)| (one.id, place)).collect())
    }

    /// Puts tasks of one entity in their order: those of one type by name, those of a type that is gone last.
    pub fn sort(&self, tasks: &mut [Task]) {
        tasks.sort_by_cached_key(|task| {
            let place = self.0.get(&task.task_type_id).copied().unwrap_or(usize::MAX);
            (place, text::fold(&task.name), task.id)
        });
    }
}
