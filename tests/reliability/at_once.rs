//! Many tasks that start together.

use std::sync::Arc;

use tokio::sync::Barrier;

/// Runs `count` pieces of work, each on a task of its own; none starts before all are ready. What each of
/// them gave, in their order.
pub(crate) async fn at_once<T, F>(count: usize, work: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let gate = Arc::new(Barrier::new(count));
    let start = |n| {
        let (gate, work) = (gate.clone(), work(n));
        tokio::spawn(async move {
            gate.wait().await;
            work.await
        })
    };
    let tasks: Vec<_> = (0..count).map(start).collect();
    let mut done = Vec::with_capacity(count);
    for task in tasks {
        done.push(task.await.expect("no panic"));
    }
    done
}
