//! Which projects a request entered, and as what: an answer that is given again must be allowed again.

use std::cell::RefCell;

use model::{ProjectId, Role};

tokio::task_local! {
    static ENTERED: RefCell<Vec<(ProjectId, Role)>>;
}

/// Does work and tells what it entered.
pub(crate) async fn noted<F: Future>(work: F) -> (F::Output, Vec<(ProjectId, Role)>) {
    let work = async {
        let output = work.await;
        (output, ENTERED.with(RefCell::take))
    };
    ENTERED.scope(RefCell::default(), work).await
}

/// Notes that a project was entered.
pub(crate) fn note(project: ProjectId, role: Role) {
    // Outside of `noted` nobody asks.
    let _ = ENTERED.try_with(|entered| {
        let mut entered = entered.borrow_mut();
        if !entered.contains(&(project, role)) {
            entered.push((project, role));
        }
    });
}
