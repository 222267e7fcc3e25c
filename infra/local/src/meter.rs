//! Counts billable units of AWS: DynamoDB capacity, SQS requests, invocations.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use aws_smithy_runtime_api::{
    box_error::BoxError,
    client::{
        interceptors::{
            Intercept,
            context::{AfterDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextMut},
        },
        runtime_components::RuntimeComponents,
    },
};
use aws_smithy_types::{body::SdkBody, config_bag::ConfigBag};
use serde_json::{Value, json};

/// Counters that only grow.
#[derive(Debug, Default)]
pub struct Meter {
    /// Thousandths of a read unit: eventually consistent reads cost half a unit.
    read_milli_units: AtomicU64,
    write_milli_units: AtomicU64,
    queue_requests: AtomicU64,
    invocations: AtomicU64,
    api_requests: AtomicU64,
}

/// The counters at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    /// DynamoDB read units.
    pub reads: f64,
    /// DynamoDB write units.
    pub writes: f64,
    /// SQS requests: sends, receives and deletes.
    pub queue_requests: u64,
    pub invocations: u64,
    /// Requests to API Gateway.
    pub api_requests: u64,
}

impl Reading {
    /// The difference from an earlier reading.
    pub fn since(self, earlier: Self) -> Self {
        Self {
            reads: self.reads - earlier.reads,
            writes: self.writes - earlier.writes,
            queue_requests: self.queue_requests - earlier.queue_requests,
            invocations: self.invocations - earlier.invocations,
            api_requests: self.api_requests - earlier.api_requests,
        }
    }

    /// The sum of all units.
    pub fn total(self) -> f64 {
        self.reads + self.writes + (self.queue_requests + self.invocations + self.api_requests) as f64
    }
}

impl Meter {
    /// The present counters.
    pub fn read(&self) -> Reading {
        let units = |counter: &AtomicU64| counter.load(Ordering::Relaxed) as f64 / 1000.0;
        Reading {
            reads: units(&self.read_milli_units),
            writes: units(&self.write_milli_units),
            queue_requests: self.queue_requests.load(Ordering::Relaxed),
            invocations: self.invocations.load(Ordering::Relaxed),
            api_requests: self.api_requests.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn count_api_request(&self) {
        self.api_requests.fetch_add(1, Ordering::Relaxed);
        self.invocations.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn count_queue_invocation(&self, messages: usize) {
        // Ten messages take one receive and one delete.
        let requests = 2 * u64::try_from(messages.div_ceil(10)).expect("a batch is short");
        self.queue_requests.fetch_add(requests, Ordering::Relaxed);
        self.invocations.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn count_queue_request(&self) {
        self.queue_requests.fetch_add(1, Ordering::Relaxed);
    }

    fn count_capacity(&self, capacity: &Value, is_read: bool) {
        let units = match capacity {
            Value::Array(tables) => tables.iter().filter_map(|table| table["CapacityUnits"].as_f64()).sum(),
            table => table["CapacityUnits"].as_f64().unwrap_or(0.0),
        };
        let counter = if is_read { &self.read_milli_units } else { &self.write_milli_units };
        counter.fetch_add((units * 1000.0).round() as u64, Ordering::Relaxed);
    }
}

/// Requests the consumed capacity of every DynamoDB call, and sums it up.
#[derive(Debug)]
pub(crate) struct CapacityInterceptor(pub Arc<Meter>);

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for CapacityInterceptor {
    fn name(&self) -> &'static str {
        "capacity"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        let is_dynamodb =
            request.headers().get("x-amz-target").is_some_and(|target| target.starts_with("DynamoDB_"));
        let body = request.body().bytes().filter(|_| is_dynamodb);
        let Some(mut body) = body.and_then(|bytes| serde_json::from_slice::<Value>(bytes).ok()) else {
            return Ok(());
        };
        body["ReturnConsumedCapacity"] = json!("TOTAL");
        let body = serde_json::to_vec(&body)?;
        request.headers_mut().insert("content-length", body.len().to_string());
        *request.body_mut() = SdkBody::from(body);
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response().body().bytes().unwrap_or_default();
        let Ok(body) = serde_json::from_slice::<Value>(body) else { return Ok(()) };
        let is_read = ["Items", "Item", "Responses"].iter().any(|field| body.get(field).is_some());
        self.0.count_capacity(&body["ConsumedCapacity"], is_read);
        Ok(())
    }
}
