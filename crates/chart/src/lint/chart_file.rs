//! The rules about `Chart.yaml`.

use std::fs;

use mkmanifests_go::quote::quote;
use mkmanifests_go::semver::{Constraints, Version};
use mkmanifests_yaml::diagnostic::Location;
use mkmanifests_yaml::tree::read::{Duplicates, first_document};
use mkmanifests_yaml::tree::{Kind, Node};

use super::Linter;
use super::Severity::{Error, Info, Warning};
use super::addresses::{is_email, is_request_url, is_url};
use crate::decode;
use crate::go_struct::{self, METADATA};
use crate::metadata::Metadata;

const FILE: &str = "Chart.yaml";

pub(super) fn check(linter: &mut Linter) {
    let path = linter.folder.join(FILE);
    let not_a_file = path.is_dir().then(|| "should be a file, not a directory".to_owned());
    linter.require(Error, FILE, not_a_file);
    let text = fs::read(&path).map_err(|error| super::values_file::unreadable(&path, &error));
    let node = text.and_then(|text| read(&text).map(|node| (text, node)));
    let (text, node) = match node {
        Ok(read) => read,
        Err(error) => {
            linter.push(Error, FILE, format!("unable to parse YAML\n\t{error}"));
            linter.metadata_error = Some(error).filter(|_| !path.is_dir());
            return;
        }
    };
    let strict = strict_error(&text, &node);
    linter.require(
        Warning,
        FILE,
        strict.map(|error| format!("failed to strictly parse chart metadata file\n\t{error}")),
    );
    let mut metadata = Metadata::default();
    // The only errors are null items, which other rules report.
    let _ = decode::metadata(&mut metadata, &node, "");
    for (severity, text) in rules(&metadata, &node) {
        linter.require(severity, FILE, text);
    }
}

fn read(text: &[u8]) -> Result<Node, String> {
    let node = first_document(Default::default(), text, Duplicates::LastWins);
    let node = node.map_err(|refused| format!("error converting YAML to JSON: {}", refused.go))?;
    go_struct::check(&node, &METADATA, false)?;
    Ok(node)
}

/// Returns the error for a key that occurs twice or that Helm does not know.
fn strict_error(text: &[u8], node: &Node) -> Option<String> {
    match first_document(Default::default(), text, Duplicates::Refused) {
        Err(refused) => {
            let lines: String =
                refused.diagnostics.iter().map(|diagnostic| repeated(text, diagnostic.location)).collect();
            Some(format!("error converting YAML to JSON: yaml: unmarshal errors:{lines}"))
        }
        Ok(_) => go_struct::check(node, &METADATA, true).err(),
    }
}

/// Returns Go's text about a key that occurs twice: its line, and the key as it is written there.
fn repeated(text: &[u8], location: Location) -> String {
    let text = String::from_utf8_lossy(text);
    let line = text.lines().nth(location.line.saturating_sub(1) as usize).unwrap_or_default();
    let key: String =
        line.chars().skip(location.column.saturating_sub(1) as usize).take_while(|char| *char != ':').collect();
    let key = key.trim().trim_matches(['"', '\'']);
    format!("\n  line {}: key {} already set in map", location.line, quote(key.as_bytes()))
}

/// Returns the text of each rule that is not met, in Helm's order.
fn rules(metadata: &Metadata, node: &Node) -> Vec<(super::Severity, Option<String>)> {
    vec![
        (Error, name(&metadata.name)),
        (Error, api_version(&metadata.api_version)),
        (Error, type_of(node, "version")),
        (Error, version(&metadata.version)),
        (Error, type_of(node, "appVersion")),
        (Error, maintainers(metadata, node)),
        (Error, sources(&metadata.sources)),
        (Info, metadata.icon.is_empty().then(|| "icon is recommended".to_owned())),
        (Error, icon(&metadata.icon)),
        (Error, kind(metadata)),
        (Error, dependencies(metadata, node)),
        (Warning, strict_version(&metadata.version)),
    ]
}

fn name(name: &str) -> Option<String> {
    if name.is_empty() {
        return Some("name is required".to_owned());
    }
    name.contains('/').then(|| format!("chart name {} is invalid", quote(name.as_bytes())))
}

