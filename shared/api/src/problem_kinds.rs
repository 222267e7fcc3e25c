//! The table of problem kinds: status, title and retry advice.

use axum::http::StatusCode;

use domain::language::Phrase;

/// Whether the same request may succeed later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Only with a change.
    Never,
    After(u32),
}

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident = $slug:literal, $status:ident, $retry:expr, $fr:literal, $en:literal;)*) => {
        /// A problem kind, with a permanent `type`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ProblemKind {
            $($(#[$doc])* $name,)*
        }

        impl ProblemKind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Returns the last segment of the problem's `type`.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug,)* }
            }

            /// Returns the HTTP status.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            /// Returns the retry advice.
            pub const fn retry(self) -> Retry {
                match self { $(Self::$name => $retry,)* }
            }

            /// Returns the title.
            pub const fn title(self) -> Phrase {
                match self { $(Self::$name => Phrase::fixed($fr, $en),)* }
            }
        }
    };
}

problems! {
    /// The body is not JSON.
    MalformedJson = "malformed-json", BAD_REQUEST, Retry::Never,
        "Le corps de la requête n’est pas du JSON", "The body of the request is not JSON";
    /// A header, path or query is invalid.
    MalformedRequest = "malformed-request", BAD_REQUEST, Retry::Never,
        "La requête est mal formée", "The request is malformed";
    /// A modified page cursor, or one of another list or school.
    InvalidCursor = "invalid-cursor", BAD_REQUEST, Retry::Never,
        "Ce curseur de page n’est pas valide ici", "This page cursor is not valid here";
    /// A missing or invalid token.
    Unauthenticated = "unauthenticated", UNAUTHORIZED, Retry::Never,
        "Il faut un jeton valide", "A valid token is needed";
    /// A carrier's callback without a valid, recent signature.
    UnsignedCallback = "unsigned-callback", UNAUTHORIZED, Retry::Never,
        "Cet appel ne porte pas la signature attendue", "This call does not bear the expected signature";
    /// The token's role lacks the permission.
    RoleForbidden = "role-forbidden", FORBIDDEN, Retry::Never,
        "Ce rôle ne le permet pas", "This role does not allow it";
    /// The school is currently barred from sending.
    SendingBarred = "sending-barred", FORBIDDEN, Retry::Never,
        "L’établissement ne peut pas envoyer de SMS pour le moment", "The school may not send SMS at present";
    /// Not found, or owned by another school.
    NotFound = "not-found", NOT_FOUND, Retry::Never,
        "Introuvable", "Not found";
    /// The path exists with another method.
    MethodNotAllowed = "method-not-allowed", METHOD_NOT_ALLOWED, Retry::Never,
        "Cette méthode n’existe pas ici", "This method does not exist here";
    /// The current state does not allow the request.
    StateConflict = "state-conflict", CONFLICT, Retry::Never,
        "L’état actuel ne le permet pas", "The present state does not allow it";
    /// Another template has the label.
    LabelTaken = "label-taken", CONFLICT, Retry::Never,
        "Un autre modèle porte déjà ce libellé", "Another template already has this label";
    /// The acknowledged rate card is not the current one.
    RateCardOutdated = "rate-card-outdated", CONFLICT, Retry::Never,
        "Cette grille tarifaire n’est plus en vigueur", "This rate card is no longer current";
    /// The same request is in progress.
    StillRunning = "still-running", CONFLICT, Retry::After(2),
        "La même requête est en cours", "The same request is being carried out";
    /// The send differs from its preview.
    PreviewOutdated = "preview-outdated", CONFLICT, Retry::Never,
        "L’envoi ne correspond plus à l’aperçu", "The send no longer matches the preview";
    /// Messages may already have arrived; duplicates require consent.
    DuplicatesPossible = "duplicates-possible", CONFLICT, Retry::Never,
        "Certains SMS arriveraient peut-être deux fois", "Some SMS might arrive twice";
    /// Another import of people is running.
    ImportRunning = "import-running", CONFLICT, Retry::After(10),
        "Un autre import est en cours", "Another import is running";
    /// The link has expired.
    LinkExpired = "link-expired", GONE, Retry::Never,
        "Ce lien a expiré", "This link has expired";
    /// The resource changed since it was read.
    PreconditionFailed = "precondition-failed", PRECONDITION_FAILED, Retry::Never,
        "Modifié entre-temps", "Changed in the meantime";
    /// The body exceeds the size limit.
    TooLarge = "too-large", PAYLOAD_TOO_LARGE, Retry::Never,
        "La requête est trop volumineuse", "The request is too large";
    /// Unsupported content type.
    UnsupportedMediaType = "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE, Retry::Never,
        "Ce type de contenu n’est pas accepté", "This content type is not accepted";
    /// Some fields are invalid.
    InvalidFields = "invalid-fields", UNPROCESSABLE_ENTITY, Retry::Never,
        "Certains champs sont refusés", "Some fields are refused";
    /// The idempotency key belongs to another request.
    KeyReused = "idempotency-key-reused", UNPROCESSABLE_ENTITY, Retry::Never,
        "Cette clé d’idempotence a servi à une autre requête", "This idempotency key was used for another request";
    /// Some texts lack values of variables, or are too long.
    TextsUnwritten = "texts-unwritten", UNPROCESSABLE_ENTITY, Retry::Never,
        "Certains textes ne peuvent pas être écrits", "Some texts cannot be written";
    /// The send has no recipient.
    NobodyReached = "nobody-reached", UNPROCESSABLE_ENTITY, Retry::Never,
        "Personne ne recevrait ce SMS", "Nobody would get this SMS";
    /// The price exceeds a ceiling of the school.
    OverBudget = "over-budget", UNPROCESSABLE_ENTITY, Retry::Never,
        "L’envoi dépasse un plafond de dépenses", "The send exceeds a spending ceiling";
    /// `If-Match` is missing.
    PreconditionRequired = "precondition-required", PRECONDITION_REQUIRED, Retry::Never,
        "L’en-tête If-Match est obligatoire", "The If-Match header is required";
    /// A bug of ours.
    Internal = "internal", INTERNAL_SERVER_ERROR, Retry::Never,
        "Une erreur est survenue de notre côté", "Something went wrong on our side";
    /// A required service is unavailable.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, Retry::After(2),
        "Le service est momentanément indisponible", "The service is momentarily unavailable";
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::language::Language::{English, French};

    #[test]
    fn slugs_are_unique_and_titles_exist_in_both_languages() {
        let mut slugs: Vec<_> = ProblemKind::ALL.iter().map(|kind| kind.slug()).collect();
        slugs.sort_unstable();
        assert!(slugs.windows(2).all(|pair| pair[0] != pair[1]));
        for kind in ProblemKind::ALL {
            assert!(kind.status().is_client_error() || kind.status().is_server_error());
            for language in [French, English] {
                assert!(!kind.title().in_language(language).is_empty());
            }
        }
    }
}
