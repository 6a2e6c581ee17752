//! [`KeySet`]: the secrets that sign tokens, several at a time, so that one can replace another.
//!
//! Written as JSON, newest first: `[{"kid": "2026-11", "key": "…"}, {"kid": "1", "key": "…"}]`, or one such object
//! alone, which is what a new stack has. See docs/decisions/0015.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde::Deserialize;

/// The shortest secret, in bytes: what HS256 asks for.
pub(crate) const SECRET_MIN: usize = 32;
/// The longest name of a key, in characters.
const KID_MAX: usize = 64;
/// The name of a key that has none of its own: a local studio has only one.
const ONLY: &str = "1";

/// Why there can be no [`KeySet`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The secret is too short to be safe.
    #[error("the token secret {0:?} has {1} bytes, {SECRET_MIN} are needed")]
    ShortSecret(String, usize),
    /// It is not written as it should be.
    #[error("the token secret must be {{\"kid\", \"key\"}} or an array of them: {0}")]
    Malformed(String),
    /// A key's name cannot be used.
    #[error("the kid {0:?} must be unique, of 1 to 64 letters, digits, '-', '_' and '.'")]
    Kid(String),
}

/// Keys of tokens, the newest first: it signs, all verify.
#[derive(Clone)]
pub struct KeySet(Vec<Key>);

/// A key.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) kid: String,
    pub(crate) sign: EncodingKey,
    pub(crate) verify: DecodingKey,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    One(WrittenKey),
    Many(Vec<WrittenKey>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKey {
    kid: String,
    key: String,
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|key| &key.kid)).finish()
    }
}

impl KeySet {
    /// A set of one.
    pub fn only(secret: &[u8]) -> Result<Self, KeyError> {
        Ok(Self(vec![Key::new(ONLY.into(), secret)?]))
    }

    /// Reads the JSON.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let written = match serde_json::from_str(text) {
            Ok(Written::One(key)) => vec![key],
            Ok(Written::Many(keys)) => keys,
            // What serde says may quote what is written there.
            Err(_) => return Err(KeyError::Malformed("it is something else".into())),
        };
        if written.is_empty() {
            return Err(KeyError::Malformed("there is none".into()));
        }
        let mut keys = Vec::<Key>::new();
        for WrittenKey { kid, key } in written {
            let is_named = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            let fits = (1..=KID_MAX).contains(&kid.len()) && kid.chars().all(is_named);
            if !fits || keys.iter().any(|known| known.kid == kid) {
                return Err(KeyError::Kid(kid));
            }
            keys.push(Key::new(kid, &secret_bytes(&key))?);
        }
        Ok(Self(keys))
    }

    /// Signs tokens.
    pub(crate) fn newest(&self) -> &Key {
        &self.0[0]
    }

    /// Signs cursors: the one that a process knows that read the keys before the newest was added.
    pub(crate) fn oldest(&self) -> &Key {
        &self.0[self.0.len() - 1]
    }

    /// The key of a name.
    pub(crate) fn named(&self, kid: &str) -> Option<&Key> {
        self.0.iter().find(|key| key.kid == kid)
    }
}

impl Key {
    fn new(kid: String, secret: &[u8]) -> Result<Self, KeyError> {
        if secret.len() < SECRET_MIN {
            return Err(KeyError::ShortSecret(kid, secret.len()));
        }
        let (sign, verify) = (EncodingKey::from_secret(secret), DecodingKey::from_secret(secret));
        Ok(Self { kid, sign, verify })
    }
}

/// Base64 that holds enough bytes, else the text itself.
fn secret_bytes(secret: &str) -> Vec<u8> {
    let decoded = STANDARD.decode(secret).ok().filter(|bytes| bytes.len() >= SECRET_MIN);
    decoded.unwrap_or_else(|| secret.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "0123456789abcdef0123456789abcdef";
    const B: &str = "fedcba9876543210fedcba9876543210";

    fn kids(text: &str) -> Result<Vec<String>, KeyError> {
        KeySet::parse(text).map(|keys| keys.0.into_iter().map(|key| key.kid).collect())
    }

    #[test]
    fn a_set_is_one_key_or_several() {
        assert_eq!(kids(&format!(r#"{{"kid": "1", "key": "{A}"}}"#)).unwrap(), ["1"]);
        let two = format!(r#"[{{"kid": "2", "key": "{B}"}}, {{"kid": "1", "key": "{A}"}}]"#);
        assert_eq!(kids(&two).unwrap(), ["2", "1"]);
        let keys = KeySet::parse(&two).unwrap();
        assert_eq!((&*keys.newest().kid, &*keys.oldest().kid), ("2", "1"));
        assert_eq!(format!("{keys:?}"), r#"["2", "1"]"#);
    }

    #[test]
    fn what_is_no_set_is_refused_and_never_quoted() {
        let twice = format!(r#"[{{"kid": "1", "key": "{A}"}}, {{"kid": "1", "key": "{B}"}}]"#);
        assert_eq!(kids(&twice), Err(KeyError::Kid("1".into())));
        assert_eq!(
            kids(&format!(r#"{{"kid": "a b", "key": "{A}"}}"#)),
            Err(KeyError::Kid("a b".into()))
        );
        let short = kids(r#"{"kid": "1", "key": "short"}"#);
        assert_eq!(short, Err(KeyError::ShortSecret("1".into(), 5)));
        for wrong in ["", "[]", "{}", A, &format!(r#"{{"key": "{A}"}}"#), r#"{"kid": "1"}"#] {
            let error = kids(wrong).unwrap_err();
            assert!(matches!(error, KeyError::Malformed(_)), "{wrong}");
            assert!(!error.to_string().contains(A), "{error}");
        }
    }

    #[test]
    fn a_secret_is_base64_or_text() {
        assert_eq!(secret_bytes(&STANDARD.encode([7; 32])), [7; 32]);
        // 32 letters are base64 of only 24 bytes.
        assert_eq!(secret_bytes(A).len(), 32);
    }
}
