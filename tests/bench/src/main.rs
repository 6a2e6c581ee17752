//! Measures what the documentation says in numbers, and writes it there.
//!
//! `cargo run --release -p bench -- cold` is `docs/cold-start.md`, `cargo run -p bench -- cost` the month in
//! `docs/cost.md`.

mod cold;
mod cost;
mod engine;
mod plot;
mod process;
mod report;
mod share;
mod starts;

use clap::Parser;

/// Measures what the documentation says in numbers.
#[derive(Debug, Parser)]
enum Cli {
    /// Cold starts of every function against one that does nothing: writes docs/cold-start.md
    Cold {
        /// Starts of each function
        #[arg(long, default_value_t = 25)]
        runs: usize,
        /// Only these functions, and only to the terminal
        #[arg(long, value_delimiter = ',')]
        only: Vec<String>,
    },
    /// What a month costs, from the measured capacity units and the prices: writes docs/cost.md and its plot
    Cost,
    /// Starts every function that `sam build` left in a directory
    Starts {
        /// Such as .aws-sam/build
        built: std::path::PathBuf,
    },
    /// The demo studio on the embedded engine, and the secret, as AWS serves them: what `sam local` reaches
    Engine {
        /// Where to listen. Whoever reaches it may read and write everything
        #[arg(long, default_value = "127.0.0.1:8000")]
        address: std::net::SocketAddr,
    },
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    match Cli::parse() {
        Cli::Cold { runs, only } => cold::measure(runs, &only).await,
        Cli::Cost => cost::write(),
        Cli::Starts { built } => starts::all(&built).await,
        Cli::Engine { address } => engine::serve(address).await,
    }
}
