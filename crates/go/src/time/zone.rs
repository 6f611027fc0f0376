//! Looks up time zones by name.

use std::sync::OnceLock;

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};

/// Returns the offset in seconds east of UTC and the abbreviation of a zone at a time (seconds since 1970).
///
/// `None` for an unknown zone. As in Go, where they are file names, the case of names matters.
pub fn lookup(name: &str, seconds: i64) -> Option<(i32, String)> {
    if matches!(name, "" | "UTC" | "Local") {
        return Some((0, "UTC".into()));
    }
    let zone = load(name)?;
    let (least, most) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    let time = Timestamp::from_second(seconds.clamp(least, most)).ok()?;
    let info = zone.to_offset_info(time);
    Some((info.offset().seconds(), info.abbreviation().to_owned()))
}

/// Loads a zone from the database in the program, never from the machine's.
fn load(name: &str) -> Option<TimeZone> {
    static BUNDLED: OnceLock<TimeZoneDatabase> = OnceLock::new();
    let zone = BUNDLED.get_or_init(TimeZoneDatabase::bundled).get(name).ok()?;
    (zone.iana_name() == Some(name)).then_some(zone)
}
