//! The permissions of a function in the template, by resource.

use std::collections::{BTreeMap, BTreeSet};

use carillon_tests::world::{A_PHONE, AwsCall};
use serde_json::{Value, json};

use crate::template::{FunctionResource, target};

/// The permissions of a function's role.
pub(super) struct Role(Vec<Statement>);

/// An allow statement: each of its actions on each of its resources.
struct Statement {
    actions: BTreeSet<String>,
    things: BTreeSet<String>,
}

/// An action on a resource: a pattern of partition keys, the logical name of a queue, the parameter with the
/// name of a secret, or a phone.
pub(super) type Right = (String, String);

/// X-Ray does not support resource-level permissions.
const EVERYTHING: &str = "*";

impl Role {
    /// The role of a function. It has its own policy only.
    pub fn of(function: &FunctionResource<'_>) -> Self {
        let id = format!("{}Role", function.id);
        assert_eq!(function.property("Role"), &json!({ "Fn::GetAtt": [id, "Arn"] }), "{id}");
        let role = function.belonging("Role");
        assert!(role["ManagedPolicyArns"].is_null() && function.property("Policies").is_null(), "{id}");
        let documents = list(&role["Policies"]).iter().map(|policy| &policy["PolicyDocument"]);
        let statements: Vec<&Value> =
            documents.flat_map(|document| list(&document["Statement"])).map(when_it_applies).collect();
        let allows = statements.iter().filter(|statement| statement["Effect"] == "Allow");
        let (together, alone): (Vec<&Value>, Vec<&Value>) =
            allows.partition(|statement| !statement["Condition"]["ForAnyValue:StringEquals"].is_null());
        let role = Self(alone.into_iter().map(|statement| Statement::of(statement, &statements)).collect());
        together.into_iter().for_each(|statement| role.has_before(statement));
        role.without_what_lambda_does(function)
    }

    /// A statement about transactions combines permissions that the role has anyway.
    fn has_before(&self, statement: &Value) {
        let conditions = statement["Condition"].as_object().expect("conditions");
        let enclosing = json!({ "dynamodb:EnclosingOperation": ["TransactWriteItems"] });
        assert_eq!(conditions["ForAnyValue:StringEquals"], enclosing);
        let mut alone = statement.clone();
        alone["Condition"].as_object_mut().expect("conditions").remove("ForAnyValue:StringEquals");
        let Statement { actions, things } = Statement::of(&alone, &[]);
        let has = |right: &dyn Fn(&Statement) -> bool| self.0.iter().any(right);
        for action in &actions {
            assert!(has(&|other| other.actions.contains(action)), "{action} in transactions only");
        }
        for thing in &things {
            let writes =
                |other: &Statement| !other.actions.is_disjoint(&actions) && other.things.contains(thing);
            assert!(has(&writes), "{thing} in transactions only");
        }
    }

