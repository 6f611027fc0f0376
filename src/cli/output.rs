//! Prints what a source rendered: warnings and notes to stderr, objects to stdout.

use std::io::{BufWriter, Write};

use super::args::{Format, RenderArgs};
use super::console::Console;
use super::{DONE, Error, UsageCode};
use crate::check::syntax::dns_label;
use crate::diagnostic::{Diagnostic, Failure, Sources};
use crate::kube_version::KubeVersion;
use crate::manifest::Rendered;

/// The size of the output buffer in bytes. Most releases fit, so that they take one system call.
const BUFFER: usize = 1 << 14;

/// Checks the flags that do not depend on values, and returns the version that `--kube-version` gives.
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

/// Prints the objects of `rendered`, after warnings and `note`.
pub(super) fn print(
    rendered: Rendered,
    args: &RenderArgs,
    note: Option<String>,
    console: &mut Console<'_>,
) -> Result<u8, Error> {
    let Rendered { mut manifests, warnings, sources } = rendered;
    let namespaces = manifests.namespaces();
    if args.create_namespace {
        manifests.create_namespaces();
    }
    if !args.show_only.is_empty() {
        manifests.show_only(&args.show_only)?;
    }
    console.report(&warnings, &sources);
    if !args.create_namespace && args.show_only.is_empty() {
        note_namespaces(&namespaces, console);
    }
    if let Some(note) = note {
        console.inform(&format!("note: {note}"));
    }
    let mut out = BufWriter::with_capacity(BUFFER, &mut *console.stdout);
    match args.output {
        Format::Yaml => manifests.write_yaml(&mut out)?,
        Format::Json => manifests.write_json(&mut out)?,
    }
    out.flush()?;
    Ok(DONE)
}

/// Notes that the namespaces must exist: an API server refuses objects in a namespace that does not.
fn note_namespaces(namespaces: &[String], console: &mut Console<'_>) {
    if namespaces.is_empty() {
        return;
    }
    let names: Vec<String> = namespaces.iter().map(|name| format!("`{name}`")).collect();
    let (noun, verb, them) = match names.len() {
        1 => ("namespace", "is", "it"),
        _ => ("namespaces", "are", "them"),
    };
    console.inform(&format!(
        "note: {noun} {} {verb} assumed to exist; --create-namespace creates {them}",
        names.join(", ")
    ));
}
