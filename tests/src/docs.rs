//! Pages of `docs/` that end with a table the tests know: the page cannot say anything else.

use std::fs;
use std::path::Path;

use crate::server::program;

/// Fails unless a page ends with these rows, after the head of their table; leaves them in a file to copy from.
pub fn assert_told(page: &str, rows: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(page);
    let text = fs::read_to_string(&path).expect("the page is there");
    let head = text.strip_suffix(rows).and_then(|above| above.lines().last());
    if head.is_none_or(|line| !line.starts_with("|---")) {
        let program = program();
        let target = program.ancestors().nth(2).expect("target/<profile>/tanuki");
        let fresh = target.join(format!("rows-of-{page}"));
        fs::write(&fresh, rows).expect("a file in target/");
        panic!("docs/{page} must end with the rows that are in {}", fresh.display());
    }
}
