//! Timestamps and dates as they stand on the wire. The clock itself is read by the caller.

use std::fmt;

use chrono::{
    DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, SubsecRound, Utc,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

/// A moment in UTC, whole seconds: `2023-01-15T10:30:00Z` (RFC 3339).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
#[schema(value_type = String, format = DateTime, example = "2023-01-15T10:30:00Z")]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// The moment, cut to whole seconds.
    pub fn new(moment: DateTime<Utc>) -> Self {
        Self(moment.trunc_subsecs(0))
    }

    /// Reads RFC 3339, or Zou's form without a zone, which is UTC. `None` as well for what RFC 3339 cannot write
    /// in UTC: a year of five digits.
    pub fn parse(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text)
            .map(|moment| moment.with_timezone(&Utc))
            .or_else(|_| text.parse::<NaiveDateTime>().map(|moment| moment.and_utc()))
            .ok()
            .filter(has_four_digits)
            .map(Self::new)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn unix(self) -> i64 {
        self.0.timestamp()
    }

    /// The moment `seconds` later.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0 + chrono::TimeDelta::seconds(seconds))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not an RFC 3339 timestamp"))
    }
}

/// A moment in UTC to the microsecond, `2023-01-15T10:30:00.000250Z`: its texts sort as the moments do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(DateTime<Utc>);

impl Moment {
    /// The moment, cut to microseconds.
    pub fn new(moment: DateTime<Utc>) -> Self {
        Self(moment.trunc_subsecs(6))
    }

    /// The moment as it stands on the wire.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::new(self.0)
    }
}

impl From<Timestamp> for Moment {
    fn from(timestamp: Timestamp) -> Self {
        Self::new(timestamp.0)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        DateTime::parse_from_rfc3339(&text)
            .map(|moment| Self::new(moment.with_timezone(&Utc)))
            .map_err(de::Error::custom)
    }
}

/// A calendar day: `2023-06-01`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(transparent)]
#[schema(value_type = String, format = Date, example = "2023-06-01")]
pub struct Date(NaiveDate);

impl Date {
    /// Reads `YYYY-MM-DD`; of a whole timestamp (gazu and Kitsu send those too) the day. `None` as well for a year
    /// that has not four digits.
    pub fn parse(text: &str) -> Option<Self> {
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()
            .filter(has_four_digits)
            .or_else(|| Timestamp::parse(text).map(|moment| moment.0.date_naive()))
            .map(Self)
    }

    /// Its first second.
    pub fn start(self) -> Timestamp {
        Timestamp::new(self.0.and_time(NaiveTime::MIN).and_utc())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whether the year is written with four digits, as everything on the wire is: others would not be read again.
fn has_four_digits(day: &impl Datelike) -> bool {
    (0..=9999).contains(&day.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_whole_seconds_in_utc() {
        let check = |input: &str, expected: Option<&str>| {
            let got = Timestamp::parse(input).map(|moment| moment.to_string());
            assert_eq!(got.as_deref(), expected, "{input}");
        };
        check("2023-01-15T10:30:00Z", Some("2023-01-15T10:30:00Z"));
        check("2023-01-15T10:30:00.987654Z", Some("2023-01-15T10:30:00Z"));
        check("2023-01-15T12:30:00+02:00", Some("2023-01-15T10:30:00Z"));
        check("2023-01-15T10:30:00", Some("2023-01-15T10:30:00Z"));
        check("2023-01-15", None);
        check("yesterday", None);
        check("9999-12-31T23:59:59Z", Some("9999-12-31T23:59:59Z"));
        check("9999-12-31T23:59:59-01:00", None);
        check("0000-01-01T00:00:00+01:00", None);
        check("+12345-06-07T00:00:00", None);
    }

    #[test]
    fn moments_sort_as_their_texts_do() {
        let at = |micros| Moment::new(DateTime::from_timestamp_micros(micros).unwrap());
        assert_eq!(at(1_700_000_000_000_000).to_string(), "2023-11-14T22:13:20.000000Z");
        assert_eq!(at(1_700_000_000_000_250).timestamp().to_string(), "2023-11-14T22:13:20Z");
        assert!(at(1_700_000_000_000_009).to_string() < at(1_700_000_000_000_010).to_string());
        let text = serde_json::to_value(at(1_700_000_000_000_250)).unwrap();
        assert_eq!(serde_json::from_value::<Moment>(text).unwrap(), at(1_700_000_000_000_250));
    }

    #[test]
    fn dates_accept_a_timestamp() {
        let check = |input: &str, expected: Option<&str>| {
            assert_eq!(
                Date::parse(input).map(|day| day.to_string()).as_deref(),
                expected,
                "{input}"
            );
        };
        check("2023-06-01", Some("2023-06-01"));
        check("2023-06-01T00:00:00", Some("2023-06-01"));
        check("2023-02-30", None);
        check("+12345-01-01", None);
        check("-5-1-1", None);
        check("9999-12-31T23:59:59-01:00", None);
        check("", None);
    }
}
