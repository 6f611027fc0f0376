//! `mkmanifests check [FILE|DIR|-]...`.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, ValueEnum};

use super::args;
use super::{DONE, Error, FAILED, NO, Streams, UsageCode};
use crate::check::input::{Asked, Input};
use crate::check::print::{self, Checked, Counts};
use crate::check::syntax::dns_label;
use crate::check::{CheckCode, Finding, Options, all, catalog};
use crate::diagnostic::{self, Diagnostic, Failure, Sources};
use crate::kube_version::KubeVersion;

/// Flags of `check`.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Files and folders of YAML or JSON; `-` is stdin, as is nothing in a pipe
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// How findings are told: text on stderr, the others on stdout
    #[arg(short = 'o', long, value_name = "FORMAT", default_value = "text")]
    output: Format,

    /// Kubernetes version of the cluster, such as 1.33 [default: 1.36]
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,

    /// Namespace of objects that name none
    #[arg(short = 'n', long, value_name = "NAME", default_value = "default")]
    namespace: String,

    /// Let warnings be errors
    #[arg(long)]
    strict: bool,

    /// Do not hold objects to a rule, for a reason; may be repeated
    #[arg(long, value_name = "RULE=REASON")]
    skip: Vec<String>,

    /// Objects that are made elsewhere, as in `Secret/db-*` or `Secret/shop/db`; may be repeated
    #[arg(long, value_name = "KIND[/NAMESPACE]/NAME")]
    external: Vec<String>,

    /// Print the rules instead
    #[arg(long)]
    list_rules: bool,
}

/// How findings are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Github,
    Sarif,
}

pub(super) fn run(matches: &ArgMatches, streams: &mut Streams<'_>) -> Result<u8, Error> {
    let args: CheckArgs = args::read(matches)?;
    if args.list_rules {
        streams.stdout.write_all(catalog::list().as_bytes())?;
        streams.stdout.flush()?;
        return Ok(DONE);
    }
    let quiet = matches.get_flag("quiet");
    let options = options(&args, quiet)?;
    let mut input = read(&args, streams)?;
    let document = |diagnostic| Finding { object: None, diagnostic, skipped: None };
    let mut findings: Vec<Finding> = input.diagnostics.iter().cloned().map(document).collect();
    findings.iter_mut().for_each(|finding| finding.skip_by(&options.skips));
    for cluster in input.by_cluster() {
        let objects = input.objects.get(cluster.clone()).unwrap_or_default();
        let found = all(objects, &options).into_iter();
        findings.extend(found.map(|it| Finding { object: it.object.map(|index| index + cluster.start), ..it }));
    }
    if quiet {
        findings.retain(|finding| !finding.diagnostic.is_warning());
    }
    findings.sort_by_key(|finding| finding.diagnostic.location);
    let Input { objects, failures, sources, .. } = &input;
    let checked = Checked { objects, findings: &findings, failures, sources };
    match args.output {
        Format::Text => text(checked, &input, &options, quiet, streams),
        Format::Json => streams.stdout.write_all(print::json(checked).as_bytes())?,
        Format::Github => streams.stdout.write_all(print::github(checked).as_bytes())?,
        Format::Sarif => streams.stdout.write_all(print::sarif(checked).as_bytes())?,
    }
    streams.stdout.flush()?;
    let failed = !input.failures.is_empty();
    let refused = checked.counts().errors > 0;
    Ok(if failed { FAILED } else { u8::from(refused) * NO })
}

fn options(args: &CheckArgs, quiet: bool) -> Result<Options, Failure> {
    let mut diagnostics = Vec::new();
    let mut options = Options { namespace: args.namespace.clone(), strict: args.strict, ..Options::default() };
    // Warnings that nobody sees need not be found.
    options.across = args.strict || !quiet;
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
    if diagnostics.is_empty() { Ok(options) } else { Err(Failure { diagnostics, sources: Sources::default() }) }
}

fn read(args: &CheckArgs, streams: &mut Streams<'_>) -> Result<Input, Error> {
    let stdin = [PathBuf::from("-")];
    let files = match args.files.as_slice() {
        [] if std::io::stdin().is_terminal() => {
            let diagnostic =
                Diagnostic::error(UsageCode::NoInput, "nothing to check: name files or folders, or pipe manifests in");
            return Err(diagnostic.help("`mkmanifests ray --cluster foo | mkmanifests check`").into());
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
        let name = args::display_name(path);
        match args::read_file(path, streams) {
            Ok(bytes) => {
                let before = input.objects.len() + input.diagnostics.len() + input.failures.len();
                input.add(&name, &bytes, Asked::ByName);
                if input.objects.len() + input.diagnostics.len() + input.failures.len() == before {
                    input.failures.push(nothing_in(&name, path));
                }
            }
            Err(error) => input.failures.push(args::unreadable(path, &name, &error)),
        }
    }
    Ok(input)
}

/// A pipe from a program that failed is empty, and nothing was checked then.
fn nothing_in(name: &str, path: &Path) -> Diagnostic {
    let diagnostic =
        Diagnostic::error(CheckCode::NoObject, format!("`{name}` has no Kubernetes object")).names_file(name);
    if path == Path::new("-") { diagnostic.help("did the program before the pipe print any?") } else { diagnostic }
}

/// Findings, then the sum, all on stderr: where it is gone, the exit code says enough.
fn text(checked: Checked<'_>, input: &Input, options: &Options, quiet: bool, streams: &mut Streams<'_>) {
    let diagnostics: Vec<Diagnostic> = checked.counted().map(|finding| finding.diagnostic.clone()).collect();
    for diagnostics in [&diagnostics, checked.failures] {
        if !diagnostics.is_empty() {
            let report = diagnostic::render(diagnostics, checked.sources, streams.color);
            let _ = writeln!(streams.stderr, "{report}\n");
        }
    }
    if !quiet {
        let mut text = sum(checked, input);
        for rule in options.skips.idle(checked.findings) {
            text.push_str(&format!("note: `--skip {rule}` skips nothing\n"));
        }
        let _ = streams.stderr.write_all(text.as_bytes());
    }
}

/// `12 objects: 2 errors, 1 warning, 3 skipped`.
fn sum(checked: Checked<'_>, input: &Input) -> String {
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
        parts.push("nothing found".to_owned());
    }
    if skipped > 0 {
        parts.push(format!("{skipped} skipped"));
    }
    let mut text = format!("{}: {}\n", counted(checked.objects.len(), "object"), parts.join(", "));
    const MOST: usize = 5;
    for (name, what) in input.left_out.iter().take(MOST) {
        text.push_str(&format!("note: `{name}` is left out: {what}\n"));
    }
    if input.left_out.len() > MOST {
        text.push_str(&format!("note: {} more are left out\n", input.left_out.len() - MOST));
    }
    text
}
