//! Passwords: only their argon2id hash is kept.
//!
//! Hashing takes tens of milliseconds of the calling thread, on purpose, and is done right there: a function
//! on Lambda has one request at a time and one core, so that another thread would only be one more to start.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use model::{Error, Fields, Input, Result, person};
use serde_json::Value;
use utoipa::ToSchema;

// What OWASP recommends for argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The salt of hashes that nobody keeps.
const NO_SALT: &[u8] = b"of nobody's hash";

fn argon2id() -> Result<Argon2<'static>> {
    #[cfg(test)]
    tests::HASHES.set(tests::HASHES.get() + 1);
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash to keep of a password, as a PHC string with a random salt in it.
pub fn hash(password: &str) -> Result<String> {
    let hash: PasswordHash =
        argon2id()?.hash_password(password.as_bytes()).map_err(Error::internal)?;
    Ok(hash.to_string())
}

/// Whether a password is the one of a hash. Without a hash it never is, and finding that out takes as long:
/// the time of a login does not tell who has an account.
pub fn verify(password: &str, hash: Option<&str>) -> Result<bool> {
    let Some(hash) = hash else {
        argon2id()?
            .hash_password_with_salt(password.as_bytes(), NO_SALT)
            .map_err(Error::internal)?;
        return Ok(false);
    };
    let hash = PasswordHash::new(hash).map_err(Error::internal)?;
    Ok(argon2id()?.verify_password(password.as_bytes(), &hash).is_ok())
}

/// A new password, twice.
#[derive(ToSchema)]
#[schema(example = json!({"password": "correct horse battery", "password_2": "correct horse battery"}))]
pub struct NewPassword {
    /// At least 8 characters.
    pub password: String,
    /// The same again.
    #[expect(dead_code, reason = "compared when it is read")]
    password_2: String,
}

impl Input for NewPassword {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let password = f.required("password", person::password);
        let again = f.required("password_2", |value: &Value| {
            Ok(value.as_str().unwrap_or_default().to_owned())
        });
        let (password, password_2) = (password?, again?);
        if password != password_2 {
            f.error("password_2", "must be the same as password");
            return None;
        }
        Some(Self { password, password_2 })
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use serde_json::json;

    use super::*;

    thread_local! {
        /// How often this thread has hashed.
        pub(super) static HASHES: Cell<u32> = const { Cell::new(0) };
    }

    #[test]
    fn a_password_is_known_by_its_hash() {
        let kept = hash("correct horse").unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(verify("correct horse", Some(&kept)).unwrap());
        assert!(!verify("battery staple", Some(&kept)).unwrap());
        assert!(!verify("correct horse", None).unwrap());
        assert_ne!(hash("correct horse").unwrap(), kept, "each has its own salt");
    }

    /// What takes the time is done once, whoever is asked for.
    #[test]
    fn nobodys_password_is_hashed_too() {
        let kept = hash("correct horse").unwrap();
        for (password, hash) in
            [("correct horse", Some(&*kept)), ("wrong", Some(&*kept)), ("correct horse", None)]
        {
            let before = HASHES.get();
            verify(password, hash).unwrap();
            assert_eq!(HASHES.get(), before + 1, "{password} {hash:?}");
        }
    }

    #[test]
    fn passwords_must_agree() {
        let read = |body: &Value| Fields::read_body::<NewPassword>(body).map(|new| new.password);
        assert_eq!(
            read(&json!({"password": "longenough", "password_2": "longenough"})).unwrap(),
            "longenough"
        );
        let error = |body: &Value| read(body).unwrap_err().to_string();
        assert_eq!(
            error(&json!({"password": "longenough", "password_2": "other"})),
            "password_2 must be the same as password"
        );
        assert_eq!(
            error(&json!({"password": "short"})),
            "password must have 8 to 1024 characters; password_2 is required"
        );
    }
}
