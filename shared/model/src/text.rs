//! Text rules: names, folding for uniqueness, the order of lists.

use icu_properties::props::DefaultIgnorableCodePoint;
use icu_properties::{CodePointSetData, CodePointSetDataBorrowed};
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
    if has_unseen(&name) {
        return Err("must not contain invisible characters".into());
    }
    if !name.chars().any(is_visible) {
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

/// Whether a name has invisible characters that do not change how it looks: it would differ from another name that looks the
/// same.
fn has_unseen(name: &str) -> bool {
    if !name.chars().any(is_ignorable) {
        return false;
    }
    let plain = FLAGS.iter().fold(name.to_owned(), |plain, flag| plain.replace(flag, "flag"));
    let within = plain.trim_matches(|c| !is_visible(c));
    let directions = |text: &str| text.chars().filter(|c| is_direction(*c)).count();
    let is_idle = |c: char| is_ignorable(c) && !is_joiner(c) && !is_direction(c);
    plain.chars().any(is_idle) || directions(&plain) > directions(within)
}

/// Characters that show nothing by themselves: those that Unicode says to ignore where they are not supported, and the
/// anchors of annotations.
fn is_ignorable(c: char) -> bool {
    const IGNORABLE: CodePointSetDataBorrowed<'static> =
        CodePointSetData::new::<DefaultIgnorableCodePoint>();
    !c.is_ascii() && (IGNORABLE.contains(c) || matches!(c, '\u{fff9}'..='\u{fffb}'))
}

/// Ignorable characters that change how their neighbours look: Persian and Hindi are written with joiners, emoji, Mongolian
/// and some Chinese characters with selectors.
fn is_joiner(c: char) -> bool {
    matches!(
        c,
        '\u{200c}'
            | '\u{200d}'
            | '\u{34f}'
            | '\u{180b}'..='\u{180d}'
            | '\u{180f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{e0100}'..='\u{e01ef}'
    )
}

/// Ignorable characters that tell between two visible ones, a Hebrew word and a full stop, which way to write.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}')
}

/// Whether there is something to see of a character by itself. The blank of Braille is a character of its script.
fn is_visible(c: char) -> bool {
    !c.is_whitespace() && c != '\u{2800}' && !is_ignorable(c)
}

/// The flags of England, Scotland and Wales: one black flag with tags that nobody sees. Other tags are in no flag that is drawn.
const FLAGS: [&str; 3] = [
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}",
];

/// The tags of flags, the only ignorable characters by which two names differ.
fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0020}'..='\u{e007f}')
}

/// The form in which two names count as the same: normal form C, Unicode's full case folding (`ß` is `ss`, `ς` is
/// `σ`), single spaces, and nothing that shows nothing: `Hero` with a joiner after it looks like `Hero`.
///
/// It is in the keys of unique names: to fold otherwise, those of a table that is there must be written anew.
pub fn fold(text: &str) -> String {
    let normal: String = text.chars().filter(|c| is_tag(*c) || !is_ignorable(*c)).nfc().collect();
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
        let unseen = [
            "\u{ad}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{180e}\u{200b}\u{2060}\u{2064}\u{206a}\u{206f}",
            "\u{3164}\u{feff}\u{ffa0}\u{fff9}\u{fffb}\u{1bca0}\u{1d173}\u{e0001}\u{e0067}\u{e007f}\u{e01f0}",
        ];
        for unseen in unseen.concat().chars() {
            for name in [unseen.to_string(), format!("He{unseen}ro"), format!("Hero{unseen}")] {
                check(&name, Err("must not contain invisible characters"));
            }
        }
        for direction in ['\u{61c}', '\u{200e}', '\u{200f}'] {
            for name in
                [direction.to_string(), format!("{direction}Hero"), format!("Hero {direction}")]
            {
                check(&name, Err("must not contain invisible characters"));
            }
            let between = format!("שלום{direction}! Hero");
            check(&between, Ok(&between));
        }
        for flag in FLAGS {
            check(flag, Ok(flag));
            let cut: String = flag.chars().take(4).collect();
            let of_texas = flag.replace('\u{e0062}', "\u{e0074}");
            for other in [format!("{flag}\u{e0067}"), flag.replace('\u{1f3f4}', "a"), cut, of_texas]
            {
                check(&other, Err("must not contain invisible characters"));
            }
        }
        for shaped in ["葛\u{e0100}城", "ᠠ\u{180b}ᠭ"] {
            check(shaped, Ok(shaped));
        }
        check("می\u{200c}خواهم", Ok("می\u{200c}خواهم"));
        check("👩\u{200d}🎨 ❤\u{fe0f}", Ok("👩\u{200d}🎨 ❤\u{fe0f}"));
        let selectors = ["\u{180b}", "\u{180f}", "\u{fe0f}", "\u{e0100}", "\u{e01ef} \u{180d}"];
        for blank in ["\u{200d}", "\u{200c} \u{200d}", "\u{2800}"].into_iter().chain(selectors) {
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
    fn folding_ignores_what_is_not_seen() {
        for c in ('\0'..=char::MAX).filter(|c| is_ignorable(*c) && !is_tag(*c)) {
            assert_eq!(fold(&format!("{c}He{c}ro {c}")), "hero", "{c:?}");
        }
        assert_eq!(fold("❤\u{fe0f}"), fold("❤"));
        assert_eq!(fold("e\u{34f}\u{301}"), "é");
        let flags: std::collections::BTreeSet<String> = FLAGS.map(fold).into();
        assert_eq!(flags.len(), FLAGS.len());
        assert!(!flags.contains("\u{1f3f4}"));
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
