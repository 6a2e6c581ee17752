//! Clients: gazu, the Python client of Zou, as PyPI has it. What it does with Zou it must do here.
//!
//! The scripts beside this file drive the program itself; `gazu` installs their Python and runs them.

mod examples;
mod gazu;
mod schemathesis;
mod scripts;
