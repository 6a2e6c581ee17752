//! Names instead of ids, as people write them in files: found whatever their case, and never ambiguous.

use std::collections::HashMap;
use std::fmt::Display;
use std::str::FromStr;

use crate::text::fold;

/// Things by their names.
#[derive(Clone, Debug)]
pub struct Naming<I> {
    what: &'static str,
    names: HashMap<I, Vec<String>>,
    /// First names first: a second name finds only what no first name does.
    levels: Vec<HashMap<String, Vec<I>>>,
}

impl<I: Copy + Eq + std::hash::Hash + Display + FromStr> Naming<I> {
    /// Each thing with its names, the preferred one first; `what` is said of what is not found: `a task type`.
    pub fn new(what: &'static str, things: impl IntoIterator<Item = (I, Vec<String>)>) -> Self {
        let mut naming = Self { what, names: HashMap::new(), levels: Vec::new() };
        for (id, names) in things {
            for (level, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
                if naming.levels.len() <= level {
                    naming.levels.resize_with(level + 1, HashMap::new);
                }
                naming.levels[level].entry(fold(name)).or_default().push(id);
            }
            naming.names.insert(id, names);
        }
        naming
    }

    /// The thing of a name, or of an id; `Err` says why there is none.
    pub fn find(&self, name: &str) -> Result<I, String> {
        let folded = fold(name);
        let found = self.levels.iter().find_map(|level| level.get(&folded));
        match found.map(Vec::as_slice) {
            Some([id]) => Ok(*id),
            Some(_) => Err("is the name of several: give the id".into()),
            None => {
                let id = name.trim().parse().ok().filter(|id| self.names.contains_key(id));
                id.ok_or_else(|| format!("is not {}", self.what))
            }
        }
    }

    /// The first name by which [`Naming::find`] finds a thing, or else its id.
    pub fn name(&self, id: I) -> String {
        let names = self.names.get(&id).map(Vec::as_slice).unwrap_or_default();
        let own = names.iter().find(|name| self.find(name).is_ok_and(|found| found == id));
        own.cloned().unwrap_or_else(|| id.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TaskStatusId;

    #[test]
    fn a_name_that_is_written_finds_what_it_was_written_for() {
        let ids = [(); 5].map(|()| TaskStatusId::new());
        let names = [
            ["wip", "Work"],
            ["", "Work"],
            ["done", "wip"],
            ["retake", "Again"],
            ["retake", "Work"],
        ];
        let things = ids.into_iter().zip(names.map(|names| names.map(str::to_owned).to_vec()));
        let naming = Naming::new("a task status", things);
        let written = ids.map(|id| naming.name(id));
        let id = |n: usize| ids[n].to_string();
        let expected = ["wip".into(), id(1), "done".into(), "Again".to_owned(), id(4)];
        assert_eq!(written, expected);
        for (id, name) in ids.into_iter().zip(written) {
            assert_eq!(naming.find(&format!(" {name} ")), Ok(id));
        }
        assert!(naming.find("work").unwrap_err().starts_with("is the name of several"));
        assert_eq!(naming.find("x").unwrap_err(), "is not a task status");
        assert_eq!(
            naming.find(&TaskStatusId::new().to_string()).unwrap_err(),
            "is not a task status"
        );
    }
}
