//! The stored form of items as plain structs, separate from the domain.
//!
//! Instants are RFC 3339 texts, money is an integer of micro-euros, and every value is parsed again on
//! read. A field may be added with a default; none is renamed or redefined.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::StoreError;
use domain::{
    audience::Audience,
    id::{RegistrationId, SchoolId, SendId, TemplateId},
    line::Line,
    pricing::{MicroEuros, RateCardVersion},
    registration::{Contact, DecisionReason, EmailAddress, Licence, Registration, RegistrationState},
    school::{CallbackNumber, SchoolName, Uai},
    sending::{Avoided, Origin, Send, Tally, Totals, Wait},
    template::{Context, Template, TemplateLabel, Wording},
    territory::Territory,
};

#[derive(Serialize, Deserialize)]
pub(super) struct RegistrationRow {
    id: RegistrationId,
    school_id: SchoolId,
    school_name: SchoolName,
    uai: Option<Uai>,
    territory: Territory,
    contact_name: Line<120>,
    contact_email: EmailAddress,
    contact_phone: Option<CallbackNumber>,
    rate_card: RateCardVersion,
    acknowledged_at: Timestamp,
    acknowledged_by: Line<128>,
    applied_at: Timestamp,
    state: RegistrationState,
    decided_at: Option<Timestamp>,
    reason: Option<DecisionReason>,
    version: u64,
}

impl From<Registration> for RegistrationRow {
    fn from(registration: Registration) -> Self {
        Self {
            id: registration.id,
            school_id: registration.school_id,
            school_name: registration.school_name,
            uai: registration.uai,
            territory: registration.territory,
            contact_name: registration.contact.name,
            contact_email: registration.contact.email,
            contact_phone: registration.contact.phone,
            rate_card: registration.rate_card,
            acknowledged_at: registration.acknowledged_at,
            acknowledged_by: registration.acknowledged_by,
            applied_at: registration.applied_at,
            state: registration.state,
            decided_at: registration.decided_at,
            reason: registration.reason,
            version: registration.version,
        }
    }
}

