//! The embedded DynamoDB, called in the process: the SDK's requests and responses without a socket, so that
//! tokio's clock alone determines the order of events.

use std::sync::atomic::{AtomicU64, Ordering};

use dynoxide::{Database, errors::DynoxideError};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// A database in memory, with billed units.
pub struct Emulator {
    database: Database,
    read_milli_units: AtomicU64,
    write_milli_units: AtomicU64,
    calls: AtomicU64,
}

impl Emulator {
    pub fn new() -> Self {
        let database = Database::memory().expect("SQLite opens in memory");
        Self {
            database,
            read_milli_units: AtomicU64::new(0),
            write_milli_units: AtomicU64::new(0),
            calls: AtomicU64::new(0),
        }
    }

    /// The consumed read and write units.
    pub fn units(&self) -> (f64, f64) {
        let units = |counter: &AtomicU64| counter.load(Ordering::Relaxed) as f64 / 1e3;
        (units(&self.read_milli_units), units(&self.write_milli_units))
    }

    /// The number of calls.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Answers one call: a status and a JSON body.
    pub fn call(&self, target: &str, body: &[u8]) -> (u16, String) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let operation = target.rsplit('.').next().unwrap_or_default();
        let mut body: Value = serde_json::from_slice(body).unwrap_or_default();
        body["ReturnConsumedCapacity"] = Value::from("TOTAL");
        let db = &self.database;
        let answer = match operation {
            "CreateTable" => {
                body.as_object_mut().map(|body| body.remove("ReturnConsumedCapacity"));
                carry_out(body, |request| db.create_table(request))
            }
            "GetItem" => carry_out(body, |request| db.get_item(request)),
            "PutItem" => carry_out(body, |request| db.put_item(request)),
            "UpdateItem" => carry_out(body, |request| db.update_item(request)),
            "DeleteItem" => carry_out(body, |request| db.delete_item(request)),
            "Query" => carry_out(body, |request| db.query(request)),
            "Scan" => carry_out(body, |request| db.scan(request)),
            "BatchGetItem" => carry_out(body, |request| db.batch_get_item(request)),
            "BatchWriteItem" => carry_out(body, |request| db.batch_write_item(request)),
            "TransactWriteItems" => carry_out(body, |request| db.transact_write_items(request)),
            other => panic!("{other} is not called by this project"),
        };
        match answer {
            Ok(json) => {
                self.count(operation, &json["ConsumedCapacity"]);
                (200, json.to_string())
            }
            Err(error) => (error.status_code(), error.to_json()),
        }
    }

    fn count(&self, operation: &str, capacity: &Value) {
        let of = |table: &Value| table["CapacityUnits"].as_f64().unwrap_or(0.0);
        let units: f64 = match capacity {
            Value::Array(tables) => tables.iter().map(of).sum(),
            table => of(table),
        };
        let is_read = matches!(operation, "GetItem" | "Query" | "Scan" | "BatchGetItem");
        let counter = if is_read { &self.read_milli_units } else { &self.write_milli_units };
        counter.fetch_add((units * 1e3).round() as u64, Ordering::Relaxed);
    }
}

fn carry_out<Request: DeserializeOwned, Answer: Serialize>(
    body: Value,
    operation: impl FnOnce(Request) -> Result<Answer, DynoxideError>,
) -> Result<Value, DynoxideError> {
    let request = serde_json::from_value(body)
        .map_err(|error| DynoxideError::SerializationException(error.to_string()))?;
    let answer = operation(request)?;
    serde_json::to_value(answer).map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}
