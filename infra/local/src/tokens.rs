//! The local token issuer, in place of the OIDC provider on AWS.

use std::collections::HashMap;

use api::Role;
use domain::{clock::Clock, id::SchoolId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};

/// Issues and verifies the tokens of one data folder.
#[derive(Clone)]
pub struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    clock: std::sync::Arc<dyn Clock>,
}

const ISSUER: &str = "carillon-local";
/// A month: long enough for pasted commands, short enough to expire unnoticed.
const LIFETIME_S: i64 = 30 * 24 * 3600;

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    role: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    school_id: Option<String>,
    exp: i64,
}

impl Tokens {
    /// The issuer with this key.
    pub fn new(key: &[u8], clock: std::sync::Arc<dyn Clock>) -> Self {
        Self { encoding: EncodingKey::from_secret(key), decoding: DecodingKey::from_secret(key), clock }
    }

    /// Issues a token for a user of a school, or for the operator.
    pub fn issue(&self, subject: &str, role: Role, school: Option<SchoolId>) -> String {
        let claims = Claims {
            iss: ISSUER.to_owned(),
            sub: subject.to_owned(),
            role: role.as_str().to_owned(),
            school_id: school.map(String::from),
            exp: self.clock.now().as_second() + LIFETIME_S,
        };
        encode(&Header::new(Algorithm::HS256), &claims, &self.encoding).expect("claims are a plain struct")
    }

    /// The claims of a valid token, in the form of API Gateway's authorizer context.
    pub fn verify(&self, token: &str) -> Option<HashMap<String, String>> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.validate_exp = false;
        let claims = decode::<Claims>(token, &self.decoding, &validation).ok()?.claims;
        if claims.exp <= self.clock.now().as_second() {
            return None;
        }
        let mut verified = HashMap::from([("sub".to_owned(), claims.sub), ("role".to_owned(), claims.role)]);
        verified.extend(claims.school_id.map(|id| ("school_id".to_owned(), id)));
        Some(verified)
    }
}
