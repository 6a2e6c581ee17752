//! Shots and assets by the names they have in files of casting.

use std::collections::{BTreeSet, HashMap, HashSet};

use model::{Entity, EntityId, text};

/// What a file calls a sequence, an asset type, an episode or a project.
#[derive(Clone, Debug, Default)]
pub(crate) struct Title {
    /// What an export writes.
    pub(crate) written: String,
    /// By what else it is found, where nothing is written so.
    others: Vec<String>,
}

/// Something with the names it has in files.
#[derive(Clone, Debug)]
pub(crate) struct NamedEntity {
    pub(crate) entity: Entity,
    /// Of an asset of another project.
    pub(crate) project: Title,
    pub(crate) episode: Title,
    /// A shot's sequence, an asset's type.
    pub(crate) group: Title,
}

/// Things by group and name.
#[derive(Debug, Default)]
pub(crate) struct Names {
    by_id: HashMap<EntityId, NamedEntity>,
    by_written: ByName,
    by_others: ByName,
    groups: HashSet<String>,
}

type ByName = HashMap<(String, String), Vec<EntityId>>;

impl Title {
    pub(crate) fn new(written: String, others: impl IntoIterator<Item = String>) -> Self {
        Self { written, others: others.into_iter().collect() }
    }

    fn is_written(&self, cell: &str) -> bool {
        text::fold(&self.written) == text::fold(cell)
    }

    fn is_other(&self, cell: &str) -> bool {
        self.others.iter().any(|other| text::fold(other) == text::fold(cell))
    }
}

impl Names {
    pub(crate) fn add(&mut self, named: NamedEntity) {
        let (id, name) = (named.entity.id, text::fold(&named.entity.name));
        let written = text::fold(&named.group.written);
        let others: BTreeSet<String> =
            named.group.others.iter().map(|other| text::fold(other)).collect();
        for other in others {
            self.groups.insert(other.clone());
            self.by_others.entry((other, name.clone())).or_default().push(id);
        }
        self.groups.insert(written.clone());
        self.by_written.entry((written, name)).or_default().push(id);
        self.by_id.insert(id, named);
    }

    pub(crate) fn get(&self, id: EntityId) -> Option<&NamedEntity> {
        self.by_id.get(&id)
    }

    pub(crate) fn find(&self, group: &str, name: &str) -> Vec<&NamedEntity> {
        let key = (text::fold(group), text::fold(name));
        let found = self.by_written.get(&key).or_else(|| self.by_others.get(&key));
        found.into_iter().flatten().filter_map(|id| self.by_id.get(id)).collect()
    }

    /// Whether anything else has the group and name of this.
    pub(crate) fn has_namesakes(&self, named: &NamedEntity) -> bool {
        self.find(&named.group.written, &named.entity.name).len() > 1
    }

    pub(crate) fn has_group(&self, group: &str) -> bool {
        self.groups.contains(&text::fold(group))
    }
}

/// Leaves those that a cell means, if there is one; whether any are left.
pub(crate) fn narrowed(
    found: &mut Vec<&NamedEntity>,
    cell: Option<&str>,
    of: impl Fn(&NamedEntity) -> &Title,
) -> bool {
    if let Some(cell) = cell {
        let is_written = found.iter().any(|named| of(named).is_written(cell));
        found.retain(|named| match of(named) {
            title if is_written => title.is_written(cell),
            title => title.is_other(cell),
        });
    }
    !found.is_empty()
}
