//! A batch of reports: read, found out which messages they are about, folded, noted.

use std::{collections::BTreeSet, time::Duration};

use carriers::aws_sms;
use domain::{
    delivery::{Receipt, Report},
    directory::is_stop,
};
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use queues::ReportMessage;
use runtime::batch::BatchMessage;
use telemetry::Counts;
use tracing::Instrument;

use crate::{
    deps::Deps,
    failure::NotNoted,
    fold::Fold,
    resolve::{Resolved, message_of, of_ovh},
    stop::{self, Said},
};

/// Questions to the table or to a carrier at once.
const AT_ONCE: usize = 16;
/// When a report comes again that there was no time for.
const NO_TIME: Duration = Duration::from_secs(30);

/// Notes a batch. Returns the identifiers of the queue messages that must come again.
pub(crate) async fn note(
    messages: impl Iterator<Item = BatchMessage>,
    asks_until: Timestamp,
    deps: &Deps,
    counts: &mut Counts,
) -> BTreeSet<String> {
    let mut failed = BTreeSet::new();
    let mut brought = Vec::new();
    for BatchMessage { id: record, body, .. } in messages {
        match read(&body, deps) {
            Ok(reports) => brought.extend(reports.into_iter().map(|report| (record.clone(), report))),
            Err(NotAReport) => {
                // Trying again cannot help; the dead-letter queue keeps it for a person to see.
                tracing::error!(message_id = record, "a report that nobody understands");
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
                tracing::warn!(
                    message_id = record,
                    chain = telemetry::chain(&error),
                    "a report was not noted"
                );
                failed.insert(record);
            }
        }
    }
    failed.extend(fold.note(deps, counts).await);
    failed
}

/// A body that is no report.
struct NotAReport;

/// Our own messages, or an event of AWS as it comes.
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

/// The receipt that a report brings and its message, if both are known. A stop is heeded at once; what is
/// not known yet comes again later, and so does what there is no time to ask about.
async fn resolved(
    report: ReportMessage,
    asks_until: Timestamp,
    deps: &Deps,
) -> Result<Option<Resolved>, NotNoted> {
    if deps.clock.now() >= asks_until {
        // A new message instead of a return, which would count towards the dead-letter queue.
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
