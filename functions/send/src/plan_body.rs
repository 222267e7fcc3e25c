//! A plan's JSON.

use api::{BudgetBody, Notice};
use domain::{
    id::PersonId,
    language::{Explain, Language},
    pricing::MicroEuros,
    sending::{Avoided, DropReason, Dropped, Plan, PlannedMessage, Totals},
    text::{Encoding, EncodingMode, Segments, TextReport},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::dispatch::DispatchBody;

#[derive(Serialize, ToSchema)]
#[schema(as = SendPreview)]
pub(crate) struct PlanBody {
    /// The digest of this preview, for `preview_digest`: the send is refused if its result would differ.
    digest: String,
    totals: TotalsBody,
    avoided: AvoidedBody,
    /// The cost without characters outside GSM-7. Absent without savings.
    #[serde(skip_serializing_if = "Option::is_none")]
    without_offending_characters: Option<CheaperBody>,
    leaves: DispatchBody,
    budget: BudgetBody,
    warnings: Vec<Notice>,
    /// The planned messages.
    kept: Vec<KeptBody>,
    /// The people who are not recipients, with the reasons.
    dropped: Vec<DroppedBody>,
    /// The `offset` of the next page of `kept` and `dropped`. Absent in the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_offset: Option<usize>,
}

/// The size limit for people and texts of one response: Lambda's limit is 6 MB.
const PAGE_BYTES: usize = 4_500_000;

#[derive(Serialize, ToSchema)]
#[schema(as = SendTotals)]
pub(crate) struct TotalsBody {
    messages: u32,
    segments: u32,
    price_micro_eur: MicroEuros,
}

impl From<Totals> for TotalsBody {
    fn from(totals: Totals) -> Self {
        Self { messages: totals.messages, segments: totals.segments, price_micro_eur: totals.price }
    }
}

/// The savings of a send by the school's settings.
#[derive(Serialize, ToSchema)]
#[schema(as = Savings)]
pub(crate) struct AvoidedBody {
    /// The savings by the replacements of the encoding mode.
    by_encoding_micro_eur: MicroEuros,
    /// The savings by one text per household or phone number.
    by_household_micro_eur: MicroEuros,
}

impl From<Avoided> for AvoidedBody {
    fn from(Avoided { by_encoding, by_household }: Avoided) -> Self {
        Self { by_encoding_micro_eur: by_encoding, by_household_micro_eur: by_household }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = PlannedMessage)]
struct KeptBody {
    person: PersonId,
    name: String,
    /// The pupils concerned.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    about: Vec<PersonId>,
    phone: String,
    text: String,
    encoding: Encoding,
    segments: Segments,
    price_micro_eur: MicroEuros,
    #[serde(skip_serializing_if = "Option::is_none")]
    ucs2: Option<Ucs2Body>,
}

/// The characters outside GSM-7 of a text, and its cost without them.
#[derive(Serialize, ToSchema)]
#[schema(as = Ucs2Report)]
struct Ucs2Body {
    offending_characters: Vec<char>,
    without_them: CheaperBody,
}

#[derive(Serialize, ToSchema)]
#[schema(as = SegmentCost)]
struct CheaperBody {
    segments: u32,
    price_micro_eur: MicroEuros,
}

impl From<PlannedMessage> for KeptBody {
    fn from(message: PlannedMessage) -> Self {
        let ucs2 = (message.encoding == Encoding::Ucs2).then(|| {
            let report = TextReport::new(&message.text, EncodingMode::Exact);
            let segments = report.without_them.segments;
            Ucs2Body {
                offending_characters: report.offending.iter().map(|offending| offending.character).collect(),
                without_them: CheaperBody {
                    segments: u32::from(segments.get()),
                    price_micro_eur: message.unit_price().for_segments(segments),
                },
            }
        });
        Self {
            person: message.recipient,
            name: message.name,
            about: message.about,
            phone: message.phone.e164(),
            text: message.text,
            encoding: message.encoding,
            segments: message.segments,
            price_micro_eur: message.price,
            ucs2,
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = DroppedPerson)]
struct DroppedBody {
    person: PersonId,
    name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    about: Vec<PersonId>,
    #[schema(value_type = DropReason)]
    reason: &'static str,
    /// The reason, for people.
    detail: String,
    /// The recipient of the message in place of this person.
    #[serde(skip_serializing_if = "Option::is_none")]
    instead: Option<PersonId>,
}

impl DroppedBody {
    fn new(dropped: Dropped, language: Language) -> Self {
        Self {
            person: dropped.person,
            name: dropped.name,
            about: dropped.about,
            reason: dropped.reason.code(),
            detail: dropped.reason.explain().in_language(language).to_owned(),
            instead: dropped.reason.instead(),
        }
    }
}

/// The cost of all texts without the characters that force UCS-2, if lower.
fn cheaper(plan: &Plan) -> Option<CheaperBody> {
    let totals = plan.totals();
    if plan.messages.iter().all(|message| message.encoding == Encoding::Gsm7) {
        return None;
    }
    let sizes = plan.messages.iter().map(|message| {
        let segments = match message.encoding {
            Encoding::Gsm7 => message.segments,
            Encoding::Ucs2 => TextReport::new(&message.text, EncodingMode::Exact).without_them.segments,
        };
        (u32::from(segments.get()), message.unit_price().for_segments(segments))
    });
    let (segments, prices): (Vec<u32>, Vec<MicroEuros>) = sizes.unzip();
    let segments: u32 = segments.into_iter().sum();
    (segments < totals.segments).then(|| CheaperBody { segments, price_micro_eur: prices.into_iter().sum() })
}

/// The parts of a preview outside the plan.
pub(crate) struct Beside {
    pub leaves: DispatchBody,
    pub budget: BudgetBody,
    pub warnings: Vec<Notice>,
}

impl PlanBody {
    /// The plan from person `offset` on, kept people first, up to the size limit.
    pub fn new(plan: Plan, beside: Beside, offset: usize, language: Language) -> Self {
        let mut body = Self {
            digest: plan.digest().as_str().to_owned(),
            totals: plan.totals().into(),
            avoided: plan.avoided.into(),
            without_offending_characters: cheaper(&plan),
            leaves: beside.leaves,
            budget: beside.budget,
            warnings: beside.warnings,
            kept: Vec::new(),
            dropped: Vec::new(),
            next_offset: None,
        };
        let mut page = Page { offset, place: 0, bytes: 0 };
        for message in plan.messages {
            // A UCS-2 text appears again, character by character.
            let shown = if message.encoding == Encoding::Ucs2 { 4 } else { 1 };
            match page.place(shown * message.text.len() + message.name.len()) {
                Place::Before => {}
                Place::Here => body.kept.push(message.into()),
                Place::After(next) => {
                    body.next_offset = Some(next);
                    return body;
                }
            }
        }
        for dropped in plan.dropped {
            match page.place(dropped.name.len()) {
                Place::Before => {}
                Place::Here => body.dropped.push(DroppedBody::new(dropped, language)),
                Place::After(next) => {
                    body.next_offset = Some(next);
                    return body;
                }
            }
        }
        body
    }
}

/// One page of a plan.
struct Page {
    offset: usize,
    place: usize,
    bytes: usize,
}

/// A person's position relative to a page.
enum Place {
    Before,
    Here,
    After(usize),
}

impl Page {
    /// The position of the next person, with the size of their texts.
    fn place(&mut self, text_bytes: usize) -> Place {
        let place = self.place;
        self.place += 1;
        if place < self.offset {
            return Place::Before;
        }
        // Besides the text: identifiers, number, field names, UCS-2 details, a sentence.
        self.bytes += text_bytes + 500;
        // At least one person, or a page would refer to itself.
        if self.bytes > PAGE_BYTES && place > self.offset { Place::After(place) } else { Place::Here }
    }
}
