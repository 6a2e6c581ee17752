//! [`TestApp`]: the whole API on a fresh engine in memory, one person per role.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Method, Request};
use http_api::layers::Service;
use http_api::tokens::REFRESH_SECONDS;
use http_api::{App, Mode, Oidc, Tokens};
use http_body_util::BodyExt as _;
use model::{Person, PersonId, Role};
use serde_json::{Value, json};
use store::{OpenSession, Store};
use tanuki::engine::Engine;
use tower::ServiceExt as _;

use crate::answer::{Answer, text};
use crate::gateway::Gateway;

/// Who sends a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Someone with a role; whether in a team is up to the test.
    The(Role),
    /// A second manager, in no team.
    Outsider,
    /// A second artist.
    OtherArtist,
    /// Nobody: no token.
    Nobody,
}

/// The administrator.
pub const ADMIN: Who = Who::The(Role::Admin);
/// A manager.
pub const MANAGER: Who = Who::The(Role::Manager);
/// A supervisor.
pub const SUPERVISOR: Who = Who::The(Role::Supervisor);
/// An artist.
pub const ARTIST: Who = Who::The(Role::User);
/// A client.
pub const CLIENT: Who = Who::The(Role::Client);
/// A vendor.
pub const VENDOR: Who = Who::The(Role::Vendor);

/// The table of a studio.
pub const TABLE: &str = "tanuki";
/// What tokens are signed with.
pub const SECRET: [u8; 32] = [7; 32];

/// The text of the secret whose only key is [`SECRET`].
pub fn token_secret() -> String {
    json!({"kid": "1", "key": STANDARD.encode(SECRET)}).to_string()
}

/// A manager of some other production.
pub const OUTSIDER: Who = Who::Outsider;
/// Another artist.
pub const OTHER_ARTIST: Who = Who::OtherArtist;
/// Somebody without a token.
pub const NOBODY: Who = Who::Nobody;

/// The rows of the role table in their order, and at last nobody.
pub const EVERYBODY: [Who; 8] =
    [ADMIN, MANAGER, SUPERVISOR, ARTIST, CLIENT, VENDOR, OUTSIDER, NOBODY];

/// Whether this is the binary of `tests/lambda`, which has other suites' tests in it.
fn is_lambda_suite() -> bool {
    let program = std::env::current_exe().ok();
    let name = program.as_deref().and_then(Path::file_name).and_then(OsStr::to_str);
    name.is_some_and(|name| name.starts_with("lambda-"))
}

/// A studio of its own: engine, table, vocabulary, persons.
#[derive(Debug)]
pub struct TestApp {
    /// The database.
    pub engine: Engine,
    /// What handlers see.
    pub app: App,
    transport: Transport,
    people: Vec<(Who, Person, String)>,
}

/// How requests reach the handlers.
#[derive(Clone, Debug)]
enum Transport {
    /// All routes in this process.
    InProcess(Service),
    /// The functions' binaries, behind the gateway that the template describes.
    Gateway(Arc<Gateway>),
}

impl TestApp {
    /// An empty studio: in this process, or behind the gateway if this is the suite that runs the others'
    /// tests there.
    pub async fn new() -> Self {
        if is_lambda_suite() { Self::behind_the_gateway().await } else { Self::in_process().await }
    }

    /// An empty studio whose handlers run in this process.
    async fn in_process() -> Self {
        let engine = Engine::memory().expect("the engine starts");
        let store = Store::new(engine.client(), TABLE);
        Self::with_store(engine, store).await
    }

    /// An empty studio whose handlers are the functions' binaries.
    pub async fn behind_the_gateway() -> Self {
        let mut this = Self::in_process().await;
        this.app.mode = Mode::Cloud;
        let gateway = Gateway::start(&this.engine, &token_secret()).await;
        this.transport = Transport::Gateway(Arc::new(gateway));
        this
    }

    /// The same studio behind another gateway.
    #[must_use]
    pub fn behind(&self, gateway: Gateway) -> Self {
        Self {
            engine: self.engine.clone(),
            app: self.app.clone(),
            transport: Transport::Gateway(Arc::new(gateway)),
            people: self.people.clone(),
        }
    }

    /// The gateway.
    pub fn gateway(&self) -> &Gateway {
        match &self.transport {
            Transport::Gateway(gateway) => gateway,
            Transport::InProcess(_) => panic!("this studio is not behind a gateway"),
        }
    }

    /// A studio whose store's calls pass through something else.
    pub async fn with_store(engine: Engine, store: Store) -> Self {
        store.table_create().await.expect("the table is created");
        store.studio_init().await.expect("the vocabulary is written");
        let tokens = Tokens::new(&SECRET).expect("the secret is long enough");
        let app = App { store, tokens, oidc: None, mode: Mode::Local };
        let transport = Transport::InProcess(tanuki::routes::service(app.clone()));
        let mut this = Self { engine, app, transport, people: Vec::new() };
        let roles = Role::ALL.map(|role| (Who::The(role), role));
        for (who, role) in roles
            .into_iter()
            .chain([(Who::Outsider, Role::Manager), (Who::OtherArtist, Role::User)])
        {
            this.add_person(who, role).await;
        }
        this
    }

    /// The same studio as a process sees it that has just started: nothing is remembered but what is stored.
    #[must_use]
    pub fn restarted(&self) -> Self {
        self.through(Store::new(self.engine.client(), TABLE))
    }

    /// The same studio through another store.
    #[must_use]
    pub fn through(&self, store: Store) -> Self {
        self.in_process_as(App { store, ..self.app.clone() })
    }

