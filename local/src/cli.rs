//! The command line: what is asked for, and the words it is answered with.

mod options;

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use http_api::{OidcError, config, log};
use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use self::options::Options;
use crate::admin::{self, AdminError};
use crate::greeting::greeting;
use crate::routes;
use crate::server::{self, Content, ServeError};
use crate::studio::OpenError;

/// A studio's asset tracker on one machine: the asset API of Kitsu's Zou, its data in a directory.
#[derive(Debug, Parser)]
#[command(name = "tanuki", version, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    options: Options,
}

const EXAMPLES: &str = "\
Examples:
  tanuki                                      serve a demo studio kept in ./.tanuki
  tanuki --memory --port 3001                 serve one that is gone afterwards
  tanuki --endpoint http://localhost:8000     keep the data in Amazon's DynamoDB Local
  tanuki init --endpoint aws --table tanuki-prod --email me@studio.example
  tanuki check --data /backup/tanuki          is a copy whole?

LOG_LEVEL sets the log's detail: error, warn or info (default); debug and trace in a development build.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API on 127.0.0.1 (what happens without a command)
    Serve,
    /// Print the table's chart: every item and its key
    Table,
    /// Print the OpenAPI document
    Openapi,
    /// Print a fresh access token of a person, for scripts
    ///
    /// It is signed with the secret of the data directory. While a server uses that directory, ask the server
    /// instead: POST /api/auth/login.
    Token {
        /// The person's address
        #[arg(long, value_parser = email)]
        email: String,
    },
    /// Make a studio ready: the table if it is absent (not in AWS), the vocabulary, a first administrator
    ///
    /// Prints the administrator's password, once.
    Init {
        /// The administrator's address
        #[arg(long, value_parser = email)]
        email: String,
    },
    /// Read the whole table and name everything in it that contradicts something else
    ///
    /// Exit code 1 if there is anything. It changes nothing, and a server may be at work. Then it may name a change
    /// that is just being made: look again.
    Check,
    /// Complete what a crash left open, then check
    ///
    /// The next request of each project does the same by itself. It may run while the studio is at work, but not while
    /// a server has the data directory open.
    Repair,
}

#[derive(Debug, thiserror::Error)]
enum CliError {
    #[error(transparent)]
    Serve(#[from] ServeError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Admin(#[from] AdminError),
    #[error(transparent)]
    Store(#[from] model::Error),
    #[error("--oidc-issuer, --oidc-audience: {0}")]
    Oidc(#[from] OidcError),
    #[error("--memory keeps nothing: there is nothing to {0}")]
    Forgotten(&'static str),
    #[error("{0} violations")]
    Violated(usize),
    #[error("cannot write the OpenAPI document: {0}")]
    Document(#[from] serde_json::Error),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// How long what is still being done in the background may take once all is said.
const GRACE: Duration = Duration::from_secs(1);

/// Does what the process was called for; an error is one line on stderr and exit code 1.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = runtime.map_err(CliError::Io).and_then(|runtime| {
        let done = runtime.block_on(execute(cli));
        // Expired items may be being deleted: the rest of them can wait.
        runtime.shutdown_timeout(GRACE);
        done
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tanuki: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn execute(Cli { command, options }: Cli) -> Result<(), CliError> {
    let command = command.unwrap_or(Command::Serve);
    let kept = match &command {
        Command::Token { .. } => Some("make a token for"),
        Command::Init { .. } => Some("make ready"),
        Command::Check => Some("check"),
        Command::Repair => Some("repair"),
        Command::Serve | Command::Table | Command::Openapi => None,
    };
    if let Some(what) = kept.filter(|_| options.memory) {
        return Err(CliError::Forgotten(what));
    }
    match command {
        Command::Serve => serve(options).await,
        Command::Table => print(&store::table::chart()),
        Command::Openapi => print(&routes::openapi().to_pretty_json()?),
        Command::Token { email } => {
            init_log();
            let studio = options.place().open_existing(&options.table).await?;
            print(&admin::token(&studio.app, &email).await?)
        }
        Command::Init { email } => {
            init_log();
            let (store, _engine) = options.place().ready(&options.table, Content::Empty).await?;
            let password = admin::first_administrator(&store, &email).await?;
            print(&format!(
                "{email} is an administrator now.\nPassword, shown only this once: {password}"
            ))
        }
        Command::Check => {
            init_log();
            let (store, _engine) = options.place().copied(&options.table).await?;
            report(&admin::check(&store).await?)
        }
        Command::Repair => {
            init_log();
            let (store, _engine) = options.place().existing(&options.table).await?;
            report(&admin::repair(&store).await?)
        }
    }
}

/// Prints what a check found, one a line; anything at all is an error.
fn report(violations: &[String]) -> Result<(), CliError> {
    if violations.is_empty() {
        return print("Nothing contradicts: no violations.");
    }
    print(&violations.join("\n"))?;
    Err(CliError::Violated(violations.len()))
}

async fn serve(options: Options) -> Result<(), CliError> {
    init_log();
    let first_login = options.first_login();
    let (options, hosts) = options.served()?;
    let running = server::start_as(&options, hosts).await?;
    let is_private = options.place.is_private();
    let roles = if is_private { running.demo_roles().await? } else { Vec::new() };
    print(&greeting(running.address, &roles))?;
    if !running.has_persons().await? {
        print(&first_login)?;
    }
    Ok(running.until_signal().await?)
}

/// Lines for people on stderr: stdout is for what was asked for.
fn init_log() {
    // The SDK tells of every credential it caches.
    let directives = format!("aws_config=warn,aws_smithy_runtime=warn,{}", config::log_level());
    let lines = tracing_subscriber::fmt::layer().compact().with_writer(std::io::stderr);
    // A second server in one process, as tests start it, has its log already.
    let _ = tracing_subscriber::registry().with(lines).with(log::detail(&directives)).try_init();
}

/// Prints a text and a line's end. That nobody reads on (`tanuki openapi | head`) is no error.
fn print(text: &str) -> Result<(), CliError> {
    match writeln!(std::io::stdout(), "{}", text.trim_end()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

fn email(text: &str) -> Result<String, String> {
    model::person::email(&Value::from(text)).map_err(|_| "must be an e-mail address".into())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
