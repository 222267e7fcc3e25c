//! The keys of the table, all of them.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use domain::sending::Appointment;
use domain::{
    budget::Month,
    delivery::{CarrierName, ParcelTag},
    directory::Stopped,
    id::{AuditEntryId, ErasureId, ExportId, ParcelId, PersonId, SchoolId, SendId, TemplateId},
    phone::PhoneNumber,
    sending::IdempotencyKey,
};

/// An item's primary key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub pk: String,
    pub sk: String,
}

/// An item, or part of one.
pub(super) type Item = HashMap<String, AttributeValue>;

impl Key {
    fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }

    /// The key's two attributes.
    pub fn attributes(self) -> Item {
        Item::from([
            ("pk".to_owned(), AttributeValue::S(self.pk)),
            ("sk".to_owned(), AttributeValue::S(self.sk)),
        ])
    }
}

/// The partition of a school's settings, licence, templates, sends and months.
pub(super) fn school_partition(school: SchoolId) -> String {
    format!("S#{school}")
}

/// The partition of a school's people: they are many, and read together.
pub(super) fn people_partition(school: SchoolId) -> String {
    format!("S#{school}#PEOPLE")
}

/// The partition of a school's audit: apart, so that a role may add to it and no more.
pub(super) fn audit_partition(school: SchoolId) -> String {
    format!("S#{school}#AUDIT")
}

/// The partition of one send's parcels.
pub(super) fn parcels_partition(school: SchoolId, send: SendId) -> String {
    format!("S#{school}#{send}")
}

/// The partition of who is mentioned in a school's sends.
pub(super) fn mentions_partition(school: SchoolId) -> String {
    format!("S#{school}#MENTIONS")
}

/// The partition of all registrations, which the operator lists.
pub(super) const REGISTRATIONS_PARTITION: &str = "REGISTRATIONS";
/// The partition of all that has its hour, over all schools.
pub(super) const AGENDA_PARTITION: &str = "AGENDA";
/// The partition of how the carriers are, and of their lanes.
pub(super) const DELIVERY_PARTITION: &str = "DELIVERY";
/// The partition of dead letters, which the operator lists.
pub(super) const DEAD_LETTERS_PARTITION: &str = "DEAD";

/// Appointments sort by their instant, twelve digits of epoch seconds: the first is 0 until the year 5138.
pub(super) const AGENDA_PREFIX: &str = "0";
/// Dead letters sort by fifteen digits of epoch milliseconds, of which the first is 0 as well.
pub(super) const DEAD_LETTERS_PREFIX: &str = "0";
pub(super) const CARRIER_PREFIX: &str = "CARRIER#";
pub(super) const MONTH_PREFIX: &str = "MONTH#";
pub(super) const SEND_PREFIX: &str = "SEND#";
pub(super) const SETTINGS_PREFIX: &str = "SETTINGS#";
pub(super) const TEMPLATE_PREFIX: &str = "TEMPLATE#";
pub(super) const PROGRESS_PREFIX: &str = "PROGRESS#";
pub(super) const CONTENT_PREFIX: &str = "CONTENT#";
const RECEIPTS_SUFFIX: &str = "#RECEIPTS";

pub(super) fn registration(school: SchoolId) -> Key {
    Key::new(REGISTRATIONS_PARTITION.to_owned(), school.to_string())
}

pub(super) fn school(school: SchoolId) -> Key {
    Key::new(school_partition(school), "SCHOOL")
}

pub(super) fn licence(school: SchoolId) -> Key {
    Key::new(school_partition(school), "LICENCE")
}

/// What was spent in a month, in the school's own time.
pub(super) fn month(school: SchoolId, month: Month) -> Key {
    Key::new(school_partition(school), format!("{MONTH_PREFIX}{month}"))
}

/// What a month cost, for good.
pub(super) fn statement(school: SchoolId, month: Month) -> Key {
    Key::new(school_partition(school), format!("STATEMENT#{month}"))
}

/// Held by the one import that is writing.
pub(super) fn import_lock(school: SchoolId) -> Key {
    Key::new(school_partition(school), "IMPORT")
}

pub(super) fn person(school: SchoolId, person: PersonId) -> Key {
    Key::new(people_partition(school), person.to_string())
}

pub(super) fn template(school: SchoolId, template: TemplateId) -> Key {
    Key::new(school_partition(school), format!("{TEMPLATE_PREFIX}{template}"))
}

/// Holds a label, folded, for one template.
pub(super) fn template_label(school: SchoolId, folded: &str) -> Key {
    Key::new(school_partition(school), format!("LABEL#{folded}"))
}

/// The versions of a template before its present one.
pub(super) fn template_versions_prefix(template: TemplateId) -> String {
    format!("VERSION#{template}#")
}

/// A template as it was in an earlier version; ten digits, so that texts sort as numbers.
pub(super) fn template_version(school: SchoolId, template: TemplateId, version: u64) -> Key {
    let prefix = template_versions_prefix(template);
    Key::new(school_partition(school), format!("{prefix}{version:010}"))
}

/// The change that led to a version of a school's settings.
pub(super) fn settings_change(school: SchoolId, version: u64) -> Key {
    Key::new(school_partition(school), format!("{SETTINGS_PREFIX}{version:010}"))
}

pub(super) fn send(school: SchoolId, send: SendId) -> Key {
    Key::new(school_partition(school), format!("{SEND_PREFIX}{send}"))
}

pub(super) fn audit_entry(school: SchoolId, entry: AuditEntryId) -> Key {
    Key::new(audit_partition(school), entry.to_string())
}

