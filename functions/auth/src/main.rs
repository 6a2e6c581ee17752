//! The Lambda function of logging in and out, and of what is asked before.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    http_api::serve::serve(auth::routes).await
}
