//! Prints what a source made: warnings and notes to stderr, objects to stdout.

use std::io::{BufWriter, Write};

use super::args::{Format, RenderArgs};
use super::{DONE, Error, Streams, UsageCode};
use crate::check::syntax::dns_label;
use crate::diagnostic::{self, Diagnostic, Failure, Sources};
use crate::kube_version::KubeVersion;
use crate::manifest::Rendered;

/// Enough for most releases in one system call; more would make the heap grow for nothing.
const BUFFER: usize = 1 << 14;

/// Checks the flags that need no values to be wrong, and gives what `--kube-version` says.
pub(super) fn check_flags(args: &RenderArgs) -> Result<Option<KubeVersion>, Failure> {
    let mut diagnostics = Vec::new();
    if let Some(Err(reason)) = args.namespace.as_deref().map(dns_label) {
        diagnostics.push(Diagnostic::error(UsageCode::InvalidFlag, reason).in_field("--namespace"));
    }
    let version = args.kube_version.as_deref().map(KubeVersion::parse_known).transpose();
    if let Err(error) = &version {
        diagnostics.push(Diagnostic::error(UsageCode::InvalidFlag, error.to_string()).in_field("--kube-version"));
    }
    if diagnostics.is_empty() {
        Ok(version.unwrap_or_default())
    } else {
        Err(Failure::new(diagnostics, Sources::default()))
    }
}

/// Prints warnings to stderr, if there are any.
pub(super) fn warn(warnings: &[Diagnostic], sources: &Sources, streams: &mut Streams<'_>) {
    if !warnings.is_empty() {
        // Where stderr is gone, nobody reads warnings.
        let _ = writeln!(streams.stderr, "{}\n", diagnostic::render(warnings, sources, streams.color));
    }
}

pub(super) fn print(
    rendered: Rendered,
    args: &RenderArgs,
    quiet: bool,
    streams: &mut Streams<'_>,
) -> Result<u8, Error> {
    let Rendered { mut manifests, warnings, sources } = rendered;
    let namespaces = manifests.namespaces();
    if args.create_namespace {
        manifests.create_namespaces();
    }
    if !args.show_only.is_empty() {
        manifests.show_only(&args.show_only)?;
    }
    if !quiet {
        warn(&warnings, &sources, streams);
        if !args.create_namespace && args.show_only.is_empty() {
            note_namespaces(&namespaces, streams);
        }
    }
    let mut out = BufWriter::with_capacity(BUFFER, &mut *streams.stdout);
    match args.output {
        Format::Yaml => manifests.write_yaml(&mut out)?,
        Format::Json => manifests.write_json(&mut out)?,
    }
    out.flush()?;
    Ok(DONE)
}

/// An object in a namespace that is not there is refused by the server, so the assumption is said.
fn note_namespaces(namespaces: &[String], streams: &mut Streams<'_>) {
    if namespaces.is_empty() {
        return;
    }
    let names: Vec<String> = namespaces.iter().map(|name| format!("`{name}`")).collect();
    let (noun, verb, them) = match names.len() {
        1 => ("namespace", "is", "it"),
        _ => ("namespaces", "are", "them"),
    };
    let names = names.join(", ");
    // In one piece: stderr has no buffer, and each part of a format would be a system call.
    let note = format!("note: {noun} {names} {verb} assumed to exist; --create-namespace makes {them}\n");
    let _ = streams.stderr.write_all(note.as_bytes());
}
