//! What the stand-ins remember of the messages that they took.

pub(super) mod ovh;
pub(super) mod twilio;
pub(super) mod twilio_refusal;
