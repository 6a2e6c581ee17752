//! The command line: what is asked for, and the words it is answered with.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use http_api::{Oidc, OidcError, config, log};
use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::admin::{self, AdminError};
use crate::endpoint::Endpoint;
use crate::greeting::greeting;
use crate::routes;
use crate::server::{self, Content, ServeError};
use crate::studio::{OpenError, Place};

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
    /// Exit code 1 if there is anything. It changes nothing. Of a studio at work it may name a change that is
    /// just being made: look again.
    Check,
    /// Complete what a crash left open, then check
    ///
    /// The next request of each project does the same by itself. It may run while the studio is at work.
    Repair,
}

#[derive(Debug, Args)]
struct Options {
    /// Port of 127.0.0.1 to serve on
    #[arg(long, global = true, default_value_t = 3000)]
    port: u16,
    /// Keep all data in memory, until the process ends
    #[arg(long, global = true, conflicts_with_all = ["data", "endpoint"])]
    memory: bool,
    /// Directory of the data and of the secret that signs tokens
    #[arg(long, global = true, value_name = "DIR", default_value = "./.tanuki")]
    data: PathBuf,
    /// Use another DynamoDB instead of the embedded one: an address, or `aws` for the account and region of
    /// the environment
    #[arg(long, global = true, value_name = "URL", value_parser = Endpoint::parse)]
    endpoint: Option<Endpoint>,
    /// Name of the table
    #[arg(long, global = true, value_name = "NAME", default_value = "tanuki")]
    table: String,
    /// Leave a new studio empty (a demo is never put where others can reach it)
    #[arg(long, global = true)]
    no_demo: bool,
    /// Take tokens of this issuer too, by OpenID Connect Discovery
    #[arg(long, global = true, value_name = "URL", requires = "oidc_audience")]
    oidc_issuer: Option<String>,
    /// What its tokens must have in `aud`
    #[arg(long, global = true, value_name = "NAME", requires = "oidc_issuer")]
    oidc_audience: Option<String>,
}

#[derive(Debug, thiserror::Error)]
enum CliError {
    #[error(transparent)]
    Serve(#[from] ServeError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Admin(#[from] AdminError),
    #[error("--oidc-issuer, --oidc-audience: {0}")]
    Oidc(#[from] OidcError),
    #[error("{0} violations")]
    Violated(usize),
    #[error("cannot write the OpenAPI document: {0}")]
    Document(#[from] serde_json::Error),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Does what the process was called for; an error is one line on stderr and exit code 1.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime.map_err(CliError::Io).and_then(|runtime| runtime.block_on(execute(cli))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tanuki: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn execute(Cli { command, options }: Cli) -> Result<(), CliError> {
    match command.unwrap_or(Command::Serve) {
        Command::Serve => serve(options).await,
        Command::Table => print(&store::table::chart()),
        Command::Openapi => print(&routes::openapi().to_pretty_json()?),
        Command::Token { email } => {
            let studio = options.place().open(&options.table).await?;
            print(&admin::token(&studio.app, &email).await?)
        }
        Command::Init { email } => {
            let studio = options.place().open(&options.table).await?;
            let password = admin::first_administrator(&studio.app.store, &email).await?;
            print(&format!(
                "{email} is an administrator now.\nPassword, shown only this once: {password}"
            ))
        }
        Command::Check => {
            let (store, _engine) = options.place().existing(&options.table).await?;
            report(&admin::check(&store).await?)
        }
        Command::Repair => {
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
    let content = if options.no_demo { Content::Empty } else { Content::Demo };
    let options = server::Options {
        port: options.port,
        place: options.place(),
        oidc: options.oidc()?,
        table: options.table,
        content,
    };
    let running = server::start(&options).await?;
    print(&greeting(running.address, running.demo_roles().await))?;
    Ok(running.until_signal().await?)
}

impl Options {
    fn place(&self) -> Place {
        match &self.endpoint {
            Some(endpoint) => Place::Endpoint(endpoint.clone(), self.data.clone()),
            None if self.memory => Place::Memory,
            None => Place::Directory(self.data.clone()),
        }
    }

    fn oidc(&self) -> Result<Option<Oidc>, OidcError> {
        let given = self.oidc_issuer.as_deref().zip(self.oidc_audience.as_deref());
        given.map(|(issuer, audience)| Oidc::new(issuer, audience)).transpose()
    }
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

    #[test]
    fn options_stand_before_or_after_the_command() {
        for line in ["tanuki --port 4000", "tanuki serve --port 4000", "tanuki --port 4000 serve"] {
            assert_eq!(Cli::try_parse_from(line.split(' ')).unwrap().options.port, 4000, "{line}");
        }
    }

    #[test]
    fn the_place_is_one_of_three() {
        let place =
            |line: &str| Cli::try_parse_from(line.split(' ')).map(|cli| cli.options.place()).ok();
        assert_eq!(place("tanuki"), Some(Place::Directory("./.tanuki".into())));
        assert_eq!(place("tanuki --memory"), Some(Place::Memory));
        assert_eq!(
            place("tanuki --endpoint aws --data d"),
            Some(Place::Endpoint(Endpoint::Aws, "d".into()))
        );
        assert_eq!(place("tanuki --memory --endpoint aws"), None);
        assert_eq!(place("tanuki --memory --data d"), None);
        assert_eq!(place("tanuki --endpoint localhost:8000"), None);
        assert_eq!(place("tanuki init --email nobody"), None);
    }
}
