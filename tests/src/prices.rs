//! What AWS asks for: US dollars, on-demand list prices in us-east-1, without the free tier. The only place with prices.

/// A million read units of DynamoDB.
pub const READ_UNITS: f64 = 0.125;
/// A million write units of DynamoDB.
pub const WRITE_UNITS: f64 = 0.625;
/// A gigabyte of a table for a month, with point-in-time recovery (0.25 and 0.20).
pub const TABLE_GB: f64 = 0.45;
/// A million requests through an HTTP API.
pub const GATEWAY_REQUESTS: f64 = 1.00;
/// A million requests to Lambda.
pub const LAMBDA_REQUESTS: f64 = 0.20;
/// A gigabyte-second of Lambda, arm64.
pub const LAMBDA_GB_SECOND: f64 = 0.000_013_333_4;
/// A gigabyte of logs, taken in.
pub const LOGS_GB: f64 = 0.50;
/// A metric of one's own for a month; it is charged by the hour in which it is written.
pub const METRIC: f64 = 0.30;
/// A metric that an alarm looks at, for a month.
pub const ALARM_METRIC: f64 = 0.10;
/// A secret for a month.
pub const SECRET: f64 = 0.40;
/// A dashboard for a month.
pub const DASHBOARD: f64 = 3.00;
/// A million traces of X-Ray.
pub const TRACES: f64 = 5.00;
