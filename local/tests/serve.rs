//! The program while it serves: how it starts, who may ask it, and what it says.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// A running server; it is killed when dropped.
struct Server {
    child: Child,
    /// `127.0.0.1:PORT`
    address: String,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

fn spawn(arguments: &[&str]) -> Child {
    let mut program = Command::new(env!("CARGO_BIN_EXE_tanuki"));
    program.args(["--port", "0"]).args(arguments).env("LOG_LEVEL", "error");
    program.stdout(Stdio::piped()).spawn().expect("the program starts")
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        let mut child = spawn(arguments);
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let first = lines.next().expect("a greeting").expect("text");
        let address = first.strip_prefix("Tanuki is at http://").expect("an address");
        let address = address.strip_suffix("/api").expect("the API").to_owned();
        Self { child, address, lines }
    }

    /// What it says until a line that begins so.
    fn says_until(&mut self, start: &str) -> String {
        let mut said = String::new();
        for line in &mut self.lines {
            let line = line.expect("text");
            said += &line;
            said.push('\n');
            if line.starts_with(start) {
                return said;
            }
        }
        panic!("it never says {start}: {said}");
    }

    /// The answer to a request under a name.
    fn answer(&self, host: &str) -> String {
        let mut connection = TcpStream::connect(&self.address).expect("a connection");
        write!(connection, "GET /api/status HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n")
            .expect("a request");
        let mut answer = String::new();
        connection.read_to_string(&mut answer).expect("an answer");
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn tanuki(arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_tanuki"));
    program.args(arguments).output().expect("the program runs")
}

fn plain(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// Whenever a first start is killed, the next one serves a whole studio. `check` reads it meanwhile.
#[test]
fn a_first_start_that_is_killed_is_made_good() {
    for milliseconds in [10, 40, 80, 150, 300, 600, 1200, 2400] {
        let directory = tempfile::tempdir().expect("a directory");
        let data = plain(directory.path());
        let mut first = spawn(&["--data", data]);
        sleep(Duration::from_millis(milliseconds));
        first.kill().expect("it can be killed");
        first.wait().expect("it ends");
        let mut server = Server::start(&["--data", data]);
        let said = server.says_until("Stop with");
        assert!(said.contains("admin@example.com"), "{milliseconds}: {said}");
        let check = tanuki(&["check", "--data", data]);
        let found = String::from_utf8_lossy(&check.stdout);
        assert!(check.status.success(), "{milliseconds}: {found}");
        let repair = tanuki(&["repair", "--data", data]);
        assert!(String::from_utf8_lossy(&repair.stderr).contains("is in use"), "{milliseconds}");
    }
}

/// A page whose name was made to lead here is another site, whatever its browser thinks.
#[test]
fn only_names_that_are_nobody_elses_are_answered() {
    let server = Server::start(&["--memory", "--allow-host", "host.docker.internal"]);
    for host in ["localhost", "127.0.0.1:3000", "[::1]", "host.docker.internal:3000"] {
        let answer = server.answer(host);
        assert!(answer.starts_with("HTTP/1.1 200 "), "{host}: {answer}");
    }
    for host in ["evil.example", "evil.example:3000", "localhost.evil.example"] {
        let answer = server.answer(host);
        assert!(answer.starts_with("HTTP/1.1 403 "), "{host}: {answer}");
        assert!(answer.contains(r#""exception":"NotAllowedException""#), "{host}: {answer}");
        assert!(answer.contains("--allow-host NAME"), "{host}: {answer}");
    }
}

#[test]
fn who_cannot_log_in_is_told_how() {
    let directory = tempfile::tempdir().expect("a directory");
    let data = plain(directory.path());
    let mut server = Server::start(&["--no-demo", "--data", data]);
    let said = server.says_until("  tanuki init");
    assert!(said.contains("Nobody can log in yet"), "{said}");
    assert!(said.trim_end().ends_with(&format!("--data {data}")), "{said}");
    assert!(!said.contains("example.com"), "{said}");
}

/// A directory that is there already may be open to others; what is in it must not be.
#[cfg(unix)]
#[test]
fn only_its_owner_reads_a_database() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().expect("a directory");
    let mode = |path: &Path, mode| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(path, mode).expect("its mode can be set");
    };
    mode(directory.path(), 0o755);
    let data = plain(directory.path());
    let assert_private = || {
        let server = Server::start(&["--data", data]);
        for name in ["tanuki.db", "tanuki.db-wal", "tanuki.db-shm", "token-secret"] {
            let there = std::fs::metadata(directory.path().join(name)).expect(name);
            assert_eq!(there.permissions().mode() & 0o777, 0o600, "{name}");
        }
        drop(server);
    };
    assert_private();
    for name in ["tanuki.db", "tanuki.db-wal", "token-secret"] {
        mode(&directory.path().join(name), 0o644);
    }
    assert_private();
}
