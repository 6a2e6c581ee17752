//! Persons and departments.

use tanuki_tests::prelude::*;

const PERSONS: &str = "/data/persons";

fn jane() -> Value {
    json!({"first_name": "Jane", "last_name": "Doe", "email": "jane@example.com", "role": "supervisor"})
}

#[tokio::test]
async fn a_person_is_created_read_changed_and_deleted() {
    let app = TestApp::new().await;
    let person = app.post(ADMIN, PERSONS, &jane()).await.created();
    assert_has(&person, &jane());
    let defaults = json!({"full_name": "Jane Doe", "active": true, "archived": false, "departments": [], "is_bot": false});
    assert_has(&person, &defaults);
    let path = format!("{PERSONS}/{}", text(&person, "id"));
    assert_has(&app.get(ADMIN, &path).await.ok(), &jane());

    let change = json!({"last_name": "Roe", "phone": "1234", "role": "manager"});
    assert_has(&app.put(ADMIN, &path, &change).await.ok(), &change);
    let expected = json!({"full_name": "Jane Roe", "email": "jane@example.com", "phone": "1234"});
    assert_has(&app.get(ADMIN, &path).await.ok(), &expected);
    app.put(ADMIN, &path, &json!({"phone": null})).await.ok();
    assert_eq!(app.get(ADMIN, &path).await.ok()["phone"], Value::Null);

    app.delete(ADMIN, &path).await.gone();
    app.get(ADMIN, &path).await.error(404, "PersonNotFoundException");
    app.delete(ADMIN, &path).await.error(404, "PersonNotFoundException");
    app.post(ADMIN, PERSONS, &jane()).await.created();
}

#[tokio::test]
async fn an_address_belongs_to_one_person() {
    let app = TestApp::new().await;
    let person = app.post(ADMIN, PERSONS, &jane()).await.created();
    let other = json!({"first_name": "Other", "last_name": "Jane", "email": "JANE@example.com"});
    let error = app.post(ADMIN, PERSONS, &other).await.error(400, "PersonAlreadyExistsException");
    assert_eq!(error["data"]["id"], person["id"]);
    let artist = format!("{PERSONS}/{}", app.person(ARTIST).id);
    let change = json!({"email": "jane@example.com"});
    app.put(ADMIN, &artist, &change).await.error(400, "PersonAlreadyExistsException");
    app.put(ADMIN, &artist, &json!({"email": "new@example.com"})).await.ok();
    let freed = json!({"first_name": "U", "last_name": "V", "email": "user@example.com"});
    app.post(ADMIN, PERSONS, &freed).await.created();
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let app = TestApp::new().await;
    let body = json!({
        "first_name": 5, "last_name": [], "email": "jane", "role": "boss", "active": "maybe", "departments": ["x"],
        "password": "short",
    });
    let fields =
        ["first_name", "last_name", "email", "role", "active", "departments[0]", "password"];
    app.post(ADMIN, PERSONS, &body).await.invalid(&fields);
    let person = format!("{PERSONS}/{}", app.person(ARTIST).id);
    app.put(ADMIN, &person, &body).await.invalid(&fields);
    let mut nowhere = jane();
    nowhere["departments"] = json!(["9b8f1ad6-8a3c-4b4f-9d5e-2f1c7e6a5b4d"]);
    app.put(ADMIN, &person, &nowhere).await.invalid(&["departments[0]"]);
    nowhere["role"] = json!("boss");
    app.post(ADMIN, PERSONS, &nowhere).await.invalid(&["role", "departments[0]"]);
    app.put(ADMIN, &person, &nowhere).await.invalid(&["role", "departments[0]"]);
}

#[tokio::test]
async fn a_department_is_named_once() {
    let app = TestApp::new().await;
    let department = app.post(ADMIN, "/data/departments", &json!({"name": "Fur"})).await.created();
    let id = &department["id"];
    let person = format!("{PERSONS}/{}", app.person(ARTIST).id);
    let changed = app.put(ADMIN, &person, &json!({"departments": [id, id]})).await.ok();
    assert_eq!(changed["departments"], json!([id]));
}

#[tokio::test]
async fn persons_are_found_by_what_gazu_asks_for() {
    let app = TestApp::new().await;
    let person = app.post(ADMIN, PERSONS, &jane()).await.created();
    let id = text(&person, "id");
    for query in [
        "email=jane%40example.com&is_bot=False".to_owned(),
        "email=JANE%40example.com".to_owned(),
        "full_name=Jane+Doe&is_bot=False".to_owned(),
        format!("id={id}"),
        "first_name=Jane".to_owned(),
    ] {
        let rows = app.get(ADMIN, &format!("{PERSONS}?{query}")).await.ok();
        assert_eq!(column(&rows, "id"), [id], "{query}");
    }
    assert_eq!(app.get(ADMIN, &format!("{PERSONS}?is_bot=true")).await.ok(), json!([]));
    assert_eq!(app.get(ADMIN, PERSONS).await.ok().as_array().map(Vec::len), Some(9));
    app.get(ADMIN, &format!("{PERSONS}?emial=x")).await.invalid(&["emial"]);
}

