//! The Lambda function that completes what a crash left open.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    maintenance::serve().await
}
