//! URLs, as apiserver pkg/cel/library/urls.go has them: absolute ones, or paths from the root.

use std::collections::BTreeMap;

use super::{Computed, strings};
use crate::cel::value::{Stop, Value};
use mkmanifests_go::url::{self, Url, escaped_path, hostname, unescape_path};

pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Computed> {
    Some(match (name, arguments) {
        ("isURL", [Value::String(text)]) => Ok(Value::Bool(parse(text).is_ok())),
        ("url", [Value::String(text)]) => parse(text).map(|_| Value::Url(text.clone())).map_err(Stop::Error),
        (_, [Value::Url(text)]) => match parse(text) {
            Ok(url) => return part(name, &url).map(Ok),
            Err(why) => Stop::error(why),
        },
        _ => return None,
    })
}

fn parse(text: &str) -> Result<Url, String> {
    let url = url::parse(text.as_bytes())?;
    let is_absolute = !url.scheme.is_empty() || text.starts_with('/') || text == "*";
    if is_absolute { Ok(url) } else { Err(format!("{text:?} is not an absolute URL")) }
}

fn part(name: &str, url: &Url) -> Option<Value> {
    let text = |bytes: &[u8]| Some(Value::String(String::from_utf8_lossy(bytes).into_owned()));
    match name {
        "getScheme" => text(&url.scheme),
        "getHost" => text(&url.host),
        "getHostname" => text(hostname(&url.host)),
        "getPort" => text(port(&url.host)),
        "getEscapedPath" => text(&escaped_path(url)),
        "getQuery" => Some(query(&String::from_utf8_lossy(&url.query))),
        _ => None,
    }
}

/// Returns the text after the host and its brackets, without the colon.
fn port(host: &[u8]) -> &[u8] {
    let brackets = if host.starts_with(b"[") { 2 } else { 0 };
    let rest = host.get(hostname(host).len() + brackets..).unwrap_or_default();
    rest.strip_prefix(b":").unwrap_or_default()
}

/// Returns the values of each key, as Go's `url.ParseQuery` reads them; it drops what it cannot read.
fn query(text: &str) -> Value {
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let decoded = |part: &str| unescape_path(part.replace('+', " ").as_bytes()).ok();
    for pair in text.split('&').filter(|pair| !pair.is_empty() && !pair.contains(';')) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if let Some((key, value)) = decoded(key).zip(decoded(value)) {
            values.entry(key).or_default().push(value);
        }
    }
    Value::Map(values.into_iter().map(|(key, values)| (key, strings(values))).collect())
}
