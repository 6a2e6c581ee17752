//! Text rules: names, folding for uniqueness, the order of lists.

use unicase::UniCase;
use unicode_normalization::UnicodeNormalization as _;

/// The longest name, in characters.
pub const NAME_MAX: usize = 160;
/// The longest description or comment, in characters.
pub const LONG_TEXT_MAX: usize = 20_000;

/// A name as it is kept: trimmed and in Unicode normal form C; `Err` says what is wrong with it.
pub fn name(text: &str) -> Result<String, String> {
    name_within(NAME_MAX, text)
}

/// As [`name`], of at most `max` characters.
pub fn name_within(max: usize, text: &str) -> Result<String, String> {
    let name: String = text.trim().nfc().collect();
    if name.is_empty() {
        return Err("must not be empty".into());
    }
    if name.chars().count() > max {
        return Err(format!("must have at most {max} characters"));
    }
    if name.chars().any(is_forbidden) {
        return Err("must not contain control characters".into());
    }
    if name.chars().any(is_unseen) {
        return Err("must not contain invisible characters".into());
    }
    if name.chars().all(|c| c.is_whitespace() || is_joiner(c)) {
        return Err("must have a visible character".into());
    }
    Ok(name)
}

/// Control characters, and the marks that reorder text around them: a name that looks like another is
/// a trap in every list it stands in.
fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// Characters that show nothing: soft hyphens, marks of direction, spaces without width, fillers, tags.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2060}'..='\u{2064}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// Characters that show nothing by themselves and change how their neighbours look: Persian and Hindi are written with
/// joiners, emoji with selectors. The blank of Braille, too, is a character of its script.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{34f}' | '\u{2800}' | '\u{fe00}'..='\u{fe0f}')
}

/// The form in which two names count as the same: normal form C, Unicode's full case folding (`ß` is `ss`, `ς` is
/// `σ`), single spaces.
///
/// It is in the keys of unique names: to fold otherwise, those of a table that is there must be written anew.
pub fn fold(text: &str) -> String {
    let normal: String = text.nfc().collect();
    let folded: String = UniCase::new(normal).to_folded_case().nfc().collect();
    single_spaced(&folded)
}

/// The form in which two e-mail addresses count as the same: normal form C, lower case, single spaces. `straße.example`
/// and `strasse.example` are two domains, which two people may own.
pub fn fold_address(text: &str) -> String {
    let lower: String = text.nfc().flat_map(char::to_lowercase).nfc().collect();
    single_spaced(&lower)
}

fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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
        for unseen in [
            '\u{ad}',
            '\u{61c}',
            '\u{115f}',
            '\u{1160}',
            '\u{180e}',
            '\u{200b}',
            '\u{200e}',
            '\u{200f}',
            '\u{2060}',
            '\u{2064}',
            '\u{3164}',
            '\u{feff}',
            '\u{ffa0}',
            '\u{fff9}',
            '\u{fffb}',
            '\u{e0001}',
            '\u{e007f}',
        ] {
            for name in [unseen.to_string(), format!("He{unseen}ro"), format!("Hero{unseen}")] {
                check(&name, Err("must not contain invisible characters"));
            }
        }
        check("می\u{200c}خواهم", Ok("می\u{200c}خواهم"));
        check("👩\u{200d}🎨 ❤\u{fe0f}", Ok("👩\u{200d}🎨 ❤\u{fe0f}"));
        for blank in ["\u{200d}", "\u{200c} \u{200d}", "\u{2800}", "\u{fe0f}"] {
            check(blank, Err("must have a visible character"));
        }
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
        assert_eq!(fold("ΣΑΣ"), fold("σας"));
        assert_eq!(fold("Straße"), fold("STRASSE"));
        assert_eq!(fold("\u{fb01}"), "fi");
    }

    #[test]
    fn what_is_folded_stays() {
        for c in '\0'..=char::MAX {
            let folded = fold(&c.to_string());
            assert_eq!(fold(&folded), folded, "{c:?}");
            for other in [c.to_uppercase().to_string(), c.to_lowercase().to_string()] {
                assert!(fold(&other) == folded || is_special(c), "{c:?} {other:?}");
            }
        }
    }

    /// Capitals that Unicode does not give back as they were.
    fn is_special(c: char) -> bool {
        matches!(c, 'İ' | 'ı')
    }

    #[test]
    fn addresses_of_two_domains_are_two() {
        assert_eq!(fold_address("JANE@Example.com"), "jane@example.com");
        assert_ne!(fold_address("jane@straße.example"), fold_address("jane@strasse.example"));
    }

    #[test]
    fn a_folded_name_fits_a_sort_key() {
        // A name is in normal form C, which some characters never are.
        let names = ('\0'..=char::MAX).filter(|c| name(&c.to_string()) == Ok(c.to_string()));
        let longest = names.map(|c| fold(&c.to_string()).len()).max().unwrap();
        assert_eq!(longest, 5, "bytes of a character");
        assert!(NAME_MAX * longest + "UNIQUE#".len() + 2 * 37 <= 1024);
    }
}
