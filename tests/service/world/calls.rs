//! The AWS calls of each function: caller, action, resource.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use serde_json::Value;

/// The test itself, whose calls are not recorded.
pub(super) const NOBODY: &str = "";

/// A function's call, as IAM decides on it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AwsCall {
    pub function: &'static str,
    /// The IAM action, such as `dynamodb:PutItem`.
    pub action: String,
    /// All resources of the call: partition keys, the name of a queue or a secret, a phone.
    pub of: BTreeSet<String>,
}

/// All calls of a world.
#[derive(Debug, Default)]
pub struct Calls(Mutex<BTreeSet<AwsCall>>);

/// A phone has no ARN.
pub const A_PHONE: &str = "a phone";

impl Calls {
    /// Records a call by its target, such as `DynamoDB_20120810.PutItem`, and its body.
    pub(super) fn note(&self, function: &'static str, target: &str, body: &[u8]) {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let (service, operation) = target.split_once('.').unwrap_or_default();
        let asked = match service {
            "DynamoDB_20120810" => of_dynamodb(operation, &body),
            // `SendMessageBatch` has no IAM action of its own.
            "AmazonSQS" => of_one("sqs:SendMessage".to_owned(), name_of_queue(&body["QueueUrl"])),
            "secretsmanager" => of_one(format!("secretsmanager:{operation}"), text(&body["SecretId"])),
            "PinpointSMSVoiceV2" => of_one(format!("sms-voice:{operation}"), A_PHONE.to_owned()),
            "AmazonSNS" => of_one(format!("sns:{operation}"), A_PHONE.to_owned()),
            other => panic!("{other} is no service of this project"),
        };
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        calls.extend(asked.into_iter().map(|(action, of)| AwsCall { function, action, of }));
    }

    /// The calls so far.
    pub fn noted(&self) -> BTreeSet<AwsCall> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

type Asked = BTreeMap<String, BTreeSet<String>>;

fn of_one(action: String, of: String) -> Asked {
    Asked::from([(action, BTreeSet::from([of]))])
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn name_of_queue(url: &Value) -> String {
    text(url).rsplit('/').next().unwrap_or_default().to_owned()
}

/// The members of a transaction need the permissions of the single calls; a transaction has none of its own
/// ("Using IAM with DynamoDB transactions" in its developer guide). Batches have.
fn of_dynamodb(operation: &str, body: &Value) -> Asked {
    let partition = |key: &Value| text(&key["pk"]["S"]);
    let mut asked = Asked::new();
    let mut ask = |operation: &str, partition: String| {
        asked.entry(format!("dynamodb:{operation}")).or_default().insert(partition);
    };
    let tables = || body["RequestItems"].as_object().into_iter().flatten().map(|(_, asked)| asked);
    let each = |list: &Value| list.as_array().cloned().unwrap_or_default();
    match operation {
        "PutItem" => ask(operation, partition(&body["Item"])),
        "Query" => ask(operation, text(&body["ExpressionAttributeValues"][":pk"]["S"])),
        "BatchGetItem" => {
            tables().flat_map(|table| each(&table["Keys"])).for_each(|key| ask(operation, partition(&key)));
        }
        "BatchWriteItem" => {
            for write in tables().flat_map(each) {
                ask(operation, partition(&write["PutRequest"]["Item"]));
            }
        }
        "TransactWriteItems" => {
            for member in each(&body["TransactItems"]) {
                for (kind, of) in member.as_object().into_iter().flatten() {
                    let key = if kind == "Put" { &of["Item"] } else { &of["Key"] };
                    ask(&format!("{kind}Item"), partition(key));
                }
            }
        }
        _ => ask(operation, partition(&body["Key"])),
    }
    asked
}
