//! The Lambda function of asset instances.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    http_api::serve::serve(asset_instances::routes).await
}
