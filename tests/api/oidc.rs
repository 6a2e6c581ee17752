//! Tokens of another issuer, whose keys are on a server of this machine.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use axum::Router;
use axum::routing::get;
use http_api::Oidc;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use model::Role;
use tanuki::demo;
use tanuki::server::{self, Content, Options};
use tanuki::studio::Place;
use tanuki_tests::prelude::*;
use tokio::net::TcpListener;

use crate::auth::get_as;

pub(crate) const AUDIENCE: &str = "tanuki-studio";

/// Bytes of a PKCS #8 wrapper around a key of 2048 bits.
const PKCS8_HEAD: usize = 26;

pub(crate) struct Key {
    kid: &'static str,
    algorithm: Algorithm,
    private: EncodingKey,
}

impl Key {
    fn rsa(kid: &'static str) -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key");
        let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).expect("its DER");
        let private = EncodingKey::from_rsa_der(&der.as_ref()[PKCS8_HEAD..]);
        Self { kid, algorithm: Algorithm::RS256, private }
    }

    pub(crate) fn ec(kid: &'static str) -> Self {
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let der = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).expect("a key");
        let private = EncodingKey::from_ec_der(der.as_ref());
        Self { kid, algorithm: Algorithm::ES256, private }
    }

    fn public(&self) -> Jwk {
        let mut jwk = Jwk::from_encoding_key(&self.private, self.algorithm).expect("a public key");
        jwk.common.key_id = Some(self.kid.into());
        jwk
    }

    fn header(&self) -> Header {
        Header { kid: Some(self.kid.into()), ..Header::new(self.algorithm) }
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        jsonwebtoken::encode(&self.header(), claims, &self.private).expect("a token")
    }
}

/// The issuer: what it serves can be exchanged, and how often it was asked is counted.
pub(crate) struct Issuer {
    pub(crate) url: String,
    keys: Arc<Mutex<Value>>,
    reads: Arc<AtomicUsize>,
}

impl Issuer {
    pub(crate) async fn start(keys: &[&Key]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("a port"));
        let reads = Arc::new(AtomicUsize::new(0));
        let kept = Arc::new(Mutex::new(set(keys)));
        let discovery = json!({"issuer": url, "jwks_uri": format!("{url}/keys")}).to_string();
        let (counted, served) = (reads.clone(), kept.clone());
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(async move || discovery.clone()))
            .route(
                "/keys",
                get(async move || {
                    counted.fetch_add(1, Ordering::Relaxed);
                    served.lock().expect("the keys").to_string()
                }),
            );
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, keys: kept, reads }
    }

    fn exchange(&self, keys: &[&Key]) {
        *self.keys.lock().expect("the keys") = set(keys);
    }

    /// What a token of the artist says.
    pub(crate) fn claims(&self, app: &TestApp) -> Value {
        let email = app.person(ARTIST).email.as_deref().unwrap_or_default();
        self.claims_of(app.app.store.now().unix(), email)
    }

    fn claims_of(&self, now: i64, email: &str) -> Value {
        json!({
            "iss": self.url, "aud": AUDIENCE, "sub": "42", "iat": now, "exp": now + 3600,
            "email": email, "email_verified": true,
        })
    }
}

fn set(keys: &[&Key]) -> Value {
    json!({"keys": keys.iter().map(|key| key.public()).collect::<Vec<_>>()})
}

async fn studio(keys: &[&Key]) -> (TestApp, Issuer) {
    let issuer = Issuer::start(keys).await;
    let oidc = Oidc::new(&issuer.url, AUDIENCE).expect("an issuer");
    (TestApp::new().await.with_issuer(oidc), issuer)
}

async fn assert_refused(app: &TestApp, token: &str, about: &str) {
    let answer = get_as(app, "/auth/authenticated", token).await;
    assert_eq!(answer.status, 401, "{about}: {}", answer.body);
}

#[tokio::test]
async fn a_token_of_the_issuer_stands_for_the_person_with_its_address() {
    let (rsa, ec) = (Key::rsa("r"), Key::ec("e"));
    let (app, issuer) = studio(&[&rsa, &ec]).await;
    let mut claims = issuer.claims(&app);
    claims["email"] = json!("USER@Example.com");
    claims["aud"] = json!([AUDIENCE, "another"]);
    for key in [&rsa, &ec] {
        let seen = get_as(&app, "/auth/authenticated", &key.sign(&claims)).await.ok();
        assert_eq!(seen["user"]["id"], json!(app.person(ARTIST).id));
    }
    assert_eq!(issuer.reads.load(Ordering::Relaxed), 1, "the keys are kept");
    // Ours go on working.
    app.get(ARTIST, "/auth/authenticated").await.ok();
    let token = rsa.sign(&claims);
    get_as(&app, "/auth/refresh-token", &token).await.error(401, "NotAuthenticatedException");
    // It has no session; the issuer ends it, or the person is deactivated.
    get_as(&app, "/auth/logout", &token).await.ok();
    get_as(&app, "/auth/authenticated", &token).await.ok();
    let path = format!("/data/persons/{}", app.person(ARTIST).id);
    app.put(ADMIN, &path, &json!({"active": false})).await.ok();
    assert_refused(&app, &token, "a person who is not active").await;
}

