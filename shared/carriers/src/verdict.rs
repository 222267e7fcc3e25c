//! What one code of a carrier means, with a sentence for people.

use domain::{
    delivery::{CarrierName, Outcome, Receipt},
    language::Phrase,
};

use crate::{https::Answered, undocumented};

/// One documented answer of a carrier to a request, and what it means for the message.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The carrier's own code, or `HTTP` and a status.
    pub code: &'static str,
    /// What it means for the message.
    pub outcome: Outcome,
    /// For the operator: what happened and what to do.
    pub explanation: Phrase,
}

/// Every documented answer of one carrier that does not take the message.
#[derive(Clone, Copy, Debug)]
pub struct Verdicts(pub &'static [Verdict]);

/// One documented code of a carrier's receipts, and what it tells of the message.
#[derive(Clone, Debug)]
pub struct ReceiptVerdict {
    /// The carrier's own code.
    pub code: &'static str,
    /// What it tells; none for a code that tells nothing.
    pub receipt: Option<Receipt>,
    /// For the operator: what happened.
    pub explanation: Phrase,
}

impl Verdict {
    /// What it means. An answer that halts the carrier is noted by its code, so that whoever looks after the
    /// account finds in the table what to do.
    pub(super) fn told(&self, carrier: CarrierName) -> Outcome {
        if self.outcome == Outcome::Halt {
            tracing::error!(%carrier, code = self.code, "an answer that halts the carrier");
        }
        self.outcome
    }
}

impl Verdicts {
    /// What a code means, if it is documented.
    pub fn of(&self, code: &str) -> Option<&'static Verdict> {
        self.0.iter().find(|verdict| verdict.code == code)
    }

    /// What an HTTP answer means by its status alone: unknown when it is not documented, which is noted.
    pub(super) fn by_status(&self, carrier: CarrierName, answered: &Answered) -> Outcome {
        let code = answered.status_code();
        self.of(&code).map_or_else(
            || {
                undocumented::note(carrier, &code);
                Outcome::Unknown
            },
            |verdict| verdict.told(carrier),
        )
    }
}

/// What a code of a carrier's receipts tells, if it is documented. If not, that is noted and it tells nothing.
pub(super) fn receipt_of(
    carrier: CarrierName,
    receipts: &'static [ReceiptVerdict],
    code: &str,
) -> Option<&'static ReceiptVerdict> {
    let verdict = receipts.iter().find(|verdict| verdict.code == code);
    if verdict.is_none() {
        undocumented::note(carrier, code);
    }
    verdict
}

/// A line of a table of verdicts.
pub(super) const fn verdict(
    code: &'static str,
    outcome: Outcome,
    fr: &'static str,
    en: &'static str,
) -> Verdict {
    Verdict { code, outcome, explanation: Phrase::fixed(fr, en) }
}

/// A line of a table of receipts.
pub(super) const fn told(
    code: &'static str,
    receipt: Option<Receipt>,
    fr: &'static str,
    en: &'static str,
) -> ReceiptVerdict {
    ReceiptVerdict { code, receipt, explanation: Phrase::fixed(fr, en) }
}
