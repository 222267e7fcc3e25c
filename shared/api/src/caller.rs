//! The caller: the claims of a token verified by API Gateway.

use std::collections::HashMap;

use axum::{
    extract::FromRequestParts,
    http::{Extensions, request::Parts},
};
use jiff::Timestamp;
use lambda_http::{
    aws_lambda_events::apigw::{
        ApiGatewayRequestAuthorizer, ApiGatewayRequestAuthorizerJwtDescription,
        ApiGatewayV2httpRequestContext,
    },
    request::RequestContext,
};

use super::{Problem, ProblemKind};
use domain::{
    audit::{Act, Entry},
    id::SchoolId,
    language::Phrase,
    line::Line,
    role::Role,
};

/// A user of a school. The only source of the school's id.
#[derive(Clone, Debug)]
pub struct Tenant {
    pub school: SchoolId,
    /// The `sub` claim.
    pub subject: Line<128>,
    pub role: Role,
}

/// An administrator of a school.
#[derive(Clone, Debug)]
pub struct AdminOf(pub Tenant);
/// A user with permission to send for a school.
#[derive(Clone, Debug)]
pub struct SenderOf(pub Tenant);
/// A user with access to a school's sent log.
#[derive(Clone, Debug)]
pub struct ReaderOf(pub Tenant);
/// The operator.
#[derive(Clone, Debug)]
pub struct Operator {
    /// The `sub` claim of the operator's employee.
    pub subject: Line<128>,
}

impl Tenant {
    /// Creates an audit entry of an act of this user.
    pub fn does(&self, act: Act, now: Timestamp) -> Entry {
        Entry::new(self.subject.clone(), self.role, act, now)
    }
}

impl Operator {
    /// Creates an audit entry of an act of the operator, for the log of the school concerned.
    pub fn does(&self, act: Act, now: Timestamp) -> Entry {
        Entry::new(self.subject.clone(), Role::Operator, act, now)
    }
}

/// The caller for logs: available claims, independent of the route's requirements.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Caller {
    pub school: Option<SchoolId>,
    pub role: Option<Role>,
}

impl Caller {
    pub fn of(extensions: &Extensions) -> Self {
        let Ok(claims) = claims(extensions) else { return Self::default() };
        Self { school: school(claims), role: role(claims).ok() }
    }
}

impl<S: Sync> FromRequestParts<S> for AdminOf {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        tenant(parts, Role::Admin).map(Self)
    }
}

impl<S: Sync> FromRequestParts<S> for SenderOf {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        tenant(parts, Role::Sender).map(Self)
    }
}

impl<S: Sync> FromRequestParts<S> for ReaderOf {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        tenant(parts, Role::Reader).map(Self)
    }
}

impl<S: Sync> FromRequestParts<S> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let claims = claims(&parts.extensions)?;
        match role(claims)? {
            Role::Operator => Ok(Self { subject: subject(claims)? }),
            _ => Err(forbidden(&[Role::Operator])),
        }
    }
}

fn tenant(parts: &Parts, needed: Role) -> Result<Tenant, Problem> {
    let claims = claims(&parts.extensions)?;
    let role = role(claims)?;
    if role == Role::Operator || role < needed {
        return Err(forbidden(&needed.and_above().collect::<Vec<_>>()));
    }
    let school = school(claims).ok_or_else(unauthenticated)?;
    Ok(Tenant { school, subject: subject(claims)?, role })
}

fn subject(claims: &HashMap<String, String>) -> Result<Line<128>, Problem> {
    claims.get("sub").and_then(|subject| Line::parse(subject).ok()).ok_or_else(unauthenticated)
}

fn claims(extensions: &Extensions) -> Result<&HashMap<String, String>, Problem> {
    match extensions.get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => context
            .authorizer
            .as_ref()
            .and_then(|authorizer| authorizer.jwt.as_ref())
            .map(|jwt| &jwt.claims)
            .ok_or_else(unauthenticated),
        _ => Err(unauthenticated()),
    }
}

/// Returns a claim by name, or as an attribute of a Cognito user pool: those begin with `custom:`, and
/// only the operator can write ours (`infra/template.yaml`).
fn claim<'c>(claims: &'c HashMap<String, String>, name: &str) -> Option<&'c String> {
    claims.get(name).or_else(|| claims.get(&format!("custom:{name}")))
}

fn school(claims: &HashMap<String, String>) -> Option<SchoolId> {
    claim(claims, "school_id").and_then(|id| id.parse().ok())
}

fn role(claims: &HashMap<String, String>) -> Result<Role, Problem> {
    claim(claims, "role").and_then(|name| Role::parse(name)).ok_or_else(unauthenticated)
}

/// Refuses a request without an identifying token.
pub(super) fn unauthenticated() -> Problem {
    Problem::new(
        ProblemKind::Unauthenticated,
        Phrase::fixed(
            "Envoyez l’en-tête Authorization: Bearer … avec un jeton qui porte les champs sub, role et school_id.",
            "Send the header Authorization: Bearer … with a token that has the claims sub, role and school_id.",
        ),
    )
}

/// Refuses a role outside those allowed.
pub fn forbidden(allowed: &[Role]) -> Problem {
    let names: Vec<_> = allowed.iter().map(|role| role.as_str()).collect();
    Problem::new(
        ProblemKind::RoleForbidden,
        Phrase::new(
            format!("Cette action demande le rôle {}.", names.join(" ou ")),
            format!("This action needs the role {}.", names.join(" or ")),
        ),
    )
}

/// Builds the request context that API Gateway provides for verified claims, for local replacements of
/// API Gateway.
pub fn request_context(request_id: String, claims: Option<HashMap<String, String>>) -> RequestContext {
    let mut context = ApiGatewayV2httpRequestContext::default();
    context.request_id = Some(request_id);
    context.authorizer = claims.map(|claims| {
        let mut jwt = ApiGatewayRequestAuthorizerJwtDescription::default();
        jwt.claims = claims;
        let mut authorizer = ApiGatewayRequestAuthorizer::default();
        authorizer.jwt = Some(jwt);
        authorizer
    });
    RequestContext::ApiGatewayV2(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHOOL: &str = "sch_01J0000000000000000000000A";

    fn tenant_of(claims: &[(&str, &str)]) -> Option<(String, Role)> {
        let claims = claims.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mut request = axum::http::Request::new(());
        request.extensions_mut().insert(request_context("r".to_owned(), Some(claims)));
        let tenant = tenant(&request.into_parts().0, Role::Reader).ok()?;
        Some((tenant.school.to_string(), tenant.role))
    }

    #[test]
    fn a_user_pool_of_cognito_names_school_and_role_as_attributes() {
        let ours = [("sub", "who"), ("school_id", SCHOOL), ("role", "sender")];
        let of_a_pool = [("sub", "who"), ("custom:school_id", SCHOOL), ("custom:role", "sender")];
        assert_eq!(tenant_of(&ours), Some((SCHOOL.to_owned(), Role::Sender)));
        assert_eq!(tenant_of(&of_a_pool), tenant_of(&ours));
        assert_eq!(tenant_of(&[("sub", "who"), ("custom:role", "sender")]), None, "of no school");
    }
}
