//! Previews and acceptance of sends.
//!
//! A preview and a send share one path: the preview stops before writing.

mod accept;
mod budget;
mod call_back;
mod cancel;
mod deps;
mod dispatch;
mod documentation;
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
use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};

pub use deps::Deps;
pub use documentation::documentation;

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    served(
        Router::new()
            .route("/v1/sends/preview", post(sends::preview))
            .route("/v1/sends", post(sends::send))
            .route("/v1/sends/{id}", get(show::show))
            .route("/v1/sends/{id}/cancel", post(cancel::cancel))
            .route("/v1/sends/{id}/withdraw", post(withdraw::withdraw))
            .route("/v1/sends/{id}/resend", post(resend::resend))
            .route("/v1/budget", get(budget::show))
            .route("/v1/test-sms", post(test_sms::send))
            .layer(DefaultBodyLimit::disable())
            .with_state(deps),
    )
}
