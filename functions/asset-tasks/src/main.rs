//! The Lambda function of the tasks of an asset.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    http_api::serve::serve(asset_tasks::routes).await
}
