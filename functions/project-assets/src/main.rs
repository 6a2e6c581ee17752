//! The Lambda function of the assets of a project: lists and creation.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    http_api::serve::serve(project_assets::routes).await
}
