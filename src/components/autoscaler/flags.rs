//! Checks the autoscaler's flags by name and type: the autoscaler exits at once if a flag is unknown or invalid.
//!
//! The check applies to what the chart's template prints: `--NAME` for null, and `--NAME=VALUE` otherwise. The name is the part
//! of the key before the first `_`, so that `balancing-label_1` and `balancing-label_2` repeat one flag.

mod go;
mod kind;
mod table;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use self::kind::Type;
pub(super) use self::table::PROVIDERS;
use self::table::{DEPRECATED, EXPANDERS, GONE, LATER, LINKED, OWN, PRICED, VERSION};
use crate::check::diagnostics::Diagnostics;
use crate::diagnostic::{Code, Diagnostic, Step, ValueCode, ValueType, did_you_mean, listed, nearest};
use crate::gotmpl;
use crate::tree::{Kind, Map, Node};

/// The key of the flags in the values.
const PATH: &str = "extraArgs";

/// Flags that other values set, each with what to do instead.
const ELSEWHERE: &[(&str, &str)] =
    &[("cloud-provider", "use `cloudProvider`"), ("namespace", "set the namespace of the release")];

/// Checks the value of `extraArgs` for a cloud provider.
///
/// An invalid value or key is an error. An unknown, deprecated or removed flag is a warning, since the image may be of another
/// version.
pub(super) fn check(extra_args: &Node, cloud_provider: &str, diagnostics: &mut Diagnostics<'_>) {
    let entries = extra_args.as_map().map(Map::entries).unwrap_or_default();
    for entry in entries {
        let key = entry.key.as_ref();
        match flag_of(key) {
            Ok(name) => flag(name, key, &entry.value, diagnostics),
            Err(reason) => diagnostics.require_key(&[PATH, key], Err(reason)),
        }
    }
    let effective = effective(entries.iter().map(|entry| entry.key.as_ref()).collect(), diagnostics);
    together(&effective, extra_args, cloud_provider, diagnostics);
}

/// Reports numbers whose text is lost by reading them, where a flag takes a string: YAML reads `1.30` as 1.3.
pub(super) fn notation(extra_args: &Node, diagnostics: &mut Diagnostics<'_>) {
    for entry in extra_args.as_map().map(Map::entries).unwrap_or_default() {
        let key = entry.key.as_ref();
        let is_numeric = flag_of(key).ok().and_then(kind_of).is_some_and(Type::is_numeric);
        if !is_numeric {
            diagnostics.require_text(&[PATH, key]);
        }
    }
}

/// Returns the key that takes effect for each flag.
fn effective<'k>(mut keys: Vec<&'k str>, diagnostics: &mut Diagnostics<'_>) -> BTreeMap<&'k str, &'k str> {
    let mut effective = BTreeMap::new();
    // A template iterates over a mapping in the order of its keys, and the last of two flags takes effect.
    keys.sort_unstable();
    for (name, key) in keys.into_iter().filter_map(|key| Some((flag_of(key).ok()?, key))) {
        let first = effective.insert(name, key);
        if let Some(first) = first.filter(|_| kind_of(name).is_some_and(|kind| !kind.repeats())) {
            let message = format!("overrides `{first}`: only the last `--{name}` takes effect");
            diagnostics.warning(&[PATH, key], message, None);
        }
    }
    effective
}

/// Returns the flag that a key names.
fn flag_of(key: &str) -> Result<&str, String> {
    let name = key.split('_').next().unwrap_or_default();
    if name.is_empty() {
        return Err("expected the name of a flag before the first `_`".to_owned());
    }
    if name.starts_with('-') {
        return Err(format!("expected the flag without `--`: `{}`", key.trim_start_matches('-')));
    }
    Ok(name)
}

fn kind_of(name: &str) -> Option<Type> {
    OWN.iter().chain(LINKED).find(|(flag, _)| *flag == name).map(|(_, kind)| *kind)
}

