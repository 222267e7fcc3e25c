//! All keys of the table.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use domain::sending::Appointment;
use domain::{
    audience::Audience,
    budget::Month,
    delivery::{CarrierName, ParcelTag},
    directory::{ExternalId, IdentifierScheme, Stopped},
    id::{AuditEntryId, ErasureId, ExportId, ImportId, ParcelId, PersonId, SchoolId, SendId, TemplateId},
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

    /// Returns the two key attributes.
    pub fn attributes(self) -> Item {
        Item::from([
            ("pk".to_owned(), AttributeValue::S(self.pk)),
            ("sk".to_owned(), AttributeValue::S(self.sk)),
        ])
    }
}

/// Partition of a school's settings, licence, templates, sends and months.
pub(super) fn school_partition(school: SchoolId) -> String {
    format!("S#{school}")
}

/// Partition of a school's people, which are many and read together.
pub(super) fn people_partition(school: SchoolId) -> String {
    format!("S#{school}#PEOPLE")
}

/// Partition of the claims of a school's people to the identifiers of a scheme. An import writes thousands, and a
/// partition takes a thousand a second.
pub(super) fn identifiers_partition(
    school: SchoolId,
    audience: Audience,
    scheme: IdentifierScheme,
) -> String {
    format!("S#{school}#ID#{}#{}", audience.as_str(), scheme.as_str())
}

/// Partition of a school's audit log: separate, so that a role may only append.
pub(super) fn audit_partition(school: SchoolId) -> String {
    format!("S#{school}#AUDIT")
}

/// Partition of one send's parcels.
pub(super) fn parcels_partition(school: SchoolId, send: SendId) -> String {
    format!("S#{school}#{send}")
}

/// Partition of the mentions in a school's sends.
pub(super) fn mentions_partition(school: SchoolId) -> String {
    format!("S#{school}#MENTIONS")
}

/// Partition of all registrations, for the operator's list.
pub(super) const REGISTRATIONS_PARTITION: &str = "REGISTRATIONS";
/// Partition of all appointments, over all schools.
pub(super) const AGENDA_PARTITION: &str = "AGENDA";
/// Partition of the carriers' conditions and lanes.
pub(super) const DELIVERY_PARTITION: &str = "DELIVERY";
/// Partition of dead letters, for the operator's list.
pub(super) const DEAD_LETTERS_PARTITION: &str = "DEAD";

/// Appointments sort by twelve digits of epoch seconds: the first is 0 until the year 5138.
pub(super) const AGENDA_PREFIX: &str = "0";
/// Dead letters sort by fifteen digits of epoch milliseconds, the first of which is 0 as well.
pub(super) const DEAD_LETTERS_PREFIX: &str = "0";
pub(super) const IDENTIFIER_PREFIX: &str = "ID#";
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

/// The holder of an identifier among the people of an audience.
pub(super) fn identifier(
    school: SchoolId,
    audience: Audience,
    scheme: IdentifierScheme,
    id: &ExternalId,
) -> Key {
    Key::new(identifiers_partition(school, audience, scheme), format!("{IDENTIFIER_PREFIX}{id}"))
}

/// The spending of a month in the school's time zone.
pub(super) fn month(school: SchoolId, month: Month) -> Key {
    Key::new(school_partition(school), format!("{MONTH_PREFIX}{month}"))
}

/// The statement of a month.
pub(super) fn statement(school: SchoolId, month: Month) -> Key {
    Key::new(school_partition(school), format!("STATEMENT#{month}"))
}

/// Partition of a school's imports.
pub(super) fn imports_partition(school: SchoolId) -> String {
    format!("S#{school}#IMPORTS")
}

/// How far an import is.
pub(super) fn import(school: SchoolId, import: ImportId) -> Key {
    Key::new(imports_partition(school), import.to_string())
}

/// Partition of what an import's files say, and of what it writes.
pub(super) fn import_partition(school: SchoolId, import: ImportId) -> String {
    format!("S#{school}#{import}")
}

/// A part of a packed content of an import; three digits, so that texts sort as numbers.
pub(super) fn import_part(school: SchoolId, import: ImportId, prefix: &str, part: usize) -> Key {
    Key::new(import_partition(school, import), format!("{prefix}{part:03}"))
}

/// Partition of the imports whose writes are not complete, over all schools.
pub(super) const IMPORTS_PARTITION: &str = "IMPORTS";

/// An import whose writes are not complete.
pub(super) fn running_import(school: SchoolId, import: ImportId) -> Key {
    Key::new(IMPORTS_PARTITION.to_owned(), format!("{school}#{import}"))
}

/// What a school says about the columns of its files.
pub(super) fn column_mapping(school: SchoolId) -> Key {
    Key::new(school_partition(school), "COLUMNS")
}

/// Lock of the running import.
pub(super) fn import_lock(school: SchoolId) -> Key {
    Key::new(school_partition(school), "IMPORT")
}

pub(super) fn person(school: SchoolId, person: PersonId) -> Key {
    Key::new(people_partition(school), person.to_string())
}

pub(super) fn template(school: SchoolId, template: TemplateId) -> Key {
    Key::new(school_partition(school), format!("{TEMPLATE_PREFIX}{template}"))
}

