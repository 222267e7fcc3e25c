//! What every phone received, kept over restarts.

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
    /// What it shows.
    pub text: String,
    /// Our name for the message, or the carrier's where it takes none of ours.
    pub reference: String,
    /// When it came, as RFC 3339 writes an instant.
    pub received_at: String,
    /// Who brought it.
    pub carrier: CarrierName,
    /// Whom it shows as its sender; empty when the carrier does not say.
    #[serde(default)]
    pub sender: String,
    /// The carrier's name for the message, which an answer may refer to.
    #[serde(default)]
    pub message_id: String,
}

/// All phones.
pub struct Inbox {
    state: Mutex<State>,
}

struct State {
    file: File,
    phones: BTreeMap<String, Vec<ReceivedSms>>,
    /// How often a message was put off, by its reference.
    put_off: BTreeMap<String, u8>,
}

impl Inbox {
    /// Opens the file of the run before. A last line that a crash cut off is removed.
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

    /// A text arrives.
    pub fn receive(&self, sms: ReceivedSms) -> io::Result<()> {
        let mut line = serde_json::to_vec(&sms)?;
        line.push(b'\n');
        let mut state = self.state();
        state.file.write_all(&line)?;
        state.phones.entry(sms.number.clone()).or_default().push(sms);
        Ok(())
    }

    /// Puts a message off, at most `times` times. Tells whether it did.
    pub fn put_off(&self, reference: &str, times: u8) -> bool {
        let mut state = self.state();
        let count = state.put_off.entry(reference.to_owned()).or_default();
        *count += 1;
        *count <= times
    }

    /// The number that a message came to.
    pub fn number_of(&self, reference: &str) -> Option<String> {
        let state = self.state();
        let mut texts = state.phones.values().flatten();
        texts.find(|sms| sms.reference == reference).map(|sms| sms.number.clone())
    }

    /// What one phone received, oldest first.
    pub fn of(&self, number: &str) -> Vec<ReceivedSms> {
        self.state().phones.get(number).cloned().unwrap_or_default()
    }

    /// The text that a phone received last: the one that its owner answers.
    pub fn last_of(&self, number: &str) -> Option<ReceivedSms> {
        self.state().phones.get(number)?.last().cloned()
    }

    /// Every phone that received anything, those of the latest texts first.
    pub fn all(&self) -> Vec<(String, Vec<ReceivedSms>)> {
        let mut phones: Vec<_> =
            self.state().phones.iter().map(|(n, texts)| (n.clone(), texts.clone())).collect();
        let latest = |texts: &[ReceivedSms]| texts.last().map(|sms| sms.received_at.clone());
        phones.sort_by_key(|(_, texts)| std::cmp::Reverse(latest(texts)));
        phones
    }
}
