//! The values of a command line, read and merged as Helm does, with Helm's errors.

use std::io::Read;
use std::path::Path;

use clap::ArgMatches;

use super::{Context, Error, failure, flags};
use crate::chart::HelmRelease;
use crate::diagnostic::{Sources, io_reason};
use crate::fetch::Settings;
use crate::fetch::http::{Client, Connection, HttpRequest};
use crate::files::{self, MAX_TEXT};
use crate::tree::read::{Duplicates, first_document};
use crate::tree::{Map, Node};
use crate::values::{Flag, Values, apply, overlay};

/// The flags in the order in which Helm applies them.
const FLAGS: [(&str, Flag); 5] = [
    ("set-json", Flag::SetJson),
    ("set", Flag::Set),
    ("set-string", Flag::SetString),
    ("set-file", Flag::SetFile),
    ("set-literal", Flag::SetLiteral),
];

/// Reads the flags of [`flags::values`].
pub(super) fn read(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<Values, Error> {
    let mut values = Values { root: Node::from(Map::new()), sources: Sources::default() };
    for name in flags::texts_of(matches, "values") {
        let bytes = read_file(&name, context).map_err(Error::Message)?;
        let text = String::from_utf8_lossy(&bytes);
        let node = documents(&name, &text, context.release, &mut values.sources)
            .map_err(|why| Error::Message(format!("failed to parse {name}: {why}")))?;
        values.root = overlay(std::mem::take(&mut values.root), node);
    }
    for (name, flag) in FLAGS {
        for text in flags::texts_of(matches, name) {
            set(&mut values, flag, &text, context)?;
        }
    }
    Ok(values)
}

fn set(values: &mut Values, flag: Flag, text: &str, context: &mut Context<'_, '_>) -> Result<(), Error> {
    let mut unreadable = None;
    let mut read_file = |path: &str| {
        read_file(path, context).map_err(|why| {
            unreadable.get_or_insert(why);
            String::new()
        })
    };
    let applied = apply(&mut values.root, flag, text, &mut values.sources, &mut read_file);
    applied.map_err(|diagnostics| {
        let name = flag.name();
        let why = unreadable.or_else(|| diagnostics.first().map(failure::text)).unwrap_or_default();
        Error::Message(match flag {
            Flag::SetJson if text.trim_start().starts_with('{') => {
                format!("failed parsing {name} data JSON: {text}")
            }
            Flag::SetJson => format!("failed parsing {name} data {text}"),
            _ => format!("failed parsing {name} data: {why}"),
        })
    })
}

/// Merges the documents of a values file; releases of Helm 3 read only the first. The last of equal keys counts.
fn documents(name: &str, text: &str, release: HelmRelease, sources: &mut Sources) -> Result<Node, String> {
    let mut values = Node::from(Map::new());
    let chunks = if release.is_v3() { vec![text] } else { chunks(text) };
    for chunk in chunks {
        let source = sources.add(name, chunk);
        let context = if release.is_v3() { "" } else { "cannot unmarshal yaml document: " };
        let node = first_document(source, chunk, Duplicates::LastWins)
            .map_err(|refused| format!("{context}error converting YAML to JSON: {}", refused.go))?;
        if node.as_map().is_some() {
            values = overlay(values, node);
        } else if !node.is_null() {
            let found = go_type(&node);
            return Err(format!(
                "{context}error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {found} into Go value \
                 of type map[string]interface {{}}"
            ));
        }
    }
    Ok(values)
}

/// Splits a text at the lines that are only `---`.
fn chunks(text: &str) -> Vec<&str> {
    let (mut chunks, mut start, mut at) = (Vec::new(), 0, 0);
    for line in text.split_inclusive('\n') {
        if line.strip_prefix("---").is_some_and(|rest| rest.trim().is_empty()) {
            chunks.extend(text.get(start..at));
            start = at + line.len();
        }
        at += line.len();
    }
    chunks.extend(text.get(start..));
    chunks
}

/// Returns what Go's JSON decoder calls a value.
fn go_type(node: &Node) -> &'static str {
    use crate::tree::Kind;
    match node.kind {
        Kind::Bool(_) => "bool",
        Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) => "number",
        Kind::Seq(_) => "array",
        _ => "string",
    }
}

/// Reads a file, a URL, or stdin for `-`. The error is Go's text.
fn read_file(name: &str, context: &mut Context<'_, '_>) -> Result<Vec<u8>, String> {
    if name.trim() == "-" {
        let mut bytes = Vec::new();
        let limit = MAX_TEXT as u64;
        let read = (&mut *context.console.stdin).take(limit).read_to_end(&mut bytes);
        return read.map(|_| bytes).map_err(|error| format!("read /dev/stdin: {}", io_reason(&error)));
    }
    if name.starts_with("http://") || name.starts_with("https://") {
        return download(name, &context.settings);
    }
    let path = Path::new(name);
    files::read(path, MAX_TEXT).map_err(|error| {
        let operation = if path.is_dir() { "read" } else { "open" };
        format!("{operation} {name}: {}", io_reason(&error))
    })
}

fn download(url: &str, settings: &Settings) -> Result<Vec<u8>, String> {
    let client = Client::new(settings, &Connection::default()).map_err(|error| error.to_string())?;
    let response = client.send(&HttpRequest::get(url, MAX_TEXT as u64)).map_err(|error| error.to_string())?;
    if response.status == 200 {
        return Ok(response.body);
    }
    Err(format!("failed to fetch {} : {}", crate::fetch::http::redact(url), response.status_text()))
}
