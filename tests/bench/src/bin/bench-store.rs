//! A function that does nothing but connect: what it takes beyond `bench-empty` is the SDK and its first call of the
//! store, which every function makes while it starts.

use lambda_http::{Request, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    http_api::config::store()?.warm_up().await?;
    let answer = async |_: Request| Ok::<_, std::convert::Infallible>("nothing");
    lambda_http::run(service_fn(answer)).await
}
