//! The languages of user-facing texts.

use std::borrow::Cow;

/// A language of problem documents. French is the users' own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Default: the language of schools and families.
    #[default]
    French,
    /// For integrators.
    English,
}

impl Language {
    /// Parses an `Accept-Language` header (RFC 9110, 12.5.4): the first of French and English with the
    /// highest weight; French if neither is listed.
    pub fn from_accept_language(header: &str) -> Self {
        let mut best = (Self::default(), 0.0_f32);
        for range in header.split(',') {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or_default().trim();
            let weight = parts
                .find_map(|parameter| parameter.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
            let primary = tag.split('-').next().unwrap_or_default();
            let language = match primary.to_ascii_lowercase().as_str() {
                "fr" | "*" => Self::French,
                "en" => Self::English,
                _ => continue,
            };
            if weight > best.1 {
                best = (language, weight);
            }
        }
        best.0
    }

    /// Returns the tag for a `Content-Language` header.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
        }
    }

    /// Parses one of our own tags.
    pub fn from_tag(tag: &str) -> Option<Self> {
        [Self::French, Self::English].into_iter().find(|language| language.tag() == tag)
    }
}

/// One sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    fr: Cow<'static, str>,
    en: Cow<'static, str>,
}

impl Phrase {
    /// Creates a constant sentence.
    pub const fn fixed(fr: &'static str, en: &'static str) -> Self {
        Self { fr: Cow::Borrowed(fr), en: Cow::Borrowed(en) }
    }

    /// Creates a sentence with dynamic parts.
    pub fn new(fr: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self { fr: fr.into(), en: en.into() }
    }

    /// Returns the sentence in one language.
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::French => &self.fr,
            Language::English => &self.en,
        }
    }
}

/// A domain error for users: a stable code for programs and a sentence with the remedy.
///
/// Neither may repeat the rejected input, which may be a phone number or a name.
pub trait Explain {
    /// Returns the stable code in `snake_case`.
    fn code(&self) -> &'static str;
    /// Returns the problem and its remedy.
    fn explain(&self) -> Phrase;
}

/// Implements [`Explain`] as one table: pattern, code, French, English. A missing case does not
/// compile.
///
/// ```
/// # use domain::{explain, language::{Explain, Language}};
/// enum LineError {
///     Empty,
///     TooLong { max: usize },
/// }
///
/// explain! {
///     LineError:
///     Self::Empty => "empty",
///         "Ce texte ne peut pas être vide.",
///         "This text cannot be empty.";
///     Self::TooLong { max } => "too_long",
///         format!("Ce texte est limité à {max} caractères."),
///         format!("This text is limited to {max} characters.");
/// }
///
/// assert_eq!(LineError::Empty.code(), "empty");
/// let sentence = LineError::TooLong { max: 120 }.explain();
/// assert_eq!(sentence.in_language(Language::English), "This text is limited to 120 characters.");
/// ```
#[macro_export]
macro_rules! explain {
    ($name:ty: $($case:pat => $code:literal, $fr:expr, $en:expr;)+) => {
        impl $name {
            /// All codes.
            pub const CODES: &'static [&'static str] = &[$($code,)+];
        }

        impl $crate::language::Explain for $name {
            #[allow(unused_variables, reason = "a sentence may use fields that the code ignores")]
            fn code(&self) -> &'static str {
                match self {
                    $($case => $code,)+
                }
            }

            fn explain(&self) -> $crate::language::Phrase {
                match self {
                    $($case => $crate::language::Phrase::new($fr, $en),)+
                }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_known_language_wins_and_french_is_the_default() {
        for (header, expected) in [
            ("", Language::French),
            ("de", Language::French),
            ("en", Language::English),
            ("en-GB,en;q=0.9", Language::English),
            ("fr;q=0.4, en;q=0.8", Language::English),
            ("en;q=0.4, fr-FR;q=0.8", Language::French),
            ("en;q=nonsense", Language::French),
            ("*", Language::French),
        ] {
            assert_eq!(Language::from_accept_language(header), expected, "{header}");
        }
    }
}
