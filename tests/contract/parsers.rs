//! Each parser of untrusted text, on its seeds and on seeds that were changed at random: the short run of what `fuzz/`
//! does for as long as one likes. The changes are the same every time.

use std::fs;
use std::path::Path;

use fastrand::Rng;
use parsers::TARGETS;

/// Changed seeds for each parser.
const RUNS: usize = 20_000;
/// What breaks parsers, put in at random places.
const TOKENS: &[&[u8]] = &[
    b"\0",
    b"\xff",
    b"\xed\xa0\x80",
    b"\"",
    b"\"\"",
    b"'",
    b";",
    b",",
    b"\r\n",
    b"\r",
    b"\xef\xbb\xbf",
    b"=",
    b"&",
    b"%",
    b"%00",
    b"%ff",
    b"+",
    b"[",
    b"]",
    b"{",
    b"}",
    b"null",
    b"-0",
    b"1e999",
    b"9223372036854775808",
    b"\\ud800",
    b".",
    "\u{202e}".as_bytes(),
    "\u{1f98a}".as_bytes(),
    b"true",
    b" ",
];

/// The seeds of a parser.
fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(name);
    let entries =
        fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a seed").path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{name} has no seeds");
    paths.into_iter().map(|path| fs::read(path).expect("a seed")).collect()
}

/// A seed, changed in one to eight places.
fn changed(rng: &mut Rng, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = rng.choice(seeds).cloned().unwrap_or_default();
    for _ in 0..rng.usize(1..=8) {
        let at = rng.usize(..=bytes.len());
        let to = (at + rng.usize(..8)).min(bytes.len());
        match rng.u8(..5) {
            0 => drop(bytes.drain(at..to)),
            1 => bytes.insert(at, rng.u8(..)),
            2 => {
                let token = rng.choice(TOKENS).copied().unwrap_or_default();
                drop(bytes.splice(at..to, token.to_vec()));
            }
            3 => drop(bytes.splice(at..at, bytes[at..to].repeat(rng.usize(1..20)))),
            _ => {
                let other = rng.choice(seeds).cloned().unwrap_or_default();
                let from = rng.usize(..=other.len());
                drop(bytes.splice(at..to, other[from..].to_vec()));
            }
        }
        bytes.truncate(20_000);
    }
    bytes
}

#[test]
fn no_parser_panics_or_takes_what_it_would_not_give() {
    for (name, run) in TARGETS {
        let seeds = seeds(name);
        for seed in &seeds {
            run(seed);
        }
        let mut rng = Rng::with_seed(1);
        for _ in 0..RUNS {
            let bytes = changed(&mut rng, &seeds);
            let outcome = std::panic::catch_unwind(|| run(&bytes));
            assert!(outcome.is_ok(), "{name} on {:?}", bytes.escape_ascii().to_string());
        }
    }
}

#[test]
fn every_parser_has_a_fuzz_target() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/Cargo.toml");
    let manifest = fs::read_to_string(manifest).expect("fuzz/Cargo.toml");
    for (name, _) in TARGETS {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} has none");
        let source = format!("../fuzz/fuzz_targets/{name}.rs");
        let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(source));
        assert!(source.is_ok_and(|source| source.contains(&format!("parsers::{name}"))), "{name}");
    }
}
