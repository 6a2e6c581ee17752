//! Text rules: names, folding for uniqueness, the order of lists.

use unicode_normalization::UnicodeNormalization as _;

/// The longest name, in characters.
pub const NAME_MAX: usize = 160;
/// The longest description or comment, in characters.
pub const LONG_TEXT_MAX: usize = 20_000;

/// A name as it is kept: trimmed and in Unicode normal form C; `Err` says what is wrong with it.
pub fn name(text: &str) -> Result<String, String> {
    let name: String = text.trim().nfc().collect();
    if name.is_empty() {
        return Err("must not be empty".into());
    }
    if name.chars().count() > NAME_MAX {
        return Err(format!("must have at most {NAME_MAX} characters"));
    }
    if name.chars().any(is_forbidden) {
        return Err("must not contain control characters".into());
    }
    Ok(name)
}

/// Control characters, and the marks that reorder text around them: a name that looks like another is
/// a trap in every list it stands in.
fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// The form in which two names count as the same: normal form C, lower case, single spaces.
pub fn fold(text: &str) -> String {
    let lower: String = text.nfc().flat_map(char::to_lowercase).nfc().collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_normalised_and_bounded() {
        let check = |input: &str, expected: Result<&str, &str>| {
            assert_eq!(name(input), expected.map(Into::into).map_err(Into::into), "{input:?}");
        };
        check("  Hero ", Ok("Hero"));
        check("Cafe\u{301}", Ok("Caf\u{e9}"));
        check("   ", Err("must not be empty"));
        check("a\0b", Err("must not contain control characters"));
        check("a\nb", Err("must not contain control characters"));
        check("a\u{202e}b", Err("must not contain control characters"));
        check(&"é".repeat(160), Ok(&"é".repeat(160)));
        check(&"é".repeat(161), Err("must have at most 160 characters"));
    }

    #[test]
    fn folding_ignores_case_composition_and_spacing() {
        for other in ["HERO  one", "hero one", " Hero One "] {
            assert_eq!(fold(other), "hero one");
        }
        assert_eq!(fold("CAFE\u{301}"), fold("café"));
        assert_ne!(fold("Hero"), fold("Her0"));
    }

    #[test]
    fn a_folded_name_fits_a_sort_key() {
        let longest = "\u{1f600}".repeat(NAME_MAX);
        assert!(fold(&longest).len() + "UNIQUE#".len() + 2 * 37 <= 1024);
    }
}
