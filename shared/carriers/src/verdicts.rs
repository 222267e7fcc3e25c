//! What a carrier's codes mean, as tables with a sentence for people.

use super::{aws_sms, bridge, https::Answered, ovh, sns, twilio, undocumented};
use domain::delivery::{CarrierName, Outcome};
use domain::{delivery::Receipt, language::Phrase};

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

/// The documented answers of a carrier. The simulator's has none: it answers in our own words.
pub fn verdicts(carrier: CarrierName) -> Verdicts {
    match carrier {
        CarrierName::Sns => sns::VERDICTS,
        CarrierName::AwsSms => aws_sms::VERDICTS,
        CarrierName::Ovh => ovh::VERDICTS,
        CarrierName::Twilio => twilio::VERDICTS,
        CarrierName::Bridge => bridge::VERDICTS,
        CarrierName::Simulator => Verdicts(&[]),
    }
}

/// The documented codes of a carrier's receipts. Amazon SNS and the simulator send none.
pub fn receipt_verdicts(carrier: CarrierName) -> &'static [ReceiptVerdict] {
    match carrier {
        CarrierName::AwsSms => aws_sms::RECEIPTS,
        CarrierName::Ovh => ovh::RECEIPTS,
        CarrierName::Twilio => twilio::RECEIPTS,
        CarrierName::Bridge => bridge::RECEIPTS,
        CarrierName::Sns | CarrierName::Simulator => &[],
    }
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

/// What a code of a receipt tells, if it is documented. If not, that is noted and it tells nothing.
pub(super) fn receipt_of(carrier: CarrierName, code: &str) -> Option<&'static ReceiptVerdict> {
    let verdict = receipt_verdicts(carrier).iter().find(|verdict| verdict.code == code);
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use domain::language::Language;

    fn every_line() -> Vec<(CarrierName, &'static str, &'static Phrase)> {
        let of = |carrier| {
            let answers = verdicts(carrier).0.iter().map(|line| (line.code, &line.explanation));
            answers.map(move |(code, phrase)| (carrier, code, phrase)).collect::<Vec<_>>()
        };
        let receipts_of = |carrier| {
            let receipts = receipt_verdicts(carrier).iter().map(|line| (line.code, &line.explanation));
            receipts.map(move |(code, phrase)| (carrier, code, phrase)).collect::<Vec<_>>()
        };
        let carriers = CarrierName::ALL;
        carriers.into_iter().flat_map(of).chain(carriers.into_iter().flat_map(receipts_of)).collect()
    }

    #[test]
    fn no_table_explains_a_code_twice() {
        for carrier in CarrierName::ALL {
            let answers: Vec<_> = verdicts(carrier).0.iter().map(|line| line.code).collect();
            let receipts: Vec<_> = receipt_verdicts(carrier).iter().map(|line| line.code).collect();
            for codes in [answers, receipts] {
                assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len(), "{carrier}: {codes:?}");
            }
        }
    }

    #[test]
    fn every_code_is_explained_in_whole_sentences_of_both_languages() {
        let lines = every_line();
        assert!(lines.len() > 100);
        for (carrier, code, phrase) in lines {
            let (fr, en) = (phrase.in_language(Language::French), phrase.in_language(Language::English));
            for sentence in [fr, en] {
                let has_a_capital = sentence.chars().next().is_some_and(char::is_uppercase);
                assert!(has_a_capital && sentence.ends_with('.'), "{carrier} {code}: {sentence}");
                assert!(!sentence.contains('\''), "{carrier} {code}: {sentence}");
            }
            assert_ne!(fr, en, "{carrier} {code}");
        }
    }

    #[test]
    fn what_a_code_explains_is_found_by_that_code() {
        for carrier in CarrierName::ALL {
            for line in verdicts(carrier).0 {
                assert_eq!(verdicts(carrier).of(line.code).map(|found| found.outcome), Some(line.outcome));
            }
        }
    }
}
