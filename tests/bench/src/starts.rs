//! Whether every function that `sam build` left can be started: see `tests/lambda/sam_build`.

use std::path::Path;
use std::time::Duration;

use tanuki_tests::app::token_secret;
use tanuki_tests::template::Template;
use tanuki_tests::{Gateway, TestApp};

/// How long a function may take until it asks for its first event.
const PATIENCE: Duration = Duration::from_secs(20);

/// Starts the `bootstrap` of each function in turn and waits until it asks for an event.
pub(crate) async fn all(built: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let app = TestApp::new().await;
    let gateway = Gateway::start(&app.engine, &token_secret()).await;
    for function in Template::read().functions() {
        let program = built.join(&function.id).join("bootstrap");
        let instance = gateway.instance(&function.binary, &program).await;
        let asked = tokio::time::timeout(PATIENCE, instance.has_asked(1)).await;
        asked.map_err(|_| format!("{} does not ask for an event", program.display()))?;
        println!("{} starts", function.id);
    }
    Ok(())
}
