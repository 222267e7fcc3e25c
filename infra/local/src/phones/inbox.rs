//! The received texts of all phones, across restarts.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};

use domain::delivery::CarrierName;

/// One text on a phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedSms {
    /// The phone, in E.164.
    pub number: String,
    pub text: String,
    /// Our reference, or the carrier's id if the carrier accepts no reference.
    pub reference: String,
    /// In RFC 3339.
    pub received_at: String,
    pub carrier: CarrierName,
    /// The displayed sender; empty if the carrier does not say.
    #[serde(default)]
    pub sender: String,
    /// The carrier's message id, which a reply may refer to.
    #[serde(default)]
    pub message_id: String,
}

pub struct Inbox {
    state: Mutex<State>,
}

struct State {
    file: File,
    phones: BTreeMap<String, Vec<ReceivedSms>>,
    /// The number of refusals of a message, by reference.
    put_off: BTreeMap<String, u8>,
}

impl Inbox {
    /// Opens the file of the previous run. Removes a last line that a crash truncated.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        let kept = fs::read(path)?;
        let whole = kept.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        file.set_len(u64::try_from(whole).expect("a length in memory is one of a file"))?;
        let mut phones: BTreeMap<String, Vec<ReceivedSms>> = BTreeMap::new();
        for line in kept[..whole].split(|byte| *byte == b'\n') {
            if let Ok(sms) = serde_json::from_slice::<ReceivedSms>(line) {
                phones.entry(sms.number.clone()).or_default().push(sms);
            }
        }
        Ok(Self { state: Mutex::new(State { file, phones, put_off: BTreeMap::new() }) })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stores a text.
    pub fn receive(&self, sms: ReceivedSms) -> io::Result<()> {
        let mut line = serde_json::to_vec(&sms)?;
        line.push(b'\n');
        let mut state = self.state();
        state.file.write_all(&line)?;
        state.phones.entry(sms.number.clone()).or_default().push(sms);
        Ok(())
    }

    /// Defers a message, at most `times` times. Returns whether it did.
    pub fn put_off(&self, reference: &str, times: u8) -> bool {
        let mut state = self.state();
        let count = state.put_off.entry(reference.to_owned()).or_default();
        *count += 1;
        *count <= times
    }

    /// The recipient of a message.
    pub fn number_of(&self, reference: &str) -> Option<String> {
        let state = self.state();
        let mut texts = state.phones.values().flatten();
        texts.find(|sms| sms.reference == reference).map(|sms| sms.number.clone())
    }

    /// The texts of one phone, oldest first.
    pub fn of(&self, number: &str) -> Vec<ReceivedSms> {
        self.state().phones.get(number).cloned().unwrap_or_default()
    }

    /// The last text of a phone: the one that a reply answers.
    pub fn last_of(&self, number: &str) -> Option<ReceivedSms> {
        self.state().phones.get(number)?.last().cloned()
    }

    /// All phones with texts, those with the latest texts first.
    pub fn all(&self) -> Vec<(String, Vec<ReceivedSms>)> {
        let mut phones: Vec<_> =
            self.state().phones.iter().map(|(n, texts)| (n.clone(), texts.clone())).collect();
        let latest = |texts: &[ReceivedSms]| texts.last().map(|sms| sms.received_at.clone());
        phones.sort_by_key(|(_, texts)| std::cmp::Reverse(latest(texts)));
        phones
    }
}
