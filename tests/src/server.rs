//! The product as a user runs it: the program itself, in a process of its own.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// A running server; it is killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub url: String,
    /// Everything it printed until it was ready.
    pub greeting: String,
}

/// The program, built with the workspace: `cargo test --workspace` builds it for `local/tests/cli.rs`. A suite in
/// `target/<profile>/deps` and an example beside it find it one folder above themselves. With a suite named, name that
/// one too (`--test cli --test clients`), else it is the program of last time.
///
/// # Panics
///
/// If it is not built.
pub fn program() -> PathBuf {
    let this = std::env::current_exe().expect("the test's own path");
    let mut nearby = this.ancestors().skip(1).map(|folder| folder.join("tanuki"));
    nearby.find(|path| path.is_file()).expect("the program: build the workspace first")
}

impl Server {
    /// Starts the server on a free port with its data in a directory.
    pub fn start(data: &Path, arguments: &[&str]) -> Self {
        Self::run(Command::new(program()).arg("--data").arg(data).args(arguments))
    }

    /// Starts the server on a free port with its data nowhere.
    pub fn in_memory() -> Self {
        Self::run(Command::new(program()).arg("--memory"))
    }

    /// Runs the program and waits until it says where it is.
    fn run(program: &mut Command) -> Self {
        let mut child = program
            .args(["--port", "0"])
            // Errors only: thousands of requests would drown what the test says.
            .env("LOG_LEVEL", "warn")
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            lines.map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        let mut greeting = String::new();
        let url = loop {
            let line =
                receiver.recv_timeout(Duration::from_mins(1)).expect("the server says where it is");
            greeting += &line;
            greeting.push('\n');
            let start = line.find("http://127.0.0.1:");
            if let Some(url) = start.and_then(|start| line[start..].split("/api").next()) {
                break url.trim_end().to_owned();
            }
        };
        while let Ok(line) = receiver.recv_timeout(Duration::from_millis(300)) {
            greeting += &line;
            greeting.push('\n');
        }
        Self { child, url, greeting }
    }

    /// The process's id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.child.kill().expect("the server can be killed");
        self.child.wait().expect("the server ends");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
