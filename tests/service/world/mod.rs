//! The whole service in one thread on a clock of its own: the real functions and the real SDK over the
//! embedded DynamoDB and the local queue, with every call through one fault injector.

mod addresses;
mod audit;
mod calls;
mod clock;
pub mod disorder;
mod emulator;
mod fake_carrier;
mod fault;
mod fault_injector;
mod figures;
mod forward;
mod functions;
mod parts;
mod requests;
mod stand_ins;
mod system;
mod violation;
mod wiring;

pub use audit::Audit;
pub use calls::{A_PHONE, AwsCall};
pub use clock::VirtualClock;
pub use fake_carrier::{BRIDGE_KEY, Behaviour, Call, FakeCarrier};
pub use fault::{Fault, Faults};
pub use figures::Figures;
pub use system::{Setting, World, to_all_teachers};
pub use violation::Violation;
