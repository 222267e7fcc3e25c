//! The meaning of one carrier code, with an explanation for the operator.

use domain::{
    delivery::{CarrierName, Outcome, Receipt},
    language::Phrase,
};

use crate::{https::Answered, undocumented};

/// A documented response of a carrier, and its outcome for the message.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The carrier's own code, or `HTTP` and a status.
    pub code: &'static str,
    pub outcome: Outcome,
    /// For the operator: cause and remedy.
    pub explanation: Phrase,
}

/// All documented responses of a carrier that do not accept the message.
#[derive(Clone, Copy, Debug)]
pub struct Verdicts(pub &'static [Verdict]);

/// A documented code of a carrier's receipts.
#[derive(Clone, Debug)]
pub struct ReceiptVerdict {
    pub code: &'static str,
    /// `None` for a code without information.
    pub receipt: Option<Receipt>,
    /// For the operator: the cause.
    pub explanation: Phrase,
}

impl Verdict {
    /// Returns the outcome. Logs the code of a halting response, so that the operator finds the remedy
    /// in the table.
    pub(super) fn told(&self, carrier: CarrierName) -> Outcome {
        if self.outcome == Outcome::Halt {
            tracing::error!(%carrier, code = self.code, "carrier response halts delivery");
        }
        self.outcome
    }
}

impl Verdicts {
    /// Looks up a documented code.
    pub fn of(&self, code: &str) -> Option<&'static Verdict> {
        self.0.iter().find(|verdict| verdict.code == code)
    }

    /// Maps an HTTP response by status alone: unknown if undocumented, which is logged.
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

/// Looks up a receipt code; an undocumented one is logged and carries no information.
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

/// Builds an entry of a verdict table.
pub(super) const fn verdict(
    code: &'static str,
    outcome: Outcome,
    fr: &'static str,
    en: &'static str,
) -> Verdict {
    Verdict { code, outcome, explanation: Phrase::fixed(fr, en) }
}

/// Builds an entry of a receipt table.
pub(super) const fn told(
    code: &'static str,
    receipt: Option<Receipt>,
    fr: &'static str,
    en: &'static str,
) -> ReceiptVerdict {
    ReceiptVerdict { code, receipt, explanation: Phrase::fixed(fr, en) }
}