impl From<RegistrationRow> for Registration {
    fn from(row: RegistrationRow) -> Self {
        Self {
            id: row.id,
            school_id: row.school_id,
            school_name: row.school_name,
            uai: row.uai,
            territory: row.territory,
            contact: Contact { name: row.contact_name, email: row.contact_email, phone: row.contact_phone },
            rate_card: row.rate_card,
            acknowledged_at: row.acknowledged_at,
            acknowledged_by: row.acknowledged_by,
            applied_at: row.applied_at,
            state: row.state,
            decided_at: row.decided_at,
            reason: row.reason,
            version: row.version,
        }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct LicenceRow {
    registration_id: RegistrationId,
    refreshed_at: Timestamp,
    valid_until: Timestamp,
    #[serde(default)]
    ended_at: Option<Timestamp>,
}

impl From<Licence> for LicenceRow {
    fn from(licence: Licence) -> Self {
        Self {
            registration_id: licence.registration_id,
            refreshed_at: licence.refreshed_at,
            valid_until: licence.valid_until,
            ended_at: licence.ended_at,
        }
    }
}

impl From<LicenceRow> for Licence {
    fn from(row: LicenceRow) -> Self {
        Self {
            registration_id: row.registration_id,
            refreshed_at: row.refreshed_at,
            valid_until: row.valid_until,
            ended_at: row.ended_at,
        }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct TemplateRow {
    id: TemplateId,
    label: TemplateLabel,
    audience: Audience,
    context: Context,
    body: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    archived: bool,
    version: u64,
}

impl From<Template> for TemplateRow {
    fn from(template: Template) -> Self {
        Self {
            id: template.id,
            label: template.label,
            audience: template.wording.audience(),
            context: template.wording.context(),
            body: template.wording.body().source().to_owned(),
            archived: template.archived,
            version: template.version,
        }
    }
}

impl TryFrom<TemplateRow> for Template {
    type Error = StoreError;

    fn try_from(row: TemplateRow) -> Result<Self, StoreError> {
        let wording = Wording::new(row.audience, row.context, &row.body);
        Ok(Self {
            id: row.id,
            label: row.label,
            wording: wording.map_err(|_| StoreError::Unreadable("template"))?,
            archived: row.archived,
            version: row.version,
        })
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct SendRow {
    id: SendId,
    origin: OriginRow,
    audience: Audience,
    context: Context,
    accepted_at: Timestamp,
    accepted_by: Line<128>,
    due_at: Timestamp,
    #[serde(default)]
    wait: Option<Wait>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    urgent: bool,
    expires_at: Timestamp,
    parcels: u16,
    messages: u32,
    segments: u32,
    price: MicroEuros,
    dropped: u32,
    #[serde(default, skip_serializing_if = "is_nothing")]
    avoided_by_encoding: MicroEuros,
    #[serde(default, skip_serializing_if = "is_nothing")]
    avoided_by_household: MicroEuros,
    rate_card: RateCardVersion,
    #[serde(default)]
    resent_as: Option<SendId>,
    #[serde(default)]
    tally: Option<Tally>,
}

/// Most sends save nothing, and every byte is billed.
fn is_nothing(amount: &MicroEuros) -> bool {
    *amount == MicroEuros::ZERO
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum OriginRow {
    Template {
        id: TemplateId,
        version: u64,
        label: TemplateLabel,
        #[serde(default)]
        edited: bool,
    },
    Text,
    Test,
    Resend {
        of: SendId,
        #[serde(default)]
        template: Option<TemplateId>,
        #[serde(default)]
        label: Option<TemplateLabel>,
    },
}

impl From<Send> for SendRow {
    fn from(send: Send) -> Self {
        Self {
            id: send.id,
            origin: match send.origin {
                Origin::Template { id, version, label, edited } => {
                    OriginRow::Template { id, version, label, edited }
                }
                Origin::Text => OriginRow::Text,
                Origin::Test => OriginRow::Test,
                Origin::Resend { of, template, label } => OriginRow::Resend { of, template, label },
            },
            audience: send.audience,
            context: send.context,
            accepted_at: send.accepted_at,
            accepted_by: send.accepted_by,
            due_at: send.due_at,
            wait: send.wait,
            urgent: send.urgent,
            expires_at: send.expires_at,
            parcels: send.parcels,
            messages: send.totals.messages,
            segments: send.totals.segments,
            price: send.totals.price,
            dropped: send.dropped,
            avoided_by_encoding: send.avoided.by_encoding,
            avoided_by_household: send.avoided.by_household,
            rate_card: send.rate_card,
            resent_as: send.resent_as,
            tally: send.tally,
        }
    }
}

impl From<SendRow> for Send {
    fn from(row: SendRow) -> Self {
        Self {
            id: row.id,
            origin: match row.origin {
                OriginRow::Template { id, version, label, edited } => {
                    Origin::Template { id, version, label, edited }
                }
                OriginRow::Text => Origin::Text,
                OriginRow::Test => Origin::Test,
                OriginRow::Resend { of, template, label } => Origin::Resend { of, template, label },
            },
            audience: row.audience,
            context: row.context,
            accepted_at: row.accepted_at,
            accepted_by: row.accepted_by,
            due_at: row.due_at,
            wait: row.wait,
            urgent: row.urgent,
            expires_at: row.expires_at,
            parcels: row.parcels,
            totals: Totals { messages: row.messages, segments: row.segments, price: row.price },
            dropped: row.dropped,
            avoided: Avoided { by_encoding: row.avoided_by_encoding, by_household: row.avoided_by_household },
            rate_card: row.rate_card,
            resent_as: row.resent_as,
            tally: row.tally,
        }
    }
}
