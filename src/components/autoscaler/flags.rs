//! The autoscaler's own flags, by name and type: the program ends at once with one that it does not know or cannot read.
//!
//! What is checked is what the chart's template prints: `--NAME` for nothing (null), `--NAME=VALUE` for anything else, and
//! of a key only what stands before its first `_`, so that `balancing-label_1` and `balancing-label_2` are one flag twice.

mod go;
mod kind;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use self::kind::Type;
pub(super) use self::table::PROVIDERS;
use self::table::{DEPRECATED, EXPANDERS, GONE, LATER, LINKED, OWN, PRICED, VERSION};
use crate::check::findings::Findings;
use crate::diagnostic::{Code, Diagnostic, Step, ValueCode, ValueType, did_you_mean, nearest};
use crate::gotmpl;
use crate::tree::{Kind, Map, Node};

/// Where the flags stand in the values.
const PATH: &str = "extraArgs";

/// Flags that the values set under names of their own.
const ELSEWHERE: &[(&str, &str)] =
    &[("cloud-provider", "`cloudProvider` sets it"), ("namespace", "`-n` sets it: it is the release's namespace")];

/// Checks the value of `extraArgs`, for the cloud provider of that name.
///
/// Errors: a value that does not fit its flag, a key that cannot name a flag. Warnings: flags that are unknown, deprecated
/// or gone, since the image may be of another version.
pub(super) fn check(extra_args: &Node, cloud_provider: &str, findings: &mut Findings<'_>) {
    let entries = extra_args.as_map().map(Map::entries).unwrap_or_default();
    for entry in entries {
        let key = entry.key.as_ref();
        match flag_of(key) {
            Ok(name) => flag(name, key, &entry.value, findings),
            Err(reason) => findings.require_key(&[PATH, key], Err(reason)),
        }
    }
    let given = given(entries.iter().map(|entry| entry.key.as_ref()).collect(), findings);
    together(&given, extra_args, cloud_provider, findings);
}

/// Checks that flags which take text have it as it was written: YAML makes 1.3 of `1.30`.
pub(super) fn notation(extra_args: &Node, findings: &mut Findings<'_>) {
    for entry in extra_args.as_map().map(Map::entries).unwrap_or_default() {
        let key = entry.key.as_ref();
        let is_numeric = flag_of(key).ok().and_then(kind_of).is_some_and(Type::is_numeric);
        if !is_numeric {
            findings.require_text(&[PATH, key]);
        }
    }
}

/// The key that counts of each flag.
fn given<'k>(mut keys: Vec<&'k str>, findings: &mut Findings<'_>) -> BTreeMap<&'k str, &'k str> {
    let mut given = BTreeMap::new();
    // A template goes through a mapping in the order of its keys, and the last of two flags counts.
    keys.sort_unstable();
    for (name, key) in keys.into_iter().filter_map(|key| Some((flag_of(key).ok()?, key))) {
        let first = given.insert(name, key);
        if let Some(first) = first.filter(|_| kind_of(name).is_some_and(|kind| !kind.repeats())) {
            let message = format!("replaces `{first}`: `{name}` counts once, and the last one counts");
            findings.warning(&[PATH, key], message, None);
        }
    }
    given
}

/// The flag that a key stands for.
fn flag_of(key: &str) -> Result<&str, String> {
    let name = key.split('_').next().unwrap_or_default();
    if name.is_empty() {
        return Err("no name of a flag is left: what follows the first `_` does not count".to_owned());
    }
    if name.starts_with('-') {
        return Err(format!("a flag stands here without `--` before it: `{}`", key.trim_start_matches('-')));
    }
    Ok(name)
}

fn kind_of(name: &str) -> Option<Type> {
    OWN.iter().chain(LINKED).find(|(flag, _)| *flag == name).map(|(_, kind)| *kind)
}