    /// The same studio, which accepts the tokens of another issuer, too.
    #[must_use]
    pub fn with_issuer(&self, oidc: Oidc) -> Self {
        self.in_process_as(App { oidc: Some(oidc), ..self.app.clone() })
    }

    /// The same studio with its handlers in this process, as on one machine: for what a gateway answers in its own way,
    /// which `tests/lambda/gateway.rs` is about, and for what requests cost, which a function only logs.
    #[must_use]
    pub fn without_gateway(&self) -> Self {
        let store = Store::new(self.engine.client(), TABLE);
        self.in_process_as(App { store, mode: Mode::Local, ..self.app.clone() })
    }

    /// The same studio with other handlers, in this process.
    fn in_process_as(&self, app: App) -> Self {
        let transport = Transport::InProcess(tanuki::routes::service(app.clone()));
        Self { engine: self.engine.clone(), app, transport, people: self.people.clone() }
    }

    /// Asserts that nothing in the table contradicts anything else, and that nothing is open.
    pub async fn assert_whole(&self, about: &str) {
        let violations = self.app.store.check().await.expect("the table can be read");
        let violations: Vec<String> = violations.iter().map(ToString::to_string).collect();
        assert!(violations.is_empty(), "{about}:\n{}", violations.join("\n"));
    }

    async fn add_person(&mut self, who: Who, role: Role) {
        let store = &self.app.store;
        let name = format!("{who:?}").replace("The(", "").replace(')', "");
        let email = format!("{}@example.com", name.to_lowercase());
        let person = Person::named(&name, "Tester", &email, role, store.now());
        let person = store.person_create(person, None).await.expect("the person is created");
        let session = self.open_session(person.id, REFRESH_SECONDS).await;
        let token = self.app.tokens.issue(person.id, session.id, store.now());
        self.people.push((who, person, token.expect("the token is signed")));
    }

    /// A session of a person.
    pub async fn open_session(&self, person: PersonId, seconds: i64) -> OpenSession {
        let login = self.app.store.login_of(person).await.expect("the person can be read");
        let login = login.expect("the person is there");
        let session = self.app.store.session_create(&login, seconds).await;
        session.expect("the session can be opened").expect("the person has not changed")
    }

    /// Creates so many persons more, and gives their ids.
    pub async fn persons(&self, count: usize) -> Vec<String> {
        let mut ids = Vec::new();
        for n in 0..count {
            let email = format!("p{n}@example.com");
            let person = json!({"first_name": format!("P{n}"), "email": email});
            let person = self.post(ADMIN, "/data/persons", &person).await.created();
            ids.push(text(&person, "id").to_owned());
        }
        ids
    }

    /// The person behind a `Who`.
    pub fn person(&self, who: Who) -> &Person {
        &self.people.iter().find(|(w, ..)| *w == who).expect("one of the persons").1
    }

    /// The access token of a `Who`.
    pub fn token(&self, who: Who) -> Option<&str> {
        self.people.iter().find(|(w, ..)| *w == who).map(|(.., token)| token.as_str())
    }

    /// Sends a request as somebody. `path` is below `/api`, unless it starts with `/api` itself.
    pub async fn request(
        &self,
        who: Who,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Answer {
        let mut request = Request::builder().method(method);
        if let Some(token) = self.token(who) {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let is_whole = path
            .strip_prefix("/api")
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
        let uri = if is_whole { path.to_owned() } else { format!("/api{path}") };
        self.send(request.uri(uri).body(body).expect("a sound request")).await
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let about = format!("{} {}", request.method(), request.uri());
        let (parts, bytes) = match &self.transport {
            Transport::InProcess(service) => {
                let answer = service.clone().oneshot(request).await;
                let (parts, body) = answer.expect("the service does not fail").into_parts();
                (parts, body.collect().await.expect("a whole body").to_bytes().to_vec())
            }
            Transport::Gateway(gateway) => gateway.send(request).await,
        };
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer { request: about, status: parts.status, headers: parts.headers, bytes, body }
    }

    /// Uploads a file by a form, as gazu and Kitsu do. `path` is below `/api`.
    pub async fn upload(&self, who: Who, path: &str, file: &str) -> Answer {
        let boundary = "----a-form-of-the-tests";
        let body = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"import.csv\"\r\n\
             Content-Type: text/csv\r\n\r\n{file}\r\n--{boundary}--\r\n"
        );
        let mut request = Request::builder().method(Method::POST).uri(format!("/api{path}"));
        if let Some(token) = self.token(who) {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let content_type = format!("multipart/form-data; boundary={boundary}");
        let request = request.header("content-type", content_type).body(Body::from(body));
        self.send(request.expect("a sound request")).await
    }

    /// The statuses of one request sent by [`EVERYBODY`], each in turn.
    pub async fn statuses(&self, method: Method, path: &str, body: Option<&Value>) -> [u16; 8] {
        let mut statuses = [0; 8];
        for (status, who) in statuses.iter_mut().zip(EVERYBODY) {
            *status = self.request(who, method.clone(), path, body).await.status.as_u16();
        }
        statuses
    }

    /// `GET` as somebody.
    pub async fn get(&self, who: Who, path: &str) -> Answer {
        self.request(who, Method::GET, path, None).await
    }

    /// `POST` as somebody.
    pub async fn post(&self, who: Who, path: &str, body: &Value) -> Answer {
        self.request(who, Method::POST, path, Some(body)).await
    }

    /// `PUT` as somebody.
    pub async fn put(&self, who: Who, path: &str, body: &Value) -> Answer {
        self.request(who, Method::PUT, path, Some(body)).await
    }

    /// `DELETE` as somebody.
    pub async fn delete(&self, who: Who, path: &str) -> Answer {
        self.request(who, Method::DELETE, path, None).await
    }
}
