//! Carriers: those who bring a text to a phone.

mod bridge;
mod choice;
mod simulator;
mod sns;

pub use bridge::{Bridge, BridgeFinding, BridgeSms, BridgeState, is_signed};
pub use choice::Carriers;
pub use simulator::Simulator;
pub use sns::Sns;

use std::{io::ErrorKind, pin::Pin};

use crate::{delivery::FailureReason, phone::PhoneNumber, sending::MessageReference};

/// One text to one phone, as a carrier gets it.
#[derive(Clone, Debug)]
pub struct Sms<'a> {
    /// Our reference, for the carrier's correlation slot.
    pub reference: MessageReference,
    /// The phone.
    pub to: PhoneNumber,
    /// The text.
    pub text: &'a str,
    /// How often it was tried before.
    pub earlier_attempts: u8,
}

/// What a carrier's answer means for the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The carrier has it.
    Accepted,
    /// The carrier will never take it.
    Refused(FailureReason),
    /// The carrier certainly did not take it, and may later.
    TryLater,
    /// The carrier may have taken it.
    Unknown,
    /// The carrier certainly did not take it, and takes nothing from us until somebody looks
    /// after the account.
    Halt,
}

/// The answer in the making.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Outcome> + std::marker::Send + 'a>>;

/// What a carrier knows of a message, when it is asked afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// It took the message.
    Accepted,
    /// It certainly never got it.
    NeverReceived,
    /// It cannot tell, or did not answer.
    Nothing,
}

/// What a carrier knows, in the making.
pub type Finding<'a> = Pin<Box<dyn Future<Output = Found> + std::marker::Send + 'a>>;

/// Somebody who brings texts to phones.
pub trait Carrier: std::marker::Send + Sync {
    /// Hands a text over, once. It always answers: whatever cannot be told is
    /// [`Outcome::Unknown`].
    fn send<'a>(&'a self, sms: &'a Sms<'a>) -> Answer<'a>;

    /// Whether [`Carrier::find`] may tell anything.
    fn can_be_asked(&self) -> bool {
        false
    }

    /// Asks what became of a message.
    fn find(&self, _: MessageReference) -> Finding<'_> {
        Box::pin(std::future::ready(Found::Nothing))
    }
}

/// Whether a call failed before any byte of the request could leave: no address, nobody listening,
/// no handshake, or a connection that took too long to make. Only then is a message certainly not
/// accepted.
fn was_never_connected(error: &aws_smithy_runtime_api::client::result::ConnectorError) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<hyper_util::client::legacy::Error>() {
            return error.is_connect();
        }
        if error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == ErrorKind::ConnectionRefused) {
            return true;
        }
        cause = error.source();
    }
    false
}
