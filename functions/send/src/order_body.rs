//! The body of a send, and its conversion to an order.

use std::collections::{BTreeMap, HashMap};

use api::{
    FieldError, FieldErrors, LocalDay, LocalHour, LocalMinute, MapOf, Problem, Role, SelectionBody, Tenant,
    TextOf, forbidden, member,
};
use deserr::Deserr;
use domain::{
    audience::Audience,
    id::{PersonId, TemplateId},
    language::Phrase,
    school::HouseholdRule,
    sending::{GivenValues, Order, Origin, PlanDigest, Selection, Value, Wish},
    template::{Body, Context, Template, Variable, View, Wording, WordingError},
};
use store::Table;
use utoipa::ToSchema;

use crate::values::{MAX_PEOPLE_WITH_VALUES, NamedValues, ValuesByPerson, VariableValues};

type TypedText = TextOf<{ Body::MAX_CHARACTERS }>;

#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = SendRequest, examples(
    json!({
        "view": "guardians",
        "selection": { "everyone": true },
        "text": {
            "audience": "guardians",
            "context": "meeting",
            "body": "{{school.name}} : réunion le {{meeting.date}} à {{meeting.time}}.",
        },
        "values": { "meeting.date": "30/11", "meeting.time": "18 h" },
    }),
    json!({
        "view": "pupils",
        "selection": { "people": ["per_01J0000000000000000000000A"] },
        "template": "tpl_01J0000000000000000000000A",
        "values_by_person": { "per_01J0000000000000000000000A": { "absence.date": "23/11" } },
        "reminder": { "event_date": "2026-11-30", "days_before": 2, "at": "18:00" },
    }),
))]
pub(crate) struct OrderBody {
    view: View,
    selection: SelectionBody,
    /// The template. Exactly one of `template` and `text` is required.
    #[deserr(default)]
    template: Option<TemplateId>,
    /// The edited text of the template, for this send only.
    #[deserr(default)]
    body: Option<TypedText>,
    /// A text without a template.
    #[deserr(default)]
    text: Option<TextBody>,
    #[deserr(default)]
    #[schema(value_type = VariableValues, required = false)]
    values: NamedValues,
    #[deserr(default)]
    #[schema(value_type = ValuesByPerson, required = false)]
    values_by_person: MapOf<NamedValues, MAX_PEOPLE_WITH_VALUES>,
    /// Overrides the school's setting for this send.
    #[deserr(default)]
    household_rule: Option<HouseholdRule>,
    /// The time of departure. Immediate if absent.
    #[deserr(default)]
    send_at: Option<LocalMinute>,
    /// A departure before an event, in place of `send_at`.
    #[deserr(default)]
    reminder: Option<ReminderBody>,
    /// Whether quiet hours and the recall window are ignored.
    #[deserr(default)]
    #[schema(required = false)]
    pub urgent: bool,
    /// The `digest` of the approved preview.
    #[deserr(default)]
    pub preview_digest: Option<TextOf<{ PlanDigest::CHARACTERS }>>,
}

#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = CustomText)]
struct TextBody {
    audience: Audience,
    context: Context,
    body: TypedText,
}

/// A departure some days before an event.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = Reminder)]
struct ReminderBody {
    event_date: LocalDay,
    #[schema(minimum = 0, maximum = 65_535)]
    days_before: u16,
    at: LocalHour,
}

/// An order and its origin.
pub(crate) struct Ordered {
    pub order: Order,
    pub origin: Origin,
}

impl OrderBody {
    /// The requested departure, with the field to name in an error.
    pub fn wish(&self) -> Result<(Wish, &'static str), FieldErrors> {
        match (&self.send_at, &self.reminder) {
            (None, None) => Ok((Wish::Now, "/send_at")),
            (Some(LocalMinute(at)), None) => Ok((Wish::At(*at), "/send_at")),
            (None, Some(ReminderBody { event_date, days_before, at })) => {
                Ok((Wish::Before { event: event_date.0, days: *days_before, at: at.0 }, "/reminder"))
            }
            (Some(_), Some(_)) => Err(FieldErrors::one(FieldError::described(
                "/reminder",
                "one_time",
                Phrase::fixed(
                    "Donnez une heure (send_at) ou un rappel (reminder), pas les deux.",
                    "Give an hour (send_at) or a reminder (reminder), not both.",
                ),
            ))),
        }
    }

