//! The codes by which programs know the cases of a type.

/// Writes the code of each case, and the list of all codes, from one table.
macro_rules! codes {
    ($name:ident { $($case:pat => $code:literal,)* }) => {
        impl $name {
            /// All codes.
            pub const CODES: &'static [&'static str] = &[$($code,)*];

            /// The code of this case. It never changes.
            pub const fn as_code(&self) -> &'static str {
                match self { $($case => $code,)* }
            }
        }
    };
}

pub(crate) use codes;