fn flag(name: &str, key: &str, value: &Node, diagnostics: &mut Diagnostics<'_>) {
    let path = &[PATH, key];
    let Some(kind) = kind_of(name) else { return unknown(name, key, diagnostics) };
    if let Some((_, instead)) = DEPRECATED.iter().find(|(flag, _)| *flag == name) {
        let message = format!("deprecated in cluster-autoscaler {VERSION}");
        diagnostics.warning(path, message, Some((*instead).to_owned()));
    }
    if let Some((_, instead)) = ELSEWHERE.iter().find(|(flag, _)| *flag == name) {
        diagnostics.warning(path, "overrides a flag that is already set", Some((*instead).to_owned()));
    }
    match printed(value) {
        Some(Printed::Value(text)) => diagnostics.require(path, kind.check(&text)),
        Some(Printed::Nothing) => diagnostics.require(path, kind.check_bare()),
        None => {}
    }
}

/// What follows a flag's name: `=VALUE`, or nothing.
enum Printed {
    Value(String),
    Nothing,
}

/// Returns what the chart prints for a value; none for a list or a mapping, which the types of the values reject.
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

/// Adds to the error about a list how to repeat a flag.
pub(super) fn explain_lists(diagnostics: &mut [Diagnostic]) {
    for diagnostic in diagnostics {
        let Code::Value(ValueCode::WrongType { found: ValueType::List, .. }) = diagnostic.code() else { continue };
        let [Step::Field(parent), Step::Field(key)] = diagnostic.field().steps() else { continue };
        let Some(name) = flag_of(key).ok().filter(|_| parent == PATH) else { continue };
        if kind_of(name).is_none_or(Type::repeats) {
            let help = format!("repeat the flag with one key per value: `{name}_1`, `{name}_2`");
            diagnostic.help.push(help);
        }
    }
}

/// Warns about an unknown flag. It is not an error, since the image may be older or newer than the table.
fn unknown(name: &str, key: &str, diagnostics: &mut Diagnostics<'_>) {
    let path = &[PATH, key];
    if let Some((_, version, instead)) = GONE.iter().find(|(flag, ..)| *flag == name) {
        let message = format!("removed in cluster-autoscaler {version}");
        return diagnostics.warning(path, message, Some((*instead).to_owned()));
    }
    let message = format!("unknown flag of cluster-autoscaler {VERSION}");
    if let Some((_, version)) = LATER.iter().find(|(flag, _)| *flag == name) {
        return diagnostics.warning(path, message, Some(format!("available from {version}")));
    }
    // The part of a key after `_` is not part of the name.
    let dashed = key.replace('_', "-");
    let near = match kind_of(&dashed) {
        Some(_) => Some(dashed.as_str()),
        None => nearest(name, OWN.iter().chain(LINKED).map(|(flag, _)| *flag)),
    };
    diagnostics.warning(path, message, near.map(did_you_mean));
}

/// Checks combinations of flags, and of a flag with the cloud provider.
fn together(
    effective: &BTreeMap<&str, &str>,
    extra_args: &Node,
    cloud_provider: &str,
    diagnostics: &mut Diagnostics<'_>,
) {
    if let (Some(key), true) =
        (effective.get("drain-priority-config"), effective.contains_key("max-graceful-termination-sec"))
    {
        diagnostics
            .error(&[PATH, key], "`drain-priority-config` and `max-graceful-termination-sec` are mutually exclusive");
    }
    let Some(key) = effective.get("expander") else { return };
    let expanders = extra_args.get(key).and_then(Node::as_str).unwrap_or_default();
    let has = |wanted: &str| expanders.split(',').any(|name| name == wanted);
    if has("price") && !PRICED.contains(&cloud_provider) {
        let message = format!("`price` is not supported for the cloud provider `{cloud_provider}`");
        diagnostics.error_with_help(&[PATH, key], message, format!("supported for {}", listed(PRICED.iter().copied())));
    }
    if has("grpc") && !effective.contains_key("grpc-expander-cert") {
        diagnostics.error(
            &[PATH, key],
            "`grpc` requires `grpc-expander-cert`: the autoscaler only connects to a server with TLS",
        );
    }
}
