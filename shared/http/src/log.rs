//! The log of a function: one JSON object a line, as CloudWatch reads it. The line of a request holds its metrics,
//! too, in CloudWatch's embedded metric format, so that nothing but the log has to be written.
//!
//! Start with [`init`]; what a line says is decided where it is written, by [`observe`](crate::layers::observe).

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use store::journal_notice::LEFT_OPEN;
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::{Format, Json, JsonFields, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config;
use crate::layers::observe::REQUEST;

/// Where CloudWatch shows the metrics.
pub const NAMESPACE: &str = "Tanuki";
/// The metrics of a request, by the names they have in its line, and their units. Each is counted for its
/// function, which is a group of routes: the dimension `function`.
pub const METRICS: [(&str, &str); 5] = [
    ("duration_ms", "Milliseconds"),
    ("rcu", "Count"),
    ("wcu", "Count"),
    ("server_error", "Count"),
    ("cold_start", "Count"),
];
/// Counts the changes that their writer left half done, for the table: the dimension `table`.
pub const OPEN_JOURNAL: &str = "open_journal";

/// Whether the lines of requests hold metrics. That a change was left open is always told as one: it costs nothing
/// while it does not happen, and an alarm waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metrics {
    /// In the line itself.
    Embedded,
    /// Only the line: CloudWatch charges for each metric of each function.
    None,
}

/// Writes the log of this process to stdout, with the detail that the environment asks for.
pub fn init() {
    let lines = tracing_subscriber::fmt::layer()
        .fmt_fields(JsonFields::new())
        .event_format(Lines::new(config::metrics()));
    // Metrics are no detail: their lines are written at every level.
    let detail = detail(&config::log_level())
        .with_target(REQUEST, LevelFilter::INFO)
        .with_target(LEFT_OPEN, LevelFilter::WARN);
    tracing_subscriber::registry().with(lines).with(detail).init();
}

/// What is logged of each part, such as `warn` or `warn,tanuki_store=info`. What cannot be read of it counts for nothing, and
/// leaves all that is not named at level `info`: a slip must not silence anything.
pub fn detail(levels: &str) -> Targets {
    let parts: Vec<_> = levels.split(',').map(|part| read(part.trim())).collect();
    // Who names targets and nothing else wants nothing else.
    let is_all = parts.iter().all(|part| matches!(part, Some((Some(_), _))));
    let rest = if is_all { LevelFilter::OFF } else { LevelFilter::INFO };
    let mut detail = Targets::new().with_default(rest);
    for (target, level) in parts.into_iter().flatten() {
        detail = match target {
            Some(target) => detail.with_target(target, level),
            None => detail.with_default(level),
        };
    }
    detail
}

/// One part: which target, if it names one, and how much of it.
fn read(part: &str) -> Option<(Option<&str>, LevelFilter)> {
    // Nothing would be read as `error`.
    let level = |level: &str| level.parse().ok().filter(|_| !level.is_empty());
    match part.split_once('=') {
        Some((target, rest)) => Some((Some(target.trim()), level(rest.trim())?)),
        None => Some((None, level(part)?)),
    }
}

/// Formats events as lines.
#[derive(Debug)]
pub(crate) struct Lines {
    json: Format<Json, ()>,
    metrics: Metrics,
}

impl Lines {
    pub(crate) fn new(metrics: Metrics) -> Self {
        // CloudWatch adds the time itself.
        let json = tracing_subscriber::fmt::format().json().without_time();
        let json = json.flatten_event(true).with_current_span(false).with_span_list(false);
        Self { json, metrics }
    }

    /// What an event's line declares as metrics.
    fn declared(&self, target: &str) -> Result<Option<String>, fmt::Error> {
        let declared = match target {
            REQUEST if self.metrics == Metrics::Embedded => declare("function", &METRICS),
            LEFT_OPEN => declare("table", &[(OPEN_JOURNAL, "Count")]),
            _ => return Ok(None),
        };
        declared.map(Some).map_err(|_| fmt::Error)
    }
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> tracing_subscriber::fmt::FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = String::new();
        self.json.format_event(context, Writer::new(&mut line), event)?;
        // The values are in the line: only what they are has to be added to its object.
        let open = line.trim_end().strip_suffix('}');
        match self.declared(event.metadata().target())?.zip(open) {
            Some((declared, open)) => writeln!(writer, "{open},\"_aws\":{declared}}}"),
            None => writer.write_str(&line),
        }
    }
}

/// The embedded metric format: which of a line's fields are metrics, and which tells them apart.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Declared {
    /// Milliseconds since 1970.
    timestamp: u64,
    cloud_watch_metrics: [Directive; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive {
    namespace: &'static str,
    dimensions: [[&'static str; 1]; 1],
    metrics: Vec<Metric>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metric {
    name: &'static str,
    unit: &'static str,
}

fn declare(
    dimension: &'static str,
    metrics: &[(&'static str, &'static str)],
) -> serde_json::Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let metrics = metrics.iter().map(|(name, unit)| Metric { name, unit }).collect();
    serde_json::to_string(&Declared {
        timestamp: u64::try_from(now.as_millis()).unwrap_or_default(),
        cloud_watch_metrics: [Directive {
            namespace: NAMESPACE,
            dimensions: [[dimension]],
            metrics,
        }],
    })
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn a_misspelt_level_silences_nothing() {
        let check = |levels: &str, of_ours: Level, of_others: Option<Level>| {
            let detail = detail(&format!("aws_config=warn,{levels}"));
            for (target, most) in [
                ("tanuki_store", Some(of_ours)),
                ("others", of_others),
                ("aws_config", Some(Level::WARN)),
            ] {
                let is_told = |level: &Level| detail.would_enable(target, level);
                let all = [Level::ERROR, Level::WARN, Level::INFO, Level::DEBUG, Level::TRACE];
                assert_eq!(all.into_iter().rfind(is_told), most, "{levels}: {target}");
            }
        };
        check("info", Level::INFO, Some(Level::INFO));
        check("WARN", Level::WARN, Some(Level::WARN));
        check("warn,tanuki_store=debug", Level::DEBUG, Some(Level::WARN));
        check("tanuki_store=debug", Level::DEBUG, None);
        check("inof", Level::INFO, Some(Level::INFO));
        check("tanuki_store=inof", Level::INFO, Some(Level::INFO));
        check("inof,tanuki_store=debug", Level::DEBUG, Some(Level::INFO));
        check("warning, error", Level::ERROR, Some(Level::ERROR));
        check("warn,", Level::WARN, Some(Level::WARN));
        check("info,,tanuki_store=debug", Level::DEBUG, Some(Level::INFO));
        check("tanuki_store=", Level::INFO, Some(Level::INFO));
    }
}