fn flag(name: &str, key: &str, value: &Node, findings: &mut Findings<'_>) {
    let path = &[PATH, key];
    let Some(kind) = kind_of(name) else { return unknown(name, key, findings) };
    if let Some((_, instead)) = DEPRECATED.iter().find(|(flag, _)| *flag == name) {
        let message = format!("deprecated in cluster-autoscaler {VERSION}, and gone from a later one");
        findings.warning(path, message, Some((*instead).to_owned()));
    }
    if let Some((_, instead)) = ELSEWHERE.iter().find(|(flag, _)| *flag == name) {
        findings.warning(path, "replaces what is set already", Some((*instead).to_owned()));
    }
    match printed(value) {
        Some(Printed::Value(text)) => findings.require(path, kind.check(&text)),
        Some(Printed::Nothing) => findings.require(path, kind.check_bare()),
        None => {}
    }
}

/// What stands behind a flag's name: `=VALUE`, or nothing at all.
enum Printed {
    Value(String),
    Nothing,
}

/// Nothing for a list or a mapping, which the types of the values refuse.
fn printed(value: &Node) -> Option<Printed> {
    Some(Printed::Value(match &value.kind {
        Kind::Null => return Some(Printed::Nothing),
        Kind::Bool(value) => value.to_string(),
        Kind::Int(number) => number.to_string(),
        Kind::UInt(number) => number.to_string(),
        Kind::Float(number) => {
            let text = gotmpl::fmt::sprint(&[gotmpl::Value::Float(*number)]).unwrap_or_default();
            String::from_utf8_lossy(&text).into_owned()
        }
        Kind::Str(text) => text.clone(),
        Kind::Raw(_) | Kind::Seq(_) | Kind::Map(_) => return None,
    }))
}

/// Says of every list how a flag is given several times; that it cannot be a list was said by the types.
pub(super) fn explain_lists(diagnostics: &mut [Diagnostic]) {
    for diagnostic in diagnostics {
        let Code::Value(ValueCode::WrongType { found: ValueType::List, .. }) = diagnostic.code() else { continue };
        let [Step::Field(parent), Step::Field(key)] = diagnostic.field().steps() else { continue };
        let Some(name) = flag_of(key).ok().filter(|_| parent == PATH) else { continue };
        if kind_of(name).is_none_or(Type::repeats) {
            let help = format!("give every value a key of its own: `{name}_1`, `{name}_2`");
            diagnostic.help.push(help);
        }
    }
}

/// The image may be older or newer than the table, so that this is no error.
fn unknown(name: &str, key: &str, findings: &mut Findings<'_>) {
    let path = &[PATH, key];
    if let Some((_, version, instead)) = GONE.iter().find(|(flag, ..)| *flag == name) {
        let message = format!("not a flag of cluster-autoscaler since {version}");
        return findings.warning(path, message, Some((*instead).to_owned()));
    }
    let message = format!("not a flag of cluster-autoscaler {VERSION}");
    if let Some((_, version)) = LATER.iter().find(|(flag, _)| *flag == name) {
        return findings.warning(path, message, Some(format!("it comes with {version}")));
    }
    // With `_` for `-`, a key is cut short.
    let dashed = key.replace('_', "-");
    let near = match kind_of(&dashed) {
        Some(_) => Some(dashed.as_str()),
        None => nearest(name, OWN.iter().chain(LINKED).map(|(flag, _)| *flag)),
    };
    findings.warning(path, message, near.map(did_you_mean));
}

/// What two flags, or a flag and the cloud provider, say together.
fn together(given: &BTreeMap<&str, &str>, extra_args: &Node, cloud_provider: &str, findings: &mut Findings<'_>) {
    if let (Some(key), true) = (given.get("drain-priority-config"), given.contains_key("max-graceful-termination-sec"))
    {
        findings.error(&[PATH, key], "excludes `max-graceful-termination-sec`");
    }
    let Some(key) = given.get("expander") else { return };
    let expanders = extra_args.get(key).and_then(Node::as_str).unwrap_or_default();
    let has = |wanted: &str| expanders.split(',').any(|name| name == wanted);
    if has("price") && !PRICED.contains(&cloud_provider) {
        let message = format!("`price` needs a cloud provider that knows prices, and `{cloud_provider}` does not");
        findings.error_with_help(&[PATH, key], message, format!("those that do: {}", PRICED.join(", ")));
    }
    if has("grpc") && !given.contains_key("grpc-expander-cert") {
        findings.error(&[PATH, key], "`grpc` needs `grpc-expander-cert`: the program asks no server without TLS");
    }
}
