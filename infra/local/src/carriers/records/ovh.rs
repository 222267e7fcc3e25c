//! The accepted texts at OVHcloud, and their states.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::text::MeasuredText;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::carriers::network::{Receipt, Report};

#[derive(Clone, Debug)]
pub(in crate::carriers) struct Sms {
    pub id: u64,
    pub receiver: String,
    pub message: String,
    pub sender: String,
    pub tag: String,
    pub created: Timestamp,
    /// The latest report of the network.
    pub last: Option<Report>,
}

impl Sms {
    fn receipt(&self) -> Option<Receipt> {
        self.last.map(|report| report.receipt)
    }

    /// The state: 1 still trying, 3 at the operator, 4 delivered, 5 undelivered.
    pub fn ptt(&self) -> u8 {
        match self.receipt() {
            None => 1,
            Some(Receipt::Sent) => 3,
            Some(Receipt::Delivered) => 4,
            Some(Receipt::Undelivered) => 5,
        }
    }

    pub fn description(&self) -> &'static str {
        match self.receipt() {
            None => "intermediate",
            Some(Receipt::Sent) => "accepted by the operator",
            Some(Receipt::Delivered) => "delivered",
            Some(Receipt::Undelivered) => "undelivered",
        }
    }

    /// The operator's own receipt: 0 not yet, 1 delivered, 2 in error.
    const fn delivery_receipt(receipt: Option<Receipt>) -> u8 {
        match receipt {
            None | Some(Receipt::Sent) => 0,
            Some(Receipt::Delivered) => 1,
            Some(Receipt::Undelivered) => 2,
        }
    }

    pub fn description_of_delivery(&self) -> &'static str {
        ["intermediate state", "message delivered to the handset", "message not delivered to the handset"]
            [usize::from(Self::delivery_receipt(self.receipt()))]
    }

    /// The text as a resource of the API (`sms.Outgoing`).
    pub fn resource(&self) -> Value {
        let size = MeasuredText::of(&self.message);
        let delivered = self.last.filter(|report| report.receipt == Receipt::Delivered);
        json!({
            "batchID": null,
            "creationDatetime": datetime(self.created),
            "credits": f64::from(size.segments.get()),
            "deliveredAt": delivered.map(|report| datetime(report.at)),
            "deliveryReceipt": Self::delivery_receipt(self.receipt()),
            "differedDelivery": 0,
            "id": self.id,
            "message": self.message,
            "messageID": null,
            "messageLength": self.message.chars().count(),
            "numberOfSms": size.segments.get(),
            "ptt": self.ptt(),
            "receiver": self.receiver,
            "sender": self.sender,
            "sentAt": self.last.map(|_| datetime(self.created)),
            "tag": self.tag,
            "tariffCode": "sms.fr",
        })
    }
}

/// An instant with its offset, in OVHcloud's format.
pub(in crate::carriers) fn datetime(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
}

/// All texts by id.
#[derive(Default)]
pub(in crate::carriers) struct Outgoing(Mutex<BTreeMap<u64, Sms>>);

impl Outgoing {
    fn all(&self) -> MutexGuard<'_, BTreeMap<u64, Sms>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(in crate::carriers) fn add(&self, sms: Sms) {
        self.all().insert(sms.id, sms);
    }

    /// Updates a text, and returns it.
    pub(in crate::carriers) fn update(&self, id: u64, report: Report) -> Option<Sms> {
        let mut all = self.all();
        let sms = all.get_mut(&id)?;
        sms.last = Some(report);
        Some(sms.clone())
    }

    pub(in crate::carriers) fn get(&self, id: u64) -> Option<Sms> {
        self.all().get(&id).cloned()
    }

    /// The ids of the matching texts, oldest first.
    pub(in crate::carriers) fn ids(&self, wanted: impl Fn(&Sms) -> bool) -> Vec<u64> {
        self.all().values().filter(|sms| wanted(sms)).map(|sms| sms.id).collect()
    }
}
