//! Which projects a request entered, and as what: an answer that is given again must be allowed again.

use std::cell::RefCell;

use model::{ProjectId, Role};

tokio::task_local! {
    static ENTERED: RefCell<Vec<(ProjectId, Role)>>;
}

/// Runs a request and returns, with its output, the projects it entered ([`add`]).
pub(crate) async fn collect<F: Future>(work: F) -> (F::Output, Vec<(ProjectId, Role)>) {
    let work = async {
        let output = work.await;
        (output, ENTERED.with(RefCell::take))
    };
    ENTERED.scope(RefCell::default(), work).await
}

/// Adds a project to those that the request has entered.
pub(crate) fn add(project: ProjectId, role: Role) {
    // Outside of `collect` nobody asks.
    let _ = ENTERED.try_with(|entered| {
        let mut entered = entered.borrow_mut();
        if !entered.contains(&(project, role)) {
            entered.push((project, role));
        }
    });
}