    /// Lambda itself writes the log and the traces and polls the queues in a function's name: with exactly
    /// these permissions.
    fn without_what_lambda_does(mut self, function: &FunctionResource<'_>) -> Self {
        let mut expected =
            vec![(vec!["logs:CreateLogStream", "logs:PutLogEvents"], format!("{}LogGroup", function.id))];
        // If tracing is on.
        expected.push((vec!["xray:PutTraceSegments", "xray:PutTelemetryRecords"], EVERYTHING.to_owned()));
        for queue in function.queues() {
            let queue = target(&queue["Queue"]).expect("a queue of the template").to_owned();
            // Those of AWSLambdaSQSQueueExecutionRole, which grants them on every queue.
            expected.push((vec!["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], queue));
        }
        for (actions, thing) in expected {
            let actions: BTreeSet<String> = actions.into_iter().map(str::to_owned).collect();
            let things = BTreeSet::from([thing]);
            let before = self.0.len();
            self.0.retain(|statement| statement.actions != actions || statement.things != things);
            assert_eq!(self.0.len() + 1, before, "{}: {actions:?} on {things:?}, once", function.name);
        }
        self
    }

    /// Whether a request is allowed. One statement must cover all resources of the request.
    pub fn allows(&self, call: &AwsCall) -> bool {
        self.0.iter().any(|statement| {
            let covers = |asked: &String| statement.things.iter().any(|thing| is_like(thing, asked));
            statement.actions.contains(&call.action) && call.of.iter().all(covers)
        })
    }

    pub fn rights(&self) -> impl Iterator<Item = Right> {
        self.0.iter().flat_map(|Statement { actions, things }| {
            actions.iter().flat_map(|action| things.iter().map(|thing| (action.clone(), thing.clone())))
        })
    }
}

impl Statement {
    fn of(statement: &Value, all: &[&Value]) -> Self {
        let actions: BTreeSet<String> = texts(&statement["Action"]);
        let resources = list(&statement["Resource"]);
        let conditions = &statement["Condition"];
        let is_on_the_table = actions.iter().all(|action| action.starts_with("dynamodb:"));
        let things = if is_on_the_table {
            assert_eq!(resources, [json!({ "Fn::GetAtt": ["Table", "Arn"] })], "{actions:?}");
            let keys = &conditions["ForAllValues:StringLike"]["dynamodb:LeadingKeys"];
            assert_eq!(conditions.as_object().map(serde_json::Map::len), Some(1), "{actions:?} on all keys");
            texts(keys)
        } else {
            assert!(conditions.is_null(), "{actions:?} under a condition unknown to this test");
            resources.iter().map(|resource| thing(resource, &actions, all)).collect()
        };
        Self { actions, things }
    }
}

/// The resource of a statement.
fn thing(resource: &Value, actions: &BTreeSet<String>, all: &[&Value]) -> String {
    let only = |action: &str| actions.iter().eq([action]);
    let arn = resource["Fn::Sub"].as_str().unwrap_or_default();
    let secret = arn.split_once(":secret:${").and_then(|(_, rest)| rest.strip_suffix("}-??????"));
    if let Some(id) = target(resource) {
        id.to_owned()
    } else if let Some(parameter) = secret {
        parameter.to_owned()
    } else if only("sns:Publish") && resource == "*" {
        // A phone has no ARN: everything but topics.
        let topics = json!({ "Fn::Sub": "arn:${AWS::Partition}:sns:*:*:*" });
        let no_topics = json!({ "Effect": "Deny", "Action": "sns:Publish", "Resource": topics });
        assert!(all.contains(&&no_topics), "a permission for phones excludes topics");
        A_PHONE.to_owned()
    } else if actions.iter().all(|action| action.starts_with("xray:")) && resource == "*" {
        EVERYTHING.to_owned()
    } else if only("sms-voice:SendTextMessage") && arn.ends_with(":${AWS::Region}:${AWS::AccountId}:*") {
        A_PHONE.to_owned()
    } else {
        panic!("{actions:?} on {resource}, which is wider than anything that is used")
    }
}

/// A request in the template's terms: its environment names queues and secrets.
pub(super) fn in_words_of_the_template(call: AwsCall, function: &FunctionResource<'_>) -> AwsCall {
    let environment: BTreeMap<&str, &Value> = function.environment();
    let named = |of: &String| {
        let variable = match of.as_str() {
            "parcels" => "CARILLON_QUEUE_URL",
            "reports" => "CARILLON_REPORTS_QUEUE_URL",
            other => other,
        };
        environment.get(variable).and_then(|value| target(value)).unwrap_or(of).to_owned()
    };
    AwsCall { of: call.of.iter().map(named).collect(), ..call }
}

/// `StringLike` of IAM: `*` is any text, `?` any one character.
pub(super) fn is_like(pattern: &str, text: &str) -> bool {
    match (pattern.chars().next(), text.chars().next()) {
        (None, None) => true,
        (Some('*'), next) => {
            is_like(&pattern[1..], text)
                || next.is_some_and(|next| is_like(pattern, &text[next.len_utf8()..]))
        }
        (Some(expected), Some(next)) if expected == '?' || expected == next => {
            is_like(&pattern[expected.len_utf8()..], &text[next.len_utf8()..])
        }
        _ => false,
    }
}

/// A statement with its condition true.
fn when_it_applies(statement: &Value) -> &Value {
    match statement["Fn::If"].as_array().map(Vec::as_slice) {
        Some([_, applies, otherwise]) if target(otherwise) == Some("AWS::NoValue") => applies,
        Some(_) => panic!("{statement} is one or the other"),
        None => statement,
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

fn texts(value: &Value) -> BTreeSet<String> {
    list(value).iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
}

#[test]
fn a_pattern_of_iam_is_as_wide_as_it_looks() {
    let school = format!("S#sch_{}", "?".repeat(26));
    assert!(is_like(&school, "S#sch_01DEM0DEM0DEM0DEM0DEM0DEM0"));
    assert!(!is_like(&school, "S#sch_01DEM0DEM0DEM0DEM0DEM0DEM0#PEOPLE"));
    assert!(is_like("S#*#PEOPLE", "S#sch_01DEM0DEM0DEM0DEM0DEM0DEM0#PEOPLE"));
    assert!(!is_like("S#*#PEOPLE", "S#sch_01DEM0DEM0DEM0DEM0DEM0DEM0#KEYS"));
    assert!(is_like("DELIVERY", "DELIVERY") && !is_like("DELIVERY", "DELIVERY#"));
}
