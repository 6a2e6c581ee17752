//! What is, and what is not, one of our tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use model::error::Unauthenticated::{self, Expired, Invalid};
use model::{PersonId, SessionId, Timestamp};
use serde_json::{Value, json};
use store::OpenSession;
use uuid::Uuid;

use super::SECRET;
use crate::tokens::watched::Watched;
use crate::tokens::{ACCESS_SECONDS, Claims, KeyError, KeySet, REFRESH_SECONDS, TokenKind, Tokens};

fn now() -> Timestamp {
    Timestamp::parse("2026-01-15T10:30:00Z").unwrap()
}

fn tokens() -> Tokens {
    Tokens::new(SECRET).unwrap()
}

fn claims() -> Value {
    let at = now().unix();
    json!({
        "iss": "tanuki", "aud": "tanuki", "sub": PersonId::new(), "sid": SessionId::new(),
        "iat": at, "nbf": at, "exp": at + 60, "jti": "a24a6ea4-ce75-4665-a070-57453082c256",
    })
}

fn header(algorithm: Algorithm) -> Header {
    let (typ, kid) = (Some("access+jwt".into()), Some("1".into()));
    Header { typ, kid, ..Header::new(algorithm) }
}

fn with_header(header: &Header, claims: &Value, secret: &[u8]) -> String {
    jsonwebtoken::encode(header, claims, &EncodingKey::from_secret(secret)).unwrap()
}

fn signed(algorithm: Algorithm, claims: &Value, secret: &[u8]) -> String {
    with_header(&header(algorithm), claims, secret)
}

fn issue() -> String {
    tokens().issue(PersonId::new(), SessionId::new(), now()).unwrap()
}

fn issue_refresh() -> String {
    let (id, ends_at) = (Uuid::new_v4(), now().plus_seconds(REFRESH_SECONDS));
    let session = OpenSession { id: SessionId::new(), refresh_id: id, ends_at };
    tokens().issue_refresh(PersonId::new(), &session, now()).unwrap()
}

fn verify(token: &str) -> Result<Claims, Unauthenticated> {
    tokens().verify(TokenKind::Access, token, now())
}

#[test]
fn what_is_issued_is_verified() {
    let (person, session) = (PersonId::new(), SessionId::new());
    let token = tokens().issue(person, session, now()).unwrap();
    let claims = verify(&token).unwrap();
    assert_eq!((claims.person, claims.session), (person, session));
    assert_eq!(claims.exp, now().unix() + ACCESS_SECONDS);
    let again = tokens().issue(person, session, now()).unwrap();
    assert_ne!(verify(&again).unwrap().jti, claims.jti);
    assert!(verify(&signed(Algorithm::HS256, &self::claims(), SECRET)).is_ok());
}

