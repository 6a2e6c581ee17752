//! The Lambda function of casting.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    http_api::serve::serve(casting::routes).await
}
