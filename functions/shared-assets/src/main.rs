//! The Lambda function of shared assets.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    http_api::serve::serve(shared_assets::routes).await
}