fn api_version(version: &str) -> Option<String> {
    const EXPECTED: &str = "The value must be either \"v1\" or \"v2\"";
    match version {
        "v1" | "v2" => None,
        "" => Some(format!("apiVersion is required. {EXPECTED}")),
        other => Some(format!("apiVersion '{other}' is not valid. {EXPECTED}")),
    }
}

/// Reports a value that is not a string in YAML.
fn type_of(node: &Node, key: &str) -> Option<String> {
    let value = node.as_map()?.entry(key)?;
    let found = match value.value.kind {
        Kind::Str(_) | Kind::Raw(_) => return None,
        Kind::Null => "<nil>",
        Kind::Bool(_) => "bool",
        Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) => "float64",
        Kind::Seq(_) => "[]interface {}",
        Kind::Map(_) => "map[string]interface {}",
    };
    Some(format!("{key} should be of type string but it's of type {found}"))
}

fn version(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some("version is required".to_owned());
    }
    let Ok(version) = Version::parse(text) else { return Some(format!("version '{text}' is not a valid SemVer")) };
    const LOWEST: &str = "0.0.0-0";
    let is_more = Constraints::parse(&format!(">{LOWEST}")).is_ok_and(|more| more.check(&version));
    (!is_more).then(|| format!("version \"{text}\" is less than or equal to \"{LOWEST}\""))
}

fn strict_version(text: &str) -> Option<String> {
    let is_strict = Version::parse(text).is_ok() && is_strict(text);
    (!is_strict).then(|| format!("version '{text}' is not a valid SemVerV2"))
}

/// Returns whether a valid version has three numbers without leading zeros, and no `v`.
fn is_strict(text: &str) -> bool {
    let end = text.find(['-', '+']).unwrap_or(text.len());
    let numbers: Vec<&str> = text.get(..end).unwrap_or_default().split('.').collect();
    let is_number = |text: &&str| {
        text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() && (*text == "0" || !text.starts_with('0'))
    };
    numbers.len() == 3 && numbers.iter().all(is_number)
}

fn maintainers(metadata: &Metadata, node: &Node) -> Option<String> {
    let mut left = metadata.maintainers.iter();
    for node in items(node, "maintainers") {
        if node.is_null() {
            return Some("a maintainer entry is empty".to_owned());
        }
        let maintainer = left.next()?;
        let (name, email, url) = (&maintainer.name, &maintainer.email, &maintainer.url);
        if name.is_empty() {
            return Some("each maintainer requires a name".to_owned());
        }
        if !email.is_empty() && !is_email(email) {
            return Some(format!("invalid email '{email}' for maintainer '{name}'"));
        }
        if !url.is_empty() && !is_url(url) {
            return Some(format!("invalid url '{url}' for maintainer '{name}'"));
        }
    }
    None
}

/// Returns the items of a list in a mapping; none if there is no such list.
fn items<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    let entries = node.as_map().map(|map| map.entries()).unwrap_or_default();
    let entry = entries.iter().find(|entry| entry.key.eq_ignore_ascii_case(key));
    match entry.map(|entry| &entry.value.kind) {
        Some(Kind::Seq(items)) => items,
        _ => &[],
    }
}

fn sources(sources: &[String]) -> Option<String> {
    let wrong = sources.iter().find(|source| !is_request_url(source))?;
    Some(format!("invalid source URL '{wrong}'"))
}

fn icon(icon: &str) -> Option<String> {
    (!icon.is_empty() && !is_request_url(icon)).then(|| format!("invalid icon URL '{icon}'"))
}

fn kind(Metadata { kind, api_version, .. }: &Metadata) -> Option<String> {
    let message = format!("chart type is not valid in apiVersion '{api_version}'. It is valid in apiVersion 'v2'");
    (!kind.is_empty() && api_version != "v2").then_some(message)
}

fn dependencies(Metadata { api_version, .. }: &Metadata, node: &Node) -> Option<String> {
    let wrong = !items(node, "dependencies").is_empty() && api_version != "v2";
    wrong.then(|| {
        format!(
            "dependencies are not valid in the Chart file with apiVersion '{api_version}'. They are valid in apiVersion 'v2'"
        )
    })
}
