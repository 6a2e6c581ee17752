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

use crate::crashes::{clock, has_journals};
use crate::fuse::Fuse;
use crate::operations::operations;
use crate::world::World;

/// Links, and members, that no transaction takes at once.
const MANY: usize = 30;

/// An asset whose casting was cut off after its commit point, by a process that is gone.
pub(crate) async fn with_open_journal(app: &TestApp, film: &Production) -> String {
    let asset = film.asset_id(app, "Prop", &unique("Cast")).await;
    let sequence = film.sequence(app, &unique("SQ"), None).await;
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

/// A project, with an asset, whose team was cut off after its commit point, by a process that is gone.
async fn with_open_team(app: &TestApp, team: &[String]) -> (Production, String) {
    let Production { types, .. } = Production::of_nobody(app, &unique("Film")).await;
    for writes in 2..20 {
        let name = unique("Large");
        let fuse = Fuse::at(writes);
        let body = json!({"name": name, "team": team});
        fuse.process(app).post(ADMIN, "/data/projects", &body).await;
        // The store's list looks at no journals.
        let projects = app.app.store.project_list().await.expect("they can be read");
        let Some(project) = projects.iter().find(|project| project.name == name) else { continue };
        let film = Production { id: project.id.to_string(), types: types.clone() };
        assert!(fuse.is_blown() && has_journals(app, &film), "the creation was through");
        let asset = film.asset_of(app, ADMIN, "Prop", "Lamp").await;
        return (film, asset);
    }
    panic!("no project was created");
}

fn unique(name: &str) -> String {
    format!("{name} {}", uuid::Uuid::new_v4())
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

/// Has every function read all it can of a project with an open journal, of links and of members.
async fn meet_open_journals(app: &TestApp, team: &[String]) {
    for function in tanuki::routes::functions() {
        let film = Production::film(app, &unique("Film")).await;
        let asset = with_open_journal(app, &film).await;
        let paths: Vec<String> = function.openapi().paths.paths.into_keys().collect();
        meet(app, &paths, &film, &asset).await;
        let (film, asset) = with_open_team(app, team).await;
        meet(app, &paths, &film, &asset).await;
    }
}

async fn meet(app: &TestApp, paths: &[String], film: &Production, asset: &str) {
    for path in paths {
        let filled = path.replace("{project_id}", &film.id).replace("{asset_id}", asset);
        let filled = filled.replace("{asset_type_id}", film.asset_type("Prop"));
        let is_logout = filled.ends_with("/logout");
        if has_journals(app, film) && !filled.contains('{') && !is_logout {
            app.get(ADMIN, &filled).await;
        }
    }
}

#[tokio::test]
async fn every_permission_is_made_use_of() {
    let app = TestApp::new().await;
    let world = World::new(&app).await;
    send_all(&app, &world, |method| *method == Method::GET).await;
    send_all(&app, &world, |method| *method != Method::GET && *method != Method::DELETE).await;
    let team = app.persons(MANY).await;
    meet_open_journals(&app, &team).await;
    whole_requests(&app).await;
    let film = Production::film(&app, "Film for the clock").await;
    with_open_journal(&app, &film).await;
    with_open_team(&app, &team).await;
    app.gateway().invoke("maintenance", &clock()).await.expect("it sweeps");
    send_all(&app, &world, |method| *method == Method::DELETE).await;

    let used = app.gateway().used();
    let mut idle = Vec::new();
    for (function, permissions) in granted() {
        assert!(!permissions.is_empty(), "{function} may do nothing");
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
