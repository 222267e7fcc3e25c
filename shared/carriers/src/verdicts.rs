//! The code tables of all carriers.

use domain::delivery::CarrierName;

use crate::{ReceiptVerdict, Verdicts, aws_sms, bridge, ovh, sns, twilio};

/// Returns the documented responses of a carrier. Empty for the simulator.
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

/// Returns the documented receipt codes of a carrier. Amazon SNS and the simulator send no receipts.
pub fn receipt_verdicts(carrier: CarrierName) -> &'static [ReceiptVerdict] {
    match carrier {
        CarrierName::AwsSms => aws_sms::RECEIPTS,
        CarrierName::Ovh => ovh::RECEIPTS,
        CarrierName::Twilio => twilio::RECEIPTS,
        CarrierName::Bridge => bridge::RECEIPTS,
        CarrierName::Sns | CarrierName::Simulator => &[],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use domain::language::{Language, Phrase};

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
