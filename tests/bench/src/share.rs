//! A share of a processor, as Lambda gives one with the memory of a function: a control group with a quota.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Megabytes of memory that come with one whole processor.
const WHOLE_MB: u64 = 1769;
/// Microseconds after which the quota is filled up.
const PERIOD: u64 = 20_000;

/// A control group of its own; it is removed when dropped.
#[derive(Debug)]
pub(crate) struct Share {
    group: PathBuf,
    /// Where this process belongs.
    home: PathBuf,
}

impl Share {
    /// The share of a function with so much memory.
    pub(crate) fn of(megabytes: u64) -> io::Result<Self> {
        let (home, is_unified) = home()?;
        let group = home.join(format!("tanuki-bench-{}-{megabytes}", std::process::id()));
        let quota = PERIOD * megabytes / WHOLE_MB;
        if is_unified {
            fs::write(home.join("cgroup.subtree_control"), "+cpu")?;
        }
        fs::create_dir(&group)?;
        let this = Self { group, home };
        if is_unified {
            fs::write(this.group.join("cpu.max"), format!("{quota} {PERIOD}"))?;
        } else {
            fs::write(this.group.join("cpu.cfs_period_us"), PERIOD.to_string())?;
            fs::write(this.group.join("cpu.cfs_quota_us"), quota.to_string())?;
        }
        Ok(this)
    }

    /// Does `start` with this process in the group: what is started there stays there.
    pub(crate) async fn around<T>(&self, start: impl Future<Output = T>) -> io::Result<T> {
        enter(&self.group)?;
        let started = start.await;
        enter(&self.home)?;
        Ok(started)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        // Fails while a process in it is not gone yet; an empty group costs nothing.
        let _ = fs::remove_dir(&self.group);
    }
}

fn enter(group: &Path) -> io::Result<()> {
    fs::write(group.join("cgroup.procs"), std::process::id().to_string())
}

/// The group of this process, and whether it is one of cgroup v2.
fn home() -> io::Result<(PathBuf, bool)> {
    let root = Path::new("/sys/fs/cgroup");
    let groups = fs::read_to_string("/proc/self/cgroup")?;
    let mut groups = groups.lines().filter_map(|line| {
        let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
        Some((controllers, path.trim_start_matches('/')))
    });
    if root.join("cgroup.controllers").exists() {
        let path = groups.find(|(controllers, _)| controllers.is_empty());
        return Ok((root.join(path.map_or("", |(_, path)| path)), true));
    }
    let of_cpu = groups.find(|(controllers, _)| controllers.split(',').any(|c| c == "cpu"));
    let (_, path) = of_cpu.ok_or_else(|| io::Error::other("there is no control group for cpu"))?;
    Ok((root.join("cpu").join(path), false))
}
