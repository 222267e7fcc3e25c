//! An OVHcloud job: one text to one or several phones.

use serde::{Deserialize, Serialize};

use crate::Sms;
use domain::{delivery::ParcelTag, phone::PhoneNumber};

/// Allowed validity in minutes: up to two days (its API console, `validityPeriod`).
const VALIDITY_PERIOD_MIN: (u32, u32) = (1, 2_880);

/// The texts of one call, by their positions in the block.
pub(super) struct Group<'a> {
    first: &'a Sms<'a>,
    pub places: Vec<usize>,
    pub receivers: Vec<PhoneNumber>,
    valid_for_s: u32,
    /// The lowest index in the parcel.
    first_index: u8,
}

/// The body of a call.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Job<'a> {
    message: &'a str,
    receivers: Vec<String>,
    sender: &'a str,
    /// Without it, the text is marketing, which is held at night and on week-ends.
    no_stop_clause: bool,
    priority: &'static str,
    tag: String,
    validity_period: u32,
    charset: &'static str,
}

/// OVHcloud's report on a job.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct JobReport {
    #[serde(default)]
    valid_receivers: Vec<String>,
    #[serde(default)]
    invalid_receivers: Vec<String>,
}

/// The report on one phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Receiver {
    Valid,
    Invalid,
    NotListed,
}

/// Groups a block: one text of one parcel per group, and no phone twice, because reports identify
/// phones only.
pub(super) fn groups<'a>(block: &'a [Sms<'a>]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for (place, sms) in block.iter().enumerate() {
        match groups.iter_mut().find(|group| group.takes(sms)) {
            Some(group) => {
                group.places.push(place);
                group.receivers.push(sms.to);
                group.valid_for_s = group.valid_for_s.min(sms.valid_for_s);
                // A block need not come in the order of its parcel, and the tag names the first of these.
                group.first_index = group.first_index.min(sms.id.index);
            }
            None => groups.push(Group {
                first: sms,
                places: vec![place],
                receivers: vec![sms.to],
                valid_for_s: sms.valid_for_s,
                first_index: sms.id.index,
            }),
        }
    }
    groups
}

impl Group<'_> {
    fn takes(&self, sms: &Sms<'_>) -> bool {
        self.first.text == sms.text && tag(self.first) == tag(sms) && !self.receivers.contains(&sms.to)
    }

    /// Builds the body of the submission.
    pub fn job(&self, sender: &str) -> String {
        let (least, most) = VALIDITY_PERIOD_MIN;
        let job = Job {
            message: self.first.text,
            receivers: self.receivers.iter().map(|receiver| receiver.e164()).collect(),
            sender,
            no_stop_clause: true,
            priority: "high",
            tag: tag(self.first).message(self.first_index),
            validity_period: (self.valid_for_s / 60).clamp(least, most),
            charset: "UTF-8",
        };
        serde_json::to_string(&job).expect("strings and numbers serialise")
    }
}

/// Returns the tag of a text's parcel.
pub(super) fn tag(sms: &Sms<'_>) -> ParcelTag {
    ParcelTag::of(sms.id.parcel)
}

impl JobReport {
    pub fn of(&self, receiver: PhoneNumber) -> Receiver {
        let lists = |listed: &[String]| listed.iter().any(|listed| is_number(listed, receiver));
        if lists(&self.valid_receivers) {
            Receiver::Valid
        } else if lists(&self.invalid_receivers) {
            Receiver::Invalid
        } else {
            Receiver::NotListed
        }
    }
}

/// Whether a number in OVHcloud's format, `0033…` or `+33…`, is this one.
pub(super) fn is_number(spelling: &str, number: PhoneNumber) -> bool {
    digits(spelling) == digits(&number.e164())
}