    /// Reads the template and makes the order, or reports all errors.
    pub async fn order(self, table: &Table, tenant: &Tenant) -> Result<Ordered, Problem> {
        let own_words = self.body.is_some() || self.text.is_some();
        if own_words && tenant.role == Role::Sender {
            // A sender uses existing templates only.
            return Err(forbidden(&[Role::Admin]));
        }
        let (wording, origin) = match (self.template, self.text) {
            (Some(id), None) => {
                let template = table.template(tenant.school, id).await?.ok_or_else(unknown_template)?;
                from_template(template, self.body)?
            }
            (None, Some(text)) if self.body.is_none() => {
                let wording = Wording::new(text.audience, text.context, text.body.as_str());
                (wording.map_err(|error| wording_error("/text", &error))?, Origin::Text)
            }
            _ => return Err(FieldErrors::one(one_wording()).into()),
        };
        let mut errors = Vec::new();
        let common = values(self.values, "/values", &wording, &mut errors);
        let mut by_person = HashMap::with_capacity(self.values_by_person.0.len());
        for (person, given) in self.values_by_person.0 {
            let pointer = member("/values_by_person", &person);
            match person.parse::<PersonId>() {
                Ok(id) => {
                    by_person.insert(id, values(given, &pointer, &wording, &mut errors));
                }
                Err(error) => errors.push(FieldError::new(pointer, &error)),
            }
        }
        let selection = self.selection.selection().map_err(|error| errors.push(error)).ok();
        let selection = FieldErrors::none_or(errors, selection)?.unwrap_or(Selection::People(Vec::new()));
        let values = GivenValues { common, by_person };
        let order =
            Order { view: self.view, selection, wording, values, household_rule: self.household_rule };
        Ok(Ordered { order, origin })
    }
}

fn from_template(template: Template, edited: Option<TypedText>) -> Result<(Wording, Origin), FieldErrors> {
    if template.archived {
        return Err(FieldErrors::one(FieldError::described(
            "/template",
            "template_archived",
            Phrase::fixed(
                "Ce modèle est archivé : remettez-le en service ou choisissez-en un autre.",
                "This template is archived: restore it or choose another.",
            ),
        )));
    }
    let origin = Origin::Template {
        id: template.id,
        version: template.version,
        label: template.label,
        edited: edited.is_some(),
    };
    let wording = match edited {
        None => template.wording,
        Some(body) => Wording::new(template.wording.audience(), template.wording.context(), body.as_str())
            .map_err(|error| wording_error("", &error))?,
    };
    Ok((wording, origin))
}

fn wording_error(at: &str, error: &WordingError) -> FieldErrors {
    FieldErrors::one(match error {
        WordingError::Context(error) => FieldError::new(format!("{at}/context"), error),
        WordingError::Body(error) => FieldError::new(format!("{at}/body"), error),
    })
}

/// The request's values for this wording.
fn values(
    given: NamedValues,
    at: &str,
    wording: &Wording,
    errors: &mut Vec<FieldError>,
) -> BTreeMap<Variable, Value> {
    let (audience, context) = (wording.audience(), wording.context());
    let may_be_given = |variable: &Variable| variable.is_given() && variable.is_available(audience, context);
    let mut values = BTreeMap::new();
    for (name, value) in given.0 {
        match Variable::named(&name).filter(may_be_given) {
            Some(variable) => {
                values.insert(variable, value);
            }
            None => {
                let possible =
                    Variable::available(audience, context).filter(may_be_given).map(Variable::name);
                let possible = possible.collect::<Vec<_>>().join(", ");
                errors.push(FieldError::described(
                    member(at, &name),
                    "unknown_variable",
                    Phrase::new(
                        format!("La valeur de cette variable ne se donne pas ici. Variables possibles : {possible}."),
                        format!("This variable's value is not given here. Possible variables: {possible}."),
                    ),
                ));
            }
        }
    }
    values
}

fn unknown_template() -> Problem {
    FieldErrors::one(FieldError::described(
        "/template",
        "unknown_template",
        Phrase::fixed(
            "L’établissement n’a pas de modèle avec cet identifiant.",
            "The school has no template with this identifier.",
        ),
    ))
    .into()
}

fn one_wording() -> FieldError {
    FieldError::described(
        "/template",
        "one_wording",
        Phrase::fixed(
            "Donnez un modèle (template, avec body s’il est modifié) ou un texte (text), pas les deux.",
            "Give a template (template, with body if it was edited) or a text (text), not both.",
        ),
    )
}
