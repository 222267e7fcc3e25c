//! One example per problem kind, with the texts of the service.

use crate::{BadCursor, FieldError, IfMatch, Problem, ProblemKind, Role, caller::unauthenticated, forbidden};
use domain::{
    budget::OverBudget, language::Phrase, pricing::MicroEuros, registration::Barred, school::UaiError,
};
use store::StoreError;

/// Returns an example of a problem.
pub(super) fn example(kind: ProblemKind) -> Problem {
    use ProblemKind as Kind;
    let said = |fr, en| Problem::new(kind, Phrase::fixed(fr, en));
    match kind {
        Kind::MalformedJson => said(
            "Le JSON est interrompu ou mal écrit à la ligne 1, colonne 17.",
            "The JSON is cut off or badly written at line 1, column 17.",
        ),
        Kind::MalformedRequest => said(
            "Les paramètres après le ? ne se lisent pas, ou l’un d’eux est répété.",
            "The parameters after the ? cannot be read, or one of them is repeated.",
        ),
        Kind::InvalidCursor => BadCursor.into(),
        Kind::Unauthenticated => unauthenticated(),
        Kind::UnsignedCallback => {
            said("La signature ne correspond pas au contenu.", "The signature does not fit the content.")
        }
        Kind::RoleForbidden => forbidden(&[Role::Admin]),
        Kind::SendingBarred => Barred::NoLicence.into(),
        Kind::NotFound => Problem::not_found(),
        Kind::MethodNotAllowed => said(
            "Cette adresse existe, mais pas avec cette méthode HTTP.",
            "This address exists, but not with this HTTP method.",
        ),
        Kind::StateConflict => StoreError::Conflict.into(),
        Kind::LabelTaken => said(
            "Choisissez un autre libellé : deux modèles ne peuvent pas porter le même.",
            "Choose another label: two templates cannot have the same one.",
        ),
        Kind::RateCardOutdated => said(
            "Lisez la grille en vigueur et acceptez sa version, 2026-09.",
            "Read the current card and acknowledge its version, 2026-09.",
        ),
        Kind::StillRunning => said(
            "La première requête avec cette clé n’est pas terminée : recommencez dans un instant.",
            "The first request with this key has not ended: try again in a moment.",
        ),
        Kind::PreviewOutdated => said(
            "Quelque chose a changé depuis l’aperçu : demandez-en un nouveau.",
            "Something has changed since the preview: ask for a new one.",
        ),
        Kind::DuplicatesPossible => said(
            "Confirmez que ces SMS peuvent arriver deux fois.",
            "Confirm that these SMS may arrive twice.",
        ),
        Kind::ImportRunning => said(
            "Attendez la fin de l’autre import, puis recommencez.",
            "Wait until the other import has ended, then try again.",
        ),
        Kind::LinkExpired => said(
            "Un lien vaut une heure : demandez un nouveau fichier.",
            "A link works for an hour: ask for a new file.",
        ),
        Kind::PreconditionFailed => IfMatch::failed(),
        Kind::TooLarge => said(
            "Une requête est limitée à 4,4 Mo : découpez-la en plusieurs.",
            "A request is limited to 4.4 MB: cut it into several.",
        ),
        Kind::UnsupportedMediaType => said(
            "Envoyez du JSON, avec l’en-tête Content-Type: application/json.",
            "Send JSON, with the header Content-Type: application/json.",
        ),
        Kind::InvalidFields => said(
            "Corrigez les champs indiqués et recommencez. Rien n’a été enregistré.",
            "Correct the fields named and try again. Nothing was stored.",
        )
        .with_errors(vec![FieldError::new("/school/uai", &UaiError::CheckLetter)]),
        Kind::KeyReused => {
            said("Prenez une nouvelle clé pour une nouvelle requête.", "Take a new key for a new request.")
        }
        Kind::TextsUnwritten => said(
            "Donnez les valeurs qui manquent, ou retirez ces personnes.",
            "Give the values that are missing, or leave these people out.",
        ),
        Kind::NobodyReached => said(
            "L’aperçu dit pour chaque personne pourquoi elle ne reçoit rien.",
            "The preview says of each person why they get nothing.",
        ),
        Kind::OverBudget => {
            OverBudget::Send { price: MicroEuros::new(61_250_000), ceiling: MicroEuros::new(50_000_000) }
                .into()
        }
        Kind::PreconditionRequired => IfMatch::missing(),
        Kind::Internal => said(
            "L’erreur est enregistrée. Si elle se répète, transmettez à l’opérateur le numéro de la requête.",
            "The error is recorded. If it happens again, give the operator the request's number.",
        ),
        Kind::Unavailable => said(
            "Recommencez dans quelques secondes, avec la même clé d’idempotence pour un envoi.",
            "Try again in a few seconds, with the same idempotency key for a send.",
        ),
    }
}
