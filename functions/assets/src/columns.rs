//! Rows that are also sent as arrays: Zou's compact form, which Kitsu asks for.

use serde::ser::{Serialize, SerializeSeq, Serializer};

/// A row whose values can be written one after the other, without their names.
pub(crate) trait Columns {
    /// The names of the values, in their order.
    const NAMES: &'static [&'static str];

    /// Writes the values in the order of [`Columns::NAMES`].
    fn write<S: SerializeSeq>(&self, values: &mut S) -> Result<(), S::Error>;
}

/// Defines a row: the struct, and its [`Columns`].
macro_rules! columns {
    ($(#[$about:meta])* $row:ident { $($(#[$doc:meta])* $column:ident: $type:ty,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
        pub(crate) struct $row {
            $($(#[$doc])* pub(crate) $column: $type,)+
        }

        impl $crate::columns::Columns for $row {
            const NAMES: &'static [&'static str] = &[$(stringify!($column)),+];

            fn write<S: serde::ser::SerializeSeq>(&self, values: &mut S) -> Result<(), S::Error> {
                $(values.serialize_element(&self.$column)?;)+
                Ok(())
            }
        }
    };
}
pub(crate) use columns;

/// A row as the array of its values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compact<'a, T>(pub(crate) &'a T);

impl<T: Columns> Serialize for Compact<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut values = serializer.serialize_seq(Some(T::NAMES.len()))?;
        self.0.write(&mut values)?;
        values.end()
    }
}
