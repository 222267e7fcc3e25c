//! Callbacks of a bridge.

use serde_json::error::Category;

use super::contract::{BridgeEvent, BridgeProgress};
use super::verdicts::RECEIPTS;
use crate::{undocumented, verdict::receipt_of};
use domain::{
    delivery::{About, CarrierName, FailureReason, NotAReport, Receipt, Reply, Report},
    id::MessageId,
    language::Explain,
    phone::PhoneNumber,
    territory::Territory,
};

/// Parses a body with a verified signature and its `webhook-id`, which is stable over repetitions.
pub fn report(id: &str, body: &[u8]) -> Result<Report, NotAReport> {
    let event = serde_json::from_slice(body).map_err(|error| match error.classify() {
        Category::Data => NotAReport::OffTheContract,
        Category::Io | Category::Syntax | Category::Eof => NotAReport::Unreadable,
    })?;
    match event {
        BridgeEvent::Receipt { reference, state, reason, at: _ } => {
            Ok(Report::Receipt(about(&reference)?, receipt(state, reason)?))
        }
        BridgeEvent::Reply { from, text, in_reply_to, at } => Ok(Report::Reply(Reply {
            carrier: CarrierName::Bridge,
            id: id.to_owned(),
            from: PhoneNumber::parse(&from, Territory::Metropole).map_err(|_| NotAReport::OffTheContract)?,
            text,
            // A wish to be left alone counts even when nobody knows which text it answers.
            answers: in_reply_to.as_deref().and_then(answered),
            at: Some(at),
        })),
    }
}

/// The text that a reply answers; none of a reference that is not ours.
fn answered(reference: &str) -> Option<About> {
    let about = about(reference).ok();
    if about.is_none() {
        undocumented::note_unknown_reference(CarrierName::Bridge);
    }
    about
}

fn about(reference: &str) -> Result<About, NotAReport> {
    let message: MessageId = reference.parse().map_err(|_| NotAReport::NotOurs)?;
    Ok(About::Message(message))
}

fn receipt(state: BridgeProgress, reason: Option<FailureReason>) -> Result<Receipt, NotAReport> {
    let code = match (state, reason) {
        (BridgeProgress::Sent, _) => "sent",
        (BridgeProgress::Delivered, _) => "delivered",
        (BridgeProgress::Failed, None) => "failed",
        (BridgeProgress::Failed, Some(reason)) => reason.code(),
    };
    receipt_of(CarrierName::Bridge, RECEIPTS, code)
        .and_then(|told| told.receipt)
        .ok_or(NotAReport::OffTheContract)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::bridge::RECEIPTS;

    const NAME: &str = "sch_01J0000000000000000000000A-snd_01J0000000000000000000000B-0007-42";
    const AT: &str = "2026-11-24T10:00:00Z";

    fn read(event: &serde_json::Value) -> Result<Report, NotAReport> {
        report("evt_1", event.to_string().as_bytes())
    }

    #[test]
    fn every_line_of_the_table_is_a_receipt() {
        for line in RECEIPTS {
            let is_a_state = matches!(line.code, "sent" | "delivered" | "failed");
            let mut event = json!({"type": "receipt", "reference": NAME, "state": "failed", "reason": line.code, "at": AT});
            if is_a_state {
                event = json!({"type": "receipt", "reference": NAME, "state": line.code, "at": AT, "later": true});
            }
            let expected = Report::Receipt(About::Message(NAME.parse().unwrap()), line.receipt.unwrap());
            assert_eq!(read(&event), Ok(expected), "{}", line.code);
        }
    }

    #[test]
    fn a_receipt_gives_no_reason_that_is_ours_alone() {
        for reason in ["refused", "exhausted", "never_received", "bored", ""] {
            let event =
                json!({"type": "receipt", "reference": NAME, "state": "failed", "reason": reason, "at": AT});
            assert_eq!(read(&event), Err(NotAReport::OffTheContract), "{reason}");
        }
    }

    #[test]
    fn a_reply_may_say_what_it_answers() {
        let with =
            json!({"type": "reply", "from": "+33639981234", "text": "STOP", "in_reply_to": NAME, "at": AT});
        let without = json!({"type": "reply", "from": "+33639981234", "text": "STOP", "at": AT});
        for (event, answers) in [(with, Some(About::Message(NAME.parse().unwrap()))), (without, None)] {
            let Ok(Report::Reply(reply)) = read(&event) else { panic!("no reply") };
            assert_eq!((reply.answers, reply.id.as_str(), reply.text.as_str()), (answers, "evt_1", "STOP"));
            assert_eq!((reply.from.e164().as_str(), reply.at), ("+33639981234", Some(AT.parse().unwrap())));
        }
    }

    #[test]
    fn what_is_off_the_contract_is_no_report() {
        let receipt = json!({"type": "receipt", "reference": NAME, "state": "sent", "at": AT});
        for (field, value, expected) in [
            ("type", json!("poem"), NotAReport::OffTheContract),
            ("reference", json!("x"), NotAReport::NotOurs),
            ("reference", json!(7), NotAReport::OffTheContract),
            ("state", json!("floating"), NotAReport::OffTheContract),
            ("at", json!("yesterday"), NotAReport::OffTheContract),
            ("at", json!(null), NotAReport::OffTheContract),
        ] {
            let mut event = receipt.clone();
            event[field] = value;
            assert_eq!(read(&event), Err(expected), "{field}");
        }
        for body in ["", "{", "STOP", "\u{0}"] {
            assert_eq!(report("evt_1", body.as_bytes()), Err(NotAReport::Unreadable), "{body}");
        }
        let reply = json!({"type": "reply", "from": "12", "text": "STOP", "at": AT});
        assert_eq!(read(&reply), Err(NotAReport::OffTheContract));
    }
}
