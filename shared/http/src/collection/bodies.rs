//! What changing a collection takes besides the row itself.

use model::{Fields, Input, fields};
use serde_json::Value;
use utoipa::IntoParams;

/// The body that creates a row of a collection: as the one that changes it, but `name` must be there.
#[derive(Clone, Debug)]
pub struct WithName<T>(pub T);

impl<T: Input> Input for WithName<T> {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let is_named = f.required("name", |_: &Value| Ok(()));
        let patch = T::read(f);
        is_named?;
        patch.map(Self)
    }
}

/// The query of a deletion that `force` decides about.
#[derive(Clone, Copy, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Force {
    /// Delete for good even what has tasks or holds others (default: false).
    #[param(value_type = Option<bool>)]
    pub force: bool,
}

impl Input for Force {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let force = f.optional("force", fields::boolean);
        Some(Self { force: force?.unwrap_or(false) })
    }
}

/// The query of a deletion with which clients say `force`, too. What may be deleted does not depend on it.
#[derive(Clone, Copy, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct IgnoredForce {
    /// Accepted as clients send it; it changes nothing here.
    #[param(value_type = Option<bool>)]
    pub force: bool,
}

impl Input for IgnoredForce {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        Force::read(f).map(|Force { force }| Self { force })
    }
}
