//! The addresses of all backends. The names resolve only in the fault injector.

pub(super) const DYNAMODB: &str = "http://dynamodb.test";
pub(super) const SQS: &str = "http://sqs.test";
pub(super) const CARRIER: &str = "http://carrier.test/send";
pub(super) const OTHER_CARRIER: &str = "http://other-carrier.test/send";
pub(super) const STAND_INS: &str = "http://stand-ins.test";
pub(super) const SECRETS: &str = "http://secrets.test";
/// The API's address for carriers.
pub(super) const API: &str = "http://api.test";
