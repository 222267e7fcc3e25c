//! `GET /v1/statistics`: states of messages, numbers to collect again, and avoided costs.

use api::{FieldErrors, LocalDay, Problem, QueryOf, ReaderOf, at};
use axum::{Extension, Json, extract::State};
use deserr::Deserr;
use domain::{
    delivery::FailureReason,
    delivery::MessageState,
    directory::{ClassName, Directory},
    id::PersonId,
    language::{Explain, Language},
    pricing::MicroEuros,
    sending::Tally,
    sent_log::Filter,
    span::Span,
    statistics::{NumberToCollect, NumbersOf, Statistics},
};
use jiff::{ToSpan, civil::Date};
use serde::Serialize;
use store::Consistency;
use utoipa::{IntoParams, ToSchema};
use workflows::sent_log::LogQuery;

use crate::deps::Deps;

/// The default number of days, including the last one.
const USUAL_DAYS: i32 = 30;

#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StatisticsQuery {
    /// The first due date of messages, in the school's time zone. A period of 30 days if absent.
    #[deserr(default)]
    from: Option<LocalDay>,
    /// The last due date. The current date if absent.
    #[deserr(default)]
    to: Option<LocalDay>,
}

impl StatisticsQuery {
    fn days(self, today: Date) -> (Date, Date) {
        let to = self.to.map_or(today, |LocalDay(day)| day);
        // Any day may be asked for, the calendar's first one too.
        let from = self.from.map_or_else(|| to.saturating_sub((USUAL_DAYS - 1).days()), |LocalDay(day)| day);
        (from, to)
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = Statistics)]
pub(crate) struct StatisticsBody {
    #[schema(value_type = LocalDay)]
    from: String,
    #[schema(value_type = LocalDay)]
    to: String,
    /// The number of messages by state. Without messages past their retention period.
    #[schema(value_type = std::collections::BTreeMap<MessageState, u32>)]
    states: Tally,
    delivery: DeliveryBody,
    /// The most frequent first.
    failures: Vec<FailureBody>,
    /// The people with invalid phone numbers, by class.
    numbers_to_collect: Vec<NumbersBody>,
    avoided: AvoidedBody,
}

/// The delivered share of the messages in the states `delivered`, `sent`, `failed`, `unknown` and `expired`.
#[derive(Serialize, ToSchema)]
#[schema(as = DeliveryRate)]
struct DeliveryBody {
    delivered: u32,
    over: u32,
    /// `null` without such messages.
    #[schema(required)]
    per_mille: Option<u32>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = FailureCount)]
struct FailureBody {
    #[schema(value_type = FailureReason)]
    reason: &'static str,
    detail: String,
    messages: u32,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ClassNumbersToCollect)]
struct NumbersBody {
    /// `null` for people without a class.
    #[schema(required)]
    class: Option<ClassName>,
    people: Vec<NumberBody>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = NumberToCollect)]
struct NumberBody {
    person: PersonId,
    name: String,
    #[schema(value_type = FailureReason)]
    reason: &'static str,
    detail: String,
    #[schema(format = DateTime)]
    at: String,
}

/// The savings of the sends of these messages.
#[derive(Serialize, ToSchema)]
#[schema(as = TotalSavings)]
struct AvoidedBody {
    by_encoding_micro_eur: MicroEuros,
    by_household_micro_eur: MicroEuros,
    total_micro_eur: MicroEuros,
}

/// Get statistics
///
/// Messages by state, failures, phone numbers to collect again, and savings.
#[utoipa::path(
    get,
    path = "/v1/statistics",
    operation_id = "getStatistics",
    tag = "messages",
    security(("bearer" = ["reader"])),
    params(StatisticsQuery),
    responses(
        (status = OK, description = "The statistics.", body = StatisticsBody),
        (status = NOT_FOUND, description = "The school has no registration."),
    ),
)]
pub(crate) async fn show(
    ReaderOf(tenant): ReaderOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
    QueryOf(query): QueryOf<StatisticsQuery>,
) -> Result<Json<StatisticsBody>, Problem> {
    let (table, now) = (&deps.table, deps.clock.now());
    let school = table.school(tenant.school).await?.ok_or_else(Problem::not_found)?;
    let (from, to) = query.days(now.to_zoned(school.time_zone().clone()).date());
    let span = at("/to", Span::of_days(Some(from), Some(to), school.time_zone()))?;
    let filter = Filter { span: Some(span), ..Filter::default() };
    let log_query =
        LogQuery { table, school: tenant.school, filter: &filter, consistency: Consistency::Eventual, now };
    let mut statistics = Statistics::default();
    log_query.visit_all(|logged| statistics.add(&logged)).await?;
    let numbers = if statistics.has_numbers_to_collect() {
        statistics.numbers_to_collect(&Directory::new(table.all_people(tenant.school).await?))
    } else {
        Vec::new()
    };
    Ok(Json(body((from, to), statistics, numbers, language)))
}

fn body(
    (from, to): (Date, Date),
    statistics: Statistics,
    numbers: Vec<NumbersOf>,
    language: Language,
) -> StatisticsBody {
    let (rate, avoided) = (statistics.delivery_rate(), statistics.avoided);
    let failure = |(reason, messages): (FailureReason, u32)| FailureBody {
        reason: reason.code(),
        detail: reason.explain().in_language(language).to_owned(),
        messages,
    };
    let number = |number: NumberToCollect| NumberBody {
        person: number.person,
        name: number.name,
        reason: number.reason.code(),
        detail: number.reason.explain().in_language(language).to_owned(),
        at: number.at.to_string(),
    };
    let numbers = numbers.into_iter().map(|NumbersOf { class, people }| NumbersBody {
        class,
        people: people.into_iter().map(number).collect(),
    });
    StatisticsBody {
        from: from.to_string(),
        to: to.to_string(),
        failures: statistics.failures_by_frequency().into_iter().map(failure).collect(),
        numbers_to_collect: numbers.collect(),
        states: statistics.states,
        delivery: DeliveryBody { delivered: rate.delivered, over: rate.over, per_mille: rate.per_mille() },
        avoided: AvoidedBody {
            by_encoding_micro_eur: avoided.by_encoding,
            by_household_micro_eur: avoided.by_household,
            total_micro_eur: avoided.total(),
        },
    }
}
