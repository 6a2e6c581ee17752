//! What functions write: CloudWatch, as far as tests look into it.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};

use super::lambda::lock;

/// The lines of a function's instances. Clones are the same log.
#[derive(Clone, Debug, Default)]
pub(super) struct Logs(Arc<Mutex<Vec<String>>>);

impl Logs {
    /// Keeps what comes from here until it ends; shows it, too, if `TANUKI_TEST_LOGS` is set.
    pub(super) fn take(&self, from: Option<impl AsyncRead + Send + Unpin + 'static>) {
        let Some(from) = from else { return };
        let this = self.clone();
        let is_shown = std::env::var_os("TANUKI_TEST_LOGS").is_some();
        tokio::spawn(async move {
            let mut lines = BufReader::new(from).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                if is_shown {
                    eprintln!("{line}");
                }
                lock(&this.0).push(line);
            }
        });
    }

    /// The lines so far.
    pub(super) fn lines(&self) -> Vec<String> {
        lock(&self.0).clone()
    }
}
