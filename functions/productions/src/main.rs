//! The Lambda function of projects and the studio's vocabulary.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    http_api::serve::serve(productions::routes).await
}
