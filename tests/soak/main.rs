//! Mixed load at full speed, then a check: does anything grow, break, or contradict?
//!
//! ```console
//! cargo build --release --workspace --bins --examples && target/release/examples/soak --minutes 30
//! ```
//!
//! The server is the program itself, in a process of its own, with its data on disk. Its clients read and write a show
//! at random, and delete as much as they create. Every so often a line tells operations, memory, open files and sockets.
//! At the end the server is killed with -9 and `tanuki check` reads the whole table. Exit code 1: an answer
//! was a 5xx, none came, or the table contradicts itself.

mod field;
mod process;

use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use model::Role;
use tanuki::demo;
use tanuki_tests::server::program;
use tanuki_tests::{Client, Server};

use crate::field::Field;
use crate::process::Process;

/// Clients at once, unless told otherwise.
const CLIENTS: u64 = 8;
/// Lines told.
const LINES: u32 = 15;

/// What was done so far.
#[derive(Debug, Default)]
struct Count {
    operations: AtomicU64,
    /// Answers 4xx: names that are taken, things that somebody deleted.
    refused: AtomicU64,
    /// Answers 5xx, and none at all.
    failed: AtomicU64,
}

fn main() -> ExitCode {
    let (minutes, clients) = (argument("--minutes").unwrap_or(30), argument("--clients"));
    let (time, clients) = (Duration::from_secs(60 * minutes), clients.unwrap_or(CLIENTS));
    let data = tempfile::tempdir().expect("a directory");
    let server = Server::start(data.path(), &[]);
    let client = Client::log_in(&server.url, demo::email(Role::Admin));
    let field = Arc::new(Field::new(&client));
    let (count, is_over) = (Arc::new(Count::default()), Arc::new(AtomicBool::new(false)));
    println!("{clients} clients for {minutes} minutes against process {}", server.id());
    println!(
        "| Minute | Operations | Refused | Failed | Operations a second | Memory, MB | Files | Sockets |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let work = (0..clients).map(|n| {
        let (field, count, is_over) = (field.clone(), count.clone(), is_over.clone());
        let client = Client::log_in(&server.url, demo::email(Role::Admin));
        thread::spawn(move || {
            let mut random = fastrand::Rng::with_seed(n);
            while !is_over.load(Ordering::Relaxed) {
                let counter = match field.turn(&client, &mut random) {
                    Some(status) if status < 400 => None,
                    Some(status) if status < 500 => Some(&count.refused),
                    _ => Some(&count.failed),
                };
                counter.map(|counter| counter.fetch_add(1, Ordering::Relaxed));
                count.operations.fetch_add(1, Ordering::Relaxed);
            }
        })
    });
    let work: Vec<_> = work.collect();
    watch(&count, Process(server.id()), time);
    is_over.store(true, Ordering::Relaxed);
    for client in work {
        client.join().expect("no panic");
    }
    let answers_in_time = client.get("/status").status == 200;
    server.kill();
    let check = Command::new(program()).arg("check").arg("--data").arg(data.path()).output();
    let check = check.expect("the check runs");
    println!("\n{}", String::from_utf8_lossy(&check.stdout).trim_end());
    let failed = count.failed.load(Ordering::Relaxed);
    if check.status.success() && failed == 0 && answers_in_time {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Tells what was done and what it takes, until the time is over.
fn watch(count: &Count, process: Process, time: Duration) {
    let (started, mut before) = (Instant::now(), 0);
    for line in 1..=LINES {
        thread::sleep((time / LINES * line).saturating_sub(started.elapsed()));
        let [operations, refused, failed] = [&count.operations, &count.refused, &count.failed]
            .map(|counter| counter.load(Ordering::Relaxed));
        let rate = (operations - before) / (time / LINES).as_secs().max(1);
        before = operations;
        let (memory, [files, sockets]) = (process.memory_mb(), process.open_files());
        let minute = started.elapsed().as_secs_f64() / 60.0;
        println!(
            "| {minute:.1} | {operations} | {refused} | {failed} | {rate} | {memory} | {files} | {sockets} |"
        );
    }
}

/// The number after an argument's name.
fn argument(name: &str) -> Option<u64> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1)?.parse().ok()
}
