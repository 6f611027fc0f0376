//! `mkmanifests ray`, `irsa` and the other components.

use clap::ArgMatches;

use super::args::RenderArgs;
use super::console::Console;
use super::{DONE, Error, args, output};
use crate::components::{self, Component, ComponentCode, Document};
use crate::diagnostic::{Diagnostic, Failure};
use crate::kube_version::KubeVersion;
use crate::release::Release;

pub(super) fn run(name: &str, matches: &ArgMatches, console: &mut Console<'_>) -> Result<u8, Error> {
    let component = components::find(name)
        .ok_or_else(|| Diagnostic::error(ComponentCode::Unknown, format!("unknown component `{name}`")))?;
    let args: RenderArgs = args::read(matches)?;
    let version = output::check_flags(&args)?;
    let release = release(component, &args, version, matches);
    let mut layers = args.layers(matches, component.defaults(), console);
    component.set_names(&mut layers, &release, "--cluster");
    for flag in component.flags() {
        let text = matches.get_one::<String>(flag.flag);
        let source = format!("--{}", flag.flag);
        for (path, text) in text.into_iter().flat_map(|text| (flag.settings)(text)) {
            layers.set_text(&source, path, &text);
        }
    }
    let mut values = component.merge(layers)?;
    for (name, bytes) in args::patch_files(&args.patch, console)? {
        if let Err(diagnostics) = components::add_patches(&mut values, &name, &bytes) {
            return Err(Failure::new(diagnostics, values.sources).into());
        }
    }
    if let Some((document, choice)) = component.documents().iter().find_map(|document| requested(document, matches)) {
        let document = (document.render)(&values, &release, choice)?;
        console.report(&document.warnings, &document.sources);
        console.stdout.write_all(document.text.as_bytes())?;
        console.stdout.flush()?;
        return Ok(DONE);
    }
    let rendered = component.render(&values, &release)?;
    let note = match console.is_quiet() || !args.show_only.is_empty() {
        true => None,
        false => component.note(&values, &release),
    };
    output::print(rendered, &args, note, console)
}

/// Returns a document with its choice if its flag is given.
fn requested<'d>(document: &'d Document, matches: &ArgMatches) -> Option<(&'d Document, &'d str)> {
    if document.possible_values.is_empty() {
        return matches.get_flag(document.flag).then_some((document, ""));
    }
    let choice = matches.get_one::<String>(document.flag)?;
    Some((document, document.possible_values.iter().find(|name| *name == choice)?))
}

/// Returns the release that the flags describe.
fn release(
    component: &dyn Component,
    args: &RenderArgs,
    kube_version: Option<KubeVersion>,
    matches: &ArgMatches,
) -> Release {
    let namespace = args.namespace.as_deref().unwrap_or(component.namespace());
    let mut release = Release::new(args.cluster.clone().unwrap_or_default(), namespace);
    release.kube_version = kube_version;
    if let Some(default) = component.release_name() {
        release.name = matches.get_one::<String>("release").map_or(default, String::as_str).to_owned();
    }
    release
}
