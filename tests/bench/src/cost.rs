//! A month of a studio in dollars: the measured capacity units, a day's requests, the price list.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use tanuki_tests::template::Template;
use tanuki_tests::{capacity, prices};

use crate::plot;

/// The studios of the table.
const STUDIOS: [u32; 3] = [5, 50, 500];
/// What one person asks for in a day: how often, which endpoint, and for how much of a production's assets.
const DAY: [(f64, &str, f64); 7] = [
    (20.0, "list_assets_with_tasks", 1.0),
    (30.0, "get_asset", 0.0),
    (30.0, "list_asset_tasks", 0.0),
    (10.0, "get_asset_casting", 0.0),
    (10.0, "list_project_asset_types", 0.0),
    (3.0, "create_asset", 0.0),
    (2.0, "set_asset_casting", 0.0),
];
const DAYS: f64 = 21.0;
/// Hours of a day in which somebody works, and of a month.
const HOURS: (f64, f64) = (9.0, 730.0);
const ASSETS_PER_PERSON: f64 = 40.0;
const PRODUCTION_MAX: f64 = 2000.0;
/// A row of a list, an asset with all that belongs to it; in KB.
const ROW_KB: f64 = 0.6;
const ASSET_KB: f64 = 20.0;
/// What a request leaves in the logs, in KB: the function's line, the gateway's, and the two by which Lambda tells its start and
/// its end.
const LOGGED_KB: f64 = 0.8 + 0.4 + 0.6;
/// KB that one read unit reads.
const UNIT_KB: f64 = 4.0;
/// Seconds, at one gigabyte.
const REQUEST_SECONDS: f64 = 0.03;
const MILLION: f64 = 1e6;

/// What a month costs, in dollars.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Month {
    requests: f64,
    table: f64,
    lambda: f64,
    gateway: f64,
    logs: f64,
    traces: f64,
    metrics: f64,
    fixed: f64,
}

impl Month {
    /// Of a studio of so many people.
    pub(crate) fn of(people: u32) -> Self {
        let people = f64::from(people);
        let assets = people * ASSETS_PER_PERSON;
        let (mut requests, mut read, mut write) = (0.0, 0.0, 0.0);
        for (often, endpoint, share) in DAY {
            let often = often * people * DAYS;
            let units = capacity::of(endpoint);
            requests += often;
            read += often * (units.0 + share * assets.min(PRODUCTION_MAX) * ROW_KB / UNIT_KB);
            write += often * units.1;
        }
        let template = Template::read();
        // Those that answer requests: a metric is of a request.
        let functions = template.functions().iter().filter(|it| !it.events.is_empty()).count();
        let functions = f64::from(u32::try_from(functions).unwrap_or_default());
        let metrics = f64::from(u32::try_from(http_api::log::METRICS.len()).unwrap_or_default());
        let at_work = DAYS * HOURS.0 / HOURS.1;
        Self {
            requests,
            table: read / MILLION * prices::READ_UNITS
                + write / MILLION * prices::WRITE_UNITS
                + assets * ASSET_KB / MILLION * prices::TABLE_GB,
            lambda: requests / MILLION * prices::LAMBDA_REQUESTS
                + requests * REQUEST_SECONDS * prices::LAMBDA_GB_SECOND,
            gateway: requests / MILLION * prices::GATEWAY_REQUESTS,
            logs: requests * LOGGED_KB / MILLION * prices::LOGS_GB,
            // At most: of many in one second Lambda traces the first and one in twenty.
            traces: requests / MILLION * prices::TRACES,
            metrics: functions * metrics * at_work * prices::METRIC,
            fixed: prices::SECRET
                + prices::DASHBOARD
                + alarm_metrics(&template) * prices::ALARM_METRIC,
        }
    }

    /// What grows with the requests and with what is stored.
    pub(crate) fn used(&self) -> f64 {
        self.table + self.lambda + self.gateway + self.logs + self.traces
    }

    /// All of it.
    pub(crate) fn total(&self) -> f64 {
        self.used() + self.metrics + self.fixed
    }
}

/// How many metrics the template's alarms look at.
fn alarm_metrics(template: &Template) -> f64 {
    let resources = template.document["Resources"].as_object();
    let alarms = resources.into_iter().flatten().map(|(_, resource)| resource);
    let alarms = alarms.filter(|resource| resource["Type"] == "AWS::CloudWatch::Alarm");
    let looked_at = alarms.map(|alarm| {
        let queries = alarm["Properties"]["Metrics"].as_array();
        queries.map_or(1, |all| all.iter().filter(|q| q["MetricStat"].is_object()).count())
    });
    f64::from(u32::try_from(looked_at.sum::<usize>()).unwrap_or_default())
}

/// Writes the table into the page, and the plot beside it.
pub(crate) fn write() -> Result<(), Box<dyn std::error::Error>> {
    let page = docs("cost.md");
    let text = fs::read_to_string(&page)?;
    fs::write(page, told(&text)?)?;
    fs::write(docs("cost-month.svg"), plot::months()?)?;
    print!("{}", table()?);
    Ok(())
}

/// The page with its table as it is computed now.
fn told(page: &str) -> Result<String, Box<dyn std::error::Error>> {
    let (above, rest) = page.split_once("cost -->\n").ok_or("the page has lost its mark")?;
    let (_, below) = rest.split_once("<!-- /month -->").ok_or("the page has lost its mark")?;
    Ok(format!("{above}cost -->\n{}<!-- /month -->{below}", table()?))
}

fn table() -> Result<String, std::fmt::Error> {
    let mut table = String::from(
        "| People | Requests | DynamoDB | Lambda | Gateway | Logs | Traces | Sum | Metrics | Fixed | All |\n\
         |---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for people in STUDIOS {
        let month = Month::of(people);
        let Month { requests, table: stored, lambda, gateway, logs, traces, metrics, fixed } =
            month;
        writeln!(
            table,
            "| {people} | {requests:.0} | {stored:.2} | {lambda:.2} | {gateway:.2} | {logs:.2} | {traces:.2} | \
             {:.2} | \
             {metrics:.2} | {fixed:.2} | {:.2} |",
            month.used(),
            month.total()
        )?;
    }
    Ok(table)
}

fn docs(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_and_its_plot_are_what_is_computed() {
        let page = fs::read_to_string(docs("cost.md")).expect("the page");
        let plot = fs::read_to_string(docs("cost-month.svg")).expect("the plot");
        let is_told = told(&page).expect("a page with marks") == page;
        assert!(
            is_told && plot::months().expect("a plot") == plot,
            "run: cargo run -p bench -- cost"
        );
    }
}
