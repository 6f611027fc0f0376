//! `mkmanifests check [FILE|DIR|-]...`.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, ValueEnum, ValueHint};

use super::args;
use super::completions::{Names, Suggest};
use super::console::Console;
use super::{CHECK_FAILED, DONE, Error, FAILED, UsageCode, usage};
use crate::check::input::{Input, Request};
use crate::check::print::{self, Checked, Counts};
use crate::check::syntax::dns_label;
use crate::check::{CheckCode, ObjectDiagnostic, Options, all, catalog, text_fields};
use crate::diagnostic::{Diagnostic, Failure, Sources, did_you_mean, listed, nearest};
use crate::kube_version::KubeVersion;
use crate::kuberay::{FeatureGates, GateError};

/// The flags of `check`.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Files or folders of YAML or JSON; stdin if `-` or piped
    #[arg(value_name = "FILE", value_hint = ValueHint::AnyPath)]
    files: Vec<PathBuf>,

    /// Kubernetes version to validate for [default: 1.36]
    ///
    /// The version of the cluster's API server, such as 1.33.
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,

    /// Namespace of objects without one
    #[arg(short = 'n', long, value_name = "NAME", default_value = "default")]
    namespace: String,

    /// Treat warnings as errors
    #[arg(long)]
    strict: bool,

    /// Skip a rule, giving the reason (repeatable)
    ///
    /// RULE is an id of `--list-rules`. Skipped diagnostics are counted, and a skip that matches nothing is noted, so that
    /// you can remove stale skips.
    #[arg(long, value_name = "RULE=REASON", value_parser = Suggest(Names::Rules), hide_possible_values = true)]
    skip: Vec<String>,

    /// Treat an object as existing, such as Secret/db (repeatable)
    ///
    /// For objects that are created elsewhere, so that references to them are not reported. Also takes a namespace and
    /// `*`: `Secret/shop/db-*`.
    #[arg(long, value_name = "KIND/NAME")]
    external: Vec<String>,

    /// Feature gates of the KubeRay operator: NAME=true,NAME=false
    ///
    /// For example RayCronJob=true,RayClusterMTLS=true. What needs a gate that is off is an error. Without this flag, the
    /// gates are those that an operator's Deployment in the input sets, or else the defaults of KubeRay 1.7.
    #[arg(long, value_name = "GATES")]
    kuberay_feature_gates: Option<String>,

    /// List the rules instead
    #[arg(long)]
    list_rules: bool,

    /// Report format; only text goes to stderr
    #[arg(
        short = 'o',
        long,
        value_name = "FORMAT",
        default_value = "text",
        hide_possible_values = true,
        long_help = "Report format: `text` on stderr; `json`, `github` (annotations of a workflow) or `sarif` on stdout"
    )]
    output: Format,
}

/// The format of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Github,
    Sarif,
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console<'_>) -> Result<u8, Error> {
    let args: CheckArgs = args::read(matches)?;
    if args.list_rules {
        console.stdout.write_all(catalog::list().as_bytes())?;
        console.stdout.flush()?;
        return Ok(DONE);
    }
    let quiet = console.is_quiet();
    let options = options(&args, quiet)?;
    let mut input = read(&args, console)?;
    let document = |diagnostic| ObjectDiagnostic { object: None, diagnostic, skipped: None };
    let mut diagnostics: Vec<ObjectDiagnostic> = input.diagnostics.iter().cloned().map(document).collect();
    diagnostics.iter_mut().for_each(|found| found.skip_by(&options.skips));
    for cluster in input.by_cluster() {
        let objects = input.objects.get(cluster.clone()).unwrap_or_default();
        let found = all(objects, &options).into_iter();
        diagnostics
            .extend(found.map(|it| ObjectDiagnostic { object: it.object.map(|index| index + cluster.start), ..it }));
    }
    text_fields::locate(&input.objects, &mut diagnostics, &input.sources);
    if quiet {
        diagnostics.retain(|found| !found.diagnostic.is_warning());
    }
    diagnostics.sort_by_key(|found| found.diagnostic.location);
    let Input { objects, failures, sources, .. } = &input;
    let checked = Checked { objects, diagnostics: &diagnostics, failures, sources };
    match args.output {
        Format::Text => text(checked, &input, &options, console),
        Format::Json => console.stdout.write_all(print::json(checked).as_bytes())?,
        Format::Github => console.stdout.write_all(print::github(checked).as_bytes())?,
        Format::Sarif => console.stdout.write_all(print::sarif(checked).as_bytes())?,
    }
    console.stdout.flush()?;
    let failed = !input.failures.is_empty();
    let refused = checked.counts().errors > 0;
    Ok(if failed { FAILED } else { u8::from(refused) * CHECK_FAILED })
}