#[tokio::test]
async fn every_claim_of_the_issuers_token_counts() {
    let key = Key::rsa("r");
    let (app, issuer) = studio(&[&key]).await;
    let now = app.app.store.now().unix();
    for (name, wrong) in [
        ("iss", json!("https://another.example")),
        ("iss", Value::Null),
        ("aud", json!("another")),
        ("aud", Value::Null),
        ("email", json!("nobody@example.com")),
        ("email", Value::Null),
        ("email_verified", json!(false)),
        ("email_verified", json!("true")),
        ("email_verified", Value::Null),
        ("exp", Value::Null),
        ("exp", json!(now + 365 * 24 * 3600)),
        ("iat", Value::Null),
        ("iat", json!(now + 600)),
        ("nbf", json!(now + 600)),
    ] {
        let mut claims = issuer.claims(&app);
        claims[name] = wrong.clone();
        assert_refused(&app, &key.sign(&claims), &format!("{name}: {wrong}")).await;
    }
    let mut claims = issuer.claims(&app);
    (claims["iat"], claims["exp"]) = (json!(now - 100), json!(now - 1));
    let answer = get_as(&app, "/data/assets", &key.sign(&claims)).await;
    assert_eq!(answer.error(401, "NotAuthenticatedException")["message"], "Signature has expired");
}

/// The program takes them too, once it is told of the issuer.
#[tokio::test]
async fn a_server_of_this_machine_takes_the_issuers_tokens() {
    let key = Key::ec("e");
    let issuer = Issuer::start(&[&key]).await;
    let options = Options {
        port: 0,
        place: Place::Memory,
        table: "tanuki".into(),
        content: Content::Demo,
        oidc: Oidc::new(&issuer.url, AUDIENCE).ok(),
    };
    let running = server::start(&options).await.expect("a server");
    let email = demo::email(Role::Manager);
    let claims = issuer.claims_of(running.app.store.now().unix(), email);
    let token = format!("Bearer {}", key.sign(&claims));
    let url = format!("http://{}/api/auth/authenticated", running.address);
    let seen = tokio::task::spawn_blocking(move || {
        let answer = ureq::get(url).header("authorization", token).call();
        answer.expect("an answer").body_mut().read_json::<Value>().expect("JSON")
    });
    assert_eq!(seen.await.expect("no panic")["user"]["email"], email);
    running.stop().await.expect("it stops");
}

/// RFC 8725, 2.1: a public key is no shared secret, and no token chooses its algorithm.
#[tokio::test]
async fn a_public_key_is_never_taken_for_a_secret() {
    let (rsa, ec, other) = (Key::rsa("r"), Key::ec("e"), Key::rsa("r"));
    let (app, issuer) = studio(&[&rsa, &ec]).await;
    let claims = issuer.claims(&app);
    get_as(&app, "/auth/authenticated", &rsa.sign(&claims)).await.ok();
    let public = serde_json::to_value(rsa.public()).expect("JSON");
    let secrets =
        [public.to_string(), text(&public, "n").to_owned(), String::new()].map(String::into_bytes);
    for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
        for secret in &secrets {
            let header = Header { alg: algorithm, ..rsa.header() };
            let token = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(secret));
            assert_refused(&app, &token.expect("a token"), "HMAC with a public key").await;
        }
    }
    let resigned = |header: Header, key: &Key| {
        jsonwebtoken::encode(&header, &claims, &key.private).expect("a token")
    };
    let check = async |about: &str, token: String| assert_refused(&app, &token, about).await;
    check("another's key", other.sign(&claims)).await;
    check(
        "the name of another key",
        resigned(Header { kid: Some("e".into()), ..rsa.header() }, &rsa),
    )
    .await;
    check("no name", resigned(Header { kid: None, ..rsa.header() }, &rsa)).await;
    check(
        "another algorithm of the key",
        resigned(Header { alg: Algorithm::RS512, ..rsa.header() }, &rsa),
    )
    .await;
    check(
        "an extension",
        resigned(Header { crit: Some(vec!["b64".into()]), ..rsa.header() }, &rsa),
    )
    .await;
    check("another typ", resigned(Header { typ: Some("logout+jwt".into()), ..rsa.header() }, &rsa))
        .await;
    check(
        "ours by its typ",
        resigned(Header { typ: Some("access+jwt".into()), ..rsa.header() }, &rsa),
    )
    .await;
    let mut bringing = other.header();
    bringing.jwk = Some(other.public());
    check("a key it brings along", resigned(bringing, &other)).await;
    let signed = rsa.sign(&claims);
    let payload = signed.split('.').nth(1).expect("three parts");
    // {"alg":"none","typ":"JWT","kid":"r"}
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIiwia2lkIjoiciJ9";
    check("no algorithm", format!("{none}.{payload}.")).await;
    let without = TestApp::new().await.without_gateway();
    assert_refused(&without, &signed, "a studio without that issuer").await;
}

#[tokio::test]
async fn the_issuer_may_exchange_its_keys_and_is_not_asked_all_the_time() {
    let (old, new, unknown) = (Key::ec("1"), Key::ec("2"), Key::ec("3"));
    let (app, issuer) = studio(&[&old]).await;
    let claims = issuer.claims(&app);
    issuer.exchange(&[&old, &new]);
    get_as(&app, "/auth/authenticated", &new.sign(&claims)).await.ok();
    for _ in 0..5 {
        assert_refused(&app, &unknown.sign(&claims), "a key that nobody has").await;
    }
    assert_eq!(issuer.reads.load(Ordering::Relaxed), 1);
    get_as(&app, "/auth/authenticated", &old.sign(&claims)).await.ok();
}

#[tokio::test]
async fn an_issuer_that_is_away_is_a_401_and_ours_work() {
    let oidc = Oidc::new("http://127.0.0.1:9", AUDIENCE).expect("an issuer");
    let app = TestApp::new().await.with_issuer(oidc);
    let key = Key::ec("1");
    let token = key.sign(&json!({"iss": "http://127.0.0.1:9", "aud": AUDIENCE}));
    assert_refused(&app, &token, "no keys").await;
    app.get(ARTIST, "/auth/authenticated").await.ok();
}
