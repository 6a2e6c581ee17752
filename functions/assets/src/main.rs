//! The Lambda function of assets: lists over projects, one asset, its deletion.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    http_api::serve::serve(assets::routes).await
}
