//! [`Line`]: a DynamoDB that refuses, forgets, is late, or loses its replies.
//!
//! It stands between the SDK and the embedded engine, where the network would be, so the SDK's own retries,
//! time limits and idempotency tokens are part of what is tested. The clock is paused in these tests: waiting costs
//! nothing, and how long a request would have taken can be told.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::{RetryPartition, TokenBucket};
use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use http_api::config;
use serde_json::{Value, json};
use store::Store;
use tanuki::engine::Engine;
use tanuki_tests::app::TABLE;

use crate::wire::{self, Reply, Wire};

/// What goes wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// `ThrottlingException`.
    Throttled,
    /// `ProvisionedThroughputExceededException`.
    Exceeded,
    /// `InternalServerError`.
    Broken,
    /// The connection breaks before the request arrives.
    RequestLost,
    /// The call is made; the connection breaks before the reply arrives.
    ReplyLost,
    /// The call is made; the reply comes after the SDK's time limit.
    ReplyLate,
    /// The reply takes a second.
    Slow,
    /// Another transaction is at one of the items: `TransactionCanceledException`, or of one item `TransactionConflictException`.
    Conflict,
    /// `TransactionCanceledException`, because one of the partitions is throttled.
    PartThrottled,
    /// Only one of a batch's keys is processed.
    Unprocessed,
}

impl Fault {
    pub(crate) const ALL: [Self; 10] = [
        Self::Throttled,
        Self::Exceeded,
        Self::Broken,
        Self::RequestLost,
        Self::ReplyLost,
        Self::ReplyLate,
        Self::Slow,
        Self::Conflict,
        Self::PartThrottled,
        Self::Unprocessed,
    ];

    /// Whether it can befall a call of this operation.
    fn concerns(self, operation: &str) -> bool {
        match self {
            Self::Conflict => matches!(operation, "TransactWriteItems" | "UpdateItem"),
            Self::PartThrottled => operation == "TransactWriteItems",
            Self::Unprocessed => operation == "BatchGetItem",
            _ => true,
        }
    }
}

/// What happens in a storm.
const IN_STORM: [Fault; 6] = [
    Fault::Throttled,
    Fault::Broken,
    Fault::RequestLost,
    Fault::ReplyLost,
    Fault::Conflict,
    Fault::Unprocessed,
];

/// Which calls a fault befalls, of those it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Calls {
    /// The n-th, counted from 1.
    Only(usize),
    /// The n-th and all that follow.
    From(usize),
}

/// The line to the database, and the fault that is to come on it, if any. Clones are the same line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    plan: Arc<Mutex<Option<Plan>>>,
    weather: Arc<Mutex<Option<Weather>>>,
}

#[derive(Debug)]
struct Plan {
    fault: Fault,
    calls: Calls,
    seen: usize,
    struck: usize,
}

#[derive(Debug)]
struct Weather {
    random: fastrand::Rng,
    struck: usize,
}

impl Line {
    /// Lets a fault come.
    pub(crate) fn break_with(&self, fault: Fault, calls: Calls) {
        *self.plan() = Some(Plan { fault, calls, seen: 0, struck: 0 });
    }

    /// Ends the fault; how many calls it befell.
    pub(crate) fn mend(&self) -> usize {
        self.plan().take().map_or(0, |plan| plan.struck)
    }

    fn plan(&self) -> MutexGuard<'_, Option<Plan>> {
        self.plan.lock().expect("no panic while it was held")
    }

    /// From now on each call takes its own time, and now and then one fails: the same for the same seed.
    pub(crate) fn storm(&self, seed: u64) {
        *self.weather() = Some(Weather { random: fastrand::Rng::with_seed(seed), struck: 0 });
    }

    /// Ends the storm; how many calls failed in it.
    pub(crate) fn calm(&self) -> usize {
        self.weather().take().map_or(0, |weather| weather.struck)
    }

    fn weather(&self) -> MutexGuard<'_, Option<Weather>> {
        self.weather.lock().expect("no panic while it was held")
    }

    /// How long the next call takes on its way there and back, in a storm.
    fn delays(&self) -> [Duration; 2] {
        let mut weather = self.weather();
        let mut delay = || weather.as_mut().map_or(0, |weather| weather.random.u64(..20));
        [delay(), delay()].map(Duration::from_millis)
    }

    fn strike(&self, operation: &str) -> Option<Fault> {
        let mut weather = self.weather();
        let weather = weather.as_mut().filter(|_| operation != "Scan")?;
        let fault = IN_STORM[weather.random.usize(..IN_STORM.len())];
        let strikes = weather.random.u8(..100) < 4 && fault.concerns(operation);
        weather.struck += usize::from(strikes);
        strikes.then_some(fault)
    }

    /// The fault of the next call, if any.
    fn next(&self, operation: &str) -> Option<Fault> {
        let mut plan = self.plan();
        let plan = plan.as_mut().filter(|plan| plan.fault.concerns(operation))?;
        plan.seen += 1;
        let strikes = match plan.calls {
            Calls::Only(at) => plan.seen == at,
            Calls::From(at) => plan.seen >= at,
        };
        plan.struck += usize::from(strikes);
        strikes.then_some(plan.fault)
    }

    /// A store on `engine` at the end of this line, with the retries and time limits of the functions.
    pub(crate) fn store(&self, engine: &Engine) -> Store {
        // Without a limit: what one fault uses up does not fail the next run's calls.
        let quota = RetryPartition::custom("faults").token_bucket(TokenBucket::unlimited()).build();
        let config = engine
            .config()
            .http_client(wire::client(engine, self.clone()))
            .retry_partition(quota)
            .retry_config(config::retries())
            .timeout_config(config::timeouts());
        Store::new(Client::from_conf(config.build()), TABLE)
    }
}