#[test]
fn a_token_lives_from_its_first_to_its_last_second() {
    let token = signed(Algorithm::HS256, &claims(), SECRET);
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
    let token = issue_refresh();
    assert_eq!(verify(&token), Err(Invalid));
    assert_eq!(tokens().verify(TokenKind::Refresh, &issue(), now()), Err(Invalid));
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
    let with_head = |mut header: Value, signature: &str| {
        (header["typ"], header["kid"]) = (json!("access+jwt"), json!("1"));
        format!("{}.{payload}.{signature}", URL_SAFE_NO_PAD.encode(header.to_string()))
    };
    let forged = URL_SAFE_NO_PAD.encode(json!({"sub": PersonId::new()}).to_string());
    for token in [
        with_head(json!({"alg": "none"}), ""),
        with_head(json!({"alg": "None"}), signature),
        with_head(json!({"alg": "RS256"}), signature),
        with_head(json!({"alg": "HS384"}), signature),
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
    let short = Tokens::new(b"short").map(drop).unwrap_err();
    assert_eq!(short, KeyError::ShortSecret("1".into(), 5));
    assert_eq!(
        Tokens::new(&[0; 31]).map(drop).unwrap_err().to_string(),
        "the token secret \"1\" has 31 bytes, 32 are needed"
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
    assert_eq!(tokens().read_cursor::<Value>(&issue()), None);
    let other = Tokens::new(b"another secret of thirty-two byte").unwrap();
    assert_eq!(other.read_cursor::<Value>(&cursor), None);
}

/// RFC 8725, 3.1, 3.8 to 3.12: nothing a header says makes a token of ours out of something else.
#[test]
fn every_header_counts() {
    let check = |about: &str, change: fn(&mut Header)| {
        let mut header = header(Algorithm::HS256);
        change(&mut header);
        assert_eq!(verify(&with_header(&header, &claims(), SECRET)), Err(Invalid), "{about}");
    };
    check("another typ", |header| header.typ = Some("refresh+jwt".into()));
    check("the typ of anybody's token", |header| header.typ = Some("JWT".into()));
    check("a cursor's typ", |header| header.typ = Some("cursor+jwt".into()));
    check("no typ", |header| header.typ = None);
    check("an unknown key", |header| header.kid = Some("2".into()));
    check("a path for a key", |header| header.kid = Some("../../dev/null".into()));
    check("an empty key", |header| header.kid = Some(String::new()));
    check("no key", |header| header.kid = None);
    check("an extension", |header| header.crit = Some(vec!["b64".into()]));
}

/// A token may bring or name a key: it is not looked at.
#[test]
fn a_token_cannot_bring_its_own_key() {
    let own = b"a secret that the token itself named";
    let k = URL_SAFE_NO_PAD.encode(own);
    let mut header = header(Algorithm::HS256);
    header.jku = Some("http://127.0.0.1:9/keys".into());
    header.x5u = header.jku.clone();
    header.jwk = serde_json::from_value(json!({"kty": "oct", "k": k, "kid": "1"})).ok();
    assert!(header.jwk.is_some());
    assert_eq!(verify(&with_header(&header, &claims(), own)), Err(Invalid));
}

#[test]
fn a_key_is_exchanged_without_logging_anybody_out() {
    let of = |kids: &[&str]| {
        let keys: Vec<Value> = kids
            .iter()
            .map(|kid| json!({"kid": kid, "key": format!("{kid}: a secret of thirty-two bytes")}))
            .collect();
        Tokens::of(KeySet::parse(&json!(keys).to_string()).unwrap())
    };
    let (before, between, after) = (of(&["old"]), of(&["new", "old"]), of(&["new"]));
    let issue = |tokens: &Tokens| tokens.issue(PersonId::new(), SessionId::new(), now()).unwrap();
    let check =
        |tokens: &Tokens, token: &str| tokens.verify(TokenKind::Access, token, now()).map(drop);
    let (old, new) = (issue(&before), issue(&between));
    assert_eq!((check(&between, &old), check(&between, &new)), (Ok(()), Ok(())));
    assert_eq!((check(&after, &old), check(&after, &new)), (Err(Invalid), Ok(())));
    assert_eq!(check(&before, &new), Err(Invalid), "unknown here");
    // Cursors: whoever knows only the old key reads them, too.
    let cursor = between.sign_cursor(&3).unwrap();
    assert_eq!(before.read_cursor::<i64>(&cursor), Some(3));
    assert_eq!(after.read_cursor::<i64>(&cursor), None);
}

#[tokio::test]
async fn an_unknown_key_is_looked_for_where_the_keys_are_kept() {
    let key =
        |kid: &str| json!({"kid": kid, "key": format!("{kid}: a secret of thirty-two bytes")});
    let set = |keys: Value| KeySet::parse(&keys.to_string()).unwrap();
    let both = set(json!([key("new"), key("old")]));
    let token = Tokens::of(both.clone()).issue(PersonId::new(), SessionId::new(), now()).unwrap();
    let fetch = move || -> futures_util::future::BoxFuture<'static, _> {
        Box::pin(std::future::ready(Ok(both.clone())))
    };
    let old = Watched::new(set(key("old")), now().unix(), Box::new(fetch));
    let tokens = Tokens::watched(old);
    let verify = || tokens.verify(TokenKind::Access, &token, now()).map(drop);
    assert_eq!(verify(), Err(Invalid));
    tokens.keep_up_with("garbage", now()).await;
    assert_eq!(verify(), Err(Invalid), "garbage is no reason to read");
    tokens.keep_up_with(&token, now()).await;
    assert_eq!(verify(), Ok(()));
}