/// Reserves a folded label for one template.
pub(super) fn template_label(school: SchoolId, folded: &str) -> Key {
    Key::new(school_partition(school), format!("LABEL#{folded}"))
}

/// Prefix of a template's earlier versions.
pub(super) fn template_versions_prefix(template: TemplateId) -> String {
    format!("VERSION#{template}#")
}

/// An earlier version of a template; ten digits, so that texts sort as numbers.
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

/// The marker of the last redacted send.
pub(super) fn forgotten(school: SchoolId) -> Key {
    Key::new(school_partition(school), "FORGOTTEN")
}

/// An appointment, truncated to its second so that none is missed for a fraction.
pub(super) fn appointment(appointment: &Appointment) -> Key {
    let Appointment { at, step, school, send, .. } = appointment;
    let (second, step) = (at.as_second().max(0), step.as_str());
    Key::new(AGENDA_PARTITION.to_owned(), format!("{second:012}#{school}#{send}#{step}"))
}

/// Sorts after all appointments of an instant and before those of the next second.
pub(super) fn agenda_after(instant: Timestamp) -> String {
    format!("{:012}", instant.as_second().max(0) + 1)
}

/// The condition of a carrier.
pub(super) fn carrier(name: CarrierName) -> Key {
    Key::new(DELIVERY_PARTITION.to_owned(), format!("{CARRIER_PREFIX}{name}"))
}

/// The end of the slots reserved at a carrier's pace.
pub(super) fn places(carrier: CarrierName) -> Key {
    Key::new(DELIVERY_PARTITION.to_owned(), format!("PLACES#{carrier}"))
}

/// Prefix of a carrier's lanes.
pub(super) fn lane_prefix(carrier: CarrierName) -> String {
    format!("LANE#{carrier}#")
}

/// A lane's booking; three digits, as a cap of thousands has hundreds of lanes.
pub(super) fn lane(carrier: CarrierName, number: u16) -> Key {
    Key::new(DELIVERY_PARTITION.to_owned(), format!("{}{number:03}", lane_prefix(carrier)))
}

/// A dead letter, by its enqueue time.
pub(super) fn dead_letter(at: Timestamp, message_id: &str) -> Key {
    Key::new(DEAD_LETTERS_PARTITION.to_owned(), format!("{:015}#{message_id}", at.as_millisecond().max(0)))
}

/// An export, addressed by its link.
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

/// Whether a parcel's sort key is that of its receipts.
pub(super) fn is_receipts(sk: &str) -> bool {
    sk.ends_with(RECEIPTS_SUFFIX)
}

/// The mentions in a send.
pub(super) fn mentions(school: SchoolId, send: SendId) -> Key {
    Key::new(mentions_partition(school), send.to_string())
}

/// The parcel of a tag.
pub(super) fn tag(tag: &ParcelTag) -> Key {
    Key::new(format!("TAG#{}", tag.as_str()), "PARCEL")
}

/// The message of a carrier's id.
pub(super) fn carrier_id(carrier: CarrierName, id: &str) -> Key {
    Key::new(format!("ID#{carrier}#{id}"), "MESSAGE")
}

/// Partition of a school's opt-outs.
pub(super) fn opt_outs_partition(school: SchoolId) -> String {
    format!("S#{school}#OPTOUTS")
}

/// Common prefix of opt-outs: E.164 numbers and tombstones.
pub(super) const OPT_OUTS_PREFIX: &str = "+";
const TOMBSTONE_PREFIX: &str = "+#";

/// An opt-out or its tombstone.
pub(super) fn opt_out(school: SchoolId, stopped: Stopped) -> Key {
    let sk = match stopped {
        Stopped::Number(phone) => phone.e164(),
        Stopped::Erased(tombstone) => format!("{TOMBSTONE_PREFIX}{tombstone}"),
    };
    Key::new(opt_outs_partition(school), sk)
}

/// Returns the tombstone in a sort key; `None` for a number.
pub(super) fn tombstone(sk: &str) -> Option<&str> {
    sk.strip_prefix(TOMBSTONE_PREFIX)
}

/// Partition of pending erasures, over all schools.
pub(super) const ERASURES_PARTITION: &str = "ERASURES";

/// A pending erasure, with its subject.
pub(super) fn pending_erasure(school: SchoolId, person: PersonId) -> Key {
    Key::new(ERASURES_PARTITION.to_owned(), format!("{school}#{person}"))
}

/// The result of an erasure; it identifies no person.
pub(super) fn erasure(school: SchoolId, erasure: ErasureId) -> Key {
    Key::new(school_partition(school), format!("ERASURE#{erasure}"))
}

/// Partition of the schools that hold or held a number.
pub(super) fn holders_partition(phone: PhoneNumber) -> String {
    format!("N#{}", phone.e164())
}

/// A school that holds or held a number.
pub(super) fn holder(phone: PhoneNumber, school: SchoolId) -> Key {
    Key::new(holders_partition(phone), school.to_string())
}

pub(super) fn idempotency(school: SchoolId, key: &IdempotencyKey) -> Key {
    Key::new(format!("S#{school}#KEYS"), key.as_str())
}
