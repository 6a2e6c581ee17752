//! Measures what the documentation says in numbers, and writes it there.
//!
//! `cargo run --release -p bench -- cold` is `docs/cold-start.md`, `cargo run -p bench -- cost` the month in
//! `docs/cost.md`.

mod cold;
mod process;
mod report;
mod share;

use clap::Parser;

/// Measures what the documentation says in numbers.
#[derive(Debug, Parser)]
enum Cli {
    /// Cold starts of every function against one that does nothing: writes docs/cold-start.md
    Cold {
        /// Starts of each function
        #[arg(long, default_value_t = 25)]
        runs: usize,
    },
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    match Cli::parse() {
        Cli::Cold { runs } => cold::measure(runs).await,
    }
}
