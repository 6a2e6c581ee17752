//! A function that does nothing but make both calls that every function makes while it starts, of the store and of the
//! secret, at the same time as they do: what a function takes beyond it is its own.

use lambda_http::{Request, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    let _app = http_api::config::app().await?;
    let answer = async |_: Request| Ok::<_, std::convert::Infallible>("nothing");
    lambda_http::run(service_fn(answer)).await
}
