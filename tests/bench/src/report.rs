//! `docs/cold-start.md`: the text stands there, the measurement below its last heading is written here.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::cold::{CALLS, EMPTY, Measured, Run, SHARES_MB, STORE};

/// What is written stands below this.
const HEADING: &str = "## The measurement\n";

/// Puts the tables into the page.
pub(crate) fn write(
    all: &[Measured],
    runs: usize,
    refused: Option<String>,
) -> Result<(), Box<dyn std::error::Error>> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cold-start.md");
    let text = fs::read_to_string(&page)?;
    let (above, _) = text.split_once(HEADING).ok_or("the page has lost its heading")?;
    let tables = tables(all, runs, refused)?;
    fs::write(page, format!("{above}{HEADING}\n{tables}"))?;
    print!("{tables}");
    Ok(())
}

fn tables(
    all: &[Measured],
    runs: usize,
    refused: Option<String>,
) -> Result<String, std::fmt::Error> {
    let mut page = format!(
        "{}, {}, {runs} runs in turn, medians unless it says otherwise.\n\n",
        date(),
        machine()
    );
    page += &whole_processor(all)?;
    writeln!(
        page,
        "\nWith the share of a processor that comes with a function's memory, wall-clock milliseconds: start to ready, first call.\n"
    )?;
    if let Some(refused) = refused {
        writeln!(page, "Not measured: no control group could be made ({refused}).")?;
        return Ok(page);
    }
    writeln!(page, "| Function |{}", SHARES_MB.map(|mb| format!(" {mb} MB |")).concat())?;
    writeln!(page, "|---|{}", SHARES_MB.map(|_| "---|").concat())?;
    for one in all {
        let shares = one.shares.iter().map(|runs| {
            format!(
                " {:.1}, {:.1} |",
                median(runs, |run| run.init_wall),
                median(runs, |run| run.first_wall)
            )
        });
        writeln!(page, "| `{}` |{}", one.function, shares.collect::<String>())?;
    }
    Ok(page)
}

/// With a whole processor. What a function's own start takes is told in starts of the empty function, without the
/// first call of the store, and without the reading of the secret that goes on at the same time.
pub(crate) fn whole_processor(all: &[Measured]) -> Result<String, std::fmt::Error> {
    let mut table = String::new();
    writeln!(
        table,
        "| Function | init CPU ms | without the store call, × empty | without both calls, × empty | fastest init CPU ms | without the store call, × empty | init wall ms | first call CPU ms | first call wall ms | warm call CPU ms | peak MB | binary MB | zip MB |"
    )?;
    writeln!(table, "|---|---|---|---|---|---|---|---|---|---|---|---|---|")?;
    for one in all {
        let of = |what: fn(&Run) -> f64| median(&one.runs, what);
        // Nothing is taken off of a function that does not make the calls.
        let without = |calls: &str, typical: fn(&[Run]) -> f64| {
            let init_of = |name: &str| {
                let one = all.iter().find(|one| one.function == name);
                one.map_or(f64::NAN, |one| typical(&one.runs))
            };
            let empty = init_of(EMPTY);
            let makes_them = one.function != EMPTY && (one.function != STORE || calls == STORE);
            let taken_off = if makes_them { init_of(calls) - empty } else { 0.0 };
            (typical(&one.runs) - taken_off) / empty
        };
        writeln!(
            table,
            "| `{}` | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} | {:.1} | {:.1} | {:.1} |",
            one.function,
            median_init(&one.runs),
            without(STORE, median_init),
            without(CALLS, median_init),
            fastest_init(&one.runs),
            without(STORE, fastest_init),
            of(|run| run.init_wall),
            of(|run| run.first_cpu),
            of(|run| run.first_wall),
            of(|run| run.warm_cpu),
            of(|run| run.peak_mb),
            one.binary_mb,
            one.zip_mb
        )?;
    }
    Ok(table)
}

fn median_init(runs: &[Run]) -> f64 {
    median(runs, |run| run.init_cpu)
}

/// What others did on the machine at the time is in it least.
fn fastest_init(runs: &[Run]) -> f64 {
    runs.iter().map(|run| run.init_cpu).fold(f64::NAN, f64::min)
}

fn median(runs: &[Run], what: impl Fn(&Run) -> f64) -> f64 {
    let mut values: Vec<f64> = runs.iter().map(what).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn date() -> String {
    let told = std::process::Command::new("date").arg("+%Y-%m-%d").output();
    told.ok()
        .and_then(|told| String::from_utf8(told.stdout).ok())
        .unwrap_or_default()
        .trim()
        .to_owned()
}

/// The processor and how many of it.
fn machine() -> String {
    let told = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let models = told.lines().filter(|line| line.starts_with("model name"));
    let model = models.clone().next().and_then(|line| line.split_once(": "));
    format!("{} × {}", models.count(), model.map_or("a processor", |(_, name)| name))
}
