//! The files of an upload: the body itself, or each file of a form.

use api::{FieldError, FieldErrors, Problem, ProblemKind, RawBody};
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Multipart, Request},
    http::header::CONTENT_TYPE,
};
use domain::language::Phrase;

/// A file has people, adults, and perhaps classes: more than this is a mistake.
const MAX_FILES: usize = 10;

/// The files of an upload, in order, each with its name if a form has it.
#[derive(Debug)]
pub(crate) struct Files(pub Vec<(Option<String>, Bytes)>);

impl<S: Sync> FromRequest<S> for Files {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(CONTENT_TYPE).cloned();
        let is_form = kind.as_ref().is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/"));
        let RawBody(bytes) = RawBody::from_request(request, state).await?;
        if !is_form {
            return Ok(Self(vec![(None, bytes)]));
        }
        let mut form = Request::new(Body::from(bytes));
        form.headers_mut().extend(kind.map(|kind| (CONTENT_TYPE, kind)));
        let form = Multipart::from_request(form, &()).await.map_err(|_| malformed())?;
        of_form(form).await.map(Self)
    }
}

async fn of_form(mut form: Multipart) -> Result<Vec<(Option<String>, Bytes)>, Problem> {
    let mut files = Vec::new();
    while let Some(field) = form.next_field().await.map_err(|_| malformed())? {
        let name = field.file_name().map(|name| name.chars().take(200).collect());
        let bytes = field.bytes().await.map_err(|_| malformed())?;
        files.push((name, bytes));
        if files.len() > MAX_FILES {
            return Err(refused(
                "too_many_files",
                Phrase::new(
                    format!("Un import compte {MAX_FILES} fichiers au plus."),
                    format!("An import has at most {MAX_FILES} files."),
                ),
            ));
        }
    }
    if files.is_empty() {
        return Err(refused(
            "no_file",
            Phrase::fixed("Ce formulaire ne contient aucun fichier.", "This form has no file."),
        ));
    }
    Ok(files)
}

fn refused(code: &'static str, phrase: Phrase) -> Problem {
    FieldErrors::one(FieldError::described("", code, phrase)).into()
}

fn malformed() -> Problem {
    Problem::new(
        ProblemKind::MalformedRequest,
        Phrase::fixed(
            "Ce formulaire est interrompu ou mal écrit : envoyez chaque fichier comme champ d’un formulaire, ou un seul fichier comme corps de la requête.",
            "This form is cut off or badly written: send each file as a field of a form, or one file as the body of the request.",
        ),
    )
}
