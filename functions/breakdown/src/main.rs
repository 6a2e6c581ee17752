//! The Lambda function of the breakdown and of what all entities have in common.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    http_api::serve::serve(breakdown::routes).await
}
