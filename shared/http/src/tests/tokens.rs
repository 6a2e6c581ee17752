//! What is, and what is not, one of our tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use model::error::Unauthenticated::{self, Expired, Invalid};
use model::{PersonId, SessionId, Timestamp};
use serde_json::{Value, json};

use super::SECRET;
use crate::tokens::{ACCESS_SECONDS, Claims, TokenError, TokenKind, Tokens};

fn now() -> Timestamp {
    Timestamp::parse("2026-01-15T10:30:00Z").unwrap()
}

fn tokens() -> Tokens {
    Tokens::new(SECRET).unwrap()
}

fn claims() -> Value {
    let at = now().unix();
    json!({
        "iss": "tanuki", "aud": "tanuki", "sub": PersonId::new(), "sid": SessionId::new(), "typ": "access",
        "iat": at, "nbf": at, "exp": at + 60, "jti": "a24a6ea4-ce75-4665-a070-57453082c256",
    })
}

fn signed(algorithm: Algorithm, claims: &Value, secret: &[u8]) -> String {
    jsonwebtoken::encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(secret))
        .unwrap()
}

fn verify(token: &str) -> Result<Claims, Unauthenticated> {
    tokens().verify(TokenKind::Access, token, now())
}

#[test]
fn what_is_issued_is_verified() {
    let (person, session) = (PersonId::new(), SessionId::new());
    let token = tokens().issue(TokenKind::Access, person, session, now()).unwrap();
    let claims = verify(&token).unwrap();
    assert_eq!((claims.person, claims.session, claims.kind), (person, session, TokenKind::Access));
    assert_eq!(claims.exp, now().unix() + ACCESS_SECONDS);
    let again = tokens().issue(TokenKind::Access, person, session, now()).unwrap();
    assert_ne!(verify(&again).unwrap().jti, claims.jti);
    assert!(verify(&signed(Algorithm::HS256, &self::claims(), SECRET)).is_ok());
}

#[test]
fn a_token_lives_from_its_first_to_its_last_second() {
    let token = tokens()
        .issue_for(TokenKind::Access, PersonId::new(), SessionId::new(), now(), 60)
        .unwrap();
    let at =
        |seconds| tokens().verify(TokenKind::Access, &token, now().plus_seconds(seconds)).map(drop);
    assert_eq!(at(59), Ok(()));
    assert_eq!(at(60), Err(Expired));
    // Another machine's clock may be a little behind.
    assert_eq!(at(-5), Ok(()));
    assert_eq!(at(-6), Err(Invalid));
    assert_eq!(Expired.to_string(), "Signature has expired");
}

#[test]
fn kinds_are_kept_apart() {
    let token =
        tokens().issue(TokenKind::Refresh, PersonId::new(), SessionId::new(), now()).unwrap();
    assert_eq!(verify(&token), Err(Invalid));
    assert!(tokens().verify(TokenKind::Refresh, &token, now()).is_ok());
    let late = now().plus_seconds(10 * 365 * 24 * 3600);
    assert_eq!(tokens().verify(TokenKind::Access, &token, late), Err(Invalid));
}

#[test]
fn only_our_algorithm_and_secret_count() {
    let good = signed(Algorithm::HS256, &claims(), SECRET);
    let mut parts = good.split('.');
    let (_, payload, signature) =
        (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    let with_header = |header: Value, signature: &str| {
        format!("{}.{payload}.{signature}", URL_SAFE_NO_PAD.encode(header.to_string()))
    };
    let forged = URL_SAFE_NO_PAD.encode(json!({"sub": PersonId::new()}).to_string());
    for token in [
        with_header(json!({"alg": "none", "typ": "JWT"}), ""),
        with_header(json!({"alg": "None", "typ": "JWT"}), signature),
        with_header(json!({"alg": "RS256", "typ": "JWT"}), signature),
        with_header(json!({"alg": "HS384", "typ": "JWT"}), signature),
        signed(Algorithm::HS384, &claims(), SECRET),
        signed(Algorithm::HS512, &claims(), SECRET),
        signed(Algorithm::HS256, &claims(), b"another secret of thirty-two byte"),
        good.replacen(payload, &forged, 1),
        good[..good.len() - 2].to_owned(),
        good.replace('.', ""),
        String::new(),
        "..".to_owned(),
    ] {
        assert_eq!(verify(&token), Err(Invalid), "{token}");
    }
}

#[test]
fn every_claim_counts() {
    for (name, wrong) in [
        ("iss", json!("zou")),
        ("iss", Value::Null),
        ("aud", json!("tanuki-cursor")),
        ("aud", json!(["tanuki"])),
        ("sub", json!("nobody")),
        ("sid", Value::Null),
        ("typ", json!("refresh")),
        ("typ", Value::Null),
        ("exp", Value::Null),
        ("exp", json!("tomorrow")),
        ("nbf", json!(now().unix() + 60)),
    ] {
        let mut claims = claims();
        claims[name] = wrong.clone();
        assert_eq!(
            verify(&signed(Algorithm::HS256, &claims, SECRET)),
            Err(Invalid),
            "{name}: {wrong}"
        );
    }
}

#[test]
fn a_short_secret_is_refused() {
    assert_eq!(Tokens::new(b"short").map(drop).unwrap_err(), TokenError::ShortSecret(5));
    assert_eq!(
        Tokens::new(&[0; 31]).map(drop).unwrap_err().to_string(),
        "the token secret has 31 bytes, 32 are needed"
    );
    assert!(!format!("{:?}", tokens()).contains("0123"));
}

#[test]
fn cursors_are_opaque_and_ours() {
    let cursor = tokens().sign_cursor(&("Prop", 3)).unwrap();
    assert_eq!(tokens().read_cursor::<(String, i64)>(&cursor), Some(("Prop".into(), 3)));
    assert_eq!(tokens().read_cursor::<(String, String)>(&cursor), None);
    assert_eq!(tokens().read_cursor::<Value>("garbage"), None);
    assert_eq!(tokens().read_cursor::<Value>(&cursor.replacen("ey", "eX", 1)), None);
    assert_eq!(verify(&cursor), Err(Invalid));
    let token =
        tokens().issue(TokenKind::Access, PersonId::new(), SessionId::new(), now()).unwrap();
    assert_eq!(tokens().read_cursor::<Value>(&token), None);
    let other = Tokens::new(b"another secret of thirty-two byte").unwrap();
    assert_eq!(other.read_cursor::<Value>(&cursor), None);
}