fn options(args: &CheckArgs, quiet: bool) -> Result<Options, Failure> {
    let mut diagnostics = Vec::new();
    let mut options = Options { namespace: args.namespace.clone(), strict: args.strict, ..Options::default() };
    // Rules across objects only give warnings, which `--quiet` drops.
    options.lint = args.strict || !quiet;
    match args.kube_version.as_deref().map(KubeVersion::parse_known) {
        Some(Ok(version)) => options.kube_version = Some(version),
        Some(Err(error)) => {
            diagnostics.push(Diagnostic::error(UsageCode::InvalidFlag, error.to_string()).in_field("--kube-version"))
        }
        None => {}
    }
    if let Err(reason) = dns_label(&args.namespace) {
        diagnostics.push(Diagnostic::error(UsageCode::InvalidFlag, reason).in_field("--namespace"));
    }
    for text in &args.skip {
        if let Err(diagnostic) = options.skips.add(text) {
            diagnostics.push(diagnostic.in_field("--skip"));
        }
    }
    for text in &args.external {
        if let Err(reason) = options.external.add(text) {
            diagnostics.push(Diagnostic::error(UsageCode::InvalidFlag, reason).in_field("--external"));
        }
    }
    match args.kuberay_feature_gates.as_deref().map(FeatureGates::parse) {
        Some(Ok(gates)) => options.ray_feature_gates = Some(gates),
        Some(Err(error)) => diagnostics.push(feature_gates(&error)),
        None => {}
    }
    if diagnostics.is_empty() { Ok(options) } else { Err(Failure { diagnostics, sources: Sources::default() }) }
}

/// Reports feature gates that cannot be read, with the nearest name.
fn feature_gates(error: &GateError) -> Diagnostic {
    let diagnostic = Diagnostic::error(UsageCode::InvalidFlag, error.to_string()).in_field("--kuberay-feature-gates");
    let GateError::Unknown { name } = error else { return diagnostic };
    diagnostic.help(match nearest(name, FeatureGates::names()) {
        Some(near) => did_you_mean(near),
        None => format!("known gates: {}", listed(FeatureGates::names())),
    })
}

fn read(args: &CheckArgs, console: &mut Console<'_>) -> Result<Input, Error> {
    let stdin = [PathBuf::from("-")];
    let files = match args.files.as_slice() {
        [] if std::io::stdin().is_terminal() => {
            let diagnostic = Diagnostic::error(
                UsageCode::NoInput,
                "nothing to check: name files or folders, or pipe manifests into `check`",
            );
            return Err(diagnostic.help("for example: `mkmanifests ray --cluster foo | mkmanifests check`").into());
        }
        [] => &stdin,
        files => files,
    };
    let mut input = Input::default();
    for path in files {
        if path.is_dir() {
            input.add_path(path);
            continue;
        }
        if let Some(diagnostic) = usage::component_as_path(path, "check") {
            return Err(diagnostic.into());
        }
        let name = args::display_name(path);
        match args::read_file(path, console) {
            Ok(bytes) => {
                let before = input.objects.len() + input.diagnostics.len() + input.failures.len();
                input.add(&name, &bytes, Request::ByName);
                if input.objects.len() + input.diagnostics.len() + input.failures.len() == before {
                    input.failures.push(no_object(&name, path));
                }
            }
            Err(error) => input.failures.push(args::unreadable(path, &name, &error)),
        }
    }
    Ok(input)
}

/// Reports an input without objects: after a program that failed, a pipe is empty.
fn no_object(name: &str, path: &Path) -> Diagnostic {
    let diagnostic =
        Diagnostic::error(CheckCode::NoObject, format!("`{name}` has no Kubernetes object")).names_file(name);
    if path == Path::new("-") {
        diagnostic.help("the program before the pipe printed no manifests; it may have failed")
    } else {
        diagnostic
    }
}

/// Prints the diagnostics, then a summary, all on stderr.
fn text(checked: Checked<'_>, input: &Input, options: &Options, console: &mut Console<'_>) {
    let diagnostics: Vec<Diagnostic> = checked.counted().map(|found| found.diagnostic.clone()).collect();
    console.report(&diagnostics, checked.sources);
    console.report(checked.failures, checked.sources);
    console.inform(&summary(checked, input));
    for rule in options.skips.unused(checked.diagnostics) {
        console.inform(&format!("note: `--skip {rule}` matches no diagnostic"));
    }
}

/// Returns the summary and its notes: `12 objects: 2 errors, 1 warning, 3 skipped`.
fn summary(checked: Checked<'_>, input: &Input) -> String {
    let Counts { errors, warnings, skipped } = checked.counts();
    let counted = |count: usize, noun: &str| match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    };
    let mut parts = Vec::new();
    if errors > 0 {
        parts.push(counted(errors, "error"));
    }
    if warnings > 0 {
        parts.push(counted(warnings, "warning"));
    }
    if !checked.failures.is_empty() {
        parts.push(format!("{} could not be read", checked.failures.len()));
    }
    if parts.is_empty() {
        parts.push("no errors or warnings".to_owned());
    }
    if skipped > 0 {
        parts.push(format!("{skipped} skipped"));
    }
    let mut text = format!("{}: {}", counted(checked.objects.len(), "object"), parts.join(", "));
    const MOST: usize = 5;
    for (name, what) in input.skipped.iter().take(MOST) {
        text.push_str(&format!("\nnote: `{name}` is left out: {what}"));
    }
    if input.skipped.len() > MOST {
        text.push_str(&format!("\nnote: {} more are left out", input.skipped.len() - MOST));
    }
    text
}
