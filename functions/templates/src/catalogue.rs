//! `GET /v1/catalogue`: audiences, contexts, variables and views.

use api::{Problem, ReaderOf};
use axum::{Extension, Json};
use domain::{
    audience::Audience,
    language::{Language, Phrase},
    template::{Context, Variable, View},
};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
#[schema(as = Catalogue)]
pub(crate) struct CatalogueBody {
    audiences: Vec<AudienceBody>,
    contexts: Vec<ContextBody>,
    views: Vec<ViewBody>,
    variables: Vec<VariableBody>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CatalogueAudience)]
struct AudienceBody {
    name: Audience,
    label: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CatalogueContext)]
struct ContextBody {
    name: Context,
    label: String,
    about_one_child: bool,
    audiences: Vec<AudienceVariables>,
}

#[derive(Serialize, ToSchema)]
struct AudienceVariables {
    audience: Audience,
    #[schema(value_type = Vec<Variable>)]
    variables: Vec<&'static str>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CatalogueView)]
struct ViewBody {
    name: View,
    label: String,
    /// The audience of the people in the view.
    lists: Audience,
    /// Whether a selection must list people: the view exists in the software of the school only.
    picked_one_by_one: bool,
    offers: Vec<OfferBody>,
}

/// The contexts of a view for an audience.
#[derive(Serialize, ToSchema)]
#[schema(as = ViewOffer)]
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
#[schema(as = CatalogueVariable)]
struct VariableBody {
    #[schema(value_type = Variable)]
    name: &'static str,
    label: String,
    example: &'static str,
    /// Whether a send must provide the value.
    given_with_the_send: bool,
}

/// Get the catalogue
#[utoipa::path(
    get,
    path = "/v1/catalogue",
    operation_id = "getCatalogue",
    tag = "templates",
    security(("bearer" = ["reader"])),
    responses((status = OK, description = "The audiences, contexts, views and variables.", body = CatalogueBody)),
)]
pub(crate) async fn show(
    _: ReaderOf,
    Extension(language): Extension<Language>,
) -> Result<Json<CatalogueBody>, Problem> {
    let text = |label: &Phrase| label.in_language(language).to_owned();
    let contexts = Context::ALL.into_iter().map(|context| ContextBody {
        name: context,
        label: text(&context.label()),
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
        name: variable.name(),
        label: text(variable.label()),
        example: variable.example().in_language(language),
        given_with_the_send: variable.is_given(),
    });
    Ok(Json(CatalogueBody {
        audiences: Audience::ALL
            .into_iter()
            .map(|name| AudienceBody { name, label: text(&name.label()) })
            .collect(),
        contexts: contexts.collect(),
        views: View::ALL
            .into_iter()
            .map(|view| ViewBody {
                name: view,
                label: text(&view.label()),
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
