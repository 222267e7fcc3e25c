//! `GET /v1/catalogue`: audiences, contexts, variables and views.

use axum::{Extension, Json};
use serde::Serialize;
use shared::{
    directory::Audience,
    http::{Problem, ReaderOf},
    language::Language,
    template::{Context, Source, Variable, View},
};

#[derive(Serialize)]
pub(crate) struct CatalogueBody {
    audiences: Vec<Named>,
    contexts: Vec<ContextBody>,
    views: Vec<ViewBody>,
    variables: Vec<VariableBody>,
}

#[derive(Serialize)]
struct Named {
    name: &'static str,
    label: String,
}

#[derive(Serialize)]
struct ContextBody {
    #[serde(flatten)]
    named: Named,
    about_one_child: bool,
    audiences: Vec<AudienceVariables>,
}

#[derive(Serialize)]
struct AudienceVariables {
    audience: &'static str,
    variables: Vec<&'static str>,
}

#[derive(Serialize)]
struct ViewBody {
    #[serde(flatten)]
    named: Named,
    lists: &'static str,
}

#[derive(Serialize)]
struct VariableBody {
    #[serde(flatten)]
    named: Named,
    example: &'static str,
    /// Whether the request to send must give its value.
    given_with_the_send: bool,
}

pub(crate) async fn show(
    _: ReaderOf,
    Extension(language): Extension<Language>,
) -> Result<Json<CatalogueBody>, Problem> {
    let named =
        |name, label: shared::language::Phrase| Named { name, label: label.in_language(language).to_owned() };
    let contexts = Context::ALL.into_iter().map(|context| ContextBody {
        named: named(context.as_str(), context.label()),
        about_one_child: context.is_about_one_child(),
        audiences: context
            .audiences()
            .iter()
            .map(|audience| AudienceVariables {
                audience: audience.as_str(),
                variables: Variable::available(*audience, context).map(Variable::name).collect(),
            })
            .collect(),
    });
    let variables = Variable::all().map(|variable| VariableBody {
        named: Named { name: variable.name(), label: variable.label().in_language(language).to_owned() },
        example: variable.example().in_language(language),
        given_with_the_send: variable.source() == Source::Request,
    });
    Ok(Json(CatalogueBody {
        audiences: Audience::ALL.into_iter().map(|a| named(a.as_str(), a.label())).collect(),
        contexts: contexts.collect(),
        views: View::ALL
            .into_iter()
            .map(|view| ViewBody { named: named(view.as_str(), view.label()), lists: view.lists().as_str() })
            .collect(),
        variables: variables.collect(),
    }))
}
