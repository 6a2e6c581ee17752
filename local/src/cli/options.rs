//! The options: where a studio is, and how it is served.

use std::path::PathBuf;

use clap::Args;
use http_api::{Oidc, OidcError};

use crate::endpoint::Endpoint;
use crate::hosts::{self, Hosts};
use crate::server::{self, Content};
use crate::studio::Place;

const DATA: &str = "./.tanuki";
const TABLE: &str = "tanuki";

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Port of 127.0.0.1 to serve on
    #[arg(long, global = true, default_value_t = 3000)]
    port: u16,
    /// Keep all data in memory, until the process ends
    #[arg(long, global = true, conflicts_with_all = ["data", "endpoint", "no_demo"])]
    pub(super) memory: bool,
    /// Directory of the data and of the secret that signs tokens
    #[arg(long, global = true, value_name = "DIR", default_value = DATA)]
    data: PathBuf,
    /// Use another DynamoDB instead of the embedded one: an address, or `aws` for the account and region of
    /// the environment
    #[arg(long, global = true, value_name = "URL", value_parser = Endpoint::parse)]
    endpoint: Option<Endpoint>,
    /// Name of the table
    #[arg(long, global = true, value_name = "NAME", default_value = TABLE)]
    pub(super) table: String,
    /// Leave a new studio empty (a demo is only put into a DynamoDB of this machine)
    #[arg(long, global = true)]
    no_demo: bool,
    /// Let the server be asked under this name, too, such as host.docker.internal; may be given again
    #[arg(long, global = true, value_name = "NAME", value_parser = hosts::parse)]
    allow_host: Vec<String>,
    /// Take tokens of this issuer too, by OpenID Connect Discovery
    #[arg(long, global = true, value_name = "URL", requires = "oidc_audience")]
    oidc_issuer: Option<String>,
    /// What its tokens must have in `aud`
    #[arg(long, global = true, value_name = "NAME", requires = "oidc_issuer")]
    oidc_audience: Option<String>,
}

impl Options {
    pub(super) fn place(&self) -> Place {
        match &self.endpoint {
            Some(endpoint) => Place::Endpoint(endpoint.clone(), self.data.clone()),
            None if self.memory => Place::Memory,
            None => Place::Directory(self.data.clone()),
        }
    }

    /// What is served, and under which names besides those of this machine.
    pub(super) fn served(self) -> Result<(server::Options, Hosts), OidcError> {
        let options = server::Options {
            port: self.port,
            place: self.place(),
            oidc: self.oidc()?,
            table: self.table,
            content: if self.no_demo { Content::Empty } else { Content::Demo },
        };
        Ok((options, Hosts::with(self.allow_host)))
    }

    fn oidc(&self) -> Result<Option<Oidc>, OidcError> {
        let given = self.oidc_issuer.as_deref().zip(self.oidc_audience.as_deref());
        given.map(|(issuer, audience)| Oidc::new(issuer, audience)).transpose()
    }

    /// What makes the first administrator of the same studio, to be pasted into a shell.
    pub(super) fn first_login(&self) -> String {
        let init = "tanuki init --email you@studio.example";
        let data = self.data.to_string_lossy();
        let endpoint = self.endpoint.as_ref().map(ToString::to_string);
        let told = [
            ("--endpoint", endpoint.as_deref()),
            ("--data", Some(&*data).filter(|data| *data != DATA)),
            ("--table", Some(&*self.table).filter(|table| *table != TABLE)),
        ];
        let told = told.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let place: Vec<String> =
            told.map(|(name, value)| format!(" {name} {}", quoted(value))).collect();
        let place = place.concat();
        // An embedded database is open in one process only.
        match self.endpoint {
            None => format!(
                "Nobody can log in yet. Stop this server, make an administrator and start it again:\n  {init}{place}"
            ),
            Some(_) => format!("Nobody can log in yet. Make an administrator:\n  {init}{place}"),
        }
    }
}

/// A word for a POSIX shell.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-/:@%+=,".contains(c);
    if word.chars().all(is_plain) {
        word.into()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::super::Cli;
    use super::*;

    fn read(line: &str) -> Result<Options, clap::Error> {
        Cli::try_parse_from(line.split(' ')).map(|cli| cli.options)
    }

    #[test]
    fn options_stand_before_or_after_the_command() {
        for line in ["tanuki --port 4000", "tanuki serve --port 4000", "tanuki --port 4000 serve"] {
            assert_eq!(read(line).unwrap().port, 4000, "{line}");
        }
    }

    #[test]
    fn the_place_is_one_of_three() {
        let place = |line: &str| read(line).map(|options| options.place()).ok();
        assert_eq!(place("tanuki"), Some(Place::Directory("./.tanuki".into())));
        assert_eq!(place("tanuki --memory"), Some(Place::Memory));
        assert_eq!(
            place("tanuki --endpoint aws --data d"),
            Some(Place::Endpoint(Endpoint::Aws, "d".into()))
        );
        assert_eq!(place("tanuki --memory --endpoint aws"), None);
        assert_eq!(place("tanuki --memory --data d"), None);
        assert_eq!(place("tanuki --memory --no-demo"), None);
        assert_eq!(place("tanuki --endpoint localhost:8000"), None);
        assert_eq!(place("tanuki init --email nobody"), None);
    }

    #[test]
    fn further_hosts_are_named() {
        let line = "tanuki --allow-host host.docker.internal --allow-host Studio";
        let (_, hosts) = read(line).unwrap().served().unwrap();
        assert_eq!(hosts, Hosts::with(vec!["host.docker.internal".into(), "studio".into()]));
        assert!(read("tanuki --allow-host http://studio").is_err());
    }

    #[test]
    fn who_cannot_log_in_is_told_how() {
        let check = |line: &str, expected: &str| {
            let text = read(line).unwrap().first_login();
            assert!(text.ends_with(expected), "{text}");
        };
        check("tanuki --no-demo", ":\n  tanuki init --email you@studio.example");
        check("tanuki --data a'b --table t", r" --data 'a'\''b' --table t");
        check("tanuki --endpoint aws --data d", " --endpoint aws --data d");
    }
}
