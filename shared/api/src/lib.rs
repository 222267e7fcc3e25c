//! The HTTP edge, shared by all functions: requests, responses and problems.

mod accept;
mod body;
mod bounded;
mod budget_body;
mod caller;
mod cursor;
pub mod documentation;
mod etag;
mod fields;
mod file;
mod hours;
mod layer;
mod map;
mod notice;
mod page;
mod parsed;
mod patch;
mod problem;
mod problem_kinds;
mod query;
mod registration_body;
mod routes;
mod selection;

pub use accept::most_wanted;
pub use body::{JsonBody, MAX_BODY_BYTES, OptionalJsonBody, RawBody};
pub use bounded::{ListOf, TextOf};
pub use budget_body::BudgetBody;
pub use caller::{AdminOf, Operator, ReaderOf, SenderOf, Tenant, forbidden, request_context};
pub use cursor::{BadCursor, Cursor};
pub use etag::{Etag, IfMatch, etag};
pub use fields::{FieldError, FieldErrors, at, member};
pub use file::file_headers;
pub use hours::{LocalDay, LocalHour, LocalMinute};
pub use layer::served;
pub use map::MapOf;
pub use notice::Notice;
pub use page::{PageLimit, PageQuery};
pub use parsed::TypedPhone;
pub use patch::Patch;
pub use problem::{Problem, problem_type};
pub use problem_kinds::{ProblemKind, Retry};
pub use query::{PathId, QueryFlag, QueryOf};
pub use registration_body::RegistrationBody;
#[doc(hidden)]
pub use routes::with_route;
pub use selection::{MAX_NAMED, NamedPeople, SelectionBody};

pub use domain::role::Role;
#[doc(hidden)]
pub use pastey::paste;
