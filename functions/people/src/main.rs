//! The Lambda function of persons and departments.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    http_api::serve::serve(people::routes).await
}
