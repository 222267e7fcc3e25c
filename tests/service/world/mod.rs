//! The whole service in one thread on a clock of its own: the real functions and the real SDK over the
//! embedded DynamoDB and the local queue, with every call through one fault injector.

mod addresses;
mod audit;
mod calls;
mod clock;
pub mod disorder;
mod emulator;
mod far_end;
mod fault;
mod figures;
mod forward;
mod functions;
mod parts;
mod requests;
mod seam;
mod stand_ins;
mod system;
mod violation;
mod wiring;

pub use audit::Audit;
pub use calls::{A_PHONE, AwsCall};
pub use clock::VirtualClock;
pub use far_end::{BRIDGE_KEY, Behaviour, Call, FarEnd};
pub use fault::{Fault, Faults};
pub use figures::Figures;
pub use system::{Setting, World, to_all_teachers};
pub use violation::Violation;
