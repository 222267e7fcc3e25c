//! A batch of reports: parsed, resolved to messages, folded by parcel, recorded.

use std::{collections::BTreeSet, time::Duration};

use aws_lambda_events::sqs::SqsEvent;
use carriers::aws_sms;
use domain::{
    delivery::{Receipt, Report},
    directory::is_stop,
};
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use queues::ReportMessage;
use telemetry::Counts;
use tracing::Instrument;

use crate::{
    deps::Deps,
    failure::NotNoted,
    fold::Fold,
    resolve::{Resolved, message_of, of_ovh},
    stop::{self, Said},
};

/// Concurrent queries to the table or a carrier.
const AT_ONCE: usize = 16;
/// The delay of a report for which no time was left.
const NO_TIME: Duration = Duration::from_secs(30);

/// Records a batch. Returns the queue messages to retry.
pub(crate) async fn note(
    event: SqsEvent,
    asks_until: Timestamp,
    deps: &Deps,
    counts: &mut Counts,
) -> BTreeSet<String> {
    let mut failed = BTreeSet::new();
    let mut brought = Vec::with_capacity(event.records.len());
    for message in event.records {
        let record = message.message_id.unwrap_or_default();
        match read(message.body.as_deref().unwrap_or_default(), deps) {
            Ok(reports) => brought.extend(reports.into_iter().map(|report| (record.clone(), report))),
            Err(NotAReport) => {
                // A retry would not help; the dead-letter queue stores it for the operator.
                tracing::error!(message_id = record, "unreadable report");
                failed.insert(record);
            }
        }
    }
    let resolved: Vec<_> = stream::iter(brought)
        .map(|(record, report)| {
            let span = tracing::info_span!("report", message_id = record);
            async move { (record, resolved(report, asks_until, deps).await) }.instrument(span)
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let mut fold = Fold::default();
    for (record, resolved) in resolved {
        match resolved {
            Ok(Some(resolved)) => fold.add(record, resolved),
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(message_id = record, chain = telemetry::chain(&error), "report not recorded");
                failed.insert(record);
            }
        }
    }
    failed.extend(fold.note(deps, counts).await);
    failed
}

/// An unreadable body.
struct NotAReport;

/// Parses our own messages, or an AWS event as delivered.
fn read(body: &str, deps: &Deps) -> Result<Vec<ReportMessage>, NotAReport> {
    if let Ok(message) = serde_json::from_str::<ReportMessage>(body) {
        return Ok(vec![message]);
    }
    let reports = aws_sms::reports(body).map_err(|_| NotAReport)?;
    let ours = reports.into_iter().filter_map(|report| match report {
        Report::Receipt(about, receipt) => Some(ReportMessage::receipt(about, receipt)),
        Report::Reply(reply) if is_stop(&reply.text) => Some(ReportMessage::stop(reply, deps.clock.now())),
        Report::Reply(_) => None,
    });
    Ok(ours.collect())
}

/// Resolves a receipt to its message. Records an opt-out at once; enqueues again what is unresolved or out of
/// time.
async fn resolved(
    report: ReportMessage,
    asks_until: Timestamp,
    deps: &Deps,
) -> Result<Option<Resolved>, NotNoted> {
    if deps.clock.now() >= asks_until {
        // A new message: a return would count towards the dead-letter queue.
        deps.reports.enqueue_after(&report, NO_TIME).await?;
        return Ok(None);
    }
    match report {
        ReportMessage::Stop { carrier, id, from, answers, at } => {
            let answers = answers.and_then(|tells| tells.about());
            stop::heed(Said { carrier, id, from, answers, at }, deps).await?;
            Ok(None)
        }
        ReportMessage::Ovh { id, tried } => of_ovh(id, tried, deps).await,
        ReportMessage::Receipt { about, told, tried } => {
            let Some(name) = about.clone().about() else { return Ok(None) };
            if let Some(message) = message_of(&name, deps).await? {
                return Ok(Some(Resolved { message, receipt: Receipt::from(told), tried }));
            }
            let again = ReportMessage::Receipt { about, told, tried: tried.saturating_add(1) };
            deps.again(tried, again).await?;
            Ok(None)
        }
    }
}
