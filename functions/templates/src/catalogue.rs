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
    /// Whether the school's software alone knows who is on it, so that people are given one by one.
    picked_one_by_one: bool,
    offers: Vec<OfferBody>,
}

/// The occasions on which a view's texts can be sent to an audience.
#[derive(Serialize)]
struct OfferBody {
    audience: &'static str,
    contexts: Vec<&'static str>,
}

impl OfferBody {
    /// What a view offers to an audience, if it does.
    fn of(view: View, audience: Audience) -> Option<Self> {
        let offered = Context::ALL.into_iter().filter(|context| view.offers_context(audience, *context));
        let contexts: Vec<_> = offered.map(Context::as_str).collect();
        (!contexts.is_empty()).then(|| Self { audience: audience.as_str(), contexts })
    }
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
            .map(|view| ViewBody {
                named: named(view.as_str(), view.label()),
                lists: view.lists().as_str(),
                picked_one_by_one: !view.is_kept_in_the_directory(),
                offers: Audience::ALL
                    .into_iter()
                    .filter_map(|audience| OfferBody::of(view, audience))
                    .collect(),
            })
            .collect(),
        variables: variables.collect(),
    }))
}
