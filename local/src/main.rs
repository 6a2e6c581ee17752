//! The program `tanuki`: see [`tanuki::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    tanuki::cli::run()
}
