//! [`Watched`]: a value that is kept elsewhere, and read again when it is old or does not hold what is asked for.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use model::Timestamp;

/// How old a value may become, in seconds, before it is read again.
pub(crate) const AGE_MAX: i64 = 300;
/// Seconds between two attempts to read it: whoever asks for what nobody has cannot make us read all the time.
pub(crate) const PAUSE: i64 = 10;
/// The same while the value that is there is enough: where it is kept does not answer, and nobody has to wait for that.
const PAUSE_IF_ENOUGH: i64 = 60;
/// How long a request waits for the value.
const PATIENCE: Duration = Duration::from_secs(5);
/// The same while the value that is there is enough.
const PATIENCE_IF_ENOUGH: Duration = Duration::from_secs(2);

/// Reads the value; a failure is a text for the log.
pub(crate) type Fetch<T> = Box<dyn Fn() -> BoxFuture<'static, Result<T, String>> + Send + Sync>;

/// The value as it was last read.
pub(crate) struct Watched<T> {
    state: Mutex<State<T>>,
    /// Held while the value is read: others wait and take what was read.
    reading: tokio::sync::Mutex<()>,
    fetch: Option<Fetch<T>>,
}

struct State<T> {
    value: Arc<T>,
    read_at: i64,
    tried_at: i64,
}

impl<T> fmt::Debug for Watched<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watched")
    }
}

impl<T> Watched<T> {
    /// A value that never changes.
    pub(crate) fn fixed(value: T) -> Self {
        Self::with(value, 0, None)
    }

    /// A value that was read at `read_at`, in seconds since 1970, and can be read again by `fetch`.
    pub(crate) fn new(value: T, read_at: i64, fetch: Fetch<T>) -> Self {
        Self::with(value, read_at, Some(fetch))
    }

    fn with(value: T, read_at: i64, fetch: Option<Fetch<T>>) -> Self {
        let state = State { value: Arc::new(value), read_at, tried_at: 0 };
        Self { state: Mutex::new(state), reading: tokio::sync::Mutex::default(), fetch }
    }

    /// The value as it was last read.
    pub(crate) fn value(&self) -> Arc<T> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).value.clone()
    }

    /// The value, read again if it is old or not `enough`. When reading fails, the old one goes on.
    pub(crate) async fn current(&self, now: Timestamp, enough: impl Fn(&T) -> bool) -> Arc<T> {
        if self.is_due(now, &enough)
            && let Some(fetch) = &self.fetch
        {
            let _reading = self.reading.lock().await;
            // Another request may have read it meanwhile.
            if self.is_due(now, &enough) {
                let patience = if enough(&self.value()) { PATIENCE_IF_ENOUGH } else { PATIENCE };
                let began = Instant::now();
                let read = tokio::time::timeout(patience, fetch()).await;
                let read = read.unwrap_or_else(|_| Err("no answer in time".into()));
                // What took its time is not tried again at once.
                let took = i64::try_from(began.elapsed().as_secs()).unwrap_or_default();
                self.keep(read, now.plus_seconds(took).unix());
            }
        }
        self.value()
    }

    fn is_due(&self, now: Timestamp, enough: impl Fn(&T) -> bool) -> bool {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let since = |then: i64| now.unix().saturating_sub(then);
        if enough(&state.value) {
            since(state.tried_at) >= PAUSE_IF_ENOUGH && since(state.read_at) >= AGE_MAX
        } else {
            since(state.tried_at) >= PAUSE
        }
    }

    fn keep(&self, read: Result<T, String>, now: i64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.tried_at = now;
        match read {
            Ok(value) => (state.value, state.read_at) = (Arc::new(value), now),
            Err(error) => tracing::warn!(%error, "keys could not be read again"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[tokio::test]
    async fn it_is_read_again_when_it_is_old_or_not_enough_and_not_all_the_time() {
        let start = Timestamp::parse("2026-01-15T10:30:00Z").unwrap();
        let reads = Arc::new(AtomicI64::new(0));
        let counted = reads.clone();
        let fetch: Fetch<i64> = Box::new(move || {
            let read = counted.fetch_add(1, Ordering::Relaxed) + 1;
            Box::pin(async move { if read == 3 { Err("away".into()) } else { Ok(read) } })
        });
        let watched = Watched::new(0, start.unix(), fetch);
        let at = async |seconds, least| {
            *watched.current(start.plus_seconds(seconds), |value| *value >= least).await
        };
        assert_eq!(at(0, 0).await, 0);
        assert_eq!(at(PAUSE, 1).await, 1);
        assert_eq!(at(2 * PAUSE - 1, 2).await, 1, "too soon");
        assert_eq!(at(PAUSE + AGE_MAX - 1, 1).await, 1, "young enough");
        assert_eq!(at(PAUSE + AGE_MAX, 1).await, 2);
        assert_eq!(at(2 * (PAUSE + AGE_MAX), 1).await, 2, "the third fails: the old one goes on");
        assert_eq!(at(2 * (PAUSE + AGE_MAX) + 1, 1).await, 2, "and is not tried at once");
        assert_eq!(at(3 * (PAUSE + AGE_MAX), 1).await, 4);
        assert_eq!(reads.load(Ordering::Relaxed), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_long_for_a_value_that_cannot_be_had() {
        let start = Timestamp::parse("2026-01-15T10:30:00Z").unwrap();
        let reads = Arc::new(AtomicI64::new(0));
        let counted = reads.clone();
        let fetch: Fetch<i64> = Box::new(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            Box::pin(std::future::pending())
        });
        let watched = Watched::new(1, start.unix(), fetch);
        let mut waited = Duration::ZERO;
        for seconds in AGE_MAX..2 * AGE_MAX {
            let began = tokio::time::Instant::now();
            let value = watched.current(start.plus_seconds(seconds), |value| *value == 1).await;
            assert_eq!(*value, 1);
            waited += began.elapsed();
        }
        assert_eq!(reads.load(Ordering::Relaxed), AGE_MAX / PAUSE_IF_ENOUGH);
        assert!(waited <= Duration::from_secs(2 * 5), "{waited:?} in five minutes");
        let began = tokio::time::Instant::now();
        watched.current(start.plus_seconds(2 * AGE_MAX), |value| *value == 2).await;
        assert!(began.elapsed() <= PATIENCE, "{:?}", began.elapsed());
    }
}