/// Returns the digits of an international number, without the international prefix.
pub(super) fn digits(spelling: &str) -> String {
    let digits: String = spelling.chars().filter(char::is_ascii_digit).collect();
    digits.strip_prefix("00").map(str::to_owned).unwrap_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        id::{ParcelId, ParcelNumber},
        territory::Territory,
    };

    fn sms<'a>(index: u8, to: &str, text: &'a str, valid_for_s: u32) -> Sms<'a> {
        Sms {
            id: ParcelId {
                school: "sch_01J0000000000000000000000A".parse().unwrap(),
                send: "snd_01J0000000000000000000000B".parse().unwrap(),
                number: ParcelNumber(7),
            }
            .message(index),
            to: number(to),
            text,
            earlier_attempts: 0,
            valid_for_s,
        }
    }

    fn number(number: &str) -> PhoneNumber {
        PhoneNumber::parse(number, Territory::Metropole).unwrap()
    }

    #[test]
    fn a_block_is_grouped_by_text_and_no_phone_is_twice_in_a_group() {
        let block = [
            sms(0, "0639980010", "Bonjour", 600),
            sms(1, "0639980011", "Au revoir", 600),
            sms(2, "0639980012", "Bonjour", 60),
            sms(3, "0639980010", "Bonjour", 600),
            sms(4, "0639980010", "Au revoir", 600),
        ];
        let places: Vec<_> = groups(&block).into_iter().map(|group| group.places).collect();
        assert_eq!(places, [vec![0, 2], vec![1, 4], vec![3]]);
    }

    #[test]
    fn the_tag_names_the_lowest_place_of_a_job_whatever_order_its_texts_leave_in() {
        let block = [
            sms(95, "0639980010", "Bonjour", 600),
            sms(3, "0639980011", "Bonjour", 600),
            sms(7, "0639980012", "Bonjour", 600),
        ];
        let job: serde_json::Value = serde_json::from_str(&groups(&block)[0].job("Carillon")).unwrap();
        assert_eq!(job["tag"], tag(&block[0]).message(3));
    }

    #[test]
    fn two_parcels_never_share_a_job() {
        let mut block = [sms(0, "0639980010", "Bonjour", 600), sms(0, "0639980011", "Bonjour", 600)];
        block[1].id.parcel.number = ParcelNumber(8);
        assert_eq!(groups(&block).len(), 2);
    }

    #[test]
    fn a_job_is_no_advertising_and_carries_the_name_of_its_first_text() {
        let block = [sms(5, "0639980010", "Bonjour", 600), sms(6, "0639980012", "Bonjour", 190)];
        let job: serde_json::Value = serde_json::from_str(&groups(&block)[0].job("Carillon")).unwrap();
        let expected = serde_json::json!({
            "message": "Bonjour",
            "receivers": ["+33639980010", "+33639980012"],
            "sender": "Carillon",
            "noStopClause": true,
            "priority": "high",
            "tag": tag(&block[0]).message(5),
            "validityPeriod": 3,
            "charset": "UTF-8",
        });
        assert_eq!(job, expected);
    }

    #[test]
    fn a_validity_stays_within_what_ovhcloud_takes() {
        for (valid_for_s, minutes) in [(0, 1), (59, 1), (3_600, 60), (172_800, 2_880), (u32::MAX, 2_880)] {
            let block = [sms(0, "0639980010", "Bonjour", valid_for_s)];
            let job: serde_json::Value = serde_json::from_str(&groups(&block)[0].job("Carillon")).unwrap();
            assert_eq!(job["validityPeriod"], minutes, "{valid_for_s}");
        }
    }

    #[test]
    fn a_number_is_known_in_any_spelling_of_ovhclouds() {
        for spelling in ["+33639980010", "0033639980010", "33639980010", "+33 6 39 98 00 10"] {
            assert!(is_number(spelling, number("0639980010")), "{spelling}");
        }
        for other in ["+33639980011", "", "0639980010", "+330639980010"] {
            assert!(!is_number(other, number("0639980010")), "{other}");
        }
    }

    #[test]
    fn a_report_tells_of_each_phone() {
        let report = r#"{"ids":[1],"validReceivers":["0033639980010"],"invalidReceivers":["+33639980011"],"totalCreditsRemoved":1}"#;
        let report: JobReport = serde_json::from_str(report).unwrap();
        for (to, expected) in [
            ("0639980010", Receiver::Valid),
            ("0639980011", Receiver::Invalid),
            ("0639980012", Receiver::NotListed),
        ] {
            assert_eq!(report.of(number(to)), expected, "{to}");
        }
    }
}