/// Whoever sees only a card of a colleague does not learn the rest by asking for it.
#[tokio::test]
async fn filters_tell_nobody_what_he_does_not_see() {
    let app = TestApp::new().await;
    let mut body = jane();
    (body["phone"], body["contract_type"]) = (json!("555-1234"), json!("freelance"));
    let jane = app.post(ADMIN, PERSONS, &body).await.created();
    for query in ["phone=555-1234", "contract_type=freelance", "first_name=Jane&phone=555-1234"] {
        let found = async |who| app.get(who, &format!("{PERSONS}?{query}")).await.ok();
        for who in [ADMIN, MANAGER] {
            assert_eq!(column(&found(who).await, "id"), [text(&jane, "id")], "{query}");
        }
        for who in [SUPERVISOR, ARTIST, VENDOR, CLIENT] {
            assert_eq!(found(who).await, json!([]), "{query}");
        }
    }
    // By what a card shows, by an address that one knows, and oneself by everything.
    for query in ["first_name=Jane", "email=jane%40example.com&is_bot=false"] {
        let rows = app.get(CLIENT, &format!("{PERSONS}?{query}")).await.ok();
        assert_eq!(column(&rows, "id"), [text(&jane, "id")], "{query}");
    }
    let own = format!("{PERSONS}/{}", app.person(ARTIST).id);
    app.put(ARTIST, &own, &json!({"phone": "555-6789"})).await.ok();
    let rows = app.get(ARTIST, &format!("{PERSONS}?phone=555-6789")).await.ok();
    assert_eq!(column(&rows, "id"), [app.person(ARTIST).id.to_string()]);
}

#[tokio::test]
async fn no_answer_holds_a_password() {
    let app = TestApp::new().await;
    let mut body = jane();
    body["password"] = json!("correct horse");
    let created = app.post(ADMIN, PERSONS, &body).await;
    let path = format!("{PERSONS}/{}", text(&created.body, "id"));
    for answer in [created, app.get(ADMIN, &path).await, app.get(ADMIN, PERSONS).await] {
        let seen = String::from_utf8_lossy(&answer.bytes);
        assert!(
            answer.status.is_success()
                && !seen.contains("argon2")
                && !seen.contains("correct horse"),
            "{seen}"
        );
    }
}

#[tokio::test]
async fn artists_do_not_see_addresses_and_numbers() {
    let app = TestApp::new().await;
    let mut body = jane();
    body["phone"] = json!("555-1234");
    let person = app.post(ADMIN, PERSONS, &body).await.created();
    let path = format!("{PERSONS}/{}", text(&person, "id"));
    for who in [ARTIST, CLIENT, VENDOR] {
        for path in [PERSONS, &path] {
            let answer = app.get(who, path).await;
            let seen = String::from_utf8_lossy(&answer.bytes).into_owned();
            assert_eq!(answer.status, 200, "{who:?}");
            assert!(
                seen.contains("Jane Doe") && !seen.contains("jane@") && !seen.contains("555-1234"),
                "{who:?}: {seen}"
            );
        }
    }
    assert_has(
        &app.get(ADMIN, &path).await.ok(),
        &json!({"email": "jane@example.com", "phone": "555-1234"}),
    );
}

#[tokio::test]
async fn only_admins_manage_persons() {
    let app = TestApp::new().await;
    for (n, (who, expected)) in
        EVERYBODY.into_iter().zip([201, 403, 403, 403, 403, 403, 403, 401]).enumerate()
    {
        let body = json!({"first_name": "P", "last_name": n.to_string(), "email": format!("p{n}@example.com")});
        assert_eq!(app.post(who, PERSONS, &body).await.status, expected, "{who:?}");
    }
    let path = format!("{PERSONS}/{}", app.person(OTHER_ARTIST).id);
    let body = json!({"role": "admin"});
    assert_eq!(
        app.statuses(Method::PUT, &path, Some(&body)).await,
        [200, 403, 403, 403, 403, 403, 403, 401]
    );
    for who in [MANAGER, ARTIST, CLIENT] {
        app.delete(who, &path).await.error(403, "NotAllowedException");
    }
    let own = format!("{PERSONS}/{}", app.person(ARTIST).id);
    app.put(ARTIST, &own, &body).await.error(403, "NotAllowedException");
    app.get(NOBODY, PERSONS).await.error(401, "NotAuthenticatedException");
}

#[tokio::test]
async fn a_role_takes_effect_at_once() {
    let (app, show) = tv_show().await;
    let path = format!("{PERSONS}/{}", app.person(ARTIST).id);
    let create = async |name: &str| {
        app.post(ARTIST, &show.new_asset("Prop"), &json!({"name": name})).await.status
    };
    assert_eq!(create("A").await, 403);
    app.put(ADMIN, &path, &json!({"role": "manager"})).await.ok();
    assert_eq!(create("A").await, 201);
    app.put(ADMIN, &path, &json!({"role": "client"})).await.ok();
    assert_eq!(create("B").await, 403);
}

#[tokio::test]
async fn departments_are_kept_by_managers() {
    let app = TestApp::new().await;
    let path = "/data/departments";
    let rows = app.get(CLIENT, path).await.ok();
    assert_eq!(
        sorted(&rows, "name"),
        ["Animation", "Compositing", "Concept", "FX", "Layout", "Modeling"]
    );
    let body = json!({"name": "Rigging", "color": "#123456"});
    let department = app.post(MANAGER, path, &body).await.created();
    assert_has(&department, &body);
    app.post(ADMIN, path, &json!({"name": "rigging"}))
        .await
        .error(400, "DepartmentAlreadyExistsException");
    app.post(ADMIN, path, &json!({"name": "", "color": "blue"})).await.invalid(&["name", "color"]);
    app.post(ARTIST, path, &json!({"name": "Mine"})).await.error(403, "NotAllowedException");

    let one = format!("{path}/{}", text(&department, "id"));
    assert_has(
        &app.put(MANAGER, &one, &json!({"archived": true})).await.ok(),
        &json!({"archived": true}),
    );
    assert_has(&app.get(ARTIST, &one).await.ok(), &json!({"name": "Rigging", "archived": true}));
    app.delete(ARTIST, &one).await.error(403, "NotAllowedException");
    app.delete(MANAGER, &one).await.gone();
    app.get(ARTIST, &one).await.error(404, "DepartmentNotFoundException");
}
