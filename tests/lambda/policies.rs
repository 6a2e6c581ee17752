//! The policies of the template against what the functions really do on the table.
//!
//! That none *lacks* a permission is asserted whenever a gateway ends (see `Gateway`'s `Drop`), by every test of
//! this suite. That none has *too many* needs all its requests in one place, which is here: every operation is
//! called once, and every function meets a change that its writer left open. The latter is why a function may
//! write whose own routes only read: whoever enters a production completes what is open there, whatever it is
//! (docs/decisions/0003). So what is asked of each function's policy is that the function has made use of all of it
//! in this test, its own work and the completion of others' counted alike; a permission that nothing here needs
//! is named, to be taken away.

use std::collections::{BTreeMap, BTreeSet};

use tanuki_tests::gateway::Permission;
use tanuki_tests::prelude::*;
use tanuki_tests::template::Template;

use crate::fuse::Fuse;
use crate::gateway::{clock, has_journals};
use crate::operations::operations;
use crate::world::World;

/// Links that no transaction takes at once.
const MANY: usize = 30;

/// An asset whose casting was cut off after its commit point, by a process that is gone.
pub(crate) async fn with_open_journal(app: &TestApp, film: &Production) -> String {
    let asset = film.asset_id(app, "Prop", &format!("Cast {}", uuid::Uuid::new_v4())).await;
    let sequence = film.sequence(app, &format!("SQ {}", uuid::Uuid::new_v4()), None).await;
    let shots = film.many_shots(app, &sequence, MANY).await;
    cut_off(app, film, &asset, &json!({"casting": shots})).await;
    asset
}

/// Changes an asset's casting by a process that dies as soon as the change will be made.
async fn cut_off(app: &TestApp, film: &Production, asset: &str, casting: &Value) {
    for writes in 2..20 {
        let fuse = Fuse::at(writes);
        fuse.process(app).put(ADMIN, &format!("/data/assets/{asset}/casting"), casting).await;
        if has_journals(app, film) {
            return;
        }
        assert!(fuse.is_blown(), "the change was through");
    }
    panic!("no journal was left open");
}

/// What each function may do.
fn granted() -> BTreeMap<String, BTreeSet<Permission>> {
    let functions = Template::read().functions().into_iter().map(|function| {
        let statements = function.statements.iter();
        let permissions = statements.flat_map(|statement| {
            let actions = statement.actions.iter().filter(|action| action.starts_with("dynamodb:"));
            actions.flat_map(|a| statement.resources.iter().map(|r| (a.clone(), r.clone())))
        });
        (function.binary, permissions.collect())
    });
    functions.collect()
}

/// Sends every operation that `takes` a method, without saying more than its path.
async fn send_all(app: &TestApp, world: &World, takes: impl Fn(&Method) -> bool) {
    // Logging out would end the session of all that follow.
    let others = operations().into_iter().filter(|operation| operation.id != "logout");
    for operation in others.filter(|operation| takes(&operation.method)) {
        let body = operation.has_body().then(|| json!({}));
        let path = operation.path_with(|name| world.id(name));
        app.request(ADMIN, operation.method.clone(), &path, body.as_ref()).await;
    }
}

/// Has every function read all it can of a project with an open journal.
async fn meet_open_journals(app: &TestApp) {
    for function in tanuki::routes::functions() {
        let film = Production::film(app, &format!("Film {}", uuid::Uuid::new_v4())).await;
        let asset = with_open_journal(app, &film).await;
        for path in function.openapi().paths.paths.keys() {
            let filled = path.replace("{project_id}", &film.id).replace("{asset_id}", &asset);
            let filled = filled.replace("{asset_type_id}", film.asset_type("Prop"));
            let is_logout = filled.ends_with("/logout");
            if has_journals(app, &film) && !filled.contains('{') && !is_logout {
                app.get(ADMIN, &filled).await;
            }
        }
    }
}

#[tokio::test]
async fn every_permission_is_made_use_of() {
    let app = TestApp::new().await;
    let world = World::new(&app).await;
    send_all(&app, &world, |method| *method == Method::GET).await;
    send_all(&app, &world, |method| *method != Method::GET && *method != Method::DELETE).await;
    meet_open_journals(&app).await;
    whole_requests(&app).await;
    let film = Production::film(&app, "Film for the clock").await;
    with_open_journal(&app, &film).await;
    app.gateway().invoke("maintenance", &clock()).await.expect("it sweeps");
    send_all(&app, &world, |method| *method == Method::DELETE).await;

    let used = app.gateway().used();
    let mut idle = Vec::new();
    for (function, permissions) in granted() {
        let used = used.get(&function).cloned().unwrap_or_default();
        idle.extend(
            permissions
                .difference(&used)
                .map(|(action, resource)| format!("{function}: {action} on {resource}")),
        );
    }
    assert!(idle.is_empty(), "template.yaml grants what no request needs:\n{}", idle.join("\n"));
}

/// What neither an empty body nor a bare path reaches.
async fn whole_requests(app: &TestApp) {
    app.get(ADMIN, "/data/assets?is_shared=true").await.ok();
    let film = Production::film(app, "Film with a file").await;
    let file = "Parent;Name;Asset Type;Asset\nSEQ01;SH01;Prop;Of nobody\n";
    let import = format!("/import/csv/projects/{}/casting", film.id);
    app.upload(ADMIN, &import, file).await.error(400, "ValidationException");
    let person = json!({"first_name": "Jane", "last_name": "Roe", "email": "jane@example.com", "password": "correct horse", "role": "user"});
    let id = text(&app.post(ADMIN, "/data/persons", &person).await.created(), "id").to_owned();
    let login = json!({"email": "jane@example.com", "password": "correct horse"});
    let tokens = app.post(NOBODY, "/auth/login", &login).await.ok();
    let request = http::Request::get("/api/auth/logout")
        .header("authorization", format!("Bearer {}", text(&tokens, "access_token")));
    app.send(request.body(axum::body::Body::empty()).expect("a request")).await.ok();
    app.delete(ADMIN, &format!("/data/persons/{id}")).await.gone();
}
