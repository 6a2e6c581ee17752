//! What changing a collection takes besides the row itself.

use model::{Fields, Input, fields};
use serde_json::Value;
use utoipa::IntoParams;

/// The body that creates a row of a collection: as the one that changes it, but `name` must be there.
#[derive(Clone, Debug)]
pub struct Named<T>(pub T);

impl<T: Input> Input for Named<T> {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let is_named = f.required("name", |_: &Value| Ok(()));
        let patch = T::read(f);
        is_named?;
        patch.map(Self)
    }
}

/// The query of a deletion: clients say `force`. What may be deleted does not depend on it.
#[derive(Clone, Copy, Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Force {
    /// Accepted as clients send it; it changes nothing here.
    #[param(value_type = Option<bool>)]
    pub force: bool,
}

impl Input for Force {
    fn read(f: &mut Fields<'_>) -> Option<Self> {
        let force = f.optional("force", fields::boolean);
        Some(Self { force: force?.unwrap_or(false) })
    }
}
