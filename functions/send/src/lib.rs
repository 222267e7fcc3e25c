//! Previewing and accepting sends.
//!
//! A preview and a send share one path: the preview stops before writing.

mod accept;
mod budget;
mod call_back;
mod cancel;
mod deps;
mod dispatch;
mod order_body;
mod plan_body;
mod plan_problem;
mod resend;
mod sends;
mod show;
mod test_sms;
mod values;
mod withdraw;

use api::served;
use axum::{Router, extract::DefaultBodyLimit};

pub use deps::Deps;

api::routes! {
    fn routes() -> Router<Deps>;
    pub fn documentation() with schemas(accept::AcceptedBody);
    sends::preview,
    sends::send,
    show::show,
    cancel::cancel,
    withdraw::withdraw,
    resend::resend,
    budget::show,
    test_sms::send,
}

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    served(routes().layer(DefaultBodyLimit::disable()).with_state(deps))
}
