//! The Lambda function of CSV files: a production's assets and casting, in and out.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    http_api::serve::serve(tanuki_csv::routes).await
}
