//! Cold starts: every function against one that does nothing, run by run in turn.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use http::Request;
use tanuki_tests::app::{ADMIN, ARTIST, token_secret};
use tanuki_tests::gateway::Instance;
use tanuki_tests::{Gateway, Production, TestApp};

use crate::process::{cpu_ns, peak_memory};
use crate::report;
use crate::share::Share;

/// The function that does nothing.
pub(crate) const EMPTY: &str = "bench-empty";
/// The function that does nothing but call the store while it starts.
pub(crate) const STORE: &str = "bench-store";
/// The function that does nothing but call the store and read the secret while it starts.
pub(crate) const CALLS: &str = "bench-calls";
/// Memory of the functions whose share of a processor is tried.
pub(crate) const SHARES_MB: [u64; 3] = [256, 512, 1024];
/// Calls after the first, of which the mean is taken.
const WARM_CALLS: u32 = 20;

/// One start of a function. Times in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) init_cpu: f64,
    pub(crate) init_wall: f64,
    pub(crate) first_cpu: f64,
    pub(crate) first_wall: f64,
    pub(crate) warm_cpu: f64,
    pub(crate) peak_mb: f64,
}

/// What was measured of a function.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) function: String,
    /// With a whole processor.
    pub(crate) runs: Vec<Run>,
    /// With a share of one, in the order of [`SHARES_MB`]; empty where there are no control groups.
    pub(crate) shares: Vec<Vec<Run>>,
    pub(crate) binary_mb: f64,
    pub(crate) zip_mb: f64,
    event: Vec<u8>,
    program: PathBuf,
}

/// Measures all, or those that are named, and writes the page of all.
pub(crate) async fn measure(
    runs: usize,
    only: &[String],
) -> Result<(), Box<dyn std::error::Error>> {
    let app = TestApp::new().await;
    let gateway = Gateway::start(&app.engine, &token_secret()).await;
    let stripped = tempfile::tempdir()?;
    let mut all = subjects(&app, &gateway, stripped.path(), only).await?;
    for run in 0..runs {
        eprintln!("run {} of {runs}", run + 1);
        for subject in &mut all {
            subject.lay_elsewhere()?;
            let started = Instant::now();
            let instance = gateway.instance(subject.runs_as(), &subject.program).await;
            subject.runs.push(subject.run(instance, started).await?);
        }
    }
    if !only.is_empty() {
        print!("{}", report::whole_processor(&all)?);
        return Ok(());
    }
    let refused = shared_runs(&gateway, &mut all, runs).await.err();
    if let Some(refused) = &refused {
        eprintln!("shares of a processor: SKIPPED, no control group can be made here: {refused}");
    }
    report::write(&all, runs, refused.map(|refused| refused.to_string()))?;
    Ok(())
}

async fn shared_runs(
    gateway: &Gateway,
    all: &mut [Measured],
    runs: usize,
) -> Result<(), Box<dyn std::error::Error>> {
    for (nth, megabytes) in SHARES_MB.into_iter().enumerate() {
        let share = Share::of(megabytes)?;
        eprintln!("the share of {megabytes} MB");
        for subject in &mut *all {
            subject.shares.push(Vec::new());
        }
        for _ in 0..runs {
            for subject in &mut *all {
                subject.lay_elsewhere()?;
                let starting = async {
                    (Instant::now(), gateway.instance(subject.runs_as(), &subject.program).await)
                };
                let (started, instance) = share.around(starting).await?;
                let run = subject.run(instance, started).await?;
                subject.shares[nth].push(run);
            }
        }
    }
    Ok(())
}

