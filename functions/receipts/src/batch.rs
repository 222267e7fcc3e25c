//! A batch of reports: parsed, resolved to messages, folded by parcel, recorded.

use std::{collections::BTreeSet, time::Duration};

use aws_lambda_events::sqs::SqsEvent;
use carriers::aws_sms;
use domain::{
    delivery::{About, CarrierName, NotAReport, Receipt, Report},
    directory::is_stop,
    language::Explain,
};
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use queues::{ReportMessage, TellsOf};
use telemetry::Counts;
use tracing::Instrument;

use crate::{
    deps::Deps,
    failure::NotNoted,
    fold::Fold,
    resolve::{Resolved, message_of, next_count, of_ovh},
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
            Err(error) => {
                // Trying again cannot help; the dead-letter queue keeps it for a person to see.
                let reason = error.code();
                tracing::error!(message_id = record, carrier = %CarrierName::AwsSms, reason, "unreadable report");
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

/// Our own messages, or an event of AWS as it comes.
fn read(body: &str, deps: &Deps) -> Result<Vec<ReportMessage>, NotAReport> {
    if let Ok(message) = serde_json::from_str::<ReportMessage>(body) {
        return Ok(vec![message]);
    }
    let reports = aws_sms::reports(body)?;
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
            let answers = answers.and_then(|tells| known(tells, Some(carrier)));
            stop::heed(Said { carrier, id, from, answers, at }, deps).await?;
            Ok(None)
        }
        ReportMessage::Ovh { id, tried } => of_ovh(id, tried, deps).await,
        ReportMessage::Receipt { about, told, tried } => {
            let Some(name) = known(about.clone(), None) else { return Ok(None) };
            if let Some(message) = message_of(&name, deps).await? {
                return Ok(Some(Resolved { message, receipt: Receipt::from(told), tried }));
            }
            let again = ReportMessage::Receipt { about, told, tried: next_count(tried) };
            deps.again(tried, again).await?;
            Ok(None)
        }
    }
}

/// The message that a report is about; none, and a line in the log, of a name that we never gave. `carrier` is who
/// brought it, where the report tells.
fn known(about: TellsOf, carrier: Option<CarrierName>) -> Option<About> {
    let known = about.about();
    if known.is_none() {
        let carrier = carrier.map(tracing::field::display);
        tracing::warn!(carrier, reason = NotAReport::NotOurs.code(), "unreadable reference");
    }
    known
}
