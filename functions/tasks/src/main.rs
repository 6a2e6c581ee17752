//! The Lambda function of tasks, their assignment and their comments.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    http_api::serve::serve(tasks::routes).await
}
