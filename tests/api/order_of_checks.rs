//! In which order a request is judged: token, ids in the path, role, query and body.

use tanuki_tests::prelude::*;

const UNKNOWN: &str = "9b8f1ad6-8a3c-4b4f-9d5e-2f1c7e6a5b4d";

#[tokio::test]
async fn a_token_then_what_there_is_then_who_may_then_what_was_sent() {
    let (app, show) = tv_show().await;
    let secret = Production::of_nobody(&app, "Secret").await;
    let spy = secret.asset_id(&app, "Character", "Spy").await;
    let sword = show.asset_id(&app, "Prop", "Sword").await;
    let wrong = json!({"casting": 5, "asset_to_instantiate_id": 5});
    for (method, rest) in [
        (Method::GET, "?x=1"),
        (Method::DELETE, "?force=x"),
        (Method::GET, "/tasks?x=1"),
        (Method::PUT, "/casting"),
        (Method::POST, "/asset-asset-instances"),
    ] {
        let body = (method == Method::PUT || method == Method::POST).then_some(&wrong);
        let send = async |who, id: &str| {
            app.request(who, method.clone(), &format!("/data/assets/{id}{rest}"), body).await
        };
        for id in [&sword, &spy, UNKNOWN, "spy"] {
            send(NOBODY, id).await.error(401, "NotAuthenticatedException");
        }
        for id in [UNKNOWN, "spy"] {
            send(OUTSIDER, id).await.error(404, "AssetNotFoundException");
        }
        for (who, id) in [(OUTSIDER, &sword), (MANAGER, &spy), (VENDOR, &sword)] {
            send(who, id).await.error(403, "NotAllowedException");
        }
        send(MANAGER, &sword).await.error(400, "ValidationException");
    }
    let body = json!({"entity_id": sword});
    app.post(ARTIST, "/data/tasks", &body).await.error(403, "NotAllowedException");
    let events = format!("/data/events/last?x=1&project_id={}", show.id);
    for path in ["/data/events/last?x=1", "/data/events/last?project_id=x", &events] {
        app.get(ARTIST, path).await.error(403, "NotAllowedException");
        app.get(MANAGER, path).await.error(400, "ValidationException");
    }
    for list in ["assets", "shots", "sequences", "episodes"] {
        let path = format!("/data/{list}/with-tasks?x=1&project_id={}", show.id);
        app.get(OUTSIDER, &path).await.error(403, "NotAllowedException");
        app.get(MANAGER, &path).await.error(400, "ValidationException");
    }
    let answer = app.post(ARTIST, &show.new_asset("Prop"), &json!({"name": 5})).await;
    answer.error(403, "NotAllowedException");
    let path = show.new_asset("Prop").replace(&show.id, UNKNOWN);
    app.post(ARTIST, &path, &json!({"name": 5})).await.error(404, "ProjectNotFoundException");
}

/// Also where the path names two things.
#[tokio::test]
async fn what_is_missing_is_told_before_who_may_not() {
    let (app, show) = tv_show().await;
    let of = |rest: &str| show.path(&format!("/{rest}/{UNKNOWN}"));
    let create =
        |kind| format!("/actions/projects/{}/task-types/{UNKNOWN}/{kind}/create-tasks", show.id);
    for (method, path, exception) in [
        (Method::POST, create("assets"), "TaskTypeNotFoundException"),
        (Method::POST, create("shots"), "TaskTypeNotFoundException"),
        (Method::DELETE, of("settings/asset-types"), "AssetTypeNotFoundException"),
        (Method::DELETE, of("settings/task-types"), "TaskTypeNotFoundException"),
        (Method::PUT, of("team"), "PersonNotFoundException"),
        (Method::DELETE, of("team"), "PersonNotFoundException"),
        (Method::GET, of("metadata-descriptors"), "MetadataDescriptorNotFoundException"),
        (Method::PUT, of("metadata-descriptors"), "MetadataDescriptorNotFoundException"),
        (Method::DELETE, of("metadata-descriptors"), "MetadataDescriptorNotFoundException"),
    ] {
        let body = json!([]);
        let body = (method == Method::PUT || method == Method::POST).then_some(&body);
        for who in [OUTSIDER, ARTIST] {
            app.request(who, method.clone(), &path, body).await.error(404, exception);
        }
    }
}