/// What is measured: a function by one request that only reads, and the one that does nothing.
async fn subjects(
    app: &TestApp,
    gateway: &Gateway,
    to: &Path,
    only: &[String],
) -> Result<Vec<Measured>, Box<dyn std::error::Error>> {
    let film = Production::film(app, "Film").await;
    let hero = film.asset_id(app, "Character", "Hero").await;
    film.task(app, &hero, "Modeling", &[ARTIST]).await;
    let paths = [
        format!("/data/assets/{hero}"),
        film.path("/assets"),
        "/data/asset-types".to_owned(),
        format!("/data/assets/{hero}/tasks"),
        format!("/data/assets/{hero}/casting"),
        format!("/data/assets/{hero}/shot-asset-instances"),
        film.path("/assets/shared-used"),
        "/auth/authenticated".to_owned(),
        "/data/persons".to_owned(),
        "/data/projects".to_owned(),
        film.path("/shots"),
        "/data/tasks".to_owned(),
        format!("/export/csv/projects/{}/assets.csv", film.id),
    ];
    let token = app.token(ADMIN).unwrap_or_default();
    let mut all = Vec::new();
    for path in paths {
        let request = Request::get(format!("/api{path}"));
        let request = request.header("authorization", format!("Bearer {token}")).body(())?;
        let (function, event) = gateway.event(request).ok_or("no such route")?;
        if all.is_empty() {
            for nothing in [EMPTY, STORE, CALLS] {
                all.push(Measured::of(nothing, event.clone(), to)?);
            }
        }
        if only.is_empty() || only.contains(&function) {
            all.push(Measured::of(&function, event, to)?);
        }
    }
    Ok(all)
}

impl Measured {
    fn of(function: &str, event: Vec<u8>, to: &Path) -> Result<Self, Box<dyn std::error::Error>> {
        // Built as this program was, by the command of the page.
        let built = std::env::current_exe()?.with_file_name(function);
        let program = to.join(function);
        // Symbols are not shipped.
        if !Command::new("strip").arg("-o").arg(&program).arg(&built).status()?.success() {
            return Err(format!("{} cannot be stripped: is it built?", built.display()).into());
        }
        let bytes = fs::read(&program)?;
        let mut zip = GzEncoder::new(Vec::new(), Compression::best());
        std::io::Write::write_all(&mut zip, &bytes)?;
        let zip = zip.finish()?;
        Ok(Self {
            function: function.to_owned(),
            runs: Vec::new(),
            shares: Vec::new(),
            binary_mb: megabytes(bytes.len() as u64),
            zip_mb: megabytes(zip.len() as u64),
            event,
            program,
        })
    }

    /// Copies the program: where a file lies in memory decides half a millisecond of its starts, and a program that keeps its
    /// place in all of them would be compared by its luck.
    fn lay_elsewhere(&self) -> std::io::Result<()> {
        let copy = self.program.with_extension("copy");
        fs::copy(&self.program, &copy)?;
        fs::rename(copy, &self.program)
    }

    /// Whose environment it finds.
    fn runs_as(&self) -> &str {
        if [EMPTY, STORE, CALLS].contains(&&*self.function) { "assets" } else { &self.function }
    }

    async fn run(
        &self,
        mut instance: Instance,
        started: Instant,
    ) -> Result<Run, Box<dyn std::error::Error>> {
        let process = instance.id();
        tokio::time::timeout(Duration::from_secs(20), instance.has_asked(1)).await?;
        let init_wall = started.elapsed();
        let ready = cpu_ns(process);
        let called = Instant::now();
        self.call(&mut instance, 2).await?;
        let first_wall = called.elapsed();
        let answered = cpu_ns(process);
        for n in 0..WARM_CALLS {
            self.call(&mut instance, 3 + n as usize).await?;
        }
        let warm = cpu_ns(process);
        Ok(Run {
            init_cpu: milliseconds(ready),
            init_wall: init_wall.as_secs_f64() * 1e3,
            first_cpu: milliseconds(answered - ready),
            first_wall: first_wall.as_secs_f64() * 1e3,
            warm_cpu: milliseconds(warm - answered) / f64::from(WARM_CALLS),
            peak_mb: megabytes(peak_memory(process)),
        })
    }

    /// Until the process asks for what comes next: what it does after its answer belongs to the call.
    async fn call(
        &self,
        instance: &mut Instance,
        asked: usize,
    ) -> Result<(), Box<dyn std::error::Error>> {
        if instance.answer(self.event.clone()).await.is_none_or(|answer| answer.status != 200) {
            return Err(format!("{} failed", self.function).into());
        }
        instance.has_asked(asked).await;
        Ok(())
    }
}

#[expect(clippy::cast_precision_loss, reason = "it is rounded to two places anyway")]
fn milliseconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e6
}

#[expect(clippy::cast_precision_loss, reason = "it is rounded to two places anyway")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}