/// Up to which send all of a school's are forgotten.
pub(super) fn forgotten(school: SchoolId) -> Key {
    Key::new(school_partition(school), "FORGOTTEN")
}

/// An appointment; the second that it is in, so that none is missed for a fraction.
pub(super) fn appointment(appointment: &Appointment) -> Key {
    let Appointment { at, step, school, send, .. } = appointment;
    let (second, step) = (at.as_second().max(0), step.as_str());
    Key::new(AGENDA_PARTITION.to_owned(), format!("{second:012}#{school}#{send}#{step}"))
}

/// What sorts after all appointments of an instant and before those of the next second.
pub(super) fn agenda_after(instant: Timestamp) -> String {
    format!("{:012}", instant.as_second().max(0) + 1)
}

/// How a carrier is.
pub(super) fn carrier(name: CarrierName) -> Key {
    Key::new(DELIVERY_PARTITION.to_owned(), format!("{CARRIER_PREFIX}{name}"))
}

/// Until when places at a carrier's pace were given to those who were turned away.
pub(super) fn places(carrier: CarrierName) -> Key {
    Key::new(DELIVERY_PARTITION.to_owned(), format!("PLACES#{carrier}"))
}

/// The lanes of a carrier.
pub(super) fn lane_prefix(carrier: CarrierName) -> String {
    format!("LANE#{carrier}#")
}

/// Until when a lane is booked; three digits, as a cap of thousands has hundreds of lanes.
pub(super) fn lane(carrier: CarrierName, number: u16) -> Key {
    Key::new(DELIVERY_PARTITION.to_owned(), format!("{}{number:03}", lane_prefix(carrier)))
}

/// A dead letter, by the instant at which it was put into the queue.
pub(super) fn dead_letter(at: Timestamp, message_id: &str) -> Key {
    Key::new(DEAD_LETTERS_PARTITION.to_owned(), format!("{:015}#{message_id}", at.as_millisecond().max(0)))
}

/// An export, found by whoever has its link.
pub(super) fn export(export: ExportId) -> Key {
    Key::new(format!("EXPORT#{export}"), "EXPORT")
}

pub(super) fn content(parcel: ParcelId) -> Key {
    Key::new(parcels_partition(parcel.school, parcel.send), format!("{CONTENT_PREFIX}{}", parcel.number))
}

pub(super) fn progress(parcel: ParcelId) -> Key {
    Key::new(parcels_partition(parcel.school, parcel.send), format!("{PROGRESS_PREFIX}{}", parcel.number))
}

/// What carriers told of a parcel's messages: right behind its progress, so that one query reads both.
pub(super) fn receipts(parcel: ParcelId) -> Key {
    Key::new(
        parcels_partition(parcel.school, parcel.send),
        format!("{PROGRESS_PREFIX}{}{RECEIPTS_SUFFIX}", parcel.number),
    )
}

/// Whether a sort key of a parcel is that of its receipts.
pub(super) fn is_receipts(sk: &str) -> bool {
    sk.ends_with(RECEIPTS_SUFFIX)
}

/// Who is mentioned in a send.
pub(super) fn mentions(school: SchoolId, send: SendId) -> Key {
    Key::new(mentions_partition(school), send.to_string())
}

/// Which parcel a tag names.
pub(super) fn tag(tag: &ParcelTag) -> Key {
    Key::new(format!("TAG#{}", tag.as_str()), "PARCEL")
}

/// Which message a carrier's name names.
pub(super) fn carrier_id(carrier: CarrierName, id: &str) -> Key {
    Key::new(format!("ID#{carrier}#{id}"), "MESSAGE")
}

/// The partition of the numbers that told a school to stop.
pub(super) fn opt_outs_partition(school: SchoolId) -> String {
    format!("S#{school}#OPTOUTS")
}

/// All that told a school to stop starts with it: numbers as they are dialled, and tombstones.
pub(super) const OPT_OUTS_PREFIX: &str = "+";
const TOMBSTONE_PREFIX: &str = "+#";

/// A number that told a school to stop, or its tombstone.
pub(super) fn opt_out(school: SchoolId, stopped: Stopped) -> Key {
    let sk = match stopped {
        Stopped::Number(phone) => phone.e164(),
        Stopped::Erased(tombstone) => format!("{TOMBSTONE_PREFIX}{tombstone}"),
    };
    Key::new(opt_outs_partition(school), sk)
}

/// The tombstone that a sort key is; none of a number's.
pub(super) fn tombstone(sk: &str) -> Option<&str> {
    sk.strip_prefix(TOMBSTONE_PREFIX)
}

/// The partition of the erasures that are not complete, over all schools.
pub(super) const ERASURES_PARTITION: &str = "ERASURES";

/// An erasure that is not complete: whom it is about.
pub(super) fn pending_erasure(school: SchoolId, person: PersonId) -> Key {
    Key::new(ERASURES_PARTITION.to_owned(), format!("{school}#{person}"))
}

/// What an erasure did; it names nobody.
pub(super) fn erasure(school: SchoolId, erasure: ErasureId) -> Key {
    Key::new(school_partition(school), format!("ERASURE#{erasure}"))
}

/// The schools in whose directory a number is or was.
pub(super) fn holders_partition(phone: PhoneNumber) -> String {
    format!("N#{}", phone.e164())
}

/// That a number is or was in a school's directory.
pub(super) fn holder(phone: PhoneNumber, school: SchoolId) -> Key {
    Key::new(holders_partition(phone), school.to_string())
}

pub(super) fn idempotency(school: SchoolId, key: &IdempotencyKey) -> Key {
    Key::new(format!("S#{school}#KEYS"), key.as_str())
}
