//! Clients: gazu, the Python client of Zou, as PyPI has it. What it does with Zou it must do here.
//!
//! The scripts beside this file drive the program itself; `python` installs what they need and runs them.

mod examples;
mod python;
mod schemathesis;
mod scripts;