impl Wire for Line {
    async fn pass(&self, engine: &SharedHttpConnector, request: HttpRequest) -> Reply {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let [there, back] = self.delays();
        tokio::time::sleep(there).await;
        let fault = self.next(&operation).or_else(|| self.strike(&operation));
        let reply = match fault {
            None => engine.call(request).await,
            Some(fault) => fault.befall(engine, request).await,
        };
        tokio::time::sleep(back).await;
        reply
    }
}

/// Longer than the SDK waits for one attempt.
const LATE: Duration = Duration::from_secs(8);

impl Fault {
    /// Lets it befall a call.
    async fn befall(self, engine: &SharedHttpConnector, request: HttpRequest) -> Reply {
        match self {
            Self::Throttled => refusal(400, &json!({"__type": kind("ThrottlingException")})),
            Self::Exceeded => {
                refusal(400, &json!({"__type": kind("ProvisionedThroughputExceededException")}))
            }
            Self::Broken => refusal(500, &json!({"__type": kind("InternalServerError")})),
            Self::RequestLost => Err(broken()),
            Self::ReplyLost => {
                engine.call(request).await?;
                Err(broken())
            }
            Self::ReplyLate => {
                let reply = engine.call(request).await;
                tokio::time::sleep(LATE).await;
                reply
            }
            Self::Slow => {
                tokio::time::sleep(Duration::from_secs(1)).await;
                engine.call(request).await
            }
            Self::Conflict if body(&request)["TransactItems"].is_null() => {
                refusal(400, &json!({"__type": kind("TransactionConflictException")}))
            }
            Self::Conflict => refusal(400, &canceled(&request, "TransactionConflict")),
            Self::PartThrottled => refusal(400, &canceled(&request, "ThrottlingError")),
            Self::Unprocessed => one_of_batch(engine, request).await,
        }
    }
}

/// Makes a batch's first key only, and gives the others back; of a single key, even that one.
async fn one_of_batch(engine: &SharedHttpConnector, mut request: HttpRequest) -> Reply {
    let mut body: Value = body(&request);
    let requested = &mut body["RequestItems"][TABLE];
    let keys = requested["Keys"].as_array().cloned().unwrap_or_default();
    let (made, rest) = keys.split_at(usize::from(keys.len() > 1));
    let unprocessed = json!({TABLE: {"Keys": rest, "ConsistentRead": true}});
    if made.is_empty() {
        return refusal(200, &json!({"Responses": {}, "UnprocessedKeys": unprocessed}));
    }
    requested["Keys"] = json!(made);
    *request.body_mut() = SdkBody::from(body.to_string());
    let reply = engine.call(request).await?;
    let mut reply: Value =
        serde_json::from_slice(reply.body().bytes().unwrap_or_default()).unwrap_or_default();
    reply["UnprocessedKeys"] = unprocessed;
    refusal(200, &reply)
}

fn body(request: &HttpRequest) -> Value {
    serde_json::from_slice(request.body().bytes().unwrap_or_default()).unwrap_or_default()
}

fn kind(name: &str) -> String {
    format!("com.amazonaws.dynamodb.v20120810#{name}")
}

/// The cancellation of a transaction because of its first write.
fn canceled(request: &HttpRequest, code: &str) -> Value {
    let writes = body(request)["TransactItems"].as_array().map_or(1, Vec::len);
    let reasons: Vec<Value> =
        (0..writes).map(|n| json!({"Code": if n == 0 { code } else { "None" }})).collect();
    json!({"__type": kind("TransactionCanceledException"), "CancellationReasons": reasons})
}

fn refusal(status: u16, body: &Value) -> Reply {
    let status = status.try_into().map_err(|error| ConnectorError::other(Box::new(error), None))?;
    Ok(HttpResponse::new(status, SdkBody::from(body.to_string())))
}

fn broken() -> ConnectorError {
    ConnectorError::io("the connection is gone".into())
}
