//! `Chart.lock`: its digest and its text.

use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use mkmanifests_chart::Dependency;
use mkmanifests_go::time::{RFC_3339_NANO, Time};
use mkmanifests_yaml::tree::write::{Style, write as write_yaml};
use mkmanifests_yaml::tree::{Kind, Map, Node};

use super::Error;

/// Returns the time of day as Helm writes it, in UTC.
pub(crate) fn now() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(now.as_secs()).unwrap_or_default();
    let time = Time { seconds, nanoseconds: now.subsec_nanos(), ..Time::default() };
    String::from_utf8_lossy(&time.format(RFC_3339_NANO)).into_owned()
}

/// Writes the lock file, as a whole or not at all. `is_v1` is whether the chart has `requirements.yaml`.
pub(super) fn write(chart: &Path, locked: &[Dependency], digest: &str, is_v1: bool) -> Result<(), Error> {
    let file = if is_v1 { "requirements.lock" } else { "Chart.lock" };
    let path = chart.join(file);
    if let Ok(target) = fs::read_link(&path) {
        return Err(Error::LinkedLock { file, target: target.display().to_string() });
    }
    Ok(crate::replace_file(&path, &text(locked, digest, &now()), 0o644)?)
}

/// Returns the text of a lock file.
fn text(locked: &[Dependency], digest: &str, generated: &str) -> Vec<u8> {
    let mut map = Map::new();
    let dependencies = locked.iter().map(|one| {
        let mut map = Map::new();
        map.set("name", one.name.as_str());
        map.set("repository", one.repository.as_str());
        if !one.version.is_empty() {
            map.set("version", one.version.as_str());
        }
        Node::from(map)
    });
    map.set("dependencies", Kind::Seq(dependencies.collect()));
    map.set("digest", digest);
    map.set("generated", generated);
    let mut out = Vec::new();
    // Writing to memory does not fail.
    let _ = write_yaml(&mut out, &map.into(), Style::HELM);
    out
}
