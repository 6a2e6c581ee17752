//! A function that does nothing: what Lambda's runtime itself costs. The functions are measured against it.

use lambda_http::{Request, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let answer = async |_: Request| Ok::<_, std::convert::Infallible>("nothing");
    lambda_http::run(service_fn(answer)).await
}
