//! `GET /v1/catalogue`: audiences, contexts, variables and views.

use api::{Problem, ReaderOf};
use axum::{Extension, Json};
use domain::{
    audience::Audience,
    language::Language,
    template::{Context, Variable, View},
};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub(crate) struct CatalogueBody {
    audiences: Vec<Named>,
    contexts: Vec<ContextBody>,
    views: Vec<ViewBody>,
    variables: Vec<VariableBody>,
}

#[derive(Serialize, ToSchema)]
struct Named {
    name: &'static str,
    label: String,
}

#[derive(Serialize, ToSchema)]
struct ContextBody {
    #[serde(flatten)]
    named: Named,
    about_one_child: bool,
    audiences: Vec<AudienceVariables>,
}

#[derive(Serialize, ToSchema)]
struct AudienceVariables {
    audience: Audience,
    variables: Vec<&'static str>,
}

#[derive(Serialize, ToSchema)]
struct ViewBody {
    #[serde(flatten)]
    named: Named,
    /// What the people of the list are.
    lists: Audience,
    /// Whether the school's software alone knows who is on it, so that people are given one by one.
    picked_one_by_one: bool,
    offers: Vec<OfferBody>,
}

/// The occasions on which a view's texts can be sent to an audience.
#[derive(Serialize, ToSchema)]
struct OfferBody {
    audience: Audience,
    contexts: Vec<Context>,
}

impl OfferBody {
    /// The occasions of a view for an audience, if offered.
    fn of(view: View, audience: Audience) -> Option<Self> {
        let offered = Context::ALL.into_iter().filter(|context| view.offers_context(audience, *context));
        let contexts: Vec<_> = offered.collect();
        (!contexts.is_empty()).then_some(Self { audience, contexts })
    }
}

#[derive(Serialize, ToSchema)]
struct VariableBody {
    #[serde(flatten)]
    named: Named,
    example: &'static str,
    /// Whether the request to send must give its value.
    given_with_the_send: bool,
}

/// Audiences, contexts, views and variables, and what goes together
#[utoipa::path(
    get,
    path = "/v1/catalogue",
    operation_id = "catalogue",
    tag = "templates",
    security(("bearer" = ["reader"])),
    responses((status = OK, description = "The whole catalogue.", body = CatalogueBody)),
)]
pub(crate) async fn show(
    _: ReaderOf,
    Extension(language): Extension<Language>,
) -> Result<Json<CatalogueBody>, Problem> {
    let named =
        |name, label: domain::language::Phrase| Named { name, label: label.in_language(language).to_owned() };
    let contexts = Context::ALL.into_iter().map(|context| ContextBody {
        named: named(context.as_str(), context.label()),
        about_one_child: context.is_about_one_child(),
        audiences: context
            .audiences()
            .iter()
            .map(|audience| AudienceVariables {
                audience: *audience,
                variables: Variable::available(*audience, context).map(Variable::name).collect(),
            })
            .collect(),
    });
    let variables = Variable::ALL.into_iter().map(|variable| VariableBody {
        named: Named { name: variable.name(), label: variable.label().in_language(language).to_owned() },
        example: variable.example().in_language(language),
        given_with_the_send: variable.is_given(),
    });
    Ok(Json(CatalogueBody {
        audiences: Audience::ALL.into_iter().map(|a| named(a.as_str(), a.label())).collect(),
        contexts: contexts.collect(),
        views: View::ALL
            .into_iter()
            .map(|view| ViewBody {
                named: named(view.as_str(), view.label()),
                lists: view.lists(),
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
